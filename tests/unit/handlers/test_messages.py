"""What the messages say. That Slack takes them at their largest is held by test_screens."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from campaigns.history import Deed
from campaigns.model import Counts, Kind, Reason, RunState
from campaigns.notices import NoticeKind
from campaigns.report import WRONG_ADDRESS, CauseCount
from campaigns.timing import AT_ONCE, Pace, SendingHours, Timing
from handlers import messages, messages_thread
from handlers.mrkdwn import moment
from handlers.wording import pace_words
from mailers.smtp_rules import RULES
from tests.fakes.clocks import NOON
from tests.fakes.largest_screens import HOUR, campaign, notice, report, run

TEAM_DAY = campaign("Team Day")
HALF = Counts(queued=150, sent=99, failed=1)
NOBODY_YET = Counts(queued=250)
OFFICE = SendingHours(time(9), time(17), (1, 2, 3, 4, 5), "Europe/Madrid")
MONDAY_AT_NINE = datetime(2026, 11, 30, 8, tzinfo=UTC)


def seen(
    state=RunState.RUNNING,
    reason=None,
    *,
    counts=HALF,
    timing=AT_ONCE,
    next_at=NOON + HOUR,
    batch=3,
    causes=(),
):
    of = replace(run(state, reason), pace=Pace(50, 30), total=250, timing=timing)
    made = report(of, counts, causes=0)
    return replace(made, batch=batch, batches=5, next_at=next_at, causes=tuple(causes))


def said(message):
    """All that is to be read in a message."""
    parts = []
    for block in message.blocks:
        held = [block.get("text"), *block.get("elements", [])]
        parts += [one["text"] for one in held if one and isinstance(one.get("text"), str)]
    return "\n".join(parts)


def pressables(message):
    return [one for block in message.blocks if block["type"] == "actions" for one in block["elements"]]


def labels(message):
    return [one["text"]["text"] for one in pressables(message)]


@pytest.mark.parametrize(
    ("report_", "words", "offered"),
    [
        (seen(), f"next batch {moment(NOON + HOUR)}", ["Pause", "Change pace", "Stop", "Report"]),
        (seen(RunState.PLANNED, counts=NOBODY_YET), "Waits for approval", ["Stop"]),
        (
            seen(counts=NOBODY_YET, timing=Timing(NOON + HOUR), batch=1),
            f"Starts {moment(NOON + HOUR)}",
            ["Pause", "Change pace", "Stop", "Report"],
        ),
        (
            seen(timing=Timing(hours=OFFICE), next_at=MONDAY_AT_NINE),
            f"next batch {moment(MONDAY_AT_NINE)}, when the sending hours open",
            ["Pause", "Change pace", "Stop", "Report"],
        ),
        (
            seen(RunState.PAUSED, Reason.QUOTA),
            "Paused: the account's sending limit is reached",
            ["Resume", "Change pace", "Stop", "Report"],
        ),
        (seen(RunState.FINISHED, counts=Counts(sent=250)), "All 250 sent", ["Report"]),
        (seen(RunState.STOPPED), "Stopped by <@U0KIM>", ["Report"]),
    ],
)
def test_the_message_of_a_run_says_where_it_is_and_what_can_be_done(report_, words, offered):
    message = messages.progress(TEAM_DAY, report_)
    assert words in said(message)
    assert labels(message) == offered


def test_a_gap_that_ends_within_the_sending_hours_is_not_blamed_on_them():
    inside = seen(timing=Timing(hours=OFFICE), next_at=MONDAY_AT_NINE + HOUR)
    assert "sending hours" not in said(messages.progress(TEAM_DAY, inside))


def test_a_batch_that_rests_over_night_says_when_it_goes_on():
    resting = replace(seen(timing=Timing(hours=OFFICE), next_at=MONDAY_AT_NINE), batch_open=True)
    words = f"Batch 3 of 5 goes on {moment(MONDAY_AT_NINE)}, when the sending hours open"
    assert words in said(messages.progress(TEAM_DAY, resting))


def test_a_run_that_has_not_begun_is_not_said_to_be_sending():
    ahead = seen(counts=NOBODY_YET, timing=Timing(NOON + HOUR), batch=1)
    taken_off = replace(NOBODY_YET, queued=NOBODY_YET.queued - 1, skipped=1)
    for one in (ahead, replace(ahead, counts=taken_off)):
        shown = messages.progress(TEAM_DAY, one)
        assert shown.text.startswith("Team Day: Not started yet.")
        assert f"Starts {moment(NOON + HOUR)}" in said(shown)


@pytest.mark.parametrize("state", RunState)
def test_no_state_is_told_by_a_sign_alone(state):
    text = messages.progress(TEAM_DAY, seen(state)).text
    assert "99 of 250 sent" in text
    assert text.isascii() or "·" in text
    assert "█" not in text


def test_every_button_says_to_a_screen_reader_which_campaign_it_is_for():
    asked = seen(RunState.FINISHED, counts=Counts(sent=247, failed=2, unsure=1))
    for message in (
        messages.progress(TEAM_DAY, seen()),
        messages.progress(TEAM_DAY, seen(RunState.PAUSED, Reason.PERSON)),
        messages.failures(TEAM_DAY, asked),
        messages_thread.approval(TEAM_DAY, seen(RunState.PLANNED)),
    ):
        spoken = {one.get("accessibility_label") for one in pressables(message)}
        assert spoken == {f"{label}: Team Day" for label in labels(message)}


def test_stopping_asks_first_and_says_what_it_does_and_does_not_do():
    (stop,) = [one for one in pressables(messages.progress(TEAM_DAY, seen())) if "confirm" in one]
    asked = stop["confirm"]["text"]["text"]
    assert "150 people are still waiting and will not be invited" in asked
    assert "What was sent stays in people's calendars." in asked


NOBODY_THERE = CauseCount("The mailbox doesn't exist", "Ask for the right address.", 3)
FULL = CauseCount("The mailbox is full", "Ask the person to make room.", 2)


@pytest.mark.parametrize(
    ("causes", "failed", "advice", "style"),
    [
        ([NOBODY_THERE], 3, "3 addresses do not exist: trying again will not help", None),
        ([NOBODY_THERE, FULL], 5, "3 addresses do not exist: trying again will not help", "primary"),
        ([FULL], 2, None, "primary"),
    ],
)
def test_a_retry_is_advised_only_where_it_can_help(causes, failed, advice, style):
    ended = seen(RunState.FINISHED, counts=Counts(sent=245, failed=failed), causes=causes)
    message = messages.failures(TEAM_DAY, ended)
    retry, *others = pressables(message)
    assert retry.get("style") == style
    assert [one["text"]["text"] for one in others] == (["Edit campaign"] if advice else [])
    assert (advice in said(message)) if advice else ("orrect the list" not in said(message))


def test_the_causes_that_no_retry_helps_are_those_the_mailers_name():
    """Two rooms that may not import each other share these words."""
    hint = "Ask for the right address"
    named = {rule.cause for rule in RULES if rule.hint.startswith(hint)}
    assert named - WRONG_ADDRESS == {"The address needs international mail, which the server doesn't have"}
    assert named >= WRONG_ADDRESS


def test_a_batch_is_told_as_it_was_when_it_ended():
    told = {"batch": "2", "sent": "100", "failed": "1", "total": "250", "next_at": MONDAY_AT_NINE.isoformat()}
    assert messages_thread.batch_done(notice(NoticeKind.BATCH_DONE, **told), seen()) == (
        f"Batch 2 of 5 done: 100 of 250 sent · 1 failed · next batch {moment(MONDAY_AT_NINE)}"
    )


def test_a_fact_that_is_missing_is_left_out():
    assert messages_thread.batch_done(notice(NoticeKind.BATCH_DONE, batch="2"), seen()) == "Batch 2 of 5 done"
    strange = messages_thread.deed(TEAM_DAY, notice(NoticeKind.DEED, deed="flew", by="U0BEN"))
    assert strange.text == "Team Day: <@U0BEN> changed something"


@pytest.mark.parametrize("what", Deed)
def test_who_did_it_stands_in_every_line_of_the_thread(what):
    line = messages_thread.deed(TEAM_DAY, notice(NoticeKind.DEED, deed=what, by="U0BEN"))
    assert line.text.startswith("Team Day: <@U0BEN> ")
    assert said(line).startswith("<@U0BEN> ")


def test_a_changed_pace_is_told_with_the_one_before():
    told = {"per_batch": "50", "gap_minutes": "30", "per_batch_before": "20", "gap_minutes_before": "60"}
    line = messages_thread.deed(TEAM_DAY, notice(NoticeKind.DEED, deed="pace_changed", by="U0BEN", **told))
    assert "20 every 60 minutes" in line.text
    assert "50 every 30 minutes" in line.text


def test_a_question_that_was_answered_has_no_buttons():
    planned = messages_thread.approval(TEAM_DAY, seen(RunState.PLANNED))
    assert labels(planned) == ["Approve", "Decline"]
    assert "<@U0ANA> wants to send 250 invites, 50 every 30 minutes" in planned.text
    late = messages_thread.approval(TEAM_DAY, seen(RunState.RUNNING))
    assert labels(late) == []
    assert "the run is running" in late.text


@pytest.mark.parametrize(
    ("pace", "words"),
    [
        (Pace(None), "all at once"),
        (Pace(50, 1), "50 every 1 minute"),
        (Pace(1_000, 30), "1,000 every 30 minutes"),
        (Pace(50, 0), "50 at a time, without a gap"),
    ],
)
def test_a_pace_in_words(pace, words):
    assert pace_words(pace) == words


def of_kind(kind, state=RunState.RUNNING, reason=None, **how):
    made = seen(state, reason, **how)
    return replace(made, run=replace(made.run, kind=kind))


WORDS = {
    Kind.UPDATE: ("Updating", "99 of 250 updated", "Updates started", "were not updated"),
    Kind.CANCEL: ("Cancelling", "99 of 250 cancelled", "Cancellations started", "were not told"),
    Kind.REMIND: ("Reminding", "99 of 250 reminded", "Reminders started", "were not reminded"),
}


@pytest.mark.parametrize("kind", WORDS)
def test_every_kind_of_run_is_told_in_its_own_words(kind):
    doing, count, begun, left_out = WORDS[kind]
    going = said(messages.progress(TEAM_DAY, of_kind(kind)))
    assert f"*{doing}*" in going
    assert count in going
    assert begun in going
    stopped = of_kind(kind, RunState.STOPPED, counts=Counts(sent=99, skipped=151))
    assert f"151 people {left_out}" in said(messages.progress(TEAM_DAY, stopped))
    held = of_kind(kind, RunState.PAUSED, Reason.FAULTS)
    alert = messages.paused(TEAM_DAY, held, notice(NoticeKind.PAUSED, reason="faults"))
    assert f"{doing} is paused: " in alert.text
    assert "invite" not in alert.text.partition("do not get through")[0]
    batch = messages_thread.batch_done(notice(NoticeKind.BATCH_DONE, batch="2", sent="100"), of_kind(kind))
    assert batch.endswith(count.rpartition(" ")[2])
    assert messages_thread.resumed(of_kind(kind)).startswith(f"{doing} goes on.")


def test_a_run_whose_event_is_over_says_what_can_be_done_once():
    held = of_kind(Kind.INVITE, RunState.PAUSED, Reason.OVER)
    advice = "Change its date with Edit event, then press Resume, or press Stop."
    held = replace(held, run=replace(held.run, detail=f"Nothing more is sent about it. {advice}"))
    alert = messages.paused(TEAM_DAY, held, notice(NoticeKind.PAUSED, reason="over"))
    for told in (alert, messages.progress(TEAM_DAY, held)):
        assert "aused: the event is over" in said(told)
        assert said(told).count("Edit event") == 1
        assert {"Resume", "Stop"} <= set(labels(told))


def test_a_stop_says_what_it_leaves_behind():
    for kind, words in (
        (Kind.INVITE, "What was sent stays in people's calendars."),
        (Kind.CANCEL, "Whoever was not told still has the event in their calendar."),
    ):
        assert words in messages_thread.stopped(of_kind(kind, RunState.STOPPED))
    for kind, words in ((Kind.INVITE, "will not be invited"), (Kind.CANCEL, "cancelled all the same")):
        (stop,) = [one for one in pressables(messages.progress(TEAM_DAY, of_kind(kind))) if "confirm" in one]
        assert words in stop["confirm"]["text"]["text"]
        assert len(stop["confirm"]["text"]["text"]) < 300


def test_a_run_that_gave_way_says_to_what():
    gone = of_kind(Kind.INVITE, RunState.STOPPED, counts=Counts(sent=190, skipped=60))
    gone = replace(gone, run=replace(gone.run, detail="Replaced by Cancel event"))
    assert "Replaced by Cancel event: 60 people were not invited" in said(messages.progress(TEAM_DAY, gone))
    assert messages_thread.stopped(gone).startswith("Replaced by Cancel event, started by <@U0KIM>.")


def test_what_came_back_is_told_and_wrong_addresses_of_a_cancellation_lead_nowhere():
    ended = seen(RunState.FINISHED, counts=Counts(sent=245, failed=3, bounced=2), causes=[NOBODY_THERE])
    told = said(messages.failures(TEAM_DAY, ended))
    assert "3 invites failed and 2 invites came back" in told
    over = replace(ended, run=replace(ended.run, kind=Kind.CANCEL))
    told = said(messages.failures(TEAM_DAY, over))
    assert "trying again will not help." in told
    assert "Send Invite" not in told


GONE_AND_BACK = CauseCount("The mailbox doesn't exist", "", 3, back=3)
FULL_AND_BACK = CauseCount("The mailbox is full", "", 2, back=2)


@pytest.mark.parametrize(
    ("counts", "causes", "advice", "offered"),
    [
        (
            Counts(sent=247, bounced=3),
            [GONE_AND_BACK],
            ["3 addresses do not exist: trying again will not help. Correct the list first"],
            ["Edit campaign"],
        ),
        (
            Counts(sent=248, bounced=2),
            [FULL_AND_BACK],
            ["2 that came back may get there once the cause has passed: use *Send Invite* then."],
            [],
        ),
        (
            Counts(sent=243, bounced=5, failed=2),
            [GONE_AND_BACK, FULL_AND_BACK, FULL],
            ["3 addresses do not exist", "use *Send Invite* then. *Retry* is for what failed only."],
            ["Retry these 2", "Edit campaign"],
        ),
    ],
    ids=["wrong addresses", "what may pass", "both, and some failed"],
)
def test_whoever_came_back_is_told_with_what_helps_and_a_retry_only_for_what_failed(
    counts, causes, advice, offered
):
    ended = seen(RunState.FINISHED, counts=counts, causes=causes)
    message = messages.failures(TEAM_DAY, ended)
    assert "came back" in message.text
    for line in (*advice, *(cause.cause for cause in causes)):
        assert line in said(message)
    assert labels(message) == offered
    assert "told in a message of its own" in messages.finished(TEAM_DAY, ended).text


def test_wrong_addresses_that_came_back_take_no_hope_from_a_retry():
    """Two failed for a cause that may pass: that three others came back for good says nothing of them."""
    counts = Counts(sent=245, bounced=3, failed=2)
    ended = seen(RunState.FINISHED, counts=counts, causes=[GONE_AND_BACK, FULL])
    retry, _ = pressables(messages.failures(TEAM_DAY, ended))
    assert retry["style"] == "primary"


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        (Kind.UPDATE, "*Update Calendar Invites*"),
        (Kind.CANCEL, "*Cancel event*"),
        (Kind.REMIND, "*Remind*"),
    ],
)
def test_what_came_back_names_the_way_to_such_a_run(kind, way):
    ended = of_kind(kind, RunState.FINISHED, counts=Counts(sent=248, bounced=2), causes=[FULL_AND_BACK])
    assert f"use {way} then." in said(messages.failures(TEAM_DAY, ended))


def test_the_end_names_the_report_where_no_list_is_told():
    ended = seen(RunState.FINISHED, counts=Counts(sent=248, bounced=2), causes=[FULL_AND_BACK])
    told = messages.finished(TEAM_DAY, ended, is_listed=False)
    assert "2 came back Who was not reached, and why, stands in Report." in told.text


def test_what_had_come_back_when_a_batch_ended_is_told_with_it():
    told = {"batch": "2", "sent": "97", "failed": "1", "bounced": "2", "total": "250"}
    line = messages_thread.batch_done(notice(NoticeKind.BATCH_DONE, **told), seen())
    assert line == "Batch 2 of 5 done: 97 of 250 sent · 1 failed · 2 came back"


def test_an_update_is_called_an_update():
    of = replace(seen(RunState.PLANNED), run=replace(seen(RunState.PLANNED).run, kind=Kind.UPDATE))
    assert "wants to send 250 updates" in messages_thread.approval(TEAM_DAY, of).text
