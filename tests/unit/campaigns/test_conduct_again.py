"""Once more: the failed, the unsure, and those who hold an older version."""

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.errors import BadAddress, Busy, StateError, Unsure
from campaigns.model import DeliveryState, Kind, RunState
from campaigns.timing import Pace
from tests.fakes.campaigns import OWNER
from tests.fakes.clocks import NOON
from tests.fakes.mailers import LostReply

MINUTE = timedelta(minutes=1)
FIRST = "p001@example.org"
LOST = LostReply(Unsure("The reply was lost"))


def finished(house, campaign, *script, **pace):
    run = house.start(campaign, **pace)
    house.mailer.script = list(script)
    house.drain()
    assert house.run(run).state is RunState.FINISHED
    return run


def test_retrying_the_failed_is_a_run_over_them_alone_at_the_same_pace(house):
    campaign = house.campaign(5)
    bad = BadAddress("No such mailbox")
    first = finished(house, campaign, bad, None, bad, per_batch=2, gap=10)
    again = house.runs.retry_failed(OWNER, first.id, submission="retry")
    assert (again.total, again.pace) == (2, Pace(2, 10))
    house.drain()
    assert set(house.states(again)) == {FIRST, "p003@example.org"}
    assert house.counts(again).sent == 2
    assert set(house.mailer.letters_per_address.values()) == {1}


def test_retrying_needs_somebody_who_failed(house):
    run = finished(house, house.campaign())
    for act in (house.runs.retry_failed, house.runs.send_again):
        with pytest.raises(StateError):
            act(OWNER, run.id, submission="again")


def test_the_unsure_are_not_invited_again_by_a_new_run(house):
    campaign = house.campaign(2)
    finished(house, campaign, LOST)
    with pytest.raises(StateError, match="Nobody is left to invite: 1 may have the invite") as refused:
        house.start(campaign, submission="again")
    assert "Send again or Leave as sent" in refused.value.hint


def test_sending_again_sends_the_same_bytes(house):
    campaign = house.campaign(3)
    first = finished(house, campaign, LOST)
    house.clock.minutes(60 * 24 * 3)
    again = house.runs.send_again(OWNER, first.id, submission="again")
    assert house.counts(first).unsure == 0
    house.drain()
    lost, repeat = (one.letter for one in house.mailer.accepted if one.letter.recipient == FIRST)
    assert repeat == lost
    (row,) = house.rows(again)
    assert (row.first_claimed_at, row.revision, row.state) == (NOON, 0, "sent")
    assert house.rows(first)[0].cause == f"Sent again in run {again.id}"


def test_sending_again_days_later_has_its_tries_too(house):
    first = finished(house, house.campaign(1), LOST)
    house.clock.minutes(60 * 24 * 3)
    again = house.runs.send_again(OWNER, first.id, submission="again")
    house.mailer.script = [Busy("Greylisted")]
    house.drain()
    assert house.counts(again).sent == 1


def test_leaving_the_unsure_takes_them_as_sent(house):
    campaign = house.campaign(3)
    run = finished(house, campaign, LOST, LOST)
    assert house.runs.leave_unsure(OWNER, run.id) == 2
    assert house.runs.leave_unsure(OWNER, run.id) == 0
    assert set(house.states(run).values()) == {DeliveryState.SENT}
    assert len(house.mailer.accepted) == 3
    house.revise(campaign, title="Summit, moved")
    assert house.campaigns.view(OWNER, campaign.id).to_update == 3


def test_an_update_goes_to_holders_of_an_older_version_and_invites_the_others(house):
    campaign = house.campaign(3)
    finished(house, campaign, BadAddress("No such mailbox"))
    house.revise(campaign, title="Summit, moved")
    run = house.start(campaign, kind=Kind.UPDATE, submission="update")
    house.drain()
    assert run.total == 3
    assert [row.deed for row in house.rows(run)] == ["invite", "update", "update"]
    assert {row.held_revision for row in house.rows(run)} == {1}


def test_retrying_the_failed_of_an_old_run_spares_who_was_invited_since(house):
    campaign = house.campaign(2)
    old = finished(house, campaign, BadAddress("No such mailbox"))
    house.start(campaign, submission="a new run")
    house.drain()
    assert house.mailer.letters_per_address[FIRST] == 1
    with pytest.raises(StateError):
        house.runs.retry_failed(OWNER, old.id, submission="retry")


def test_stopping_a_send_again_leaves_the_unsure_unsure(house):
    first = finished(house, house.campaign(2), LOST, LOST)
    again = house.runs.send_again(OWNER, first.id, submission="again")
    house.runs.stop(OWNER, again.id)
    assert house.runs.send_again(OWNER, again.id, submission="and again").total == 2


def test_an_old_doubt_settled_late_does_not_undo_a_newer_update(house):
    campaign = house.campaign(1)
    first = finished(house, campaign, LOST)
    house.revise(campaign, title="Summit, moved")
    house.start(campaign, kind=Kind.UPDATE, submission="update")
    house.drain()
    house.runs.leave_unsure(OWNER, first.id)
    assert house.campaigns.view(OWNER, campaign.id).to_update == 0


def test_a_moved_event_can_be_sent_again(house):
    campaign = house.campaign()
    house.clock.time = campaign.event.ends_at
    later = house.clock.time + 60 * MINUTE
    house.editing.revise(OWNER, campaign.id, replace(campaign.event, starts_at=later, ends_at=later + MINUTE))
    assert house.start(campaign).total == 3
