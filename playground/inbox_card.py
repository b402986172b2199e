"""The invite in a mail, as the calendar card of a mail program tells it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Calendar, Component

from playground.inbox_recurrence import repeats_in_words
from playground.mail_store import StoredMail

_NAMED_ZONE = re.compile(r"\b[A-Z][A-Za-z]+(?:/[A-Za-z0-9_+-]+){1,2}\b")


@dataclass(frozen=True)
class When:
    """The time of an event in its own zone, in words and for the browser."""

    day: str
    hours: str = ""
    zone: str = ""
    zone_name: str = ""
    starts_at: str = ""
    ends_at: str = ""
    leaf: tuple[str, int] | None = None
    """Month and day, as on a leaf of a calendar."""


@dataclass(frozen=True)
class ReadableInvite:
    """The invite in a message as a person would tell it."""

    method: str
    title: str
    when: When
    place: str
    link: str
    organizer: str
    attendees: list[str]
    uid: str
    revision: str
    body: str
    repeats: str = ""
    reminder: str = ""


def mail_address(value: Any) -> str:
    """The address in an ORGANIZER or ATTENDEE."""
    said = str(value)
    return said[7:] if said[:7].lower() == "mailto:" else said


def _person(value: Any) -> str:
    mail = mail_address(value)
    name = str(value.params.get("CN", "")) if hasattr(value, "params") else ""
    return f"{name} <{mail}>" if name and name != mail else mail


def readable_invite(mail: StoredMail, *asked: StoredMail) -> ReadableInvite | None:
    """The event in a message, or None where there is none to be read.

    ``asked`` is what the message answers: its words may name the event's zone.
    """
    raw = mail.calendar
    if raw is None:
        return None
    try:
        calendar = Calendar.from_ical(raw)
        event = next(iter(calendar.walk("VEVENT")))
    except (ValueError, StopIteration):
        return None
    attendees = event.get("ATTENDEE", [])
    place = str(event.get("LOCATION", ""))
    zone = _zone(calendar, event, (mail, *asked))
    return ReadableInvite(
        method=str(calendar.get("METHOD", "")).upper(),
        title=str(event.get("SUMMARY", "")) or "(no title)",
        when=_when(event, zone),
        place=place,
        link=place if re.fullmatch(r"https?://\S+", place, re.IGNORECASE) else "",
        organizer=_person(event.get("ORGANIZER", "")),
        attendees=[_person(one) for one in (attendees if isinstance(attendees, list) else [attendees])],
        uid=str(event.get("UID", "")),
        revision=str(event.get("SEQUENCE", "0")),
        body=str(event.get("DESCRIPTION", "")),
        repeats=repeats_in_words(event, zone),
        reminder=_reminder(event),
    )


def _reminder(event: Component) -> str:
    """When the calendar reminds its owner, if the invite says so."""
    for alarm in event.walk("VALARM"):
        ahead = getattr(alarm.get("TRIGGER"), "dt", None)
        if isinstance(ahead, timedelta) and ahead <= timedelta():
            return _ahead(round(-ahead.total_seconds() / 60))
    return ""


def _ahead(minutes: int) -> str:
    for unit, size in (("week", 10_080), ("day", 1440), ("hour", 60)):
        if minutes and minutes % size == 0:
            count = minutes // size
            return f"{count} {unit}{'s' if count > 1 else ''} before"
    if not minutes:
        return "when it starts"
    return f"{minutes} minute{'s' if minutes > 1 else ''} before"


def readable_text(mail: StoredMail) -> str:
    return _part(mail, "plain") or ("" if html_of(mail) else "(this mail has no text)")


def html_of(mail: StoredMail) -> str:
    return _part(mail, "html")


def _part(mail: StoredMail, kind: str) -> str:
    part = mail.message.get_body((kind,))
    try:
        return str(part.get_content()) if part else ""
    except (LookupError, ValueError):
        return "(this text cannot be decoded)"


def _zone(calendar: Calendar, event: Component, mails: Sequence[StoredMail]) -> ZoneInfo | None:
    """The event's own zone: its TZID, or for a time in UTC the zone that the calendar or the words name."""
    start = event.get("DTSTART")
    names = [str(start.params.get("TZID", "")) if start is not None else ""]
    names.append(str(calendar.get("X-WR-TIMEZONE", "")))
    if isinstance(getattr(start, "dt", None), datetime):
        for mail in mails:
            names += _NAMED_ZONE.findall(readable_text(mail))
    known = available_timezones()
    return next((ZoneInfo(name) for name in names if name in known), None)


def _when(event: Component, zone: ZoneInfo | None) -> When:
    start = getattr(event.get("DTSTART"), "dt", None)
    end = getattr(event.get("DTEND"), "dt", None)
    if end is None and start is not None:
        end = start + getattr(event.get("DURATION"), "dt", timedelta())
    if isinstance(start, datetime) and isinstance(end, datetime):
        return _hours(start, end, zone)
    if isinstance(start, date) and isinstance(end, date):
        last = end - timedelta(days=1)  # an all-day event ends on the day after it (RFC 5545 3.6.1)
        day = _day(start) if last <= start else f"{_day(start)} – {_day(last)}"
        return When(day=day, hours="all day", leaf=_leaf(start))
    return When(day="(no time)")


def _hours(start: datetime, end: datetime, zone: ZoneInfo | None) -> When:
    if start.tzinfo is None:
        hours = f"{start:%H:%M} – {end:%H:%M}"
        return When(day=_day(start), hours=hours, zone="wherever you are", leaf=_leaf(start))
    own = zone or start.tzinfo
    start, end = start.astimezone(own), end.astimezone(own)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{_day(end)}, {end:%H:%M}"
    return When(
        day=_day(start),
        hours=f"{start:%H:%M} – {until}",
        zone=_zone_words(start, zone),
        zone_name=zone.key if zone else "UTC",
        starts_at=start.astimezone(UTC).isoformat(),
        ends_at=end.astimezone(UTC).isoformat(),
        leaf=_leaf(start),
    )


def _zone_words(moment: datetime, zone: ZoneInfo | None) -> str:
    if zone is None or zone.key == "UTC":
        return "UTC" if not moment.utcoffset() else f"{moment:%Z}"
    letters = f"{moment:%Z}"
    short = letters if letters.isalpha() else f"UTC{letters}"
    return f"{short} ({zone.key.replace('_', ' ')})"


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def _leaf(day: date) -> tuple[str, int]:
    return f"{day:%b}", day.day
