"""A process halted between the claim and the hand-over: its letter must not come after a newer one."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from campaigns import checkpoint
from campaigns.hand_over import LEASE, LONGEST_HAND_OVER
from campaigns.model import DeliveryState, Kind
from scheduler import recovery
from tests.fakes.campaigns import OWNER

S = DeliveryState
SECOND = timedelta(seconds=1)


@pytest.fixture
def halted():
    """``halted(deed)``: the first letter is built, and then the process is halted while ``deed`` happens."""
    built = count()

    def install(deed):
        checkpoint.install(lambda name: deed() if name == "delivery.built" and not next(built) else None)

    yield install
    checkpoint.install(None)


def test_a_letter_that_is_late_but_in_time_goes_out(house, halted):
    run = house.start(house.campaign(1))
    halted(lambda: house.clock.advance(LEASE - LONGEST_HAND_OVER))
    house.carry_due()
    assert [row.state for row in house.rows(run)] == [S.SENT]


def test_a_letter_whose_lease_might_end_on_the_wire_goes_back(house, halted):
    run = house.start(house.campaign(1))
    halted(lambda: house.clock.advance(LEASE - LONGEST_HAND_OVER + SECOND))
    house.carry_due()
    assert house.mailer.accepted == []
    assert [(row.state, row.tries) for row in house.rows(run)] == [(S.QUEUED, 1)]
    house.drain()
    assert [row.state for row in house.rows(run)] == [S.SENT]


def test_no_older_letter_comes_after_a_newer_one(house, halted):
    campaign = house.campaign(1)
    house.start(campaign, submission="first")
    other = house.new_courier()

    def overtaken():
        house.clock.advance(LEASE + SECOND)
        recovery.abandon_expired(house.store, house.clock)
        for due in house.queue.claim_due(house.clock.now()):
            other.send_chunk(due.run_id, due.seq)
        house.editing.revise(OWNER, campaign.id, replace(campaign.event, title="Newer"))
        update = house.start(campaign, kind=Kind.UPDATE, submission="newer")
        other.send_chunk(update.id, 1)

    halted(overtaken)
    house.carry_due()
    (arrived,) = house.mailer.accepted
    assert arrived.letter.invite.summary == "Newer"
