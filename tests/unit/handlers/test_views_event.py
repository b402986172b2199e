"""The inputs of an event grow with what is chosen, and say what it comes to."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.forms import EventFields, parse_event
from campaigns.model import Event
from campaigns.recurrence import Frequency, Recurrence
from campaigns.repeat_forms import Ends, RepeatFields, Repeats, Unit
from handlers.form_values import values_of_event
from handlers.views_event import HEARD, event_facts, event_inputs, reminder_words
from tests.fakes.clocks import NOON

SIMPLE = EventFields(
    title="Class", start_date="2026-12-01", start_time="10:30", duration="60", zone="Europe/Madrid"
)
TWICE_A_MONTH = replace(SIMPLE, repeat=RepeatFields(Repeats.TWO_WEEKS, times="10"))


def names(typed):
    return [block.get("block_id", block["type"]) for block in event_inputs(typed, NOON)]


def dates_said(typed, before=None):
    (line,) = [block for block in event_inputs(typed, NOON, before=before) if block["type"] == "context"]
    return line["elements"][0]["text"]


def test_a_simple_event_asks_for_nothing_about_repeating():
    assert names(SIMPLE) == [
        "title", "start_date", "is_all_day", "start_time", "duration", "end_date", "end_time", "zone",
        "place", "description", "greeting", "repeats", "reminder",
    ]  # fmt: skip


def test_whole_days_ask_for_no_time():
    assert names(replace(SIMPLE, is_all_day=True))[:5] == [
        "title",
        "start_date",
        "is_all_day",
        "end_date",
        "zone",
    ]


@pytest.mark.parametrize(
    ("repeat", "asked"),
    [
        (RepeatFields(Repeats.WEEKLY), ["ends", "times", "except_on"]),
        (RepeatFields(Repeats.WEEKLY, ends=Ends.DAY), ["ends", "last_day", "except_on"]),
        (RepeatFields(Repeats.WEEKLY, ends=Ends.NEVER), ["ends", "except_on"]),
        (RepeatFields(Repeats.CUSTOM), ["every", "unit", "weekdays", "ends", "times", "except_on"]),
        (RepeatFields(Repeats.CUSTOM, unit=Unit.DAYS), ["every", "unit", "ends", "times", "except_on"]),
    ],
)
def test_a_choice_brings_the_inputs_it_needs(repeat, asked):
    shown = names(replace(SIMPLE, repeat=repeat))
    assert shown[shown.index("repeats") + 1 : shown.index("reminder")] == [*asked, "context"]


def test_only_what_changes_the_form_or_its_dates_is_heard():
    def heard(typed):
        blocks = event_inputs(typed, NOON)
        return {block["block_id"] for block in blocks if block.get("dispatch_action")}

    assert heard(SIMPLE) == {"repeats"}
    everything = heard(replace(SIMPLE, repeat=RepeatFields(Repeats.CUSTOM)))
    by_date = heard(replace(SIMPLE, repeat=RepeatFields(Repeats.WEEKLY, ends=Ends.DAY)))
    assert everything | by_date | {"is_all_day"} == set(HEARD)


def test_the_dates_are_shown_before_anything_is_saved():
    assert dates_said(TWICE_A_MONTH) == (
        "*Every 2 weeks on Tuesday, 10 times*\n"
        "Tue 1 Dec 2026 · Tue 15 Dec 2026 · Tue 29 Dec 2026 · Tue 12 Jan 2027 … the last on Tue 6 Apr 2027"
    )
    endless = replace(TWICE_A_MONTH, repeat=replace(TWICE_A_MONTH.repeat, ends=Ends.NEVER))
    assert dates_said(endless).endswith("Tue 12 Jan 2027 and so on")
    few = replace(TWICE_A_MONTH, repeat=replace(TWICE_A_MONTH.repeat, times="2"))
    assert dates_said(few) == "*Every 2 weeks on Tuesday, 2 times*\nTue 1 Dec 2026 · Tue 15 Dec 2026"


def test_dates_left_out_are_not_among_those_shown():
    without = replace(TWICE_A_MONTH.repeat, except_on="15 December 2026")
    assert "Tue 1 Dec 2026 · Tue 29 Dec 2026" in dates_said(replace(TWICE_A_MONTH, repeat=without))


def test_instead_of_dates_it_says_quietly_what_is_missing_or_wrong():
    nothing_yet = replace(TWICE_A_MONTH, repeat=RepeatFields(Repeats.WEEKLY))
    assert "once the start and the lines above are filled in" in dates_said(nothing_yet)
    no_start = replace(TWICE_A_MONTH, start_date="")
    assert "once the start and the lines above are filled in" in dates_said(no_start)
    other_day = replace(TWICE_A_MONTH.repeat, repeats=Repeats.CUSTOM, every="1", weekdays=("4",))
    assert "The event starts on a Tuesday" in dates_said(replace(TWICE_A_MONTH, repeat=other_day))


def test_what_is_typed_cannot_mention_anybody_in_the_small_print():
    odd = replace(TWICE_A_MONTH.repeat, except_on="<!channel>")
    assert "&lt;!channel&gt;" in dates_said(replace(TWICE_A_MONTH, repeat=odd))


def test_a_series_that_has_begun_shows_its_dates_when_it_is_edited():
    begun = parse_event(replace(TWICE_A_MONTH, start_date="2026-11-24"), NOON - timedelta(days=30))
    past = replace(
        begun, starts_at=begun.starts_at - timedelta(days=14), ends_at=begun.ends_at - timedelta(14)
    )
    assert past.starts_at < NOON
    assert dates_said(values_of_event(past), past).startswith("*Every 2 weeks on Tuesday, 10 times*")


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "When it starts"),
        (1, "1 minute before"),
        (10, "10 minutes before"),
        (60, "1 hour before"),
        (90, "90 minutes before"),
        (1_440, "1 day before"),
        (40_320, "28 days before"),
    ],
)
def test_a_reminder_is_said_in_its_largest_unit(minutes, said):
    assert reminder_words(minutes) == said


def test_a_reminder_that_is_not_offered_is_kept_in_the_form():
    block = event_inputs(replace(SIMPLE, reminder="90"), NOON)[-1]
    assert block["element"]["initial_option"]["text"]["text"] == "90 minutes before"


def test_the_facts_say_what_repeats_and_reminds_only_where_it_does():
    start = datetime(2026, 12, 1, 9, tzinfo=UTC)
    plain = Event("Class", start, start + timedelta(hours=1), "UTC")
    assert [name for name, _ in event_facts(plain)] == ["When"]
    rule = Recurrence(Frequency.WEEKLY, 2, (2,), until=date(2027, 6, 30))
    assert event_facts(replace(plain, recurrence=rule, reminder_minutes=60, place="Room 1"))[1:] == [
        ("Repeats", "Every 2 weeks on Tuesday, until 30 June 2027"),
        ("Where", "Room 1"),
        ("Reminder", "1 hour before"),
    ]
    days = parse_event(replace(SIMPLE, is_all_day=True, end_date="2026-12-02"), NOON)
    assert event_facts(days) == [("When", "Tuesday, 1 December 2026 – Wednesday, 2 December 2026 (all day)")]
