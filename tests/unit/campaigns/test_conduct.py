from datetime import timedelta

import pytest

from campaigns.errors import BadAddress, NotAllowed, NotFound, StateError, Unsure
from campaigns.model import Kind, Reason, RunState
from campaigns.ports import Selection
from campaigns.timing import Pace
from tests.fakes.campaigns import ADMIN, COLLEAGUE, OWNER, STRANGER
from tests.fakes.clocks import NOON
from tests.fakes.mailers import LostReply

MINUTE = timedelta(minutes=1)
FIRST, SECOND = "p001@example.org", "p002@example.org"
LOST = LostReply(Unsure("The reply was lost"))


# looking ahead


def test_a_preview_says_how_many_batches_and_until_when(house):
    seen = house.runs.preview(OWNER, house.campaign(120).id, Kind.INVITE, Pace(50, 60))
    assert (seen.forecast.invites, seen.forecast.batches, seen.forecast.last_size) == (120, 3, 20)
    assert seen.forecast.last_at == NOON + 120 * MINUTE
    assert not seen.runs_past_start
    assert not seen.needs_approval


def test_a_preview_warns_if_the_last_batch_would_come_after_the_start(house):
    campaign = house.campaign(3)
    house.clock.time = campaign.event.starts_at - 120 * MINUTE
    assert house.runs.preview(OWNER, campaign.id, Kind.INVITE, Pace(1, 60)).runs_past_start
    assert not house.runs.preview(OWNER, campaign.id, Kind.INVITE, Pace(1, 59)).runs_past_start


def test_a_preview_changes_nothing(house):
    house.runs.preview(OWNER, house.campaign().id, Kind.INVITE, Pace(1, 0))
    assert house.all_runs() == []
    assert house.notices() == []


# starting


def test_a_start_is_one_commit_and_then_the_alarm(house):
    run = house.start(house.campaign(3), per_batch=2, gap=10)
    assert (run.state, run.total, run.started_by, run.channel) == (RunState.RUNNING, 3, OWNER.user, "C1")
    assert (house.batch(run).seq, house.batch(run).due_at) == (1, NOON)
    assert house.notices() == [("progress", "slack"), ("started", "mail")]
    assert house.alarm.rung == 1


def test_a_doubled_submission_is_the_same_run(house):
    campaign = house.campaign()
    first = house.start(campaign, submission="view-1")
    assert house.start(campaign, submission="view-1").id == first.id
    house.drain()
    assert house.start(campaign, submission="view-1").id == first.id
    assert house.drain() == []
    assert house.heard()["started"] == 1


def starts(house, campaign, kind=Kind.INVITE):
    """Both doors to a run: the look ahead and the start itself."""
    yield lambda: house.runs.preview(OWNER, campaign.id, kind, Pace(1, 0))
    yield lambda: house.start(campaign, submission="another", kind=kind)


@pytest.mark.parametrize("act", [None, "pause"])
def test_while_a_run_is_on_no_other_can_start(house, act):
    campaign = house.campaign()
    run = house.start(campaign, per_batch=1, gap=10)
    house.carry_due()
    if act:
        getattr(house.runs, act)(OWNER, run.id)
    for start in starts(house, campaign):
        with pytest.raises(StateError, match=f"already on. <@{OWNER.user}> started it."):
            start()


def test_when_everybody_is_invited_there_is_nobody_to_start_with(house):
    campaign = house.campaign()
    house.start(campaign)
    house.drain()
    for start in starts(house, campaign):
        with pytest.raises(StateError, match="has been invited"):
            start()
    for start in starts(house, campaign, Kind.UPDATE):
        with pytest.raises(StateError, match="already holds this version"):
            start()


def test_nobody_is_invited_to_an_event_that_is_over(house):
    campaign = house.campaign()
    house.clock.time = campaign.event.ends_at
    for start in starts(house, campaign):
        with pytest.raises(StateError, match="event is over"):
            start()
    house.clock.time -= MINUTE
    assert house.start(campaign, past_start_ok=True).total == 3


# who may


def acts(house, run, submission):
    yield lambda who: house.runs.preview(who, run.campaign_id, Kind.INVITE, Pace(1, 0))
    yield lambda who: house.runs.start(
        who, run.campaign_id, Selection(Kind.INVITE), Pace(1, 0), channel="", submission=submission
    )
    yield lambda who: house.runs.approve(who, run.id)
    yield lambda who: house.runs.decline(who, run.id)
    yield lambda who: house.runs.change_pace(who, run.id, Pace(1, 1))
    yield lambda who: house.runs.latest_run(who, run.campaign_id)
    yield lambda who: house.runs.pause(who, run.id)
    yield lambda who: house.runs.resume(who, run.id)
    yield lambda who: house.runs.stop(who, run.id)
    yield lambda who: house.runs.retry_failed(who, run.id, submission="r")
    yield lambda who: house.runs.send_again(who, run.id, submission="s")
    yield lambda who: house.runs.leave_unsure(who, run.id)
    yield lambda who: house.runs.report(who, run.id)


@pytest.mark.parametrize(("who", "refused"), [(COLLEAGUE, NotAllowed), (STRANGER, NotFound)])
def test_who_may_not_is_refused_before_anything_happens(house, who, refused):
    run = house.start(house.campaign(), submission="mine")
    for act in acts(house, run, "mine"):
        with pytest.raises(refused):
            act(who)
    assert house.run(run) == run
    assert house.heard() == {"started": 1}


def test_an_admin_may_what_the_owner_may(house):
    run = house.start(house.campaign())
    assert house.runs.pause(ADMIN, run.id).state is RunState.PAUSED
    assert house.runs.resume(ADMIN, run.id).state is RunState.RUNNING
    assert house.runs.stop(ADMIN, run.id).state is RunState.STOPPED


def test_a_run_that_never_was_is_not_found(house):
    with pytest.raises(NotFound):
        house.runs.pause(OWNER, 99)


# buttons


def test_a_pause_by_a_person_is_not_an_alert(house):
    run = house.start(house.campaign())
    paused = house.runs.pause(OWNER, run.id)
    assert (paused.reason, paused.acted_by) == (Reason.PERSON, OWNER.user)
    assert house.heard()["paused"] == 0
    assert house.alarm.rung == 2


@pytest.mark.parametrize(
    ("first", "late", "truth"),
    [
        ("pause", "pause", "already paused. <@UADMIN> did that."),
        ("stop", "pause", "was stopped. <@UADMIN> did that."),
        ("stop", "resume", "was stopped. <@UADMIN> did that."),
        ("stop", "stop", "was stopped. <@UADMIN> did that."),
    ],
)
def test_a_late_button_hears_the_truth(house, first, late, truth):
    run = house.start(house.campaign())
    getattr(house.runs, first)(ADMIN, run.id)
    before = house.run(run)
    with pytest.raises(StateError) as caught:
        getattr(house.runs, late)(OWNER, run.id)
    assert caught.value.message.endswith(truth)
    assert caught.value.hint == "Nothing was changed."
    assert house.run(run) == before


def test_what_is_not_paused_cannot_be_resumed(house):
    run = house.start(house.campaign())
    with pytest.raises(StateError, match="already running"):
        house.runs.resume(OWNER, run.id)
    house.drain()
    for act in ("pause", "resume", "stop"):
        with pytest.raises(StateError, match="already finished"):
            getattr(house.runs, act)(OWNER, run.id)


def test_a_stop_tells_slack_once(house):
    run = house.start(house.campaign())
    house.runs.stop(OWNER, run.id)
    assert house.heard() == {"started": 1, "stopped": 1}
    assert house.run(run).ended_at == NOON


def test_a_report_is_the_run_as_it_stands(house):
    run = house.start(house.campaign(5), per_batch=2, gap=10)
    house.mailer.script = [BadAddress("No such mailbox")]
    house.carry_due()
    campaign, report = house.runs.report(OWNER, run.id)
    assert campaign.id == run.campaign_id
    assert (report.batch, report.batches, report.next_at) == (2, 3, NOON + 10 * MINUTE)
    assert (report.counts.sent, report.counts.failed, report.counts.queued) == (1, 1, 3)
    assert [(cause.cause, cause.count) for cause in report.causes] == [("No such mailbox", 1)]


def test_a_run_is_not_resumed_once_the_event_is_over(house):
    campaign = house.campaign(3)
    run = house.start(campaign, per_batch=1, gap=10)
    house.runs.pause(OWNER, run.id)
    house.clock.time = campaign.event.ends_at
    with pytest.raises(StateError, match="over"):
        house.runs.resume(OWNER, run.id)
    assert house.run(run).state is RunState.PAUSED
