"""A small world in which everything that can happen to a run happens, and what must hold whatever happens.

People press buttons, time passes, the provider misbehaves, the power fails. Every step is a method, so that
a seed (``test_seeds``) and a state machine (``test_machine``) can tell their stories with the same words.
"""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

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
from campaigns.faults import MAX_ATTEMPTS
from campaigns.model import LEASE, RunState
from campaigns.quota import windows
from scheduler import recovery
from tests.fakes.campaigns import OWNER, FailingStore, House
from tests.fakes.mailers import LostReply

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
MAY_HAVE_GONE = {"sent", "unsure", "sending"}


class Crash(BaseException):
    """The process is gone. Not an Exception: nobody may catch it."""


class World:
    """One process around one database, two campaigns of one account, and a provider with a bad day."""

    TROUBLES = (
        *("taken",) * 12,
        *("greylisted", "full", "down", "quota", "bad", "spam", "login", "settings"),
        *("lost", "unclear", "odd", "pause", "stop", "helper", "helper", "slow", "cut", "disk"),
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

    def __init__(self, folder, *, per_minute=None, per_day=None, people=(7, 4)):
        self.house = House(folder)
        self.house.account(per_minute=per_minute, per_day=per_day)
        self.house.mailer.takes = SENDS
        self.failing = FailingStore(self.house.store)
        self.campaigns = [self.house.campaign(count) for count in people]
        self.begun = []
        self.sent_again = Counter()
        self.carrying = []
        self.broken = []
        self.submissions = 0
        self.house.courier = self.house.new_courier(store=self.failing)

    def close(self):
        checkpoint.install(None)
        self.house.close()

    # people

    def start(self, campaign, per_batch, gap):
        with suppress(StateError):
            self.begun.append(self.house.start(campaign, per_batch, gap, submission=self._submission()).id)

    def press(self, button, run_id):
        with suppress(StateError):
            getattr(self.house.runs, button)(OWNER, run_id)

    def retry_failed(self, run_id):
        with suppress(StateError):
            again = self.house.runs.retry_failed(OWNER, run_id, submission=self._submission())
            self.begun.append(again.id)

    def send_again(self, run_id):
        with suppress(StateError):
            again = self.house.runs.send_again(OWNER, run_id, submission=self._submission())
            self.begun.append(again.id)
            self.sent_again.update((again.campaign_id, row.address) for row in self.rows(again.id))

    def revise(self, campaign):
        self.submissions += 1
        self.house.revise(campaign, title=f"Summit {self.submissions}")

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
        assert not self.broken
        for run_id in self.begun:
            self._check_run(run_id)
        self._check_letters()
        self._check_limits()
        finished = sum(self.run(run_id).state is RunState.FINISHED for run_id in self.begun)
        assert self.house.heard()["finished"] == 2 * finished

    def _check_run(self, run_id):
        run, rows = self.run(run_id), self.rows(run_id)
        counts = self.house.counts(run)
        assert counts.total == run.total == len(rows) == len({row.address for row in rows})
        assert Counter(row.state for row in rows) == Counter(
            {name: getattr(counts, name) for name in counts.__slots__ if getattr(counts, name)}
        )
        assert all(0 <= row.tries <= MAX_ATTEMPTS for row in rows)
        assert run.ended_at is None or not counts.queued, "somebody waits in a run that is over"
        batches = self.house.batches(run)
        open_ones = [batch for batch in batches if batch.ended_at is None]
        assert [batch.seq for batch in batches] == list(range(1, len(batches) + 1))
        assert len(open_ones) == (0 if run.state is RunState.FINISHED else 1)
        gap = self.house.clock.minute * run.pace.gap_minutes
        for earlier, later in pairwise(batches):
            assert (later.opened_at or later.due_at) >= earlier.ended_at + gap
        sizes = Counter(row.batch_seq for row in rows if row.batch_seq)
        assert max(sizes.values(), default=0) <= (run.pace.per_batch or run.total)

    def _check_letters(self):
        states = {}
        for run_id in self.begun:
            campaign_id = self.run(run_id).campaign_id
            for row in self.rows(run_id):
                states.setdefault((campaign_id, row.address), []).append(row)
        letters = self.letters()
        for person, rows in states.items():
            taken = letters[person]
            assert taken <= 1 + self.sent_again[person], f"{person} was invited {taken} times"
            if any(row.state == "sent" for row in rows):
                assert taken, f"{person} counts as sent and was not"
            if taken:
                assert rows[-1].unsure or MAY_HAVE_GONE & {row.state for row in rows}, (
                    f"{person} is forgotten"
                )

    def _check_limits(self):
        times = sorted(one.at for one in self.house.mailer.accepted)
        with self.house.store.reading() as work:
            (account,) = work.accounts.all()
        for rule in windows(account):
            for first, one_too_many in zip(times, times[rule.limit :], strict=False):
                assert one_too_many - first >= rule.length, f"over {rule}: {first} to {one_too_many}"

    def settle_everything(self):
        """The bad day is over: with everything mended, every run comes to its end and nobody is left."""
        for _ in range(200):
            self.check()
            active = [run_id for run_id in self.begun if self.run(run_id).ended_at is None]
            if not active:
                break
            for run_id in active:
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
