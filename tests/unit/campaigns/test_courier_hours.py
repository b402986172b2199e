"""A batch under way keeps the run's hours; nobody is alerted, and nobody is claimed outside them."""

from datetime import time, timedelta

import pytest

from campaigns.errors import BadAddress, Busy
from campaigns.model import RunState
from campaigns.timing import SendingHours, Timing
from tests.fakes.campaigns import OWNER
from tests.fakes.clocks import NOON

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
UNTIL_ONE = Timing(hours=SendingHours(time(9), time(13), (1, 2, 3, 4, 5), "UTC"))
TOMORROW = NOON + 21 * HOUR


@pytest.fixture
def resting(house):
    """A run of six whose first batch got to four before its hours closed at one."""
    house.mailer.takes = 18 * MINUTE
    run = house.start(house.campaign(6), per_batch=5, gap=60, timing=UNTIL_ONE)
    house.carry_due()
    return run


def test_when_the_hours_close_the_batch_rests_until_they_open(house, resting):
    assert house.mailer.times == [NOON + 18 * MINUTE * n for n in range(4)]
    batch = house.batch(resting)
    assert (batch.seq, batch.ended_at, batch.due_at) == (1, None, TOMORROW)
    house.drain()
    assert house.mailer.times[4:] == [TOMORROW, TOMORROW + 18 * MINUTE + HOUR]
    assert house.counts(resting).sent == 6


def test_resting_is_no_pause_and_no_alert(house, resting):
    assert house.run(resting).state is RunState.RUNNING
    assert house.heard()["paused"] == 0
    assert house.batch(resting).stumbles == 0


def test_the_message_of_a_resting_run_says_when_it_goes_on(house, resting):
    report = house.runs.report(OWNER, resting.id)[1]
    assert (report.batch_open, report.next_at) == (True, TOMORROW)
    assert report.expected_end_at == TOMORROW + HOUR
    assert house.notices("progress")[0].state == "due"


def test_a_batch_that_is_over_ends_though_the_hours_are_shut(house):
    house.mailer.takes = 30 * MINUTE
    run = house.start(house.campaign(2), timing=UNTIL_ONE)
    house.carry_due()
    assert house.clock.now() == NOON + HOUR
    assert house.run(run).state is RunState.FINISHED


def test_a_batch_that_comes_due_while_they_are_shut_takes_nobody(house):
    run = house.start(house.campaign(2), timing=UNTIL_ONE)
    house.clock.advance(2 * HOUR)
    house.carry_due()
    assert house.batch(run).opened_at is None
    assert house.batch(run).due_at == TOMORROW


def test_a_retry_that_comes_after_closing_waits_for_the_morning(house):
    run = house.start(house.campaign(2), timing=UNTIL_ONE)
    house.clock.time = NOON + HOUR - 30 * SECOND
    house.mailer.script = [Busy("Greylisted", after=MINUTE)]
    house.drain()
    assert house.mailer.times == [NOON + HOUR - 30 * SECOND, TOMORROW]
    assert house.counts(run).sent == 2


def test_a_resumed_run_still_keeps_its_hours(house, resting):
    house.runs.pause(OWNER, resting.id)
    house.runs.resume(OWNER, resting.id)
    assert house.batch(resting).due_at == TOMORROW


def test_the_outcome_of_what_was_on_the_wire_at_closing_is_kept(house):
    house.mailer.takes = 2 * HOUR
    house.mailer.script = [BadAddress("No such mailbox")]
    run = house.start(house.campaign(3), per_batch=2, gap=10, timing=UNTIL_ONE)
    house.carry_due()
    counts = house.counts(run)
    assert (counts.failed, counts.queued, counts.sending) == (1, 2, 0)
