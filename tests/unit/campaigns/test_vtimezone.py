"""The zone rule that goes with an event, against the clocks themselves."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from campaigns.vtimezone import lines, observances
from tests.unit.campaigns.repeating_events import read_by_vobject

FIRST = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
HARD = {
    "Africa/Casablanca", "Africa/El_Aaiun", "America/Godthab", "America/Nuuk", "America/Scoresbysund",
    "Asia/Gaza", "Asia/Hebron", "Asia/Jerusalem", "Asia/Tel_Aviv", "Israel",
}  # fmt: skip
NOT_PLACES = {"Factory", "localtime", "posixrules"}


def names():
    return sorted(available_timezones() - NOT_PLACES)


def as_read(zone, rule):
    """The zone as vobject and dateutil understand our VTIMEZONE; one that equals UTC vobject leaves out."""
    entry = f"BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID={zone}:20270101T120000\r\nEND:VEVENT\r\n"
    calendar = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{lines(zone, rule)}{entry}END:VCALENDAR\r\n"
    return read_by_vobject(calendar.encode(), zone).vevent.dtstart.value.tzinfo or UTC


def instants(clock, first, last):
    """Every month, and an hour to each side of each change."""
    at = first
    while at < last:
        yield at
        following = min(at + timedelta(days=30), last)
        if at.astimezone(clock).utcoffset() != following.astimezone(clock).utcoffset():
            change = at
            while change.astimezone(clock).utcoffset() == at.astimezone(clock).utcoffset():
                change += timedelta(hours=1)
            # Two and three hours off: an hour that comes twice or never is not told apart by its name.
            yield from (change + timedelta(hours=hours) for hours in (-3, -2, 2, 3))
        at = following


def disagreements(zone, first, last, rule):
    clock, theirs = ZoneInfo(zone), as_read(zone, rule)
    looked, wrong = 0, []
    for at in instants(clock, first, last):
        looked += 1
        said = at.astimezone(clock).replace(tzinfo=theirs)
        if said.utcoffset() != at.astimezone(clock).utcoffset():
            wrong.append((zone, at))
    return looked, wrong


def test_every_zone_that_has_a_rule_reads_as_its_clocks_say():
    """At 10,000 instants and more, over two years and all zones, by a parser that is not ours."""
    looked, wrong = 0, []
    for zone in names():
        if rule := observances(zone, FIRST, None):
            more, found = disagreements(zone, FIRST, FIRST + timedelta(days=730), rule)
            looked, wrong = looked + more, wrong + found
    assert wrong == []
    assert looked > 10_000


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "America/Santiago", "Africa/Cairo", "Australia/Lord_Howe"]
)
def test_a_rule_still_holds_in_thirty_years(zone):
    far = datetime(2056, 1, 1, tzinfo=UTC)
    _, wrong = disagreements(zone, far, far + timedelta(days=400), observances(zone, FIRST, None))
    assert wrong == []


def test_only_these_zones_have_no_rule_for_good():
    """What is not in this list any more may go on for good; what is new in it must end."""
    assert {zone for zone in names() if not observances(zone, FIRST, None)} == HARD


@pytest.mark.parametrize("zone", sorted(HARD))
@pytest.mark.parametrize("month", range(1, 13, 2))
def test_a_hard_zone_has_a_right_rule_for_a_year(zone, month):
    first = datetime(2027, month, 5, 8, tzinfo=UTC)
    last = first + timedelta(days=350)
    rule = observances(zone, first, last)
    looked, wrong = disagreements(zone, first, last, rule)
    assert wrong == []
    assert looked > 12


def test_a_zone_without_summer_time_has_one_half():
    [only] = observances("Asia/Kolkata", FIRST, None)
    assert lines("Asia/Kolkata", [only]) == (
        "BEGIN:VTIMEZONE\r\nTZID:Asia/Kolkata\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "TZOFFSETFROM:+0530\r\nTZOFFSETTO:+0530\r\nTZNAME:IST\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )


def test_the_hour_of_a_change_is_that_of_the_clock_before_it():
    """RFC 5545, 3.6.5. Thunderbird's library is an hour off all summer where it is the hour after it."""
    text = lines("Europe/Berlin", observances("Europe/Berlin", FIRST, None))
    assert "BEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n" in text
    assert "BEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n" in text
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n" in text


def test_midnight_at_the_end_of_a_day_is_its_last_second():
    """Chile changes on the first Saturday at 24:00, which is no n-th Sunday; Exchange writes it like this."""
    text = lines("America/Santiago", observances("America/Santiago", FIRST, None))
    assert "T235959\r\n" in text
    assert "RRULE:FREQ=YEARLY;BYDAY=1SA;BYMONTH=4\r\n" in text


def test_summer_time_that_is_given_up_is_not_written_on_and_on():
    """As Mexico did in 2022: until then every year was like the last, and a rule has no end."""
    first = datetime(2019, 1, 10, tzinfo=UTC)
    assert observances("America/Mexico_City", first, None) == ()
    assert observances("America/Mexico_City", first, datetime(2024, 1, 1, tzinfo=UTC)) == ()
    assert len(observances("America/Mexico_City", first, datetime(2022, 1, 1, tzinfo=UTC))) == 2


def test_a_rule_that_ends_before_the_event_does_is_not_written():
    """Morocco's clocks follow the moon: what fits next year's Ramadan is wrong in the one after it."""
    assert observances("Africa/Casablanca", FIRST, FIRST + timedelta(days=300))
    assert observances("Africa/Casablanca", FIRST, FIRST + timedelta(days=800)) == ()
