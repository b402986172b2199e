"""A small world in which everything that can happen to a run happens.

People press buttons, time passes, the provider misbehaves, the power fails. Every step is a method, so that
a seed (``test_seeds``) and a state machine (``test_machine``) can tell their stories with the same words.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta

from campaigns import checkpoint
from campaigns.errors import (
    BadAddress,
    Busy,
    Misconfigured,
    NoAccess,
    OverQuota,
    StateError,
    StorageTrouble,
    Unsure,
)
from campaigns.forms import form_of
from campaigns.hand_over import LEASE
from campaigns.hours import is_open
from campaigns.model import RunState
from campaigns.timing import Pace, SendingHours, Timing
from campaigns.uploaded_list import ListPurpose
from scheduler import recovery
from tests.fakes.campaigns import ADMIN, OWNER, SUMMIT, FailingStore, House, roster_of, someone
from tests.fakes.clocks import NOON
from tests.fakes.mailers import LostReply, ScriptedMailer
from tests.sim import promises

HOUR = timedelta(hours=1)
JUMPS = {
    "second": timedelta(seconds=1),
    "nearly a minute": timedelta(seconds=59),
    "minutes": timedelta(minutes=3),
    "lease": LEASE + timedelta(seconds=1),
    "hours": 10 * HOUR,
    "day": 25 * HOUR,
}
SENDS = timedelta(milliseconds=700)
HOURS = {
    "any hour": None,
    "mornings": SendingHours(time(10), time(13, 30), (1, 2, 3, 4, 5), "Europe/Madrid"),
    "nights": SendingHours(time(22), time(2), (1, 2, 3, 4, 5, 6, 7), "UTC", ((NOON + 49 * HOUR).date(),)),
    "a minute": SendingHours(time(13), time(13, 1), (1, 2, 3, 4, 5, 6, 7), "Europe/Madrid"),
}
STARTS = {"now": timedelta(0), "soon": timedelta(minutes=90), "tomorrow": 20 * HOUR}
SOME_YEAR = replace(
    SUMMIT, starts_at=NOON + timedelta(days=4000), ends_at=NOON + timedelta(days=4000, hours=1)
)
DECIDED_BY = {"approve": ADMIN, "decline": ADMIN}


class Crash(BaseException):
    """The process is gone. Not an Exception: nobody may catch it."""


class WatchedMailer(ScriptedMailer):
    """Somebody looks at each letter at the moment at which it is handed over."""

    def __init__(self, clock, takes, watch):
        super().__init__(clock, takes)
        self._watch = watch

    def send(self, letter):
        self._watch(letter)
        return super().send(letter)


class World:
    """One process around one database, two campaigns of one account, and a provider with a bad day."""

    TROUBLES = (
        *("taken",) * 12,
        *("greylisted", "full", "down", "quota", "bad", "spam", "login", "settings"),
        *("lost", "unclear", "odd", "pause", "stop", "helper", "helper", "slow", "cut", "disk", "pace"),
        *(
            "stop greylisted",
            "stop down",
            "pause quota",
            "slow lost",
            "slow bad",
            "helper full",
            "helper down",
        ),
    )

    def __init__(self, folder, *, per_minute=None, per_day=None, people=(7, 4), approval_above=None):
        self.house = House(folder)
        self.house.ask_approval_above(approval_above)
        self.house.account(per_minute=per_minute, per_day=per_day)
        self.house.mailer = WatchedMailer(self.house.clock, SENDS, self._look_at_the_clock)
        self.failing = FailingStore(self.house.store)
        self.campaigns = [self.house.campaign(count, event=SOME_YEAR) for count in people]
        self.begun = []
        self.paces = {}
        self.unapproved = set()
        self.sent_again = Counter()
        self.carrying = []
        self.broken = []
        self.submissions = 0
        self.house.courier = self.house.new_courier(store=self.failing)

    def close(self):
        checkpoint.install(None)
        self.house.close()

    # people

    def start(self, campaign, per_batch, gap, *, hours="any hour", starts="now"):
        starts_at = self.house.clock.now() + STARTS[starts] if STARTS[starts] else None
        timing = Timing(starts_at, HOURS[hours])
        with suppress(StateError):
            self._begin(
                self.house.start(campaign, per_batch, gap, submission=self._submission(), timing=timing)
            )

    def press(self, button, run_id):
        with suppress(StateError):
            getattr(self.house.runs, button)(DECIDED_BY.get(button, OWNER), run_id)
            if button == "approve":
                self.unapproved.discard(run_id)

    def change_pace(self, run_id, per_batch, gap):
        with suppress(StateError):
            changed = self.house.runs.change_pace(OWNER, run_id, Pace(per_batch, gap))
            self.paces[run_id].append((self.house.clock.now(), changed.pace))

    def retry_failed(self, run_id):
        with suppress(StateError):
            self._begin(self.house.runs.retry_failed(OWNER, run_id, submission=self._submission()))

    def send_again(self, run_id):
        with suppress(StateError):
            again = self.house.runs.send_again(OWNER, run_id, submission=self._submission())
            self._begin(again)
            self.sent_again.update((again.campaign_id, row.address) for row in self.rows(again.id))

    def _begin(self, run):
        self.begun.append(run.id)
        if run.state is RunState.PLANNED:
            self.unapproved.add(run.id)
        self.paces[run.id] = [(self.house.clock.now(), run.pace)]

    def revise(self, campaign):
        self.submissions += 1
        self.house.revise(campaign, title=f"Summit {self.submissions}")

    def replace_list(self, campaign, numbers):
        """From now on only these people, by number, are on the list of ``campaign``."""
        house, people = self.house, [someone(number) for number in numbers]
        house.attachments.held = replace(roster_of(0), attendees=people)
        upload = house.campaigns.submit(
            OWNER,
            form_of(campaign),
            file={},
            view_id="",
            submission=self._submission(),
            purpose=ListPurpose.REPLACE,
            target=campaign.id,
        )
        house.campaigns.import_list(upload)
        house.editing.apply_list(OWNER, upload.id)

    # time

    def jump(self, how_far):
        self.house.clock.advance(JUMPS[how_far])

    def wait_for_what_is_due(self):
        wake_at = self.house.queue.next_wake_at(self.house.clock.now())
        if wake_at is not None:
            self.house.clock.time = max(self.house.clock.now(), wake_at)

    def carry(self, troubles=(), crash_after=None):
        """Carry what is due; the provider meets ``troubles`` one by one, the power fails at a checkpoint."""
        self.house.mailer.script = [self._entry(name) for name in troubles]
        self._arm(crash_after)
        try:
            for due in self.house.queue.claim_due(self.house.clock.now()):
                self._send(due.run_id, due.seq)
        except Crash:
            self._come_back()
        finally:
            self._arm(None)
            self.house.mailer.script = []
            self.carrying.clear()

    def chore(self):
        """What the housekeeping does every so often."""
        recovery.abandon_expired(self.house.store, self.house.clock)

    def _send(self, run_id, seq):
        self.carrying.append((run_id, seq))
        with suppress(StorageTrouble):  # as the dispatcher does: the lease brings the batch back
            self.house.courier.send_chunk(run_id, seq)
        self.carrying.pop()

    def _come_back(self):
        self._arm(None)
        self.failing.failures = 0
        self.house.courier = self.house.new_courier(store=self.failing)
        recovery.take_over(self.house.store, self.house.clock)
        assert not [row for run_id in self.begun for row in self.rows(run_id) if row.state == "sending"]

    # trouble

    def _entry(self, name):
        provider_says = {
            "greylisted": Busy("Greylisted"),
            "full": Busy("Mailbox full", after=3 * HOUR),
            "down": Busy("Server down", whole_account=True),
            "quota": OverQuota("Daily limit", after=5 * HOUR),
            "bad": BadAddress("No such mailbox"),
            "spam": BadAddress("Spam suspected", policy=True),
            "login": NoAccess("Login refused"),
            "settings": Misconfigured("Sender not allowed"),
            "lost": LostReply(Unsure("The reply was lost")),
            "unclear": Unsure("The reply was lost"),
            "odd": LostReply(KeyError("surprise")),
            "cut": LostReply(Crash()),
        }
        meanwhile = {
            "pause": lambda: self.press("pause", self.carrying[-1][0]),
            "stop": lambda: self.press("stop", self.carrying[-1][0]),
            "pace": lambda: self.change_pace(self.carrying[-1][0], 2, 30),
            "helper": self._meet_a_helper,
            "slow": self._outlive_the_lease,
            "disk": lambda: setattr(self.failing, "failures", 2),
        }
        event, _, reply = name.rpartition(" ") if " " in name else (name, "", name)
        if event in meanwhile:
            return lambda _: (meanwhile[event](), provider_says.get(reply))[1]
        return provider_says.get(reply)

    def _meet_a_helper(self):
        run_id, seq = self.carrying[-1]
        self._send(run_id, seq)
        batch = self.house.batches(self.run(run_id))[seq - 1]
        # not raised here: the courier would take it for the provider's trouble
        if batch.ended_at is not None:
            self.broken.append(f"batch {seq} of run {run_id} ended while an invite of it was on the wire")

    def _outlive_the_lease(self):
        self.jump("lease")
        self.chore()

    def _look_at_the_clock(self, letter):
        """What is handed over was claimed at this very moment."""
        # not raised here: the courier would take it for the provider's trouble
        run, now = self.run(self.carrying[-1][0]), self.house.clock.now()
        if not is_open(run.timing.hours, now):
            self.broken.append(f"run {run.id} sent at {now}, outside its hours")
        if run.timing.starts_at is not None and now < run.timing.starts_at:
            self.broken.append(f"run {run.id} sent at {now}, before its time")
        if run.state is not RunState.RUNNING:
            self.broken.append(f"run {run.id} sent while it was {run.state}")
        taken_off = {row.address for row in self.rows(run.id) if row.removed_at is not None}
        if letter.recipient in taken_off:
            self.broken.append(f"run {run.id} sent to {letter.recipient}, who is on the list no more")

    def _arm(self, crash_after):
        if crash_after is None:
            checkpoint.install(None)
            return
        left = iter(range(crash_after))

        def hook(name):
            if next(left, None) is None:
                raise Crash(name)

        checkpoint.install(hook)

    # what must hold

    def check(self):
        """Raise AssertionError if a promise is broken."""
        promises.check(self)

    def settle_everything(self):
        """The bad day is over: with everything mended, every run comes to its end and nobody is left."""
        for _ in range(400):
            self.check()
            active = [run_id for run_id in self.begun if self.run(run_id).ended_at is None]
            if not active:
                break
            for run_id in active:
                self.press("approve", run_id)
                # at a limit, time is what helps: pressing Resume only asks the limit again
                if self.run(run_id).resume_at is None:
                    self.press("resume", run_id)
            self.wait_for_what_is_due()
            self.chore()
            self.carry()
        for run_id in self.begun:
            assert self.run(run_id).ended_at is not None, "a run never comes to its end"
            assert not self.house.counts(self.run(run_id)).left, "somebody is left behind"

    # looking

    def run(self, run_id):
        with self.house.store.reading() as work:
            return work.runs.get(run_id)

    def rows(self, run_id):
        return self.house.rows(self.run(run_id))

    def letters(self):
        return Counter(
            (int(one.letter.key.split("/")[0]), one.letter.recipient) for one in self.house.mailer.accepted
        )

    def newest_runs(self):
        """The latest run of each campaign: where the messages with the buttons are."""
        return sorted({self.run(run_id).campaign_id: run_id for run_id in self.begun}.values())

    def _submission(self):
        self.submissions += 1
        return f"submission-{self.submissions}"
