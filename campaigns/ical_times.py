"""How an event's times stand in a calendar part: in UTC, as days, or on the clock of its zone.

A single event is in UTC: it needs no VTIMEZONE and cannot be misread. One that repeats keeps its hour through
the seasons, so it is on its zone's clock and carries that zone's rule.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from campaigns import vtimezone
from campaigns.errors import Misconfigured
from campaigns.ical_lines import folded, utc_stamp
from campaigns.model import Event
from campaigns.repeating import needs_zone, rrule, starts_on, zone_rule
from campaigns.vtimezone import Observance


def written(event: Event, at: datetime) -> date | datetime:
    """``at`` as this event's calendar part says it."""
    if event.is_all_day:
        return at.astimezone(ZoneInfo(event.zone)).date()
    return at.astimezone(ZoneInfo(event.zone) if needs_zone(event) else UTC)


def exceptions(event: Event) -> list[date | datetime]:
    """The starts that are left out, written as the start is: otherwise they would leave out nothing."""
    days = sorted(set(event.recurrence.except_on)) if event.recurrence else []
    return [written(event, starts_on(event, day)) for day in days]


def zone_in(event: Event) -> tuple[Observance, ...]:
    """The rule of the zone that must go with ``event``; () if none must. Raises Misconfigured."""
    if not needs_zone(event):
        return ()
    rule = zone_rule(event)
    if not rule:
        raise Misconfigured(
            f"The clock changes of {event.zone} cannot be written for an event that repeats for so long",
            hint="Let the event end within a year, or choose another time zone.",
        )
    return rule


def zone_lines(event: Event) -> str:
    """The VTIMEZONE of ``event``, if it needs one."""
    rule = zone_in(event)
    return vtimezone.lines(event.zone, rule) if rule else ""


def time_lines(event: Event) -> bytes:
    """DTSTART, DTEND, and how it repeats."""
    said = [_line("DTSTART", event, written(event, event.starts_at))]
    said.append(_line("DTEND", event, written(event, event.ends_at)))
    said += recurrence_lines(event)
    if event.is_all_day:
        said.append("X-MICROSOFT-CDO-ALLDAYEVENT:TRUE")
    return b"".join(map(folded, said))


def recurrence_lines(event: Event) -> list[str]:
    """RRULE and EXDATE, not folded; none for an event that takes place once."""
    if event.recurrence is None:
        return []
    left_out = [_line("EXDATE", event, at) for at in exceptions(event)]
    return [f"RRULE:{rrule(event.recurrence, event)}", *left_out]


def _line(name: str, event: Event, at: date | datetime) -> str:
    if not isinstance(at, datetime):
        return f"{name};VALUE=DATE:{at:%Y%m%d}"
    if needs_zone(event):
        return f"{name};TZID={event.zone}:{at:%Y%m%dT%H%M%S}"
    return f"{name}:{utc_stamp(at)}"
