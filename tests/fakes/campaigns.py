"""Campaigns to test with, and a whole house around a real SQLite file."""

from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from campaigns.account import Account
from campaigns.conduct import RunService
from campaigns.courier import Courier
from campaigns.editing import CampaignEditing
from campaigns.errors import StorageTrouble
from campaigns.model import Attendee, DeliveryState, Event, Kind, MailProgress, Organizer
from campaigns.ports import CampaignForm, Selection
from campaigns.roles import Actor
from campaigns.roster import Roster
from campaigns.service import CampaignService
from campaigns.timing import Pace
from storage.claims import SqlBatchQueue
from storage.migrate import migrate
from storage.store import SqlStore
from storage.tables import attendee, batch, delivery, notice, run, spend
from storage.vault import Vault, new_key
from tests.fakes.clocks import NOON, HandClock
from tests.fakes.mailers import OneMailer, PlainDesk, ScriptedMailer

OWNER = Actor("T1", "UOWNER")
ADMIN = Actor("T1", "UADMIN", is_admin=True)
COLLEAGUE = Actor("T1", "UOTHER")
STRANGER = Actor("T2", "USTRANGER", is_admin=True)

SUMMIT = Event("Summit", NOON + timedelta(days=30), NOON + timedelta(days=30, hours=1), "Europe/Madrid")


def someone(number):
    address = f"p{number:03}@example.org"
    return Attendee(address, address, f"Person {number}", number + 1, {"first_name": f"P{number}"})


def roster_of(count, *, columns=("email", "first_name"), problems=(), duplicates=0):
    return Roster(columns, [someone(n) for n in range(1, count + 1)], list(problems), duplicates)


def form_for(account_id, *, event=SUMMIT, mail_progress=MailProgress.EVERY_BATCH):
    return CampaignForm(
        event, Organizer("Olga", "olga@example.org"), account_id, "o@example.org", mail_progress
    )


class QuietAlarm:
    """Implements ``campaigns.ports.Alarm`` and counts."""

    def __init__(self):
        self.rung = 0

    def wake(self):
        self.rung += 1


class HeldList:
    """Implements ``campaigns.ports.Attachments``: gives the roster, or raises the error, it was given."""

    def __init__(self, held=None):
        self.held = held

    def read(self, upload):
        if isinstance(self.held, BaseException):
            raise self.held
        return self.held


class FailingStore:
    """A store whose ``writing`` raises StorageTrouble while ``failures`` is above 0, at the commit."""

    def __init__(self, store):
        self._store = store
        self.failures = 0

    @contextmanager
    def writing(self):
        with self._store.writing() as work:
            yield work
            if self.failures:
                self.failures -= 1
                raise StorageTrouble

    def reading(self):
        return self._store.reading()


class House:
    """Store, clock, provider, courier and services, wired as in the product; one thread, time by hand."""

    def __init__(self, folder):
        self.clock = HandClock()
        self.store = SqlStore(f"sqlite:///{folder}/house.db", Vault([new_key()]))
        migrate(self.store.engine)
        self.mailer = ScriptedMailer(self.clock)
        self.desk = PlainDesk()
        self.alarm = QuietAlarm()
        self.attachments = HeldList()
        self.queue = SqlBatchQueue(self.store.engine, "test")
        self.runs = RunService(self.store, self.clock, self.alarm)
        self.campaigns = CampaignService(self.store, self.attachments, self.clock, self.alarm)
        self.editing = CampaignEditing(self.store, self.clock, self.alarm)
        self.courier = self.new_courier()

    def new_courier(self, *, owner="test", store=None):
        return Courier(store or self.store, OneMailer(self.mailer), self.clock, self.desk, owner=owner)

    def close(self):
        self.store.close()

    # what people do

    def account(self, **limits):
        with self.store.writing() as work:
            return work.accounts.upsert(Account(0, "smtp", "out@example.org", "Outgoing", **limits))

    def campaign(self, people=3, *, roster=None, **form):
        account_id = form.pop("account_id", None) or self.account_id()
        with self.store.writing() as work:
            return work.campaigns.add(
                form_for(account_id, **form),
                workspace=OWNER.workspace,
                owner=OWNER.user,
                roster=roster or roster_of(people),
                missing_values=0,
                now=self.clock.now(),
            )

    def account_id(self):
        with self.store.reading() as work:
            known = work.accounts.all()
        return known[0].id if known else self.account().id

    def start(
        self, campaign, per_batch=None, gap=0, *, kind=Kind.INVITE, submission=None, actor=OWNER, **how
    ):
        submission = submission or f"submission-{campaign.id}-{self.clock.now().isoformat()}"
        pace = Pace(per_batch, gap)
        return self.runs.start(
            actor, campaign.id, Selection(kind), pace, channel="C1", submission=submission, **how
        )

    def ask_approval_above(self, attendees, watch=None):
        """From now on a run of more than so many waits for a second person."""
        self.runs = RunService(self.store, self.clock, self.alarm, approval_above=attendees, watch=watch)

    def revise(self, campaign, **changes):
        now = self.campaigns.view(OWNER, campaign.id).summary.campaign
        return self.editing.revise(OWNER, campaign.id, replace(now.event, **changes))

    # what time does

    def carry_due(self):
        """Carry what is due now, once each; returns (run, seq) of what was carried."""
        due = self.queue.claim_due(self.clock.now())
        for one in due:
            self.courier.send_chunk(one.run_id, one.seq)
        return [(one.run_id, one.seq) for one in due]

    def drain(self, rounds=500):
        """Let time pass until nothing is due any more; returns when each batch was carried."""
        carried = []
        for _ in range(rounds):
            wake_at = self.queue.next_wake_at(self.clock.now())
            if wake_at is None:
                return carried
            self.clock.time = max(self.clock.now(), wake_at)
            at = self.clock.now()
            carried += [(at, seq) for _, seq in self.carry_due()]
        raise AssertionError(f"still due after {rounds} rounds: {carried[-3:]}")

    # what can be seen

    def run(self, of):
        with self.store.reading() as work:
            return work.runs.get(of.id)

    def counts(self, of):
        with self.store.reading() as work:
            return work.runs.progress(of.id).counts

    def batch(self, of):
        with self.store.reading() as work:
            return work.batches.current(of.id)

    def failures(self, of):
        with self.store.reading() as work:
            return list(work.runs.failures(of.id))

    def rows(self, of):
        """Every delivery of a run with its attendee's address, in order."""
        query = (
            select(
                delivery,
                attendee.c.address,
                attendee.c.held_revision,
                attendee.c.unsure,
                attendee.c.removed_at,
            )
            .join(attendee, attendee.c.id == delivery.c.attendee_id)
            .where(delivery.c.run_id == of.id)
            .order_by(delivery.c.position)
        )
        return self._all(query)

    def people(self, campaign):
        """Every attendee's row, also of those who were taken off the list."""
        return self._all(select(attendee).where(attendee.c.campaign_id == campaign.id))

    def states(self, of):
        return {row.address: DeliveryState(row.state) for row in self.rows(of)}

    def batches(self, of):
        return self._all(select(batch).where(batch.c.run_id == of.id).order_by(batch.c.seq))

    def notices(self, kind=None):
        """(kind, medium) of every notice, or the notices of one kind."""
        rows = self._all(select(notice).order_by(notice.c.id))
        if kind is not None:
            return [row for row in rows if row.kind == kind]
        return [(row.kind, row.medium) for row in rows]

    def heard(self):
        """How often each kind but progress was written, over all media."""
        return Counter(kind for kind, _ in self.notices() if kind != "progress")

    def spends(self):
        return [row.at for row in self._all(select(spend).order_by(spend.c.id))]

    def all_runs(self):
        return self._all(select(run).order_by(run.c.id))

    def _all(self, query):
        with self.store.engine.connect() as connection:
            return connection.execute(query).all()
