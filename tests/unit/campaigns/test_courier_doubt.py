"""Replies that are lost are trouble of the line: they hold the batch, and stop the run if that goes on."""

from datetime import timedelta

import pytest

from campaigns.errors import BadAddress, Unsure
from campaigns.faults import MAX_STUMBLES
from campaigns.model import Reason, RunState
from tests.fakes.campaigns import OWNER
from tests.fakes.clocks import NOON

SECOND = timedelta(seconds=1)
EVERY_MEDIUM = 3


def lost():
    return Unsure("The provider failed after the invite was handed over")


def lose_everything(house):
    house.mailer.script = [lost() for _ in range(1_000)]


def test_a_lost_reply_holds_the_batch_for_a_moment_and_pauses_nothing(house):
    run = house.start(house.campaign(3), per_batch=3)
    house.mailer.script = [lost()]
    assert [at - NOON for at, _ in house.drain()] == [0 * SECOND, 5 * SECOND]
    assert (house.counts(run).sent, house.counts(run).unsure) == (2, 1)
    assert house.heard()["paused"] == 0


@pytest.mark.parametrize(
    ("per_batch", "cost"), [(1, 5), (4, 5), (50, MAX_STUMBLES + 1), (None, MAX_STUMBLES + 1)]
)
def test_replies_that_stay_lost_cost_a_handful_and_not_the_list(house, per_batch, cost):
    """Of small batches the brake has had enough before our patience ends."""
    run = house.start(house.campaign(200), per_batch=per_batch, gap=1)
    lose_everything(house)
    house.drain()
    paused = house.run(run)
    assert (paused.state, paused.reason, paused.resume_at) == (RunState.PAUSED, Reason.FAULTS, None)
    assert house.counts(run).unsure == cost
    assert house.counts(run).queued == 200 - cost
    said = "5 of the last 5 invites have failed or are unsure. The latest: The provider failed"
    if cost > 5:
        said = "12 invites are unsure, as the mail service's answers were lost: The"
    assert paused.detail.startswith(said)
    assert "Nobody is invited twice" in paused.detail
    assert house.heard()["paused"] == EVERY_MEDIUM


def test_after_a_resume_the_others_go_and_the_unsure_stay_with_a_person(house):
    run = house.start(house.campaign(20), per_batch=None)
    house.account(brake_percent=100)
    lose_everything(house)
    house.drain()
    house.mailer.script = []
    house.runs.resume(OWNER, run.id)
    house.drain()
    assert house.run(run).state is RunState.FINISHED
    assert (house.counts(run).sent, house.counts(run).unsure) == (8, 12)
    assert len(set(house.mailer.tried)) == len(house.mailer.tried) == 20


def test_what_goes_through_gives_the_patience_back(house):
    run = house.start(house.campaign(60), per_batch=None)
    house.account(brake_percent=100)
    house.mailer.script = [*[lost()] * MAX_STUMBLES, None] * 3
    house.drain()
    assert house.run(run).state is RunState.FINISHED
    assert house.counts(run).unsure == 3 * MAX_STUMBLES


def test_every_other_reply_lost_is_too_much_of_the_batch(house):
    run = house.start(house.campaign(100), per_batch=None)
    house.mailer.script = [None, lost()] * 100
    house.drain()
    paused = house.run(run)
    assert (paused.state, paused.reason) == (RunState.PAUSED, Reason.FAULTS)
    assert (house.counts(run).unsure, house.counts(run).sent) == (26, 26)
    assert paused.detail.startswith("26 of the last 52 invites have failed or are unsure. The ")


def test_workers_that_lose_a_reply_together_count_as_one_and_then_one_tries_for_all(house):
    house.account(connections=2)
    run = house.start(house.campaign(9), per_batch=9)
    other = house.new_courier(owner="other")

    def meanwhile(_):
        other.send_chunk(run.id, 1)
        return lost()

    house.mailer.script = [meanwhile, lost(), meanwhile]
    house.carry_due()
    assert (house.counts(run).unsure, house.batch(run).stumbles) == (2, 1)
    assert house.batch(run).due_at == NOON + 5 * SECOND
    house.clock.advance(5 * SECOND)
    house.carry_due()
    assert (house.counts(run).unsure, house.counts(run).sent) == (3, 0)
    house.drain()
    assert house.counts(run).sent == 6


def test_when_one_has_got_through_the_other_workers_are_called_back(house):
    house.account(connections=2)
    run = house.start(house.campaign(9), per_batch=9)
    house.mailer.script = [lost()]
    house.carry_due()
    house.clock.advance(5 * SECOND)
    assert house.carry_due() == house.carry_due() == [(run.id, 1)]
    assert house.run(run).state is RunState.FINISHED


def test_a_large_batch_that_begins_to_fail_stops_after_a_few(house):
    house.account(brake_percent=25)
    run = house.start(house.campaign(600), per_batch=None)
    gone = [BadAddress(f"No such mailbox {n}") for n in range(600)]
    house.mailer.script = [*[None] * 300, *gone]
    house.drain()
    paused = house.run(run)
    assert (house.counts(run).sent, house.counts(run).failed) == (300, 51)
    assert paused.detail.startswith("51 of the last 200 invites have failed. The latest: No such mailbox")
    house.clock.minutes(1)
    house.runs.resume(OWNER, run.id)
    house.clock.minutes(1)
    house.drain()
    assert house.counts(run).failed == 56
