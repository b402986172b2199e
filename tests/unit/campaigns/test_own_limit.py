"""The account's own limit, which opens bit by bit: what people hear of it, and what they see meanwhile."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from campaigns.account import Account, AccountSettings
from campaigns.accounts_desk import AccountsDesk
from campaigns.errors import OverQuota
from campaigns.model import RunState
from campaigns.timing import Pace
from tests.fakes.campaigns import OWNER
from tests.fakes.clocks import NOON

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)
EVERY_MEDIUM = 3


def live(house, length, *, run=None):
    """Returns where ``run`` stood after each thing that happened: its state, and when it said it goes on."""
    until, seen = house.clock.now() + length, []
    while (wake_at := house.queue.next_wake_at(house.clock.now())) is not None and wake_at < until:
        house.clock.time = max(house.clock.now(), wake_at)
        house.carry_due()
        if run is not None:
            seen.append((house.run(run).state, house.run(run).resume_at))
    house.clock.time = until
    return seen


def told(house):
    return house.heard()["paused"], house.heard()["resumed"]


def a_day_of_little(house, people, per_batch, gap):
    """Yesterday somebody sent a little at a time, and today as little leaves the window at a time."""
    house.account(per_day=people)
    house.start(house.campaign(people), per_batch=per_batch, gap=gap, submission="yesterday")
    live(house, DAY)
    assert told(house) == (0, 0)


def test_a_limit_that_opens_bit_by_bit_is_told_once_and_shown_each_time(house):
    a_day_of_little(house, 100, per_batch=5, gap=10)
    run = house.start(house.campaign(100), submission="today")
    seen = live(house, 6 * HOUR, run=run)
    assert (house.run(run).state, house.counts(run).sent) == (RunState.FINISHED, 100)
    assert told(house) == (EVERY_MEDIUM, 1)
    stops = [resume_at for state, resume_at in seen if state is RunState.PAUSED]
    assert len(stops) == 19
    assert all(later - earlier == 10 * MINUTE for earlier, later in pairwise(stops))


def test_batch_after_batch_that_goes_by_bits_is_one_matter(house):
    a_day_of_little(house, 60, per_batch=5, gap=20)
    run = house.start(house.campaign(60), per_batch=20, gap=60, submission="today")
    live(house, 11 * HOUR)
    assert (house.run(run).state, house.counts(run).sent) == (RunState.FINISHED, 60)
    assert told(house) == (EVERY_MEDIUM, 1)
    (goes_on,) = house.notices("resumed")
    assert goes_on.created_at == NOON + DAY + HOUR  # the rest of the first batch has room


def test_each_days_limit_is_told_and_that_the_day_after_it_goes_on(house):
    house.account(per_day=3)
    run = house.start(house.campaign(8))
    house.drain()
    assert house.run(run).state is RunState.FINISHED
    assert told(house) == (2 * EVERY_MEDIUM, 2)
    assert [row.created_at for row in house.notices("resumed")] == [NOON + DAY, NOON + 2 * DAY]


def test_a_day_that_opens_as_slowly_as_it_was_filled_is_told_when_it_begins(house):
    """The pace of the run is kept, and each batch finds its room."""
    house.account(per_day=30)
    run = house.start(house.campaign(70), per_batch=5, gap=10)
    live(house, 3 * DAY)
    assert house.run(run).state is RunState.FINISHED
    assert told(house) == (2 * EVERY_MEDIUM, 2)
    assert [row.created_at for row in house.notices("resumed")] == [NOON + DAY, NOON + 2 * DAY]


def test_who_resumes_a_run_that_the_limit_still_stops_hears_of_it(house):
    house.account(per_day=3)
    run = house.start(house.campaign(5))
    house.carry_due()
    house.clock.advance(HOUR)
    house.runs.resume(OWNER, run.id)
    house.carry_due()
    assert told(house) == (2 * EVERY_MEDIUM, 0)


def test_what_the_provider_says_meanwhile_is_another_matter(house):
    a_day_of_little(house, 12, per_batch=2, gap=60)
    run = house.start(house.campaign(12), submission="today")
    live(house, HOUR)
    house.mailer.script = [None, OverQuota("Daily limit", after=90 * MINUTE)]
    live(house, HOUR)
    assert house.run(run).detail == "Daily limit."
    assert told(house) == (2 * EVERY_MEDIUM, 0)
    live(house, DAY)
    assert [row.payload["detail"] for row in house.notices("paused")][::EVERY_MEDIUM][1:2] == ["Daily limit"]
    assert house.run(run).state is RunState.FINISHED
    assert house.counts(run).sent == 12


def test_a_run_that_somebody_paused_meanwhile_has_told_nobody_of_the_limit(house):
    house.account(per_day=3)
    run = house.start(house.campaign(5), per_batch=1, gap=60)
    live(house, 2 * HOUR + MINUTE)
    house.runs.pause(OWNER, run.id)
    live(house, 2 * HOUR)
    house.runs.resume(OWNER, run.id)
    house.carry_due()
    assert told(house) == (EVERY_MEDIUM, 0)


@pytest.mark.parametrize("pace", [Pace(None), Pace(2, 5)])
def test_a_run_that_ends_leaves_no_words_of_a_limit(house, pace):
    house.account(per_day=4)
    run = house.start(house.campaign(9), per_batch=pace.per_batch, gap=pace.gap_minutes)
    house.drain()
    assert (house.run(run).state, house.run(run).detail) == (RunState.FINISHED, "")


# changed by its keeper


def limited(house, per_day=5):
    with house.store.writing() as work:
        mine = Account(0, "gmail", "o@example.org", "O", workspace="T1", connected_by=OWNER.user)
        return work.accounts.upsert(replace(mine, per_day=per_day))


def change(house, account, per_day):
    desk = AccountsDesk(house.store, house.clock, house.alarm, consents={}, watch=None)
    desk.change_settings(OWNER, account.id, AccountSettings(None, per_day, 0, 5, 25, is_shared=False))


@pytest.mark.parametrize("per_day", [100, None])
def test_a_limit_that_is_raised_lets_what_waits_for_it_go_on_at_once(house, per_day):
    account = limited(house)
    run = house.start(house.campaign(12, account_id=account.id), per_batch=8, gap=30)
    house.carry_due()
    house.clock.advance(HOUR)
    rung = house.alarm.rung
    change(house, account, per_day)
    assert (house.run(run).state, house.run(run).resume_at) == (RunState.RUNNING, None)
    assert house.alarm.rung > rung
    house.carry_due()
    assert (house.counts(run).sent, told(house)) == (8, (EVERY_MEDIUM, 1))
    house.drain()
    assert house.clock.now() == NOON + HOUR + 30 * MINUTE
    assert (house.run(run).state, told(house)) == (RunState.FINISHED, (EVERY_MEDIUM, 1))


def test_a_limit_that_is_raised_by_little_lets_that_little_go_and_alerts_nobody_anew(house):
    account = limited(house)
    run = house.start(house.campaign(12, account_id=account.id))
    house.carry_due()
    change(house, account, 7)
    house.carry_due()
    stopped = house.run(run)
    assert (house.counts(run).sent, stopped.state, stopped.resume_at) == (7, RunState.PAUSED, NOON + DAY)
    assert "limit of 7 invites" in stopped.detail
    assert told(house) == (EVERY_MEDIUM, 0)


def test_a_limit_that_leaves_no_room_or_a_provider_that_takes_nothing_lets_nothing_go_on(house):
    account = limited(house)
    run = house.start(house.campaign(12, account_id=account.id))
    house.carry_due()
    waits = house.run(run)
    change(house, account, 4)
    assert house.run(run) == waits
    with house.store.writing() as work:
        work.accounts.close(account.id, NOON + HOUR, "Daily limit")
    change(house, account, 100)
    assert house.run(run) == waits
    house.runs.resume(OWNER, run.id)
    house.mailer.script = [OverQuota("Daily limit", after=HOUR)]
    house.carry_due()
    waits = house.run(run)
    change(house, account, 200)
    assert house.run(run) == waits
