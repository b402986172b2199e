"""Time zones to choose from: every IANA name, found by city or by offset."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from handlers.blocks import Json, entry, option

MOST = 100
_OFFERED_FIRST = (
    "Europe/London", "Europe/Madrid", "Europe/Paris", "Europe/Berlin", "Europe/Warsaw", "Europe/Athens",
    "Europe/Istanbul", "Africa/Lagos", "Africa/Cairo", "Africa/Nairobi", "Africa/Johannesburg",
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Toronto",
    "America/Mexico_City", "America/Bogota", "America/Sao_Paulo", "America/Argentina/Buenos_Aires",
    "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka", "Asia/Jakarta", "Asia/Singapore",
    "Asia/Manila", "Asia/Shanghai", "Asia/Seoul", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland", "UTC",
)  # fmt: skip
_REGIONS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian")


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """The zones people live in, and UTC; the old aliases without a region are left out."""
    regions = (*_REGIONS, "Pacific")
    return (*sorted(name for name in available_timezones() if name.split("/")[0] in regions), "UTC")


def is_zone(name: str) -> bool:
    """Whether ``name`` can be offered."""
    return name in names()


def zone_option(name: str, now: datetime) -> Json:
    """``Europe/Madrid (UTC+01:00)``, the offset being today's."""
    return option(_label(name, now), name)


def zone_input(name: str, chosen: str, now: datetime) -> Json:
    """A menu that is asked for while somebody types: all zones do not fit in one."""
    menu: Json = {"type": "external_select", "min_query_length": 0}
    if chosen:
        menu["initial_option"] = zone_option(chosen, now)
    return entry(name, "Time zone", menu, hint="Type a city, such as Madrid, or an offset, such as +5:30.")


def matching(typed: str, now: datetime) -> list[Json]:
    """At most a hundred zones for what was typed: a city, a region, or an offset such as ``+5:30``."""
    wanted = typed.casefold().strip().replace(" ", "_")
    if not wanted:
        return [zone_option(name, now) for name in _OFFERED_FIRST]
    by_offset = _offset_wanted(wanted)
    found = [
        name
        for name in names()
        if wanted in name.casefold() or (by_offset and by_offset in _offset(name, now))
    ]
    found.sort(key=lambda name: (name.casefold() != wanted, not _starts(name, wanted), name))
    return [zone_option(name, now) for name in found[:MOST]]


def _starts(name: str, wanted: str) -> bool:
    return any(part.startswith(wanted) for part in name.casefold().split("/"))


def _label(name: str, now: datetime) -> str:
    return name if name == "UTC" else f"{name} ({_offset(name, now)})"


def _offset(name: str, now: datetime) -> str:
    offset = now.astimezone(ZoneInfo(name)).utcoffset() or timedelta(0)
    sign = "-" if offset < timedelta(0) else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"UTC{sign}{hours:02}:{minutes:02}"


def _offset_wanted(wanted: str) -> str:
    """``utc+1``, ``gmt+01``, ``+5:30`` and ``-3`` as ``UTC+01:…``; '' if no offset was typed."""
    rest = wanted.removeprefix("utc").removeprefix("gmt")
    if rest[:1] not in {"+", "-"}:
        return ""
    hours, _, minutes = rest[1:].partition(":")
    if not (hours.isascii() and hours.isdecimal() and len(hours) <= 2):
        return ""
    return f"UTC{rest[0]}{int(hours):02}:{minutes}"
