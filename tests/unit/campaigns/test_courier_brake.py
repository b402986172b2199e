"""The brake looks at what a run has come to lately, however small its batches are."""

from datetime import timedelta

import pytest

from campaigns.errors import BadAddress, Unsure
from campaigns.faults import MIN_FAILED
from campaigns.history import Deed, NewEntry
from campaigns.model import Reason, RunState
from tests.fakes.campaigns import OWNER

HALF_A_MINUTE = timedelta(seconds=30)


def gone(number=0):
    return BadAddress(f"The mailbox doesn't exist {number}")


def carry(house, run):
    """Until the run ends or pauses, in steps of its own time."""
    for _ in range(3_000):
        house.carry_due()
        house.clock.advance(HALF_A_MINUTE)
        if house.run(run).state is not RunState.RUNNING:
            return house.run(run)
    raise AssertionError(f"still running: {house.counts(run)}")


@pytest.mark.parametrize(
    ("per_batch", "of", "bad", "percent", "most"),
    [
        (1, 1, 1, 25, 5),  # all of them
        (4, 4, 4, 25, 5),
        (4, 4, 3, 25, 6),
        (10, 10, 4, 25, 5),
        (20, 20, 4, 10, 5),
        (4, 40, 5, 10, 5),
    ],
)
def test_small_batches_that_fail_brake_the_run(house, per_batch, of, bad, percent, most):
    """``bad`` of any ``of`` fail, in batches of ``per_batch``."""
    house.account(brake_percent=percent)
    run = house.start(house.campaign(200), per_batch=per_batch, gap=1)
    house.mailer.script = [gone(n) if n % of < bad else None for n in range(200)]
    braked = carry(house, run)
    assert (braked.state, braked.reason) == (RunState.PAUSED, Reason.FAULTS)
    assert MIN_FAILED <= house.counts(run).failed <= most
    assert "of the last" in braked.detail


def test_every_second_lost_reply_of_small_batches_brakes_the_run(house):
    run = house.start(house.campaign(200), per_batch=4, gap=1)
    house.mailer.script = [Unsure("Timed out") if n % 2 else None for n in range(400)]
    braked = carry(house, run)
    assert (braked.reason, house.counts(run).unsure) == (Reason.FAULTS, 5)
    assert braked.detail.startswith("5 of the last 10 invites have failed or are unsure.")
    assert braked.detail.endswith("Press Resume when the service works again.")


@pytest.mark.parametrize("per_batch", [1, 4, 10, None])
def test_now_and_then_a_bad_address_brakes_nothing(house, per_batch):
    run = house.start(house.campaign(200), per_batch=per_batch, gap=1)
    house.mailer.script = [gone(n) if n % 5 == 0 else None for n in range(200)]
    assert carry(house, run).state is RunState.FINISHED
    assert house.counts(run).failed == 40


def test_whoever_resumes_has_looked_and_it_takes_five_more(house):
    run = house.start(house.campaign(60), per_batch=4, gap=1)
    house.mailer.script = [gone(n) for n in range(60)]
    for failed in (5, 10, 15):
        carry(house, run)
        assert house.counts(run).failed == failed
        house.runs.resume(OWNER, run.id)
        house.clock.advance(HALF_A_MINUTE)


def test_five_in_a_row_brake_also_when_others_have_failed_long_before(house):
    run = house.start(house.campaign(120), per_batch=4, gap=1)
    early = [gone(n) for n in range(3)]
    house.mailer.script = [*early, *[None] * 40, *[gone(n) for n in range(77)]]
    carry(house, run)
    assert house.counts(run).failed == 3 + 5


def test_who_resumed_has_looked_however_much_was_written_down_since(house):
    run = house.start(house.campaign(60), per_batch=4, gap=1)
    house.mailer.script = [gone(n) for n in range(5)]
    carry(house, run)
    house.runs.resume(OWNER, run.id)
    with house.store.writing() as work:
        for _ in range(25):  # people who are added over HTTP, one by one
            work.history.record(NewEntry(run.campaign_id, Deed.LIST_CHANGED, "The API"), house.clock.now())
    house.mailer.script = [gone()]
    assert carry(house, run).state is RunState.FINISHED
    assert house.counts(run).failed == 6
