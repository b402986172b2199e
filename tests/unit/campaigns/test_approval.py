"""A large run waits for a second person."""

from datetime import time, timedelta

import pytest

from campaigns.errors import InputError, NotAllowed, StateError, Unsure
from campaigns.model import Kind, MailProgress, RunState
from campaigns.timing import Pace, SendingHours, Timing
from tests.fakes.campaigns import ADMIN, COLLEAGUE, OWNER
from tests.fakes.clocks import NOON
from tests.fakes.mailers import LostReply

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def planned(house):
    house.ask_approval_above(2)
    return house.start(house.campaign(3), per_batch=2, gap=10)


def test_a_run_over_more_people_than_one_may_decide_on_is_planned(house):
    house.ask_approval_above(2)
    small, large = house.campaign(2), house.campaign(3)
    assert not house.runs.preview(OWNER, small.id, Kind.INVITE, Pace(1)).needs_approval
    assert house.runs.preview(OWNER, large.id, Kind.INVITE, Pace(1)).needs_approval
    assert house.start(small).state is RunState.RUNNING
    assert house.start(large).state is RunState.PLANNED


def test_who_could_approve_is_asked_in_the_channel_and_nothing_else_is_told(house, planned):
    assert house.notices() == [("progress", "slack"), ("approval", "slack")]
    (asked,) = house.notices("approval")
    assert asked.payload == {"by": OWNER.user, "invites": "3"}


def test_nothing_is_sent_before_somebody_approves(house, planned):
    house.clock.advance(DAY)
    assert house.drain() == []
    assert house.mailer.tried == []


def test_an_approved_run_begins_at_once(house, planned):
    house.clock.advance(DAY)
    approved = house.runs.approve(ADMIN, planned.id)
    assert (approved.state, approved.acted_by) == (RunState.RUNNING, ADMIN.user)
    assert house.drain() == [(NOON + DAY, 1), (NOON + DAY + 10 * MINUTE, 2)]
    assert house.counts(planned).sent == 3
    assert house.heard()["started"] == 1


def test_an_approved_run_keeps_its_time_and_its_hours(house):
    house.ask_approval_above(0)
    hours = SendingHours(time(9), time(17), (1, 2, 3, 4, 5, 6, 7), "UTC")
    timing = Timing(starts_at=NOON + DAY + timedelta(hours=8), hours=hours)
    run = house.start(house.campaign(1), timing=timing)
    house.runs.approve(ADMIN, run.id)
    assert house.drain() == [(NOON + timedelta(hours=45), 1)]


def test_a_run_approved_in_the_evening_says_that_it_goes_in_the_morning(house):
    house.ask_approval_above(0)
    hours = SendingHours(time(9), time(17), (1, 2, 3, 4, 5, 6, 7), "UTC")
    run = house.start(house.campaign(1), timing=Timing(hours=hours))
    house.clock.minutes(6 * 60)
    house.runs.approve(ADMIN, run.id)
    assert house.runs.report(OWNER, run.id)[1].next_at == NOON + timedelta(hours=21)


def test_an_approval_after_the_start_time_begins_at_once(house):
    house.ask_approval_above(0)
    run = house.start(house.campaign(1), timing=Timing(starts_at=NOON + DAY))
    house.clock.advance(2 * DAY)
    house.runs.approve(ADMIN, run.id)
    assert house.drain() == [(NOON + 2 * DAY, 1)]


@pytest.mark.parametrize("progress", list(MailProgress))
def test_the_mail_of_the_start_goes_when_it_is_approved(house, progress):
    house.ask_approval_above(0)
    run = house.start(house.campaign(1, mail_progress=progress))
    assert house.heard()["started"] == 0
    house.runs.approve(ADMIN, run.id)
    assert house.heard()["started"] == (progress is not MailProgress.OFF)


def test_nobody_approves_their_own_run(house, planned):
    with pytest.raises(NotAllowed, match="second person"):
        house.runs.approve(OWNER, planned.id)
    assert house.run(planned).state is RunState.PLANNED


@pytest.mark.parametrize("act", ["approve", "decline"])
def test_who_may_not_approve_may_not_decline(house, planned, act):
    with pytest.raises(NotAllowed):
        getattr(house.runs, act)(COLLEAGUE, planned.id)
    assert house.run(planned).state is RunState.PLANNED


@pytest.mark.parametrize("who", [ADMIN, OWNER])
def test_a_declined_run_is_over_and_nobody_was_invited(house, planned, who):
    declined = house.runs.decline(who, planned.id)
    assert (declined.state, declined.acted_by, declined.ended_at) == (RunState.STOPPED, who.user, NOON)
    assert house.counts(planned).skipped == 3
    assert house.drain() == []
    assert house.start(house.campaign(1)).state is RunState.RUNNING


def test_who_was_declined_can_be_invited_by_the_next_run(house, planned):
    house.runs.decline(ADMIN, planned.id)
    with house.store.reading() as work:
        campaign = work.campaigns.get(planned.campaign_id)
    again = house.start(campaign, submission="again")
    house.runs.approve(ADMIN, again.id)
    house.drain()
    assert house.counts(again).sent == 3


def test_a_stop_ends_what_is_planned(house, planned):
    assert house.runs.stop(OWNER, planned.id).state is RunState.STOPPED
    assert house.counts(planned).skipped == 3


@pytest.mark.parametrize("act", ["pause", "resume"])
def test_what_is_planned_can_be_neither_paused_nor_resumed(house, planned, act):
    """The step from planned to running is there, but it is the approver's."""
    with pytest.raises(StateError, match="waits for approval"):
        getattr(house.runs, act)(OWNER, planned.id)
    assert house.run(planned).state is RunState.PLANNED


@pytest.mark.parametrize(
    ("first", "late", "truth"),
    [
        ("approve", "approve", "already running. <@UADMIN> did that."),
        ("approve", "decline", "already running. <@UADMIN> did that."),
        ("decline", "approve", "was stopped. <@UADMIN> did that."),
        ("decline", "decline", "was stopped. <@UADMIN> did that."),
        ("stop", "approve", "was stopped. <@UADMIN> did that."),
    ],
)
def test_a_late_word_hears_the_truth(house, planned, first, late, truth):
    getattr(house.runs, first)(ADMIN, planned.id)
    before = house.run(planned)
    with pytest.raises(StateError) as caught:
        getattr(house.runs, late)(ADMIN, planned.id)
    assert caught.value.message.endswith(truth)
    assert house.run(planned) == before


def test_an_approval_of_a_paused_run_does_not_resume_it(house, planned):
    house.runs.approve(ADMIN, planned.id)
    house.runs.pause(OWNER, planned.id)
    with pytest.raises(StateError, match="already paused"):
        house.runs.approve(ADMIN, planned.id)
    assert house.run(planned).state is RunState.PAUSED


def test_it_can_be_too_late_to_approve(house, planned):
    house.clock.advance(31 * DAY)
    with pytest.raises(StateError, match="too late"):
        house.runs.approve(ADMIN, planned.id)
    assert house.runs.decline(ADMIN, planned.id).state is RunState.STOPPED


def test_while_one_waits_for_approval_no_other_can_start(house, planned):
    with house.store.reading() as work:
        campaign = work.campaigns.get(planned.campaign_id)
    with pytest.raises(StateError, match="already on"):
        house.start(campaign, submission="another")


def test_sending_again_asks_by_its_own_size(house):
    lost = [LostReply(Unsure("The reply was lost")) for _ in range(3)]
    runs = []
    for count in (2, 3):
        run = house.start(house.campaign(3), submission=f"run of {count}")
        house.mailer.script = lost[:count]
        house.drain()
        runs.append(run)
    house.ask_approval_above(2)
    again = [house.runs.send_again(OWNER, run.id, submission=f"again {run.id}").state for run in runs]
    assert again == [RunState.RUNNING, RunState.PLANNED]


def test_a_run_that_would_begin_after_the_event_is_refused_beside_its_field(house):
    campaign = house.campaign()
    ends_at = campaign.event.ends_at
    never = SendingHours(time(9), time(10), (ends_at.isoweekday(),), "UTC")
    late = [
        ("starts_at", Timing(starts_at=ends_at)),
        ("opens", Timing(starts_at=ends_at - MINUTE, hours=never)),
    ]
    for field, timing in late:
        for start in (
            lambda timing=timing: house.start(campaign, timing=timing, past_start_ok=True),
            lambda timing=timing: house.runs.preview(OWNER, campaign.id, Kind.INVITE, Pace(1), timing),
        ):
            with pytest.raises(InputError) as caught:
                start()
            assert list(caught.value.fields) == [field]
    assert house.all_runs() == []


@pytest.mark.parametrize("word", ["approve", "decline"])
def test_a_large_cancel_calls_the_event_off_when_it_is_approved_and_not_before(house, word):
    campaign = house.campaign(3)
    house.start(campaign)
    house.drain()
    house.ask_approval_above(2)
    cancel = house.start(campaign, kind=Kind.CANCEL, submission="cancel")
    assert cancel.state is RunState.PLANNED
    assert not reread(house, campaign).is_cancelled
    getattr(house.runs, word)(ADMIN, cancel.id)
    assert reread(house, campaign).is_cancelled is (word == "approve")
    house.drain()
    deeds = [accepted.letter.invite.kind for accepted in house.mailer.accepted]
    assert deeds == [Kind.INVITE] * 3 + [Kind.CANCEL] * (3 if word == "approve" else 0)


def reread(house, campaign):
    return house.campaigns.view(OWNER, campaign.id).summary.campaign
