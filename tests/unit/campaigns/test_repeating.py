"""When events that repeat take place, and which rules are refused because programs read them differently."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from campaigns.errors import InputError, Misconfigured
from campaigns.ical_times import recurrence_lines, zone_lines
from campaigns.recurrence import Frequency, Recurrence
from campaigns.repeating import check, days, last_end, problems, rrule, start_ahead, zone_rule
from tests.unit.campaigns.invites import event
from tests.unit.campaigns.repeating_events import all_day, any_event, occurrences, repeating

DAILY, WEEKLY, MONTHLY = Frequency


def rule_of(made):
    return rrule(made.recurrence, made)


def first_days(made, number=4):
    return [f"{day:%Y-%m-%d}" for day in islice(days(made), number)]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Recurrence(DAILY), "FREQ=DAILY"),
        (Recurrence(DAILY, interval=3, count=5), "FREQ=DAILY;COUNT=5;INTERVAL=3"),
        (Recurrence(WEEKLY), "FREQ=WEEKLY;BYDAY=TU"),
        (Recurrence(WEEKLY, weekdays=(4, 2)), "FREQ=WEEKLY;BYDAY=TU,TH"),
        (Recurrence(MONTHLY), "FREQ=MONTHLY;BYMONTHDAY=24"),
        (Recurrence(MONTHLY, by_weekday=True), "FREQ=MONTHLY;BYDAY=4TU"),
        (Recurrence(WEEKLY, until=date(2027, 6, 30)), "FREQ=WEEKLY;UNTIL=20270630T083000Z;BYDAY=TU"),
        (Recurrence(WEEKLY, until=date(2027, 1, 31)), "FREQ=WEEKLY;UNTIL=20270131T093000Z;BYDAY=TU"),
    ],
)
def test_a_rule_says_what_was_asked_for(rule, said):
    made = repeating(rule)
    assert problems(made) == {}
    assert rule_of(made) == said


def test_the_hour_stays_on_the_clock_when_the_clocks_change():
    starts = occurrences(repeating(Recurrence(WEEKLY), 2026, 10, 20, 10, 30), 2)
    assert starts == (datetime(2026, 10, 20, 8, 30, tzinfo=UTC), datetime(2026, 10, 27, 9, 30, tzinfo=UTC))


def test_an_hour_that_does_not_exist_is_the_one_after_it_and_no_day_is_lost():
    starts = occurrences(repeating(Recurrence(DAILY), 2027, 3, 27, 2, 30), 3)
    assert [at.astimezone(ZoneInfo("Europe/Berlin")).hour for at in starts] == [2, 3, 2]


def test_the_31st_is_the_last_day_of_every_month():
    """Outlook comes on the 30th in a short month and others not at all, unless it is said like this."""
    made = repeating(Recurrence(MONTHLY), 2026, 12, 31, 9, 0)
    assert problems(made) == {}
    assert rule_of(made) == "FREQ=MONTHLY;BYMONTHDAY=-1"
    assert first_days(made) == ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]


@pytest.mark.parametrize("day", [29, 30])
def test_a_day_that_some_month_lacks_is_refused_unless_it_ends_before(day):
    assert "by_weekday" in problems(repeating(Recurrence(MONTHLY), 2026, 11, day, 9, 0))
    assert problems(repeating(Recurrence(MONTHLY, by_weekday=True), 2026, 11, day, 9, 0)) == {}
    assert problems(repeating(Recurrence(MONTHLY, count=3), 2026, 11, day, 9, 0)) == {}
    assert "by_weekday" in problems(repeating(Recurrence(MONTHLY, count=4), 2026, 11, day, 9, 0))


def test_a_fifth_weekday_is_the_last_one():
    made = repeating(Recurrence(MONTHLY, by_weekday=True), 2027, 1, 29, 9, 0)
    assert rule_of(made) == "FREQ=MONTHLY;BYDAY=-1FR"
    assert first_days(made) == ["2027-01-29", "2027-02-26", "2027-03-26", "2027-04-30"]


def test_every_other_week_counts_weeks_from_monday():
    made = repeating(Recurrence(WEEKLY, interval=2, weekdays=(1, 2)), 2026, 11, 24, 9, 0)
    assert first_days(made) == ["2026-11-24", "2026-12-07", "2026-12-08", "2026-12-21"]


def test_a_count_counts_what_is_left_out_too():
    made = repeating(Recurrence(WEEKLY, count=4, except_on=(date(2026, 12, 1),)))
    assert problems(made) == {}
    assert first_days(made, 9) == ["2026-11-24", "2026-12-08", "2026-12-15"]
    assert last_end(made) == datetime(2026, 12, 15, 10, 30, tzinfo=UTC)


def test_exceptions_are_written_as_the_start_is():
    """An EXDATE of another kind than DTSTART leaves out nothing."""
    left_out = (date(2027, 4, 6), date(2026, 12, 1))
    weekly = Recurrence(WEEKLY, except_on=left_out)
    assert recurrence_lines(repeating(weekly))[1:] == [
        "EXDATE;TZID=Europe/Berlin:20261201T103000",
        "EXDATE;TZID=Europe/Berlin:20270406T103000",
    ]
    assert recurrence_lines(repeating(weekly, zone="UTC"))[1:] == [
        "EXDATE:20261201T103000Z",
        "EXDATE:20270406T103000Z",
    ]
    assert recurrence_lines(all_day(2026, 11, 24, recurrence=weekly))[1:] == [
        "EXDATE;VALUE=DATE:20261201",
        "EXDATE;VALUE=DATE:20270406",
    ]


def test_whole_days_end_on_a_day():
    made = all_day(2026, 11, 24, recurrence=Recurrence(WEEKLY, until=date(2027, 6, 30)))
    assert rule_of(made) == "FREQ=WEEKLY;UNTIL=20270630;BYDAY=TU"
    assert zone_lines(made) == ""


def test_it_is_over_after_the_last_time_or_never():
    assert last_end(event()) == event().ends_at
    assert last_end(repeating(Recurrence(DAILY))) is None
    until = repeating(Recurrence(WEEKLY, until=date(2027, 6, 30)))
    assert last_end(until) == datetime(2027, 6, 29, 9, 30, tzinfo=UTC)
    assert len(occurrences(repeating(Recurrence(DAILY)), 500)) == 500


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (Recurrence(DAILY, interval=0), "interval"),
        (Recurrence(DAILY, interval=100), "interval"),
        (Recurrence(DAILY, count=1), "count"),
        (Recurrence(DAILY, count=1_000), "count"),
        (Recurrence(DAILY, count=3, until=date(2027, 1, 1)), "until"),
        (Recurrence(DAILY, until=date(2026, 11, 24)), "until"),
        (Recurrence(WEEKLY, until=date(2026, 11, 30)), "until"),
        (Recurrence(DAILY, until=date(2100, 1, 1)), "until"),
        (Recurrence(WEEKLY, weekdays=(1, 3)), "weekdays"),
        (Recurrence(WEEKLY, weekdays=(2, 2)), "weekdays"),
        (Recurrence(WEEKLY, weekdays=(2, 8)), "weekdays"),
        (Recurrence(DAILY, weekdays=(2,)), "weekdays"),
        (Recurrence(WEEKLY, by_weekday=True), "by_weekday"),
        (Recurrence(WEEKLY, except_on=(date(2026, 11, 24),)), "except_on"),
        (Recurrence(WEEKLY, except_on=(date(2026, 12, 2),)), "except_on"),
        (Recurrence(WEEKLY, count=3, except_on=(date(2026, 12, 15),)), "except_on"),
        (Recurrence(WEEKLY, count=2, except_on=(date(2026, 12, 1),)), "except_on"),
        (Recurrence(DAILY, except_on=tuple(date(2027, 1, 1) + timedelta(n) for n in range(51))), "except_on"),
    ],
    ids=str,
)
def test_what_cannot_be_is_said_beside_its_field(rule, field):
    made = repeating(rule)
    assert list(problems(made)) == [field]
    with pytest.raises(InputError) as caught:
        check(made)
    assert caught.value.fields == problems(made)


def test_the_words_name_the_day():
    assert problems(repeating(Recurrence(WEEKLY, weekdays=(1,)))) == {
        "weekdays": "The event starts on a Tuesday: choose that day too, or another start."
    }
    assert problems(repeating(Recurrence(WEEKLY, except_on=(date(2026, 12, 2),)))) == {
        "except_on": "It does not take place on 2 December 2026 anyway. Name only days on which it would."
    }


def test_an_event_may_not_last_until_it_starts_again():
    assert "interval" in problems(repeating(Recurrence(DAILY), minutes=24 * 60 + 1))
    assert problems(repeating(Recurrence(DAILY), minutes=24 * 60)) == {}
    assert "interval" in problems(all_day(2026, 11, 24, length=2, recurrence=Recurrence(DAILY)))
    assert "interval" in problems(repeating(Recurrence(WEEKLY, weekdays=(2, 3)), minutes=25 * 60))


@pytest.mark.parametrize("minutes", [-1, 40_321])
def test_a_reminder_comes_at_most_four_weeks_before(minutes):
    assert list(problems(event(reminder_minutes=minutes))) == ["reminder_minutes"]
    assert problems(event(reminder_minutes=0)) == problems(event(reminder_minutes=40_320)) == {}


def test_a_zone_without_a_rule_of_its_own_asks_for_an_end():
    """In UTC the event would move by an hour with each change of the clocks."""
    forever = repeating(Recurrence(WEEKLY), zone="Asia/Jerusalem")
    assert "Let the event end within a year" in problems(forever)["until"]
    with pytest.raises(Misconfigured):
        zone_lines(forever)
    assert problems(repeating(Recurrence(WEEKLY, until=date(2027, 11, 1)), zone="Asia/Jerusalem")) == {}
    assert problems(all_day(2026, 11, 24, zone="Asia/Jerusalem", recurrence=Recurrence(WEEKLY))) == {}


@settings(max_examples=200, deadline=None)
@given(any_event())
def test_every_start_is_on_the_same_clock_and_none_is_left_out_by_mistake(made):
    starts = occurrences(made, 400)
    assert starts[0] == made.starts_at
    assert list(starts) == sorted(set(starts))
    clocks = {at.astimezone(ZoneInfo(made.zone)).replace(tzinfo=None, fold=0) for at in starts}
    hours = {one.time() for one in clocks}
    gaps = sum(at.date() != day for at, day in zip(sorted(clocks), days(made), strict=False))
    assert gaps == 0
    assert len(hours) <= 2, "the one hour of its own, and the one where the clocks skip it"
    if made.recurrence and zone_rule(made):
        assert last_end(made) is None or last_end(made) >= starts[-1]


def test_invites_to_a_series_that_has_begun_are_early_enough_for_its_last_time():
    weekly = event(recurrence=Recurrence(Frequency.WEEKLY, count=3))
    before, begun = weekly.starts_at - timedelta(hours=1), weekly.starts_at + timedelta(hours=1)
    assert start_ahead(weekly, before) == weekly.starts_at
    assert start_ahead(weekly, begun) == weekly.starts_at + timedelta(weeks=2)
    assert start_ahead(replace(weekly, recurrence=None), begun) == weekly.starts_at
    endless = replace(weekly, recurrence=Recurrence(Frequency.WEEKLY))
    assert start_ahead(endless, begun).year == 9999
