"""A spent quota is told once when it begins and once when it is over, however often it is tried meanwhile."""

from datetime import timedelta

import pytest

from campaigns.errors import OverQuota, Unsure
from campaigns.model import Medium, Reason, RunState
from tests.fakes.campaigns import OWNER
from tests.fakes.clocks import NOON

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
EVERY_MEDIUM = 3


def refused(cause="Daily limit", **how):
    return OverQuota(cause, after=HOUR, **{"is_probe": True, **how})


def live(house, length, step=5 * MINUTE):
    for _ in range(length // step):
        house.carry_due()
        house.clock.advance(step)


def told(house):
    return house.heard()["paused"], house.heard()["resumed"]


def three_runs(house):
    return [house.start(house.campaign(9), per_batch=3, gap=1, submission=str(n)) for n in range(3)]


@pytest.mark.parametrize("is_probe", [True, False], ids=["we try", "its own time, and then another"])
def test_people_hear_once_that_the_account_is_closed_and_once_that_it_goes_on(house, is_probe):
    house.account(per_day=1_000)
    runs = three_runs(house)
    house.mailer.script = [refused(is_probe=is_probe) for _ in range(24)]
    live(house, 24 * HOUR)
    assert len(house.mailer.tried) == 24
    assert told(house) == (len(runs) * EVERY_MEDIUM, 0)
    house.drain()
    assert told(house) == (len(runs) * EVERY_MEDIUM, len(runs))
    assert [house.counts(run).sent for run in runs] == [9] * 3
    assert {row.created_at for row in house.notices("resumed")} == {NOON + 24 * HOUR}


def test_the_words_promise_no_time_that_nobody_has_named(house):
    (run, other, _) = three_runs(house)
    house.mailer.script = [refused()]
    house.carry_due()
    said = "Daily limit. It is tried again every hour until the mail service takes more."
    assert {house.run(one).detail for one in (run, other)} == {said}
    assert house.run(run).resume_at == NOON + HOUR
    assert {row.payload["detail"] for row in house.notices("paused")} == {said.removesuffix(".")}


def test_the_next_end_is_told_after_something_went_through_and_another_cause_before_is_only_shown(house):
    run = house.start(house.campaign(9), per_batch=None)
    house.mailer.script = [refused(), refused("Unusual sending"), None, None, refused("Unusual sending")]
    live(house, HOUR + 5 * MINUTE)
    assert house.run(run).detail.startswith("Unusual sending. It is tried again")
    assert told(house) == (EVERY_MEDIUM, 0)
    live(house, 3 * HOUR)
    causes = [row.payload["detail"][:7] for row in house.notices("paused") if row.medium == Medium.SLACK]
    assert causes == ["Daily l", "Unusual"]
    assert told(house) == (2 * EVERY_MEDIUM, 2)
    assert house.counts(run).sent == 9


def test_a_letter_that_was_on_the_wire_when_the_account_closed_is_no_sign_that_it_is_open(house):
    run = house.start(house.campaign(9), per_batch=None)
    other = house.new_courier(owner="other")

    def meanwhile(_):
        house.mailer.script = [refused()]
        other.send_chunk(run.id, 1)
        house.mailer.script = [refused()]

    house.mailer.script = [meanwhile]
    house.carry_due()
    assert (house.run(run).state, house.counts(run).sent) == (RunState.PAUSED, 1)
    house.clock.advance(HOUR)
    house.carry_due()
    assert (house.run(run).reason, len(house.mailer.tried)) == (Reason.QUOTA, 3)
    assert told(house) == (EVERY_MEDIUM, 0)


def test_who_resumes_and_is_refused_hears_of_it(house):
    run = house.start(house.campaign(9), per_batch=None)
    house.mailer.script = [refused(), refused()]
    house.carry_due()
    house.clock.advance(MINUTE)
    house.runs.resume(OWNER, run.id)
    assert house.run(run).detail == ""
    house.carry_due()
    assert house.heard()["paused"] == 2 * EVERY_MEDIUM


def test_a_limit_of_our_own_is_told_when_it_ends_too(house):
    house.account(per_day=3)
    run = house.start(house.campaign(5), per_batch=None)
    house.carry_due()
    house.clock.advance(24 * HOUR)
    house.mailer.script = [Unsure("Timed out")]
    house.carry_due()
    assert house.heard()["resumed"] == 0
    house.drain()
    assert told(house) == (EVERY_MEDIUM, 1)
    assert (house.run(run).state, house.run(run).detail) == (RunState.FINISHED, "")
