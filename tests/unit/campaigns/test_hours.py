from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaigns.errors import InputError
from campaigns.hours import MAX_CLOSED_DAYS, closes_after, is_open, next_open, parse_hours
from campaigns.timing import SendingHours

MADRID = ZoneInfo("Europe/Madrid")
WEEKDAYS, EVERY_DAY = (1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 6, 7)
OFFICE = SendingHours(time(9), time(17), WEEKDAYS, "Europe/Madrid")
NIGHTS = SendingHours(time(22), time(6), (5,), "Europe/Madrid")
ALWAYS = SendingHours(time(0), time(0), EVERY_DAY, "Europe/Madrid")
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)

ZONES = ("UTC", "Europe/Madrid", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Havana")
clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
moments = st.integers(0, 730 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE
)
holidays = st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=5).map(tuple)
hours_of_all_kinds = st.builds(
    SendingHours,
    clocks,
    clocks,
    st.lists(st.integers(1, 7), min_size=1, unique=True).map(tuple),
    st.sampled_from(ZONES),
    holidays,
)


def madrid(*when, fold=0):
    return datetime(*when, tzinfo=MADRID, fold=fold).astimezone(UTC)


# in and out


def test_without_hours_any_moment_will_do():
    at = madrid(2026, 11, 22, 3)
    assert is_open(None, at)
    assert next_open(None, at) == at
    assert closes_after(None, at) is None


@pytest.mark.parametrize(
    ("at", "goes"),
    [
        (madrid(2026, 11, 24, 12), madrid(2026, 11, 24, 12)),
        (madrid(2026, 11, 24, 9), madrid(2026, 11, 24, 9)),
        (madrid(2026, 11, 24, 8, 59, 59), madrid(2026, 11, 24, 9)),
        (madrid(2026, 11, 24, 17), madrid(2026, 11, 25, 9)),
        (madrid(2026, 11, 27, 17), madrid(2026, 11, 30, 9)),
        (madrid(2026, 11, 28, 12), madrid(2026, 11, 30, 9)),
    ],
)
def test_what_falls_outside_the_hours_waits_for_the_next_working_day(at, goes):
    assert next_open(OFFICE, at) == goes


def test_the_hours_end_the_second_before_they_close():
    assert is_open(OFFICE, madrid(2026, 11, 24, 17) - SECOND)
    assert not is_open(OFFICE, madrid(2026, 11, 24, 17))
    assert closes_after(OFFICE, madrid(2026, 11, 24, 12)) == madrid(2026, 11, 24, 17)


def test_while_they_are_shut_it_is_the_next_stretch_that_closes():
    assert closes_after(OFFICE, madrid(2026, 11, 28, 12)) == madrid(2026, 11, 30, 17)


def test_a_night_belongs_to_the_day_on_which_it_begins():
    friday_night, saturday_dawn = madrid(2026, 11, 27, 23), madrid(2026, 11, 28, 5)
    assert is_open(NIGHTS, friday_night)
    assert is_open(NIGHTS, saturday_dawn)
    assert not is_open(NIGHTS, madrid(2026, 11, 27, 5))
    assert not is_open(NIGHTS, madrid(2026, 11, 28, 23))
    assert closes_after(NIGHTS, friday_night) == madrid(2026, 11, 28, 6)
    assert next_open(NIGHTS, madrid(2026, 11, 28, 6)) == madrid(2026, 12, 4, 22)


def test_midnight_to_midnight_on_every_day_is_always():
    at = madrid(2026, 11, 24, 3)
    assert next_open(ALWAYS, at) == at
    assert closes_after(ALWAYS, at) is None


def test_days_that_touch_are_one_stretch():
    whole_days = SendingHours(time(0), time(0), WEEKDAYS, "Europe/Madrid")
    assert closes_after(whole_days, madrid(2026, 11, 24, 12)) == madrid(2026, 11, 28, 0)
    assert next_open(whole_days, madrid(2026, 11, 28, 0)) == madrid(2026, 11, 30, 0)


# holidays


def test_on_a_closed_day_nothing_goes():
    closed = SendingHours(time(9), time(17), WEEKDAYS, "Europe/Madrid", (date(2026, 12, 25),))
    assert next_open(closed, madrid(2026, 12, 24, 17)) == madrid(2026, 12, 28, 9)


def test_a_night_stops_where_a_closed_day_begins_and_a_closed_night_has_no_morning():
    closed = SendingHours(time(22), time(6), EVERY_DAY, "Europe/Madrid", (date(2026, 12, 25),))
    eve = madrid(2026, 12, 24, 23)
    assert closes_after(closed, eve) == madrid(2026, 12, 25, 0)
    assert next_open(closed, madrid(2026, 12, 25, 0)) == madrid(2026, 12, 26, 22)


def test_a_holiday_far_away_ends_what_is_always_open():
    closed = SendingHours(time(0), time(0), EVERY_DAY, "Europe/Madrid", (date(2027, 12, 25),))
    assert closes_after(closed, madrid(2026, 11, 24, 12)) == madrid(2027, 12, 25, 0)
    assert next_open(closed, madrid(2027, 12, 25, 12)) == madrid(2027, 12, 26, 0)


def test_a_year_of_closed_mondays_is_waited_for():
    mondays = tuple(date(2026, 11, 30) + 7 * DAY * week for week in range(60))
    closed = SendingHours(time(9), time(17), (1,), "UTC", mondays)
    opens = datetime.combine(mondays[-1] + 7 * DAY, time(9), tzinfo=UTC)
    assert next_open(closed, madrid(2026, 11, 24, 12)) == opens


# when the clocks are changed: on 28 March 2027 at 02:00 to 03:00, on 25 October 2026 at 03:00 to 02:00


def at_night(opens, closes):
    return SendingHours(opens, closes, EVERY_DAY, "Europe/Madrid")


def test_half_of_a_window_that_the_clocks_jump_over_is_left():
    hours = at_night(time(2, 30), time(3, 30))
    opened = next_open(hours, madrid(2027, 3, 28, 0))
    assert opened == madrid(2027, 3, 28, 3, 0)
    assert closes_after(hours, opened) == madrid(2027, 3, 28, 3, 30)


def test_a_window_inside_the_jump_is_missing_that_day():
    hours = at_night(time(2, 15), time(2, 45))
    assert next_open(hours, madrid(2027, 3, 27, 3)) == madrid(2027, 3, 29, 2, 15)


def test_a_window_that_ends_inside_the_jump_ends_with_the_jump():
    hours = at_night(time(1), time(2, 30))
    assert closes_after(hours, madrid(2027, 3, 28, 1)) == madrid(2027, 3, 28, 3, 0)


def test_an_hour_that_is_passed_twice_is_open_twice():
    hours = at_night(time(2, 15), time(2, 45))
    first = next_open(hours, madrid(2026, 10, 25, 0))
    assert first == madrid(2026, 10, 25, 2, 15)
    shut = closes_after(hours, first)
    assert shut == madrid(2026, 10, 25, 2, 45)
    assert next_open(hours, shut) == madrid(2026, 10, 25, 2, 15, fold=1)


def test_office_hours_keep_to_the_wall_clock_on_both_days():
    every_day = at_night(time(9), time(17))
    for day in ((2026, 10, 25), (2027, 3, 28)):
        opened = next_open(every_day, madrid(*day, 0))
        assert opened == madrid(*day, 9)
        assert closes_after(every_day, opened) - opened == timedelta(hours=8)


# what holds for all of them


def wall_says(hours, at):
    """The definition, said in another way: some working day's window holds the time on the wall."""
    wall = at.astimezone(ZoneInfo(hours.zone)).replace(tzinfo=None)
    if wall.date() in hours.closed_on:
        return False
    for day in (wall.date(), wall.date() - DAY):
        begins, ends = datetime.combine(day, hours.opens), datetime.combine(day, hours.closes)
        ends += DAY if ends <= begins else timedelta(0)
        if day.isoweekday() in hours.days and day not in hours.closed_on and begins <= wall < ends:
            return True
    return False


def between(first, last):
    """Every quarter of an hour and every edge a second around it."""
    at = first
    while at < last:
        yield at
        at += 15 * MINUTE
    yield last - SECOND


@given(hours_of_all_kinds, moments)
@example(at_night(time(2, 15), time(2, 45)), madrid(2027, 3, 28, 0))
@example(at_night(time(2, 30), time(3, 30)), madrid(2026, 10, 25, 0))
def test_the_next_opening_is_within_the_hours_and_nothing_before_it_is(hours, at):
    opened = next_open(hours, at)
    assert opened >= at
    assert wall_says(hours, opened)
    if opened > at:
        assert not any(wall_says(hours, earlier) for earlier in between(at, opened))


@given(hours_of_all_kinds, moments)
@example(at_night(time(1), time(2, 30)), madrid(2027, 3, 28, 0))
def test_the_closing_comes_after_the_opening_and_all_between_is_within_the_hours(hours, at):
    opened, closed = next_open(hours, at), closes_after(hours, at)
    assert closed is None or closed > opened >= at
    until = closed or opened + 30 * DAY
    assert all(wall_says(hours, moment) for moment in between(opened, until))
    assert closed is None or not wall_says(hours, closed)


# as typed


def test_hours_are_read_as_typed():
    typed = parse_hours(
        "09:00", " 17:30 ", ("5", "1", "5"), " Europe/Madrid ", "2026-12-25, 2026-12-24\n2027-01-01"
    )
    closed_on = (date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1))
    assert typed == SendingHours(time(9), time(17, 30), (1, 5), "Europe/Madrid", closed_on)


TOO_MANY = " ".join(str(date(2027, 1, 1) + DAY * n) for n in range(MAX_CLOSED_DAYS + 1))
GOOD = {"opens": "09:00", "closes": "17:00", "days": ("1",), "zone": "Europe/Madrid", "closed_on": ""}


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("opens", {"opens": ""}),
        ("opens", {"opens": None}),
        ("opens", {"opens": "25:00"}),
        ("opens", {"opens": "0900"}),
        ("closes", {"closes": "24:00"}),
        ("closes", {"closes": "٠٩:٠٠"}),
        ("closes", {"closes": "09:00"}),
        ("days", {"days": ()}),
        ("days", {"days": ("0", "8", "x")}),
        ("hours_zone", {"zone": "Mars/Base"}),
        ("hours_zone", {"zone": ""}),
        ("hours_zone", {"zone": "../../etc/passwd"}),
        ("closed_on", {"closed_on": "25.12.2026"}),
        ("closed_on", {"closed_on": "2026-02-30"}),
        ("closed_on", {"closed_on": "2026-W01-1"}),
        ("closed_on", {"closed_on": TOO_MANY}),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_an_error_beside_its_field(field, changed):
    with pytest.raises(InputError) as caught:
        parse_hours(**{**GOOD, **changed})
    assert list(caught.value.fields) == [field]


def test_every_field_is_answered_at_once():
    with pytest.raises(InputError) as caught:
        parse_hours("", "", (), "", "soon")
    assert set(caught.value.fields) == {"opens", "closes", "days", "hours_zone", "closed_on"}


def test_the_whole_day_is_from_midnight_to_midnight():
    assert parse_hours("00:00", "00:00", "1234567", "Europe/Madrid") == ALWAYS


@given(st.text(), st.text(), st.text())
def test_no_text_breaks_the_form(opens, zone, closed_on):
    with pytest.raises(InputError):
        parse_hours(opens, "later", ("1",), zone, closed_on)
