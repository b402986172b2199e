"""When to come back, in the words of providers. Pure."""

import re
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

_SAID = re.compile(
    r"retry after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))", re.IGNORECASE
)
_PACIFIC = ZoneInfo("America/Los_Angeles")
_SOONEST = timedelta(seconds=1)


def after_header(value: str, now: datetime) -> timedelta | None:
    """A Retry-After header: seconds, or a date (RFC 9110, 10.2.3). None if it says nothing."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return max(timedelta(seconds=min(int(value), 10**9)), _SOONEST)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return _until(moment if moment.tzinfo else moment.replace(tzinfo=UTC), now)


def after_words(text: str, now: datetime) -> timedelta | None:
    """The "Retry after 2026-11-23T10:00:00.000Z" in Google's texts."""
    found = _SAID.search(text)
    try:
        return _until(datetime.fromisoformat(found[1]), now) if found else None
    except ValueError:
        return None


def until_pacific_midnight(now: datetime) -> timedelta:
    """Until Google's day ends: a project's daily quota begins anew at midnight Pacific time."""
    today = now.astimezone(_PACIFIC).date()
    midnight = datetime.combine(today + timedelta(days=1), time(), _PACIFIC)
    return midnight.astimezone(UTC) - now


def _until(moment: datetime, now: datetime) -> timedelta:
    return max(moment - now, _SOONEST)
