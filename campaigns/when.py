"""Dates and times in words, in the event's own zone and independent of the machine's locale."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


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


def long_day(moment: datetime, zone: str) -> str:
    """``Tuesday, 24 November 2026``."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{_DAYS[local.weekday()]}, {local.day} {_MONTHS[local.month - 1]} {local.year}"


def clock_time(moment: datetime, zone: str) -> str:
    """``10:30``."""
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"


def short_time(moment: datetime, zone: str) -> str:
    """``Tue 24 Nov 2026, 10:30 CET``."""
    local = moment.astimezone(ZoneInfo(zone))
    day = f"{_DAYS[local.weekday()][:3]} {local.day} {_MONTHS[local.month - 1][:3]} {local.year}"
    return f"{day}, {local:%H:%M} {zone_name(moment, zone)}"


def span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """``Tuesday, 24 November 2026, 10:30 – 11:30 (CET, Europe/Berlin)``; both days if it ends on another."""
    start = f"{long_day(starts_at, zone)}, {clock_time(starts_at, zone)}"
    end = clock_time(ends_at, zone)
    if long_day(starts_at, zone) != long_day(ends_at, zone):
        end = f"{long_day(ends_at, zone)}, {end}"
    names = dict.fromkeys((zone_name(starts_at, zone), zone_name(ends_at, zone)))
    where = "" if zone == "UTC" else f", {zone}"
    return f"{start} \N{EN DASH} {end} ({'/'.join(names)}{where})"
