"""A town: several campaigns send from one account for a month, on the in-memory store, by a clock of its own.

Nobody presses a button after *Start Batch Sending*: whatever pauses has to go on by itself, or by a renewal.
"""

from dataclasses import replace
from datetime import timedelta

from campaigns.account import Account, AccountState
from campaigns.conduct import RunService
from campaigns.courier import Courier
from campaigns.editing import CampaignEditing
from campaigns.errors import FAULTS, StateError
from campaigns.hand_over import Receipt
from campaigns.model import Event, Kind, Organizer
from campaigns.ports import CampaignForm, Selection
from campaigns.renewal import AccountWatch
from campaigns.timing import Pace
from campaigns.trial import Trials
from storage.memory import MemoryStore
from storage.memory_queue import MemoryBatchQueue
from tests.fakes.campaigns import OWNER, QuietAlarm, roster_of
from tests.fakes.clocks import NOON, HandClock
from tests.fakes.mailers import OneMailer, PlainDesk

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FAR = NOON + timedelta(days=900)
GALA = Event("Gala", FAR, FAR + timedelta(hours=2), "Europe/Madrid")


class Provider:
    """Implements ``campaigns.mailer_port.Mailer``; takes its time, and may have words of its own first.

    ``refuse`` is asked before every letter for a fault (None: it is taken); ``entry`` before every check.
    """

    def __init__(self, clock, *, pause=lambda: timedelta(0)):
        self._clock = clock
        self._pause = pause
        self.refuse = lambda _: None
        self.entry = lambda: None
        self.taken = []
        self.seen = []

    def send(self, letter):
        self._clock.advance(self._pause())
        self.seen.append((self._clock.now(), letter))
        fault = self.refuse(letter)
        if fault is not None:
            raise fault
        self.taken.append((self._clock.now(), letter))
        self._clock.advance(self._pause())
        return Receipt(f"taken-{len(self.taken)}")

    def check(self):
        fault = self.entry()
        if fault is not None:
            raise fault

    def close(self):
        """Nothing is open."""


class Town:
    """One account with its limits, and everything that sends from it."""

    def __init__(self, *, pause=lambda: timedelta(0), resumes=True, **account):
        self.clock = HandClock()
        self.store = MemoryStore()
        self.provider = Provider(self.clock, pause=pause)
        mailers, alarm, desk = OneMailer(self.provider), QuietAlarm(), PlainDesk()
        self.queue = MemoryBatchQueue(self.store)
        self.watch = AccountWatch(self.store, mailers, self.clock, alarm, resumes=resumes)
        self.runs = RunService(self.store, self.clock, alarm, watch=self.watch)
        self.editing = CampaignEditing(self.store, self.clock, alarm)
        self.trials = Trials(self.store, mailers, self.clock)
        self.courier = Courier(self.store, mailers, self.clock, desk, owner="town")
        with self.store.writing() as work:
            more = {"workspace": OWNER.workspace, "is_shared": True} | account
            known = Account(0, "gmail", "ann@example.org", "Ann", **more)
            self.account_id = work.accounts.upsert(known).id
        self.began = []

    # what people do

    def campaign(self, people, *, title="Gala", owner=OWNER.user, mailbox="o@example.org"):
        with self.store.writing() as work:
            organizer = Organizer("Olga", "olga@example.org")
            form = CampaignForm(replace(GALA, title=title), organizer, self.account_id, mailbox, "off")
            return work.campaigns.add(
                form,
                workspace=OWNER.workspace,
                owner=owner,
                roster=roster_of(people),
                missing_values=0,
                now=self.clock.now(),
            )

    def start(self, campaign, per_batch=None, gap=0, *, kind=Kind.INVITE, channel="C1"):
        """The run, or None if there is nothing to start."""
        number = f"submission-{len(self.began)}"
        actor = replace(OWNER, user=campaign.owner)
        try:
            run = self.runs.start(
                actor,
                campaign.id,
                Selection(kind),
                Pace(per_batch, gap),
                channel=channel,
                submission=number,
                past_start_ok=True,
            )
        except StateError:
            return None
        self.began.append(run.id)
        return run

    def revise(self, campaign, title):
        self.editing.revise(OWNER, campaign.id, replace(GALA, title=title))

    def try_out(self, campaign, number):
        try:
            self.trials.send(OWNER, campaign.id, f"tester{number}@example.org", nonce=str(number))
        except (*FAULTS, StateError):
            return

    # what time does

    def carry(self, *, until):
        """Let everything happen that is due before ``until``; then it is then, or a little later."""
        while True:
            wake_at = self.queue.next_wake_at(self.clock.now())
            if wake_at is None or wake_at >= until:
                self.clock.time = max(self.clock.now(), until)
                return
            self.clock.time = max(self.clock.now(), wake_at)
            for due in self.queue.claim_due(self.clock.now()):
                self.courier.send_chunk(due.run_id, due.seq)

    # what can be seen

    def account(self):
        with self.store.reading() as work:
            return work.accounts.get(self.account_id)

    def run(self, run_id):
        with self.store.reading() as work:
            return work.runs.get(run_id)

    def is_sending(self, campaign):
        with self.store.reading() as work:
            latest = work.runs.latest(campaign.id)
        return latest is not None and latest.ended_at is None

    def counts(self, run_id):
        with self.store.reading() as work:
            return work.runs.progress(run_id).counts

    def batches(self):
        """Every batch by its run and number."""
        with self.store.reading() as work:
            return {(row.batch.run_id, row.batch.seq): row.batch for row in work.ledger.batches.all()}

    def notices(self, *kinds):
        with self.store.reading() as work:
            return [row.notice for row in work.ledger.notices.all() if row.notice.kind in kinds]

    def is_ready(self):
        return self.account().state is AccountState.READY
