"""The calendar part of an invite (iTIP, RFC 5546), written by icalendar: half of the reference builder."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import (
    Alarm,
    Calendar,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDuration,
    vRecur,
    vText,
)
from icalendar import Event as VEvent
from icalendar.parser import Parameters

from campaigns.ical_lines import escaped
from campaigns.ical_times import exceptions, written, zone_in
from campaigns.invite_text import Words
from campaigns.model import Event, Kind
from campaigns.repeating import rrule
from campaigns.vtimezone import Observance

PRODID = "-//sendinvites//Send Invite in Batches//EN"
ALARM_TEXT = "Reminder"


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """What one attendee's calendar part is made of."""

    event: Event
    kind: Kind
    words: Words
    organizer_name: str
    organizer_address: str
    recipient: str
    uid: str
    sequence: int
    revised_at: datetime
    created_at: datetime


def method_of(kind: Kind) -> str:
    """The METHOD: everything but a CANCEL asks to come."""
    return "CANCEL" if kind is Kind.CANCEL else "REQUEST"


def calendar_octets(facts: CalendarFacts) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method_of(facts.kind))
    if rule := zone_in(facts.event):
        calendar.add_component(_timezone(facts.event.zone, rule))
    calendar.add_component(_entry(facts))
    # sorted=False: what differs between attendees (UID, ATTENDEE) stands last.
    octets: bytes = calendar.to_ical(sorted=False)
    return octets


def _entry(facts: CalendarFacts) -> VEvent:
    event, words = facts.event, facts.words
    is_cancel = facts.kind is Kind.CANCEL
    entry = VEvent()
    entry.add("dtstamp", facts.revised_at.astimezone(UTC))
    entry.add("sequence", facts.sequence)
    _add_times(entry, event)
    for name, text in (("summary", words.title), ("description", words.notes), ("location", words.place)):
        if text:
            entry.add(name, _Text(text))
    entry.add("organizer", _person(facts.organizer_name, facts.organizer_address))
    # Also for one who is taken off the list: the UID is theirs alone, so all of that entry is called off.
    entry.add("status", "CANCELLED" if is_cancel else "CONFIRMED")
    # A program that keeps the cancelled entry must not show its time as taken.
    entry.add("transp", "TRANSPARENT" if is_cancel else "OPAQUE")
    entry.add("created", facts.created_at.astimezone(UTC))
    entry.add("last-modified", facts.revised_at.astimezone(UTC))
    entry.add("uid", facts.uid)
    entry.add("attendee", _invited(words.name, facts.recipient, is_asked=not is_cancel))
    if event.reminder_minutes is not None and not is_cancel:
        entry.add_component(_alarm(event.reminder_minutes))
    return entry


def _add_times(entry: VEvent, event: Event) -> None:
    entry.add("dtstart", written(event, event.starts_at))
    entry.add("dtend", written(event, event.ends_at))
    if event.recurrence:
        entry.add("rrule", vRecur.from_ical(rrule(event.recurrence, event)))
        for at in exceptions(event):
            entry.add("exdate", at)
    if event.is_all_day:
        entry.add("x-microsoft-cdo-alldayevent", "TRUE")


def _timezone(zone: str, rule: tuple[Observance, ...]) -> Timezone:
    made = Timezone()
    made.add("tzid", zone)
    for one in rule:
        half = TimezoneDaylight() if one.component == "DAYLIGHT" else TimezoneStandard()
        half.add("dtstart", one.starts)
        half.add("tzoffsetfrom", one.offset_from)
        half.add("tzoffsetto", one.offset_to)
        half.add("tzname", one.name)
        if one.rrule:
            half.add("rrule", vRecur.from_ical(one.rrule))
        made.add_component(half)
    return made


def _alarm(minutes: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", ALARM_TEXT)
    alarm.add("trigger", _Before(timedelta(minutes=minutes)))
    return alarm


class _Before(vDuration):
    """A time before the start in minutes, however many: what Exchange writes."""

    def to_ical(self) -> bytes:
        return b"-PT%dM" % (self.td // timedelta(minutes=1))


class _Text(vText):
    """TEXT escaped by ourselves: see ``ical_lines.escaped``."""

    def to_ical(self) -> bytes:
        return escaped(str(self)).encode()


class _AlwaysQuoted(Parameters):
    always_quoted = (*Parameters.always_quoted, "CN")  # type: ignore[assignment] # typed by its length


def _person(name: str, address: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    person.params = _AlwaysQuoted({"CN": name or address})
    return person


def _invited(name: str, address: str, *, is_asked: bool) -> vCalAddress:
    attendee = _person(name, address)
    for parameter, value in (
        ("CUTYPE", "INDIVIDUAL"),
        ("ROLE", "REQ-PARTICIPANT"),
        ("PARTSTAT", "NEEDS-ACTION"),
        ("RSVP", "TRUE"),
    ):
        if is_asked or parameter != "RSVP":
            attendee.params[parameter] = value
    return attendee
