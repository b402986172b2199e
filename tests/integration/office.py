"""The use-cases over one database, and what two people do with them at the same moment."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import text

from campaigns.account import Account
from campaigns.conduct import RunService
from campaigns.courier import Courier
from campaigns.editing import CampaignEditing
from campaigns.errors import InputError, StateError
from campaigns.service import CampaignService
from campaigns.trial import Trials
from tests.fakes.campaigns import OWNER, HeldList, QuietAlarm, form_for, roster_of
from tests.fakes.clocks import HandClock
from tests.fakes.mailers import OneMailer, PlainDesk, ScriptedMailer

PATIENCE = 20.0
_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


class Office:
    """One campaign of three people, and everything that can be done with it."""

    def __init__(self, store, *, approval_above=None, **limits):
        self.store, self.clock, self.lists = store, HandClock(), HeldList()
        self.mailer = ScriptedMailer(self.clock)
        self.campaigns = CampaignService(store, self.lists, self.clock, QuietAlarm())
        self.editing = CampaignEditing(store, self.clock, QuietAlarm())
        self.trials = Trials(store, OneMailer(self.mailer), self.clock)
        self.runs = RunService(store, self.clock, QuietAlarm(), approval_above=approval_above)
        self.courier = Courier(store, OneMailer(self.mailer), self.clock, PlainDesk(), owner="test")
        with store.writing() as work:
            account = work.accounts.upsert(Account(0, "smtp", "out@example.org", "Outgoing", **limits))
            self.campaign = work.campaigns.add(
                form_for(account.id),
                workspace=OWNER.workspace,
                owner=OWNER.user,
                roster=roster_of(3),
                missing_values=0,
                now=self.clock.now(),
            )


def at_once(*calls):
    """What each of them came to: a value, or the refusal it raised."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait(10)
        return outcome_of(call)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def crossing(store, held, first, second):
    """``second`` begins while ``first`` waits in the middle for a row that somebody holds for a moment.

    ``held`` selects that row. Returns what the two came to. For PostgreSQL, which lets writers cross.
    """
    with ThreadPoolExecutor(2) as pool, store.engine.connect() as holder:
        holder.execute(held.with_for_update(key_share=True))
        early = pool.submit(outcome_of, first)
        wait(lambda: waiting(store) >= 1)
        late = pool.submit(outcome_of, second)
        wait(lambda: late.done() or waiting(store) == 2)
        holder.rollback()
        return early.result(PATIENCE), late.result(PATIENCE)


def outcome_of(call):
    try:
        return call()
    except (StateError, InputError) as refusal:
        return refusal


def waiting(store):
    """How many wait for a row that somebody has."""
    with store.reader.connect() as connection:
        return connection.execute(_WAITING).scalar_one()


def wait(is_so):
    """Until it is so; a test fails where that takes longer than any lock is held."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "nobody waits for the row that is held"
