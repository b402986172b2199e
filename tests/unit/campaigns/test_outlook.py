from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.errors import NotAllowed, NotFound, StateError
from campaigns.timing import Pace
from tests.fakes.campaigns import COLLEAGUE, OWNER, STRANGER
from tests.fakes.clocks import NOON

MINUTE = timedelta(minutes=1)


def ahead(house, run, pace=None, *, actor=OWNER):
    return house.runs.pace_outlook(actor, run.id, pace).forecast


def begun(house, people=12, **limits):
    """A run of batches of four, an hour apart, the first of which is done."""
    house.account(**limits)
    run = house.start(house.campaign(people), 4, 60)
    house.carry_due()
    return run


def test_the_rest_goes_on_a_gap_after_the_batch_that_is_done(house):
    run, now = begun(house), house.clock.now()
    house.clock.minutes(10)
    seen = ahead(house, run)
    assert (seen.invites, seen.batches) == (8, 2)
    assert (seen.first_at, seen.last_at) == (now + 60 * MINUTE, now + 120 * MINUTE)


def test_a_shorter_gap_brings_the_next_batch_forward_but_not_into_the_past(house):
    run, now = begun(house), house.clock.now()
    house.clock.minutes(10)
    assert ahead(house, run, Pace(2, 30)).first_at == now + 30 * MINUTE
    assert ahead(house, run, Pace(2, 5)).first_at == house.clock.now()


def test_who_is_in_the_open_batch_is_not_paced_any_more(house):
    house.account()
    run, now = house.start(house.campaign(12), 4, 60), house.clock.now()
    with house.store.writing() as work:
        work.batches.open(run.id, 1, 4, now)
    seen = ahead(house, run, Pace(3, 30))
    assert (seen.invites, seen.batches, seen.first_at) == (8, 3, now + 30 * MINUTE)


def test_who_is_in_the_open_batch_still_counts_against_the_limit(house):
    house.account(per_day=10)
    run, now = house.start(house.campaign(12), 4, 60), house.clock.now()
    with house.store.writing() as work:
        work.batches.open(run.id, 1, 4, now)
    (overrun,) = ahead(house, run, Pace(8, 30)).overruns
    assert (overrun.at, overrun.wanted) == (now + 30 * MINUTE, 12)


def test_what_was_sent_counts(house):
    run = begun(house, per_day=10)
    assert ahead(house, run).used[0].count == 4
    assert ahead(house, run).overruns != ()
    assert ahead(house, run).suggestion == Pace(4, 1_440)


def test_a_run_that_has_not_begun_is_foreseen_whole(house):
    house.account()
    run = house.start(house.campaign(12), 4, 60)
    assert ahead(house, run, Pace(6, 5)).invites == 12


def test_with_the_last_batch_under_way_nothing_is_left_to_pace(house):
    house.account()
    run = house.start(house.campaign(3), 4, 60)
    with house.store.writing() as work:
        work.batches.open(run.id, 1, 4, house.clock.now())
    with pytest.raises(StateError, match="last batch"):
        ahead(house, run)


def test_a_run_that_is_over_says_so(house):
    run = begun(house)
    house.drain()
    with pytest.raises(StateError, match="finished"):
        ahead(house, run)


def test_only_who_may_steer_it_may_look_that_far(house):
    run = begun(house)
    with pytest.raises(NotAllowed):
        ahead(house, run, actor=COLLEAGUE)
    with pytest.raises(NotFound):
        ahead(house, run, actor=STRANGER)


def test_a_closed_account_is_waited_for(house):
    run, now = begun(house), house.clock.now()
    with house.store.writing() as work:
        work.accounts.close(house.account_id(), now + 180 * MINUTE, "Daily limit")
    assert ahead(house, run).first_at == ahead(house, run).closed_until == now + 180 * MINUTE


def test_only_access_that_no_use_prolongs_may_end_before_a_run_does(house):
    run = begun(house, token_ends_at=NOON + 90 * MINUTE)
    seen = house.runs.pace_outlook(OWNER, run.id, None)
    assert seen.outlives_token
    assert not replace(seen, account=replace(seen.account, kind="microsoft365")).outlives_token


def test_what_the_provider_said_when_it_closed_the_account_is_known(house):
    run = begun(house)
    with house.store.writing() as work:
        work.accounts.close(house.account_id(), NOON + 60 * MINUTE, "Daily limit")
    assert ahead(house, run).closed_cause == "Daily limit"
