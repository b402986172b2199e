"""The account's own limits, kept exactly whatever the pace."""

from datetime import timedelta

import pytest

from campaigns.errors import BadAddress, Busy, Unsure
from campaigns.model import Reason, RunState
from scheduler import recovery
from tests.fakes.clocks import NOON
from tests.fakes.mailers import LostReply

TICK = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(hours=24)


def test_a_limit_per_minute_is_waited_out_in_place(house):
    house.account(per_minute=2)
    run = house.start(house.campaign(5), per_batch=5)
    house.drain()
    assert house.mailer.times == [NOON, NOON, NOON + MINUTE, NOON + MINUTE, NOON + 2 * MINUTE]
    assert house.run(run).state is RunState.FINISHED
    assert house.heard()["paused"] == 0


def test_with_one_a_day_the_second_goes_exactly_a_day_later(house):
    house.account(per_day=1)
    run = house.start(house.campaign(2), per_batch=1)
    house.carry_due()
    house.carry_due()
    paused = house.run(run)
    assert (paused.state, paused.reason, paused.resume_at) == (RunState.PAUSED, Reason.QUOTA, NOON + DAY)
    assert "limit of 1 invites in 24 hours" in paused.detail
    house.clock.time = NOON + DAY - TICK
    assert house.carry_due() == []
    house.clock.advance(TICK)
    assert [seq for _, seq in house.carry_due()] == [2]
    assert house.mailer.times == [NOON, NOON + DAY]


def test_a_day_counts_from_when_the_outcome_was_known(house):
    """The provider may count from any moment of the dialogue; its end is the safe one."""
    house.account(per_day=1)
    house.mailer.takes = 40 * SECOND
    house.start(house.campaign(2), per_batch=1)
    house.drain()
    assert house.mailer.times == [NOON, NOON + 40 * SECOND + DAY]


def test_the_last_of_a_batch_does_not_pause_a_run_that_has_nothing_left(house):
    house.account(per_day=3)
    run = house.start(house.campaign(3), per_batch=3)
    house.drain()
    assert house.run(run).state is RunState.FINISHED
    assert house.heard()["paused"] == 0


def test_a_batch_that_ends_at_the_limit_arms_the_next_as_ever(house):
    house.account(per_day=2)
    run = house.start(house.campaign(4), per_batch=2, gap=10)
    house.carry_due()
    assert (house.batch(run).seq, house.batch(run).due_at) == (2, NOON + 10 * MINUTE)
    assert house.run(run).state is RunState.RUNNING


def test_two_campaigns_of_one_account_share_its_limit(house):
    house.account(per_minute=3)
    runs = [house.start(house.campaign(4), submission=str(n)) for n in range(2)]
    house.drain()
    assert [house.counts(run).sent for run in runs] == [4, 4]
    times = house.mailer.times
    assert all(later - earlier >= MINUTE for earlier, later in zip(times, times[3:], strict=False))
    assert times[-1] == NOON + 2 * MINUTE


def test_two_campaigns_of_one_account_both_pause_and_both_go_on(house):
    house.account(per_day=3)
    runs = [house.start(house.campaign(3), submission=str(n)) for n in range(2)]
    house.drain()
    assert [house.run(run).state for run in runs] == [RunState.FINISHED] * 2
    assert sorted(house.mailer.times) == [NOON] * 3 + [NOON + DAY] * 3


def test_what_another_worker_has_on_the_wire_counts(house):
    house.account(per_day=2)
    run = house.start(house.campaign(3), per_batch=3)
    other = house.new_courier(owner="other")
    wire = []

    def meanwhile(_):
        other.send_chunk(run.id, 1)
        wire.append(len(house.mailer.tried))

    house.mailer.script = [meanwhile]
    house.carry_due()
    assert wire == [2]
    assert len(house.mailer.accepted) == 2
    assert house.run(run).state is RunState.PAUSED


@pytest.mark.parametrize("entry", [None, LostReply(Unsure("The reply was lost"))], ids=["sent", "unsure"])
def test_what_went_or_may_have_gone_is_spent(house, entry):
    house.account(per_day=5)
    house.start(house.campaign(1))
    house.mailer.script = [entry]
    house.drain()
    assert house.spends() == [NOON]


@pytest.mark.parametrize("fault", [BadAddress("No such mailbox"), Busy("Greylisted", after=DAY)])
def test_what_the_provider_refused_is_not_spent(house, fault):
    house.account(per_day=1)
    house.start(house.campaign(2), per_batch=2, gap=0)
    house.mailer.script = [fault]
    house.carry_due()
    assert len(house.mailer.accepted) == 1
    assert len(house.spends()) == 1


def test_an_account_without_limits_keeps_its_book_too(house):
    """A limit may be set later, and people are told how much went today."""
    house.start(house.campaign(2))
    house.drain()
    assert house.spends() == [NOON, NOON]


def test_a_limit_that_was_raised_holds_for_the_next_batch(house):
    house.account(per_minute=1)
    house.start(house.campaign(5), per_batch=5)
    house.carry_due()
    house.account(per_minute=100)
    house.drain()
    assert house.mailer.times == [NOON] + [NOON + MINUTE] * 4


def test_an_invite_abandoned_in_a_crash_counts_against_the_limit(house):
    house.account(per_day=1)
    house.start(house.campaign(2), per_batch=2)

    def power_cut(letter):
        house.mailer.accepted.append(letter)
        raise KeyboardInterrupt

    house.mailer.script = [power_cut]
    with pytest.raises(KeyboardInterrupt):
        house.carry_due()
    recovery.take_over(house.store, house.clock)
    house.carry_due()
    assert len(house.mailer.accepted) == 1
