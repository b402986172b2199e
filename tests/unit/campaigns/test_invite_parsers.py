"""Every kind of invite, read by two parsers that know nothing of each other: icalendar and vobject."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.invite_template import InviteTemplate
from campaigns.model import Kind
from campaigns.recurrence import Frequency, Recurrence
from campaigns.repeating import rrule
from campaigns.vtimezone import observances
from tests.unit.campaigns.invites import attendee, build, calendar, event, unfolded
from tests.unit.campaigns.repeating_events import (
    all_day,
    any_event,
    occurrences,
    read_by_vobject,
    repeating,
    starts_by_vobject,
)

WEEKLY = Recurrence(Frequency.WEEKLY, interval=2, weekdays=(2, 4), until=date(2027, 6, 30))
EVENTS = {
    "once": event(),
    "with a reminder": event(reminder_minutes=90),
    "weekly": repeating(WEEKLY, reminder_minutes=15),
    "weekly in UTC": repeating(WEEKLY, zone="UTC"),
    "monthly with days left out": repeating(
        Recurrence(Frequency.MONTHLY, by_weekday=True, except_on=(date(2026, 12, 22), date(2027, 3, 23)))
    ),
    "a day": all_day(2026, 12, 1),
    "days that repeat": all_day(
        2026,
        12,
        31,
        length=2,
        recurrence=Recurrence(Frequency.MONTHLY, count=4, except_on=(date(2027, 2, 28),)),
    ),
}
MOST = 60
NOT_PLACES = {"Factory", "localtime", "posixrules"}


def letter_of(of, kind=Kind.INVITE, sequence=3):
    return build(
        InviteTemplate, attendee(name="Zoë; Dee"), of=of, kind=kind, revision=sequence, is_cancelled=True
    )


def by_icalendar(octets):
    read = icalendar.Calendar.from_ical(octets)
    [entry] = read.events
    exdates = entry.get("EXDATE", [])
    return {
        "method": str(read["METHOD"]),
        "uid": str(entry["UID"]),
        "sequence": int(entry["SEQUENCE"]),
        "status": str(entry["STATUS"]),
        "starts": entry["DTSTART"].dt,
        "ends": entry["DTEND"].dt,
        "rule": entry["RRULE"].to_ical().decode() if "RRULE" in entry else "",
        "left out": [one.dts[0].dt for one in (exdates if isinstance(exdates, list) else [exdates])],
        "attendee": (str(entry["ATTENDEE"]), entry["ATTENDEE"].params["CN"]),
        "organizer": (str(entry["ORGANIZER"]), entry["ORGANIZER"].params["CN"]),
        "summary": str(entry["SUMMARY"]),
        "description": str(entry["DESCRIPTION"]),
        "reminders": [alarm["TRIGGER"].dt for alarm in entry.walk("VALARM")],
    }


def by_vobject(octets, zone):
    read = read_by_vobject(octets, zone)
    [entry] = read.vevent_list
    return {
        "method": read.method.value,
        "uid": entry.uid.value,
        "sequence": int(entry.sequence.value),
        "status": entry.status.value,
        "starts": entry.dtstart.value,
        "ends": entry.dtend.value,
        "rule": entry.rrule.value if hasattr(entry, "rrule") else "",
        "left out": [one.value[0] for one in getattr(entry, "exdate_list", [])],
        "attendee": (entry.attendee.value, entry.attendee.params["CN"][0]),
        "organizer": (entry.organizer.value, entry.organizer.params["CN"][0]),
        "summary": entry.summary.value,
        "description": entry.description.value,
        "reminders": [alarm.trigger.value for alarm in getattr(entry, "valarm_list", [])],
    }


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("which", EVENTS)
def test_two_parsers_read_the_same_in_every_kind_of_letter(which, kind):
    of = EVENTS[which]
    letter = letter_of(of, kind)
    octets = calendar(letter.mime)
    read = by_icalendar(octets)
    assert read == by_vobject(octets, of.zone)
    assert (read["uid"], read["sequence"], read["summary"]) == (letter.invite.uid, 3, "Autumn day")
    assert read["attendee"] == ("mailto:bob@example.com", "Zoë; Dee")
    is_cancel = kind is Kind.CANCEL
    assert read["method"] == ("CANCEL" if is_cancel else "REQUEST")
    assert read["status"] == ("CANCELLED" if is_cancel else "CONFIRMED")
    assert read["rule"] == (rrule(of.recurrence, of) if of.recurrence else "")
    assert len(read["left out"]) == (len(of.recurrence.except_on) if of.recurrence else 0)
    minutes = of.reminder_minutes
    is_reminded = minutes is not None and not is_cancel
    assert read["reminders"] == ([-timedelta(minutes=minutes)] if is_reminded else [])
    starts, ends = of.starts_at, of.ends_at
    if of.is_all_day:
        starts, ends = (at.astimezone(ZoneInfo(of.zone)).date() for at in (starts, ends))
    assert (read["starts"], read["ends"]) == (starts, ends)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("which", EVENTS)
def test_no_letter_has_what_a_calendar_may_not_hold(which, kind):
    mime = letter_of(EVENTS[which], kind).mime
    lines = unfolded(calendar(mime))
    for name in (
        "UID",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "SEQUENCE",
        "ORGANIZER",
        "ATTENDEE",
        "STATUS",
        "METHOD",
    ):
        own = [
            line for line in lines[lines.index("BEGIN:VEVENT") :] if line.split(":")[0].split(";")[0] == name
        ]
        assert len(own) == (name != "METHOD"), name
    assert all(len(line) <= 75 for line in calendar(mime).split(b"\r\n"))
    of = EVENTS[which]
    needs_zone = of.recurrence is not None and not of.is_all_day and of.zone != "UTC"
    assert ("BEGIN:VTIMEZONE" in lines) == needs_zone
    assert any(f"TZID={of.zone}:" in line for line in lines) == needs_zone
    assert ("X-MICROSOFT-CDO-ALLDAYEVENT:TRUE" in lines) == of.is_all_day
    assert all(
        line.partition(":")[2].endswith("Z") for line in lines if line.startswith(("DTSTAMP", "CREATED"))
    )


@settings(max_examples=150, deadline=None)
@given(of=any_event(), kind=st.sampled_from(Kind))
def test_dateutil_finds_the_starts_that_we_found(of, kind):
    """By the zone and the rule in the letter, and by nothing of ours: over changes of the clocks too."""
    octets = calendar(letter_of(of, kind).mime)
    assert by_icalendar(octets) == by_vobject(octets, of.zone)
    if of.recurrence is None:
        return
    theirs, ours = starts_by_vobject(octets, of.zone, MOST), occurrences(of, MOST)
    if of.is_all_day:
        # vobject says days as their midnights, which some zones skip when the clocks go forward.
        assert [at.date() for at in theirs] == [at.astimezone(ZoneInfo(of.zone)).date() for at in ours]
        return
    assert len(theirs) == len(ours)
    assert not disagreements(theirs, ours, of.zone)


def test_dateutil_finds_ten_thousand_starts_where_zoneinfo_does():
    """Every day of a year, in each zone whose clocks change in a way of its own; in the small hours, too."""
    looked, wrong, seen = 0, [], set()
    for zone in sorted(available_timezones() - NOT_PLACES):
        rule = observances(zone, EVENTS["once"].starts_at, None)
        way = tuple((one.offset_from, one.rrule) for one in rule)
        if len(rule) != 2 or way in seen:
            continue
        seen.add(way)
        for hour, minute in ((12, 0), (3, 30)):
            of = repeating(Recurrence(Frequency.DAILY, count=366), 2027, 1, 15, hour, minute, zone=zone)
            theirs, ours = starts_by_vobject(calendar(letter_of(of).mime), zone, 366), occurrences(of, 366)
            looked += len(theirs)
            wrong += disagreements(theirs, ours, zone)
    assert wrong == []
    assert looked > 10_000


def disagreements(theirs, ours, zone):
    """Where the instants differ, but for hours that come twice or never: of these dateutil knows no first."""
    clock = ZoneInfo(zone)
    return [
        (zone, at, own)
        for at, own in zip(theirs, ours, strict=True)
        if at.astimezone(UTC) != own and not _is_odd(at.replace(tzinfo=clock))
    ]


def _is_odd(local: datetime) -> bool:
    return local.utcoffset() != local.replace(fold=1).utcoffset()
