"""An event is called off: who is told, what gives way to it, and how it takes place after all."""

import pytest

from campaigns.errors import Busy, StateError
from campaigns.model import Kind, RunState
from tests.fakes.campaigns import OWNER, someone
from tests.unit.campaigns.lives import BAD, FIRST, LOST, SECOND, THIRD, invited, relist, sent, view


def test_a_cancel_run_goes_only_to_those_who_were_really_invited(house):
    campaign = invited(house, 4, None, BAD, LOST)
    relist(house, campaign, someone(1), someone(2), someone(3))
    assert view(house, campaign).to_cancel == 3
    run = house.start(campaign, kind=Kind.CANCEL)
    house.drain()
    fourth = someone(4).address
    assert sent(house) == [(FIRST, Kind.CANCEL, 1), (THIRD, Kind.CANCEL, 1), (fourth, Kind.CANCEL, 1)]
    assert house.counts(run).sent == 3
    seen = view(house, campaign)
    assert seen.summary.campaign.is_cancelled
    assert (seen.to_invite, seen.to_update, seen.to_cancel, seen.to_remind) == (0, 0, 0, 0)
    deeds = [line.deed for line in house.campaigns.history(OWNER, campaign.id)]
    assert deeds[:2] == ["started", "cancelled"]


def test_a_cancel_supersedes_an_update_with_one_letter_on_the_wire_and_comes_after_it(house):
    campaign = invited(house)
    house.revise(campaign, title="Summit, moved")
    update = house.start(campaign, kind=Kind.UPDATE, submission="update")
    runs = []

    def call_off(_letter):
        runs.append(house.start(campaign, kind=Kind.CANCEL, submission="cancel"))

    house.mailer.script = [call_off]
    house.drain()
    (cancel,) = runs
    assert sent(house) == [
        (FIRST, Kind.UPDATE, 1),
        (SECOND, Kind.CANCEL, 2),
        (THIRD, Kind.CANCEL, 2),
        (FIRST, Kind.CANCEL, 2),
    ]
    assert house.run(update).state is RunState.STOPPED
    assert (house.run(cancel).state, house.counts(cancel).sent) == (RunState.FINISHED, 3)


def test_an_older_try_that_was_put_off_never_goes_after_the_cancel(house):
    campaign = invited(house)
    house.revise(campaign, title="Summit, moved")
    update = house.start(campaign, kind=Kind.UPDATE, submission="update")

    def call_off(_letter):
        house.start(campaign, kind=Kind.CANCEL, submission="cancel")
        return Busy("Greylisted")

    house.mailer.script = [call_off]
    house.drain()
    assert [kind for _, kind, _ in sent(house)] == [Kind.CANCEL] * 3
    assert house.counts(update).skipped == 3


def test_nothing_but_a_cancel_is_sent_of_a_cancelled_event(house):
    campaign = invited(house, 2)
    relist(house, campaign, someone(1), someone(2), someone(9))
    house.start(campaign, kind=Kind.CANCEL)
    house.drain()
    for kind in (Kind.INVITE, Kind.UPDATE, Kind.REMIND):
        with pytest.raises(StateError, match="was cancelled") as refused:
            house.start(campaign, kind=kind, submission=kind)
        assert "Edit event" in refused.value.hint
    with pytest.raises(StateError, match="in their calendar"):
        house.start(campaign, kind=Kind.CANCEL, submission="again")


def test_a_cancelled_event_takes_place_after_all_under_a_higher_sequence(house):
    campaign = invited(house, 2)
    house.start(campaign, kind=Kind.CANCEL)
    house.drain()
    revised = house.revise(campaign)
    assert (revised.is_cancelled, revised.revision, revised.event) == (False, 2, campaign.event)
    assert house.campaigns.history(OWNER, campaign.id)[0].facts["fields"] == "no longer cancelled"
    assert view(house, campaign).to_invite == 2
    house.start(campaign, submission="anew")
    house.drain()
    assert sent(house) == [
        (FIRST, Kind.CANCEL, 1),
        (SECOND, Kind.CANCEL, 1),
        (FIRST, Kind.INVITE, 2),
        (SECOND, Kind.INVITE, 2),
    ]


def test_a_cancellation_stopped_half_way_is_taken_back_by_one_update(house):
    campaign = invited(house, 4)
    cancel = house.start(campaign, per_batch=2, gap=60, kind=Kind.CANCEL)
    house.carry_due()
    with pytest.raises(StateError, match="being told"):
        house.revise(campaign, title="Summit, after all")
    house.runs.stop(OWNER, cancel.id)
    house.revise(campaign, title="Summit, after all")
    house.mailer.accepted.clear()
    house.start(campaign, kind=Kind.UPDATE, submission="update")
    house.drain()
    assert [(kind, sequence) for _, kind, sequence in sent(house)] == [
        (Kind.INVITE, 2),
        (Kind.INVITE, 2),
        (Kind.UPDATE, 2),
        (Kind.UPDATE, 2),
    ]


def test_a_refused_cancel_leaves_the_event_as_it_was(house):
    campaign = house.campaign()
    with pytest.raises(StateError):
        house.start(campaign, kind=Kind.CANCEL)
    assert not view(house, campaign).summary.campaign.is_cancelled


@pytest.mark.parametrize("again", ["retry_failed", "send_again"])
def test_an_old_button_of_a_cancel_run_calls_nothing_off_once_the_event_takes_place(house, again):
    campaign = invited(house)
    house.mailer.script = [BAD, LOST]
    cancel = house.start(campaign, kind=Kind.CANCEL)
    house.drain()
    house.revise(campaign)
    house.clock.minutes(1)
    with pytest.raises(StateError, match="takes place after all"):
        getattr(house.runs, again)(OWNER, cancel.id, submission=again)
    assert not view(house, campaign).summary.campaign.is_cancelled


def test_who_was_not_told_that_it_is_off_can_be_told_by_the_button_of_that_run(house):
    campaign = invited(house)
    house.mailer.script = [BAD]
    cancel = house.start(campaign, kind=Kind.CANCEL)
    house.drain()
    house.mailer.accepted.clear()
    house.runs.retry_failed(OWNER, cancel.id, submission="retry")
    house.drain()
    assert [kind for _, kind, _ in sent(house)] == [Kind.CANCEL]
