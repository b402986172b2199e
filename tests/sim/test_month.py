"""A month of random traffic from one account: no rolling window is ever passed, and no wait is cut short."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from campaigns.errors import Busy, OverQuota
from campaigns.model import Kind, Reason, RunState
from campaigns.notices import NoticeKind
from campaigns.quota import windows
from scheduler.chores import prune_spends
from tests.fakes.clocks import NOON
from tests.sim.town import DAY, MINUTE, Town

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
MONTH = 30 * DAY
SHUT = (10 * MINUTE, HOUR, 7 * HOUR, 26 * HOUR)
"""For how long the provider says that the account has sent enough: the person's own mail counts too."""
QUIET = (30 * SECOND, 20 * MINUTE)
"""For how long it asks for no more requests."""


class Month:
    """What people do in a month, drawn from a seed, and what is promised meanwhile."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.town = Town(
            pause=lambda: timedelta(milliseconds=self.draw.randint(1, 2_000)),
            per_minute=self.draw.choice([2, 5, 20]),
            per_day=self.draw.choice([60, 110]),
            reserve=self.draw.choice([0, 20]),
        )
        self.town.provider.refuse = self._refuse
        self.campaigns = []
        self.shut_until = NOON
        self.refusals = 0
        self.broken = []

    def live(self):
        town = self.town
        while town.clock.now() < NOON + MONTH:
            self._something_happens()
            town.carry(until=town.clock.now() + timedelta(hours=self.draw.expovariate(1 / 6)))
            prune_spends(town.store, town.clock)
        town.provider.refuse = self._not_before_it_opens
        town.carry(until=NOON + 4 * MONTH)

    def _something_happens(self):
        town, draw = self.town, self.draw
        what = draw.choice(["campaign", "campaign", "update", "test"])
        if what == "campaign" or not self.campaigns:
            self.campaigns.append(town.campaign(draw.randint(3, 45)))
            town.start(self.campaigns[-1], draw.choice([None, 3, 10, 25]), draw.choice([0, 1, 30, 600]))
        elif what == "update":
            campaign = draw.choice(self.campaigns)
            town.revise(campaign, f"Gala {draw.random()}")
            pace = draw.choice([None, 10])
            if not town.is_sending(campaign):  # or that run would be replaced
                town.start(campaign, pace, 5, kind=Kind.UPDATE)
        elif what == "test":
            town.try_out(draw.choice(self.campaigns), draw.randint(1, 10**9))

    def _refuse(self, letter):
        self._not_before_it_opens(letter)
        chance = self.draw.random()
        if chance < 0.02:
            after = self.draw.choice(SHUT)
            self.refusals += not letter.recipient.startswith("tester")
            self.shut_until = self.town.clock.now() + after
            return OverQuota("Daily limit", after=after)
        if chance < 0.025:
            after = self.draw.choice(QUIET)
            self.shut_until = self.town.clock.now() + after
            return Busy("Slow down", after=after, whole_account=True)
        return Busy("Greylisted") if chance < 0.03 else None

    def _not_before_it_opens(self, letter):
        """Whatever was told to wait was told so for all of the account: every campaign, and every test."""
        if self.town.clock.now() < self.shut_until:
            # not raised here: the courier would take it for the provider's trouble
            self.broken.append(f"{letter.key} went at {self.town.clock.now()}, before {self.shut_until}")


@pytest.fixture(scope="module", params=range(4))
def month(request):
    lived = Month(request.param)
    lived.live()
    return lived


def test_no_rolling_window_is_ever_passed(month):
    times = [at for at, _ in month.town.provider.taken]
    assert len(times) > 1_000
    for rule in windows(month.town.account()):
        for first, one_too_many in zip(times, times[rule.limit :], strict=False):
            assert one_too_many - first >= rule.length, f"over {rule}: {first} to {one_too_many}"


def test_every_wait_for_a_limit_ends_by_itself_and_not_before_it_opens(month):
    assert month.refusals > 10
    assert month.broken == []
    pauses = [one for one in month.town.notices(NoticeKind.PAUSED) if one.medium == "slack"]
    assert {one.payload["reason"] for one in pauses} == {Reason.QUOTA}
    resumed = month.town.notices(NoticeKind.RESUMED)
    assert len(pauses) > month.refusals
    for run_id in month.town.began:
        # a provider's "enough" may come while the own limit opens bit by bit: then one end is that of both
        opens = []
        for one in sorted((*pauses, *resumed), key=lambda one: (one.created_at, one.id)):
            if one.run_id == run_id and one.kind == NoticeKind.PAUSED:
                opens.append(one.payload["resume_at"])
            elif one.run_id == run_id:
                assert opens
                assert one.created_at.isoformat() >= max(opens)
                opens = []
        assert not opens
    assert {month.town.run(run_id).state for run_id in month.town.began} == {RunState.FINISHED}


def test_a_wait_never_costs_a_batch_its_gap(month):
    batches = month.town.batches()
    later = [(key, batch) for key, batch in batches.items() if batch.seq > 1]
    assert later
    for (run_id, seq), batch in later:
        gap = month.town.run(run_id).pace.gap_minutes * MINUTE
        assert batch.opened_at >= batches[run_id, seq - 1].ended_at + gap


def test_nobody_is_lost_and_nobody_twice(month):
    for run_id in month.town.began:
        counts = month.town.counts(run_id)
        assert counts.sent == counts.total == month.town.run(run_id).total
    letters = Counter(letter.key for _, letter in month.town.provider.taken)
    assert set(letters.values()) == {1}
