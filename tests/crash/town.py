"""A stage on which the bot may be killed, and the question every crash test ends with."""

import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot.demo_stage import ORGANIZER, Stage
from campaigns.account import Account
from campaigns.model import Attendee, Event, Kind, MailProgress, Organizer, RunState
from campaigns.ports import CampaignForm, NewRun, Selection
from campaigns.roster import Roster
from campaigns.timing import Pace
from storage.migrate import migrate
from storage.store import SqlStore
from storage.tables import attendee, delivery
from storage.vault import Vault

REGISTERED = "registered@acme.example"
PATIENCE = 180
"""Seconds; longer than the bot itself waits for a mail server's reply that never comes."""
MINUTE = timedelta(seconds=0.02)
"""How long a minute is for the bot, and for whoever acts in its place."""
_MORTAL = (sys.executable, str(Path(__file__).with_name("mortal_bot.py")))


@contextmanager
def mortal_stage():
    """A stage whose bot is not started yet, and the store that the bot will use."""
    with Stage(minute_lasts=MINUTE.total_seconds(), bot_command=_MORTAL) as stage:
        store = SqlStore(stage.database_url, Vault([stage.settings["SECRET_KEYS"]]))
        migrate(store.engine)
        try:
            yield stage, store
        finally:
            store.close()


def start_run(store, people, per_batch):
    """A run that is due now, as a commit without a bot."""
    now = datetime.now(UTC)
    starts_at = now + timedelta(days=7)
    event = Event("Kick-off", starts_at, starts_at + timedelta(hours=1), "Europe/Madrid")
    names = [f"guest{number}@example.org" for number in range(people)]
    roster = Roster(("email",), [Attendee(name, name, line=n) for n, name in enumerate(names, 1)], [])
    with store.writing() as work:
        account = work.accounts.upsert(Account(0, "smtp", ORGANIZER, "Acme Events"))
        form = CampaignForm(event, Organizer("Acme", ORGANIZER), account.id, REGISTERED, MailProgress.DAILY)
        campaign = work.campaigns.add(
            form, workspace="T0PLAYGRND", owner="U0ANA", roster=roster, missing_values=0, now=now
        )
        new = NewRun(Selection(Kind.INVITE), Pace(per_batch, 1), "U0ANA", "C0EVENTS", "crash")
        return work.runs.start(campaign, new, now)


def run_is_over(store, run_id):
    with store.reading() as work:
        return work.runs.get(run_id).state is RunState.FINISHED


def everything_is_told(store):
    with store.reading() as work:
        return work.notices.next_due_at() is None


def live_to_the_end(stage, store, run_id):
    """One more life, without a death in it."""
    stage.start_bot(DIE_AT="", DIE_AFTER="0")
    alive_until(stage, lambda: run_is_over(store, run_id) and everything_is_told(store))
    stage.stop_bot()


def alive_until(stage, is_so):
    """Wait for the other process's doing, as long as that process lives; the tick is a wait for its death."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert not stage.bot_has_ended(0.05), stage.last_words
        assert time.monotonic() < deadline, stage.last_words


def states(store, run_id):
    """Address -> state, of every delivery of the run."""
    query = select(attendee.c.address, delivery.c.state).join(attendee).where(delivery.c.run_id == run_id)
    with store.engine.connect() as connection:
        return {row.address: row.state for row in connection.execute(query)}


def nobody_is_lost_and_nobody_is_invited_twice(stage, store, run_id, people):
    """The promise. Returns who is unsure: at most who was on the wire when the process was killed."""
    found = states(store, run_id)
    received = [mail.recipients[0] for mail in stage.post.messages]
    assert len(received) == len(set(received)), "somebody was invited twice"
    assert len(found) == people
    assert set(found.values()) <= {"sent", "unsure"}, "somebody was left without an outcome"
    sent = {address for address, state in found.items() if state == "sent"}
    assert sent <= set(received), "somebody counts as sent and got nothing"
    unsure = set(found) - sent
    assert set(received) - sent <= unsure
    return unsure
