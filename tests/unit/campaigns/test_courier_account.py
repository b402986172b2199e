"""What the provider says of the whole account holds for everything that is sent from it."""

from datetime import timedelta

import pytest

from campaigns.account import AccountSettings
from campaigns.errors import BadAddress, Busy, OverQuota, StateError
from campaigns.faults import MANY_STUMBLES
from campaigns.model import Reason, RunState
from campaigns.trial import Trials
from tests.fakes.campaigns import OWNER
from tests.fakes.clocks import NOON
from tests.fakes.mailers import OneMailer

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
OVER_QUOTA = OverQuota("Daily limit", after=10 * HOUR)


def two_runs(house, **how):
    return [house.start(house.campaign(4), per_batch=2, gap=1, submission=str(n), **how) for n in range(2)]


def change(house, *, per_day=None, brake_percent=25):
    with house.store.writing() as work:
        (known,) = work.accounts.all()
        settings = AccountSettings(None, per_day, 0, 5, brake_percent, is_shared=False)
        work.accounts.change_settings(known.id, settings)


@pytest.mark.parametrize("limits", [{}, {"per_day": 1_000}], ids=["no limits", "a limit"])
def test_a_spent_quota_stops_every_run_of_the_account_and_all_go_on_when_it_opens(house, limits):
    house.account(**limits)
    runs = two_runs(house)
    house.mailer.script = [OVER_QUOTA]
    house.carry_due()
    assert len(house.mailer.tried) == 1
    for run in map(house.run, runs):
        assert (run.state, run.reason, run.detail) == (RunState.PAUSED, Reason.QUOTA, "Daily limit.")
        assert run.resume_at == NOON + 10 * HOUR
    house.drain()
    assert house.mailer.times[0] == NOON + 10 * HOUR
    assert [house.counts(run).sent for run in runs] == [4, 4]
    assert house.heard()["resumed"] == 2


def test_a_run_that_starts_after_a_spent_quota_waits_for_it_too(house):
    first = house.start(house.campaign(2))
    house.mailer.script = [OVER_QUOTA]
    house.carry_due()
    house.clock.minutes(5)
    later = house.start(house.campaign(2))
    house.carry_due()
    assert len(house.mailer.tried) == 1
    assert house.run(later).resume_at == house.run(first).resume_at == NOON + 10 * HOUR


def test_a_test_invite_waits_for_a_spent_quota_and_says_so_to_all(house):
    trials = Trials(house.store, OneMailer(house.mailer), house.clock)
    campaign = house.campaign(2)
    house.mailer.script = [OVER_QUOTA]
    for press in ("1", "2"):
        with pytest.raises(StateError, match="after Tue 24 Nov 2026, 23:00 CET"):
            trials.send(OWNER, campaign.id, "me@acme.example.com", nonce=press)
    run = house.start(campaign)
    house.carry_due()
    assert len(house.mailer.tried) == 1
    assert (house.run(run).reason, house.run(run).resume_at) == (Reason.QUOTA, NOON + 10 * HOUR)


def test_who_resumes_one_run_opens_the_account_for_all_that_come(house):
    runs = two_runs(house)
    house.mailer.script = [OVER_QUOTA]
    house.carry_due()
    house.runs.resume(OWNER, runs[1].id)
    house.carry_due()
    assert house.counts(runs[1]).sent == 2
    house.start(house.campaign(3))
    house.carry_due()
    assert len(house.mailer.accepted) == 5


def test_of_two_waits_the_longer_one_counts(house):
    runs = two_runs(house)
    other = house.new_courier(owner="other")
    shorter = OverQuota("Hourly limit", after=HOUR)
    house.mailer.script = [lambda _: (other.send_chunk(runs[1].id, 1), shorter)[1], OVER_QUOTA]
    house.carry_due()
    house.clock.advance(2 * HOUR)
    house.carry_due()
    assert len(house.mailer.tried) == 2
    assert house.run(runs[0]).resume_at == NOON + 10 * HOUR


def test_a_provider_that_asks_for_quiet_gets_it_from_every_run_and_nobody_is_alarmed(house):
    runs = two_runs(house)
    house.mailer.script = [Busy("Slow down", whole_account=True, after=5 * MINUTE)]
    house.carry_due()
    house.clock.minutes(4)
    house.carry_due()
    assert len(house.mailer.tried) == 1
    assert [house.run(run).state for run in runs] == [RunState.RUNNING] * 2
    house.drain()
    assert house.mailer.times[0] == NOON + 5 * MINUTE
    assert house.heard()["paused"] == 0


def test_who_resumes_after_a_long_quiet_tries_at_once(house):
    run = house.start(house.campaign(2))
    house.mailer.script = [Busy("Slow down", whole_account=True, after=HOUR)] * (MANY_STUMBLES + 1)
    house.drain()
    assert house.run(run).reason is Reason.FAULTS
    house.runs.resume(OWNER, run.id)
    at = house.clock.now()
    house.carry_due()
    assert house.mailer.times == [at, at]


def test_a_limit_that_is_set_in_the_middle_of_a_batch_holds_for_the_next_invite(house):
    house.start(house.campaign(30), per_batch=30)
    house.mailer.script = [None, lambda _: change(house, per_day=5)]
    house.carry_due()
    assert len(house.mailer.accepted) == 5


def test_a_brake_that_is_set_in_the_middle_of_a_batch_holds_for_the_next_failure(house):
    house.account(brake_percent=100)
    run = house.start(house.campaign(30), per_batch=30)
    refused = [BadAddress(f"No such mailbox {n}") for n in range(9)]
    house.mailer.script = [lambda _: (change(house, brake_percent=0), refused[0])[1], *refused[1:]]
    house.carry_due()
    assert (house.run(run).reason, house.counts(run).failed) == (Reason.FAULTS, 5)


def test_what_went_before_a_limit_was_set_counts_against_it(house):
    house.start(house.campaign(20))
    house.drain()
    change(house, per_day=20)
    house.clock.minutes(5)
    house.start(house.campaign(20))
    house.drain(rounds=3)
    day_over = NOON + timedelta(hours=24)
    assert sum(at < day_over for at in house.mailer.times) == 20
