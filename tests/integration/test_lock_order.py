"""Who sends, who reads answers and who adds people wait for each other on PostgreSQL, and never in a circle.

PostgreSQL ends one of a circle as a deadlock, a second after it has closed. Each test holds a row for a
moment, so that two are in the middle of what they do when they meet.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaigns import identity
from campaigns.adding import Adding, Rows
from campaigns.endings import close_batch
from campaigns.errors import Unsure
from campaigns.mail_watch import MailWatch
from campaigns.model import Attendee, DeliveryState, Kind, RunState
from campaigns.ports import CampaignSettings, Selection, Settlement
from campaigns.renewal import lose_access
from campaigns.roster import Roster
from campaigns.taking_in import TakingIn
from campaigns.timing import Pace
from storage.store import SqlStore
from storage.tables import attendee
from tests.fakes.campaigns import OWNER, SUMMIT, QuietAlarm, form_for
from tests.fakes.incoming_mail import HeldInbox, OneInbox, bounce, reply
from tests.integration.office import PATIENCE, Office, crossing, wait, waiting

EARLY, ANA, BOB = "p001@example.org", "ana@acme.example", "bob@acme.example"
DOMAIN = "example.org"
FULL = "5.2.2"
HOUR = timedelta(hours=1)


@pytest.fixture
def store(postgres_url, vault):
    made = SqlStore(postgres_url, vault)
    yield made
    made.close()


class Post:
    """Two campaigns of one account that were sent, an update of the second, and a watch that reads mails."""

    def __init__(self, store, **limits):
        self.office, self.store = Office(store, **limits), store
        self.first = self.office.campaign
        with store.writing() as work:
            roster = Roster(
                ("email",), [Attendee(one, one, "", n) for n, one in enumerate((ANA, BOB), 2)], []
            )
            self.second = work.campaigns.add(
                form_for(self.first.account_id),
                workspace=OWNER.workspace,
                owner=OWNER.user,
                roster=roster,
                missing_values=0,
                now=self.office.clock.now(),
            )
        for campaign in (self.first, self.second):
            self.office.courier.send_chunk(self.start(campaign, Kind.INVITE).id, 1)
        self.office.editing.revise(OWNER, self.second.id, replace(SUMMIT, place="Room 2"))
        self.update = self.start(self.second, Kind.UPDATE)
        self.inbox = HeldInbox()
        self.watch = MailWatch(store, self.office.clock, QuietAlarm(), OneInbox(self.inbox))

    def start(self, campaign, kind):
        pace = Pace(1, 60) if kind is Kind.UPDATE else Pace(None)
        key = f"{campaign.id} {kind}"
        return self.office.runs.start(OWNER, campaign.id, Selection(kind), pace, channel="C1", submission=key)

    def takes_in(self):
        now = self.second
        settings = CampaignSettings(
            now.alert_address, now.mail_progress, now.editors, now.routing, takes_in=True
        )
        with self.store.writing() as work:
            work.campaigns.change_settings(now.id, settings)

    def add(self, address):
        adding = Adding(self.store, self.office.clock, QuietAlarm(), TakingIn())
        return adding.add(self.second.id, Rows([{"email": address}]))

    def first_letter(self, address):
        return identity.message_id(self.second.seed, address, Kind.INVITE, 0, DOMAIN)

    def take_off(self, address):
        gone = update(attendee).where(attendee.c.key == address).values(removed_at=self.office.clock.now())
        with self.store.engine.begin() as connection:
            connection.execute(gone)

    def note_everybody(self):
        """All of the update has gone, and its batch is about to be closed."""
        now = self.office.clock.now()
        with self.store.writing() as work:
            work.batches.open(self.update.id, 1, None, now)
            claimed = work.deliveries.claim(
                self.update.id, 1, limit=9, owner="test", now=now, lease_until=now + HOUR
            )
            for delivery in claimed:
                assert work.deliveries.settle(delivery, Settlement(DeliveryState.SENT, uid="u"), now)

    def lose_access(self):
        with self.store.writing() as work:
            account = work.accounts.get(self.first.account_id)
            lose_access(work, account, cause="Refused", hint="Renew it.", now=self.office.clock.now())

    def meets_the_watch(self, fault=None):
        """The courier hands Ana's update over, and notes what came of it while the watch is in the middle."""
        mine = select(attendee.c.id).where(attendee.c.key == EARLY).with_for_update(key_share=True)
        with ThreadPoolExecutor(2) as pool, self.store.engine.connect() as holder:
            holder.execute(mine)
            read = []

            def answers_come(_letter):
                read.append(pool.submit(self.watch.look, self.first.account_id))
                wait(lambda: waiting(self.store) == 1)
                return fault

            self.office.mailer.script = [answers_come]
            sent = pool.submit(self.office.courier.send_chunk, self.update.id, 1)
            wait(lambda: sent.done() or waiting(self.store) == 2)
            holder.rollback()
            sent.result(PATIENCE)
            return read[0].result(PATIENCE)


def uid_of(key):
    """As the office's pen has it."""
    return f"{key}@test"


@pytest.mark.parametrize(
    ("limits", "fault"),
    [
        ({"per_day": 100}, None),
        ({}, Unsure("No answer", after=HOUR)),
    ],
    ids=["a limit", "an account that is closed"],
)
def test_an_outcome_and_an_answer_of_the_same_person_never_wait_for_each_other(store, limits, fault):
    """The watch has the account and wants Ana; whoever notes her invite wants both."""
    post = Post(store, **limits)
    post.inbox.mails = [reply(uid_of(EARLY), EARLY), reply(uid_of(ANA), ANA)]
    assert post.meets_the_watch(fault).replies == 2
    assert post.office.clock.waits == []  # nor was the courier the one that had to begin again


def test_the_end_of_a_batch_and_a_bounce_never_wait_for_each_other(store):
    """The watch has the run, of which it skips Bob, and wants Ana; whoever noted hers ends the batch."""
    post = Post(store)
    post.inbox.mails = [
        bounce(BOB, post.first_letter(BOB)),
        reply(uid_of(EARLY), EARLY),
        reply(uid_of(ANA), ANA),
    ]
    mailbox = post.meets_the_watch()
    assert (mailbox.replies, mailbox.bounces) == (2, 1)
    assert post.office.clock.waits == []
    with store.reading() as work:
        counts = work.runs.progress(post.update.id).counts
        assert (counts.sent, counts.skipped) == (1, 1)
        assert work.runs.get(post.update.id).state is RunState.FINISHED


def test_who_comes_back_onto_the_list_and_their_answer_never_wait_for_each_other(store):
    """The watch has the account and wants Ana; whoever adds her has her, and wants to know who may send."""
    post = Post(store)
    post.office.runs.stop(OWNER, post.update.id)
    post.inbox.mails = [bounce(ANA, post.first_letter(ANA), FULL)]
    assert post.watch.look(post.first.account_id).bounces == 1
    post.takes_in()
    post.take_off(ANA)
    post.inbox.mails += [reply(uid_of(EARLY), EARLY), reply(uid_of(ANA), ANA)]
    early = select(attendee.c.id).where(attendee.c.key == EARLY)
    read, added = crossing(
        store, early, lambda: post.watch.look(post.first.account_id), lambda: post.add(ANA)
    )
    assert (read.replies, added.added) == (2, 1)


def test_who_is_added_as_the_run_ends_and_the_account_is_lost_waits_for_nobody_that_waits(store):
    """Whoever adds finds the run ended once it may look, and wants the account; lost access wants the run."""
    post = Post(store)
    post.takes_in()
    run = post.update
    post.note_everybody()
    with ThreadPoolExecutor(2) as pool:
        with store.writing() as work:
            close_batch(work, run, 1, now=post.office.clock.now(), minute=post.office.clock.minute)
            added = pool.submit(post.add, "cara@acme.example")
            wait(lambda: waiting(store) == 1)
            lost = pool.submit(post.lose_access)
            wait(lambda: waiting(store) == 2)
        assert added.result(PATIENCE).added == 1
        lost.result(PATIENCE)
    with store.reading() as work:
        assert work.runs.get(run.id).state is RunState.FINISHED
