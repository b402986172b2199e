"""When a run may send, by the clock on the wall of its zone.

A moment is open when that clock shows a time within the hours. So a window that the clocks jump over is short
or missing on that day, and one that they pass twice is open both times.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaigns.errors import InputError
from campaigns.timing import SendingHours

MAX_CLOSED_DAYS = 366

_DAY = timedelta(days=1)
_WEEK = 7
_MIDNIGHT = time(0)
_BETWEEN_DATES = re.compile(r"[\s,;]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")


def parse_hours(
    opens: str | None,
    closes: str | None,
    days: Sequence[str],
    zone: str | None,
    closed_on: str | None = "",
) -> SendingHours:
    """The hours as typed: ``09:00``, ``17:00``, ``("1", … "7")``, an IANA name, dates as ``2026-12-25``.

    Raises InputError whose ``fields`` are ``opens``, ``closes``, ``days``, ``hours_zone``, ``closed_on``.
    00:00 to 00:00 is the whole day.
    """
    wrong: dict[str, str] = {}
    first = _time_of_day(opens, "opens", wrong)
    last = _time_of_day(closes, "closes", wrong)
    if first is not None and first == last and first != _MIDNIGHT:
        wrong["closes"] = "Choose another time than the first. For the whole day, use 00:00 and 00:00."
    weekdays = tuple(sorted({int(day) for day in days if day in {"1", "2", "3", "4", "5", "6", "7"}}))
    if not weekdays:
        wrong["days"] = "Choose at least one day."
    name = _zone_name(zone, wrong)
    closed = _dates(closed_on, wrong)
    if wrong or first is None or last is None:
        raise InputError(fields=wrong)
    return SendingHours(first, last, weekdays, name, closed)


def _time_of_day(typed: str | None, field: str, wrong: dict[str, str]) -> time | None:
    text = (typed or "").strip()
    try:
        if _TIME.fullmatch(text):
            return time.fromisoformat(text)
    except ValueError:
        pass  # 25:00 and its like
    wrong[field] = "Choose a time, for example 09:00."
    return None


def _zone_name(typed: str | None, wrong: dict[str, str]) -> str:
    name = (typed or "").strip()
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):  # ZoneInfoNotFoundError is a KeyError; a directory an OSError
        wrong["hours_zone"] = "Choose a time zone from the list, for example Europe/Madrid."
    return name


def _dates(typed: str | None, wrong: dict[str, str]) -> tuple[date, ...]:
    words = [word for word in _BETWEEN_DATES.split(typed or "") if word]
    try:
        # fromisoformat also takes 20261225 and week dates, which nobody means
        found = {date.fromisoformat(word) for word in words if _DATE.fullmatch(word)}
    except ValueError:
        found = set()
    if words and (not found or not all(map(_DATE.fullmatch, words))):
        wrong["closed_on"] = "Write each date as 2026-12-25, with commas between them."
        return ()
    if len(found) > MAX_CLOSED_DAYS:
        wrong["closed_on"] = f"Enter at most {MAX_CLOSED_DAYS} dates."
    return tuple(sorted(found))


def is_open(hours: SendingHours | None, moment: datetime) -> bool:
    """Whether invites may go at ``moment``."""
    if hours is None:
        return True
    local = moment.astimezone(ZoneInfo(hours.zone))
    today, clock = local.date(), local.time()
    if today in hours.closed_on:
        return False
    if hours.opens < hours.closes:
        return hours.opens <= clock < hours.closes and _is_working(hours, today)
    if clock >= hours.opens:
        return _is_working(hours, today)
    return clock < hours.closes and _is_working(hours, today - _DAY)


def next_open(hours: SendingHours | None, moment: datetime) -> datetime:
    """The first moment, not before ``moment``, at which invites may go."""
    if hours is None or is_open(hours, moment):
        return moment
    zone = ZoneInfo(hours.zone)
    day = moment.astimezone(zone).date() - _DAY
    # each closed day can put it off by a week; and one opening may be lost when the clocks go forward
    for _ in range(_WEEK * (len(hours.closed_on) + 3)):
        edges = _edges(day, (hours.opens,), zone)
        opening = min((edge for edge in edges if edge >= moment and is_open(hours, edge)), default=None)
        if opening is not None:
            return opening
        day += _DAY
    raise InputError(fields={"days": "With these days and hours nothing could ever be sent."})


def closes_after(hours: SendingHours | None, moment: datetime) -> datetime | None:
    """When the stretch that is open at ``moment``, or opens next after it, ends. None: it never does."""
    if hours is None:
        return None
    zone = ZoneInfo(hours.zone)
    opened_at = next_open(hours, moment)
    first = opened_at.astimezone(zone).date()
    days = {first + _DAY * ahead for ahead in range(-1, _WEEK + 2)}  # without a holiday, a week shows it all
    days |= {closed for closed in hours.closed_on if closed >= first}
    for day in sorted(days):
        edges = _edges(day, (hours.closes, _MIDNIGHT), zone)
        closing = min((edge for edge in edges if edge > opened_at and not is_open(hours, edge)), default=None)
        if closing is not None:
            return closing
    return None


def _is_working(hours: SendingHours, day: date) -> bool:
    return day.isoweekday() in hours.days and day not in hours.closed_on


def _edges(day: date, clocks: tuple[time, ...], zone: ZoneInfo) -> Iterator[datetime]:
    """The moments of ``day`` at which hours may begin or end: ``clocks``, and when the clocks are changed."""
    for clock in clocks:
        local = datetime.combine(day, clock, tzinfo=zone)
        yield local.astimezone(UTC)
        yield local.replace(fold=1).astimezone(UTC)
    midnight = datetime.combine(day, _MIDNIGHT, tzinfo=zone).astimezone(UTC)
    yield from _clock_changes(zone, midnight, midnight + _DAY)


def _clock_changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """The first moment of the new offset, if it changes between ``first`` and ``last``."""
    if first.astimezone(zone).utcoffset() == last.astimezone(zone).utcoffset():
        return
    while last - first > timedelta(seconds=1):
        middle = first + (last - first) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == first.astimezone(zone).utcoffset():
            first = middle
        else:
            last = middle
    yield last
