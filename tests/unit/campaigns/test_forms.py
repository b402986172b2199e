from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.errors import InputError
from campaigns.forms import MAX_PLACE, MAX_TEXT, MAX_TITLE, EventFields, many_lines, one_line, parse_event
from campaigns.repeat_forms import RepeatFields, Repeats
from tests.fakes.clocks import NOON

TYPED = EventFields(
    title="Summit", start_date="2027-03-01", start_time="10:30", duration="60", zone="Europe/Madrid"
)


def event(**changes):
    return parse_event(replace(TYPED, **changes), NOON)


def wrong(**changes):
    with pytest.raises(InputError) as caught:
        event(**changes)
    return caught.value.fields


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_what_was_typed_becomes_an_event():
    made = event(place=" Room 1 ", description="All\r\nwelcome\r", greeting="Dear {{first_name}},")
    assert (made.title, made.place, made.greeting) == ("Summit", "Room 1", "Dear {{first_name}},")
    assert made.description == "All\nwelcome"
    assert (made.starts_at, made.ends_at) == (utc(2027, 3, 1, 9, 30), utc(2027, 3, 1, 10, 30))
    assert made.zone == "Europe/Madrid"


def test_an_end_on_the_same_day_needs_no_date():
    assert event(duration="", end_time="12:00").ends_at == utc(2027, 3, 1, 11)


def test_an_event_can_end_on_another_day():
    assert event(duration="", end_date="2027-03-02", end_time="01:00").ends_at == utc(2027, 3, 2)


def test_an_empty_form_names_every_field_that_must_be_filled():
    with pytest.raises(InputError) as caught:
        parse_event(EventFields(), NOON)
    assert set(caught.value.fields) == {"title", "start_date", "start_time", "zone", "duration"}


@pytest.mark.parametrize("title", ["", "   ", "\n", "\x00\x07", "\u2028"])
def test_a_title_needs_something_to_read(title):
    assert wrong(title=title) == {"title": "Give the event a title."}


@pytest.mark.parametrize(
    ("field", "limit"), [("title", MAX_TITLE), ("place", MAX_PLACE), ("description", MAX_TEXT)]
)
def test_each_text_has_its_length(field, limit):
    assert getattr(event(**{field: "é" * limit}), field) == "é" * limit
    assert list(wrong(**{field: "é" * (limit + 1)})) == [field]


@pytest.mark.parametrize(
    "day", ["", "soon", "2027-02-29", "2027-13-01", "01.03.2027", "20a7-03-01", "0000-01-01"]
)
def test_a_date_must_be_on_the_calendar(day):
    assert wrong(start_date=day) == {"start_date": "Choose a date."}


@pytest.mark.parametrize("clock", ["", "25:00", "10:60", "half past", "10:3O", "-1:00", "24:01"])
def test_a_time_must_be_on_the_clock(clock):
    assert wrong(start_time=clock) == {"start_time": "Choose a time, for example 10:30."}


@pytest.mark.parametrize(
    "zone", ["", "Mars/Base", "Europe", "../../etc/passwd", "/etc/passwd", "a\0b", "\ud800", "Z" * 10_240]
)
def test_a_zone_must_be_a_zone(zone):
    assert list(wrong(zone=zone)) == ["zone"]


@pytest.mark.parametrize("duration", ["0", "0.5", "an hour", "-60", "1e3", "６０", "1" * 7, "1" * 10_240])
def test_a_duration_is_whole_minutes(duration):
    assert wrong(duration=duration) == {"duration": "Enter whole minutes, for example 60."}


def test_without_an_end_or_a_duration_one_is_asked_for():
    assert wrong(duration="") == {"duration": "Give a duration in minutes, or an end."}


@pytest.mark.parametrize("end", [{"end_time": "12:00"}, {"end_date": "2027-03-02"}])
def test_an_end_and_a_duration_contradict_each_other(end):
    assert wrong(**end) == {"duration": "Give an end or a duration, not both."}


def test_an_end_date_needs_its_time():
    assert wrong(duration="", end_date="2027-03-02") == {"end_time": "Choose the time at which it ends."}


@pytest.mark.parametrize(
    ("end", "field"),
    [
        ({"duration": "", "end_time": "10:30"}, "end_time"),
        ({"duration": "", "end_time": "10:29"}, "end_time"),
        ({"duration": "", "end_time": "11:30", "end_date": "2027-02-28"}, "end_time"),
    ],
)
def test_the_end_must_be_after_the_start(end, field):
    assert wrong(**end) == {field: "The end is not after the start. Choose a later end."}


def test_an_event_lasts_at_most_31_days():
    most = 31 * 24 * 60
    assert event(duration=str(most)).ends_at == utc(2027, 4, 1, 9, 30)
    assert "at most 31 days" in wrong(duration=str(most + 1))["duration"]
    longer = wrong(duration="", end_date="2027-04-02", end_time="10:30")
    assert "at most 31 days" in longer["end_time"]


def test_the_start_must_be_in_the_future():
    now = utc(2027, 3, 1, 9, 30)
    with pytest.raises(InputError) as caught:
        parse_event(TYPED, now)
    assert list(caught.value.fields) == ["start_date"]
    assert parse_event(TYPED, now - timedelta(microseconds=1)).starts_at == now


def test_a_day_without_times_goes_from_midnight_to_midnight():
    """The times of the form do not count, whatever still stands in them."""
    made = event(is_all_day=True, start_time="25:00", end_time="x", duration="0")
    assert made.is_all_day
    assert (made.starts_at, made.ends_at) == (utc(2027, 2, 28, 23), utc(2027, 3, 1, 23))


def test_the_last_day_is_one_of_the_event():
    made = event(is_all_day=True, start_date="2027-03-27", end_date="2027-03-28")
    assert (made.starts_at, made.ends_at) == (utc(2027, 3, 26, 23), utc(2027, 3, 28, 22))
    assert event(is_all_day=True, end_date="2027-03-01").ends_at == utc(2027, 3, 1, 23)


def test_a_midnight_that_the_clocks_skip_is_the_moment_at_which_they_do():
    made = event(is_all_day=True, start_date="2027-09-05", zone="America/Santiago")
    assert (made.starts_at, made.ends_at) == (utc(2027, 9, 5, 4), utc(2027, 9, 6, 3))


@pytest.mark.parametrize(
    ("days", "fields"),
    [
        ({"start_date": ""}, {"start_date": "Choose a date."}),
        ({"end_date": "soon"}, {"end_date": "Choose a date."}),
        (
            {"end_date": "2027-02-28"},
            {"end_date": "The last day is before the first. Choose a later one."},
        ),
        ({"end_date": "2027-04-01"}, {"end_date": "An event can last at most 31 days."}),
        ({"start_date": "2100-01-01"}, {"start_date": "Choose a date within this century."}),
        (
            {"start_date": "2026-11-01"},
            {"start_date": "The start is in the past. Choose a later date."},
        ),
        ({"start_date": "9999-12-31"}, {"start_date": "Choose a date within this century."}),
    ],
)
def test_whole_days_have_their_own_answers(days, fields):
    assert wrong(is_all_day=True, **days) == fields


def test_31_whole_days_are_allowed():
    made = event(is_all_day=True, start_date="2027-05-01", end_date="2027-05-31")
    assert made.ends_at - made.starts_at == timedelta(days=31)


@pytest.mark.parametrize(("typed", "minutes"), [("", None), ("0", 0), ("10", 10), (" 1440 ", 1440)])
def test_a_reminder_is_so_many_minutes_or_peoples_own(typed, minutes):
    assert event(reminder=typed).reminder_minutes == minutes


@pytest.mark.parametrize("typed", ["-5", "soon", "1.5", "40321", "9" * 7])
def test_a_reminder_that_cannot_be_is_refused(typed):
    assert list(wrong(reminder=typed)) == ["reminder"]


def test_an_event_that_has_begun_can_be_changed_until_it_is_over():
    typed = replace(TYPED, duration="", end_date="2027-03-03", end_time="17:00")
    before = parse_event(typed, NOON)
    assert before.ends_at - before.starts_at > timedelta(days=1)
    now = before.ends_at - timedelta(hours=1)
    assert parse_event(replace(typed, place="Room 2"), now, before=before).place == "Room 2"
    longer = parse_event(replace(typed, end_time="18:00"), now, before=before)
    assert longer.ends_at == before.ends_at + timedelta(hours=1)
    for moment, changes in ((before.ends_at, {}), (now, {"end_date": "2027-03-02"})):
        with pytest.raises(InputError) as caught:
            parse_event(replace(typed, **changes), moment, before=before)
        assert caught.value.fields == {"start_date": "It would be over already. Choose a later date or time."}
    with pytest.raises(InputError) as caught:
        parse_event(replace(typed, start_time="08:00"), now, before=before)
    assert "The start is in the past." in caught.value.fields["start_date"]


WEEKLY = RepeatFields(Repeats.WEEKLY, times="10")


def test_a_series_that_has_begun_can_be_changed_until_its_last_time():
    before = event(repeat=WEEKLY)
    later = replace(TYPED, repeat=WEEKLY, place="Room 2")
    assert parse_event(later, before.starts_at, before=before).place == "Room 2"
    last_end = before.ends_at + timedelta(weeks=9) - timedelta(hours=1)  # the clocks have gone forward
    assert parse_event(later, last_end - timedelta(minutes=1), before=before).place == "Room 2"
    with pytest.raises(InputError) as caught:
        parse_event(later, last_end, before=before)
    assert "The last time is in the past." in caught.value.fields["start_date"]


def test_nothing_is_made_or_moved_so_that_it_begins_in_the_past():
    before = event(repeat=WEEKLY)
    for typed, known in (
        (TYPED, None),
        (replace(TYPED, repeat=WEEKLY), None),
        (replace(TYPED, repeat=WEEKLY, start_time="09:30"), before),
        (replace(TYPED, start_time="09:30"), before),
    ):
        with pytest.raises(InputError) as caught:
            parse_event(typed, before.starts_at, before=known)
        assert list(caught.value.fields) == ["start_date"]


@pytest.mark.parametrize(
    ("zone", "day", "clock"),
    [
        ("Europe/Madrid", "2027-03-28", "02:30"),
        ("Europe/Madrid", "2027-03-28", "02:00"),
        ("America/New_York", "2027-03-14", "02:59"),
        ("Australia/Lord_Howe", "2027-10-03", "02:15"),
    ],
)
def test_a_time_that_the_clocks_skip_is_refused(zone, day, clock):
    fields = wrong(zone=zone, start_date=day, start_time=clock)
    assert list(fields) == ["start_time"]
    assert f"{clock} does not exist on that day in {zone}" in fields["start_time"]


def test_an_end_that_the_clocks_skip_is_refused_too():
    skipped = wrong(start_date="2027-03-28", start_time="01:30", duration="", end_time="02:30")
    assert "does not exist" in skipped["end_time"]


def test_a_duration_is_time_that_passes_also_when_the_clocks_change():
    made = event(start_date="2027-03-28", start_time="01:30", duration="60")
    assert made.ends_at - made.starts_at == timedelta(hours=1)


@pytest.mark.parametrize(
    ("zone", "day", "clock", "meant"),
    [
        ("Europe/Madrid", "2027-03-28", "03:00", utc(2027, 3, 28, 1)),
        ("Europe/Madrid", "2027-10-31", "02:30", utc(2027, 10, 31, 0, 30)),
        ("Australia/Lord_Howe", "2027-10-03", "02:30", utc(2027, 10, 2, 15, 30)),
        ("Australia/Lord_Howe", "2027-04-04", "01:45", utc(2027, 4, 3, 14, 45)),
        ("Asia/Kathmandu", "2027-03-01", "10:30", utc(2027, 3, 1, 4, 45)),
        ("Pacific/Kiritimati", "2027-01-01", "00:00", utc(2026, 12, 31, 10)),
        ("UTC", "2028-02-29", "10:30", utc(2028, 2, 29, 10, 30)),
    ],
)
def test_each_zone_has_its_own_clock(zone, day, clock, meant):
    """A time that comes twice means its first coming."""
    assert event(zone=zone, start_date=day, start_time=clock).starts_at == meant


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/New_York", "UTC", "Pacific/Kiritimati"])
@pytest.mark.parametrize("end", [{"duration": "999999"}, {"duration": "1440"}])
def test_at_the_end_of_the_calendar_the_form_still_answers(zone, end):
    fields = wrong(zone=zone, start_date="9999-12-31", start_time="23:59", **end)
    assert fields == {"start_date": "Choose a date within this century."}


def test_this_century_ends_in_the_year_2099():
    assert event(start_date="2099-12-31").starts_at == utc(2099, 12, 31, 9, 30)
    assert "within this century" in wrong(start_date="2100-01-01")["start_date"]
    ends_later = wrong(duration="", end_date="2100-01-01", end_time="10:30")
    assert "within this century" in ends_later["end_date"]


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/New_York", "Pacific/Kiritimati"])
def test_at_the_beginning_of_the_calendar_too(zone):
    assert list(wrong(zone=zone, start_date="0001-01-01", start_time="00:00")) == ["start_date"]


def test_control_characters_become_blanks_and_blanks_become_one():
    assert event(title="The\0 big\r\n\tSum\u2028mit \x1b[31m").title == "The big Sum mit [31m"
    assert event(place="Room\u2029 1\x85").place == "Room 1"


def test_texts_are_composed():
    assert event(title="Cafe\u0301").title == "Café"


@given(st.text(), st.text())
def test_one_line_is_one_line_and_many_lines_know_only_the_line_feed(text, more):
    line = one_line(text + more)
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line
    lines = many_lines(text + "\r\n" + more)
    assert "\r" not in lines
    assert many_lines(lines) == lines
    assert not {"\0", "\u2028", "\u2029", "\x0b", "\x0c", "\x85"} & set(lines)


anything = st.text() | st.from_regex(r"[0-9:.+\-TWZ]{1,12}")


@given(st.builds(EventFields, anything, anything, anything, anything, anything, anything, anything))
def test_nothing_that_can_be_typed_breaks_the_form(typed):
    with pytest.raises(InputError):
        parse_event(replace(typed, title=""), NOON)


@given(st.dates(), st.times(), st.integers(0, 999_999), st.sampled_from(["Europe/Madrid", "Asia/Tokyo"]))
def test_every_day_of_the_calendar_gets_an_answer(day, clock, minutes, zone):
    typed = replace(
        TYPED,
        start_date=day.isoformat(),
        start_time=f"{clock:%H:%M}",
        duration=str(minutes),
        zone=zone,
    )
    made, fields = answer(typed)
    if fields:
        assert fields <= {"start_date", "start_time", "duration"}
    else:
        assert NOON < made.starts_at < made.ends_at


def answer(typed):
    try:
        return parse_event(typed, NOON), set()
    except InputError as error:
        return None, set(error.fields)
