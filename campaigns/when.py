"""Dates and times in words, in the event's own zone and independent of the machine's locale."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.model import Event
from campaigns.recurrence import Frequency, Recurrence, week_of_month

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKS = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
_NAMED = 6
_DAY = timedelta(days=1)


def zone_name(moment: datetime, zone: str) -> str:
    """``CET``, or ``UTC+03:00`` where the zone has no letters of its own."""
    local = moment.astimezone(ZoneInfo(zone))
    name = local.tzname() or ""
    if name.isalpha():
        return name
    offset = local.utcoffset() or timedelta(0)
    sign = "-" if offset < timedelta(0) else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"UTC{sign}{hours:02}:{minutes:02}"


def day_words(day: date) -> str:
    """``24 November 2026``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def long_day(moment: datetime, zone: str) -> str:
    """``Tuesday, 24 November 2026``."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{WEEKDAYS[local.weekday()]}, {day_words(local)}"


def clock_time(moment: datetime, zone: str) -> str:
    """``10:30``."""
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"


def short_time(moment: datetime, zone: str) -> str:
    """``Tue 24 Nov 2026, 10:30 CET``."""
    local = moment.astimezone(ZoneInfo(zone))
    day = f"{WEEKDAYS[local.weekday()][:3]} {local.day} {_MONTHS[local.month - 1][:3]} {local.year}"
    return f"{day}, {local:%H:%M} {zone_name(moment, zone)}"


def short_start(event: Event) -> str:
    """When it begins, as ``short_time``; an all-day event's without the time."""
    said = short_time(event.starts_at, event.zone)
    return said.rpartition(", ")[0] if event.is_all_day else said


def span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """``Tuesday, 24 November 2026, 10:30 – 11:30 (CET, Europe/Berlin)``; both days if it ends on another."""
    start = f"{long_day(starts_at, zone)}, {clock_time(starts_at, zone)}"
    end = clock_time(ends_at, zone)
    if long_day(starts_at, zone) != long_day(ends_at, zone):
        end = f"{long_day(ends_at, zone)}, {end}"
    names = dict.fromkeys((zone_name(starts_at, zone), zone_name(ends_at, zone)))
    where = "" if zone == "UTC" else f", {zone}"
    return f"{start} \N{EN DASH} {end} ({'/'.join(names)}{where})"


def event_span(event: Event) -> str:
    """When ``event`` takes place, the first time if it repeats: as ``span``, or in whole days.

    ``Tuesday, 1 December 2026 (all day)``.
    """
    if not event.is_all_day:
        return span(event.starts_at, event.ends_at, event.zone)
    first = long_day(event.starts_at, event.zone)
    # The end is the midnight after the last day, which in summer may be an hour off: half a day is not.
    last = long_day(event.ends_at - _DAY / 2, event.zone)
    return f"{first} (all day)" if first == last else f"{first} \N{EN DASH} {last} (all day)"


def repeats(event: Event) -> str:
    """``Every 2 weeks on Tuesday and Thursday, until 30 June 2027, except on 24 December 2026``.

    '' for an event that takes place once.
    """
    rule = event.recurrence
    if rule is None:
        return ""
    first = event.starts_at.astimezone(ZoneInfo(event.zone)).date()
    said = _rhythm(rule, first)
    if rule.until is not None:
        said += f", until {day_words(rule.until)}"
    elif rule.count is not None:
        said += f", {rule.count} times"
    left_out = sorted(set(rule.except_on))
    if left_out:
        named = [day_words(day) for day in left_out[:_NAMED]]
        more = len(left_out) - len(named)
        said += f", except on {_listed([*named, f'{more} more days'] if more else named)}"
    return said


def _rhythm(rule: Recurrence, first: date) -> str:
    unit = {Frequency.DAILY: "day", Frequency.WEEKLY: "week", Frequency.MONTHLY: "month"}[rule.frequency]
    every = f"Every {unit}" if rule.interval == 1 else f"Every {rule.interval} {unit}s"
    match rule.frequency:
        case Frequency.DAILY:
            return every
        case Frequency.WEEKLY:
            weekdays = sorted(rule.weekdays or (first.isoweekday(),))
            return f"{every} on {_listed([WEEKDAYS[day - 1] for day in weekdays])}"
        case Frequency.MONTHLY if rule.by_weekday:
            return f"{every} on the {_WEEKS[week_of_month(first)]} {WEEKDAYS[first.weekday()]}"
        case Frequency.MONTHLY:
            return f"{every} on " + (f"day {first.day}" if first.day < 31 else "the last day")


def _listed(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
