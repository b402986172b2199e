from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.recurrence import Frequency, Recurrence
from campaigns.when import event_span, repeats, short_time, span, zone_name
from tests.unit.campaigns.invites import event
from tests.unit.campaigns.repeating_events import all_day, repeating

MOMENT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_a_short_time_has_the_zones_letters():
    assert short_time(MOMENT, "Europe/Berlin") == "Tue 24 Nov 2026, 10:30 CET"


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Europe/Berlin", "CET"),
        ("America/New_York", "EST"),
        ("Asia/Dubai", "UTC+04:00"),
        ("America/Sao_Paulo", "UTC-03:00"),
        ("Asia/Kathmandu", "UTC+05:45"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_without_letters_is_named_by_its_offset(zone, name):
    assert zone_name(MOMENT, zone) == name


def test_a_span_over_the_end_of_summer_time_names_both():
    start, end = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert span(start, end, "Europe/Berlin") == (
        "Sunday, 25 October 2026, 02:30 – 02:30 (CEST/CET, Europe/Berlin)"
    )


def test_an_event_takes_place_in_hours_or_in_whole_days():
    assert event_span(event()) == "Tuesday, 24 November 2026, 10:30 – 11:30 (CET, Europe/Berlin)"
    assert event_span(all_day(2026, 12, 1)) == "Tuesday, 1 December 2026 (all day)"
    assert event_span(all_day(2026, 12, 1, length=2)) == (
        "Tuesday, 1 December 2026 – Wednesday, 2 December 2026 (all day)"
    )


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Africa/Cairo", (2027, 4, 30)), ("America/Santiago", (2027, 9, 5)), ("Pacific/Apia", (2027, 1, 1))],
)
def test_a_day_whose_midnight_the_clocks_skip_is_still_that_day(zone, day):
    assert event_span(all_day(*day, zone=zone)).count(str(day[0])) == 1
    assert f" {day[2]} " in event_span(all_day(*day, zone=zone))


DAILY, WEEKLY, MONTHLY = Frequency
LEFT_OUT = tuple(date(2026, 12, 1) + timedelta(days=days) for days in range(0, 70, 7))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (None, ""),
        (Recurrence(DAILY), "Every day"),
        (Recurrence(DAILY, interval=2, count=5), "Every 2 days, 5 times"),
        (Recurrence(WEEKLY), "Every week on Tuesday"),
        (
            Recurrence(WEEKLY, interval=2, weekdays=(4, 2), until=date(2027, 6, 30)),
            "Every 2 weeks on Tuesday and Thursday, until 30 June 2027",
        ),
        (Recurrence(WEEKLY, weekdays=(1, 2, 5)), "Every week on Monday, Tuesday and Friday"),
        (Recurrence(MONTHLY), "Every month on day 24"),
        (Recurrence(MONTHLY, interval=3, by_weekday=True), "Every 3 months on the fourth Tuesday"),
        (
            Recurrence(WEEKLY, except_on=LEFT_OUT[1::-1]),
            "Every week on Tuesday, except on 1 December 2026 and 8 December 2026",
        ),
        (
            Recurrence(WEEKLY, except_on=LEFT_OUT),
            (
                "Every week on Tuesday, except on 1 December 2026, 8 December 2026, 15 December 2026, "
                "22 December 2026, 29 December 2026, 5 January 2027 and 4 more days"
            ),
        ),
    ],
)
def test_how_often_is_said_in_words(rule, said):
    assert repeats(event(recurrence=rule)) == said


def test_the_last_day_and_the_last_weekday_of_a_month_are_called_that():
    assert repeats(repeating(Recurrence(MONTHLY), 2026, 12, 31, 9, 0)) == "Every month on the last day"
    friday = repeating(Recurrence(MONTHLY, by_weekday=True), 2027, 1, 29, 9, 0)
    assert repeats(friday) == "Every month on the last Friday"
