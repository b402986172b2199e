"""A time zone's own rule, as calendar programs read it: one change to summer time a year, and one back.

Found from the clock itself (``zoneinfo``) and not from a file of rules: what is written agrees with it on
every day it is for, or is not written. A rule by the n-th or last weekday of a month is all that Exchange
takes. Some ten zones change otherwise (on the Friday before a Sunday, or around Ramadan): for them a rule is
found where the event ends soon enough, and none where it goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_AHEAD = timedelta(days=40 * 366)
_YEAR = timedelta(days=366)
_WEEK = timedelta(days=7)
_STEP = timedelta(days=14)  # no zone changes its clocks and back within it
_SECOND = timedelta(seconds=1)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ANCHOR = 1970
_LAST = -1


@dataclass(frozen=True, slots=True)
class Observance:
    """One half of a zone's year: from its weekday ``week`` (-1: the last) of ``month`` at ``clock``.

    ``clock`` is as it was before. ``week`` 0: there is only this one, all year.
    """

    offset_from: timedelta
    offset_to: timedelta
    name: str
    month: int = 1
    week: int = 0
    weekday: int = 0
    clock: time = time()

    @property
    def component(self) -> str:
        return "DAYLIGHT" if self.offset_to > self.offset_from else "STANDARD"

    @property
    def starts(self) -> datetime:
        """The first time, long ago."""
        return self.in_year(_ANCHOR)

    @property
    def rrule(self) -> str:
        return f"FREQ=YEARLY;BYDAY={self.week}{_DAYS[self.weekday]};BYMONTH={self.month}" if self.week else ""

    def in_year(self, year: int) -> datetime:
        """When it begins in ``year``, on the clock as it was before."""
        day = date(year, self.month, 1)
        if self.week:
            day += timedelta(days=(self.weekday - day.weekday()) % 7 + 7 * (max(self.week, 1) - 1))
            while self.week == _LAST and (day + _WEEK).month == self.month:
                day += _WEEK
        return datetime.combine(day, self.clock)


@dataclass(frozen=True, slots=True)
class _Change:
    at: datetime
    offset_from: timedelta
    offset_to: timedelta
    name: str

    @property
    def local(self) -> datetime:
        return (self.at + self.offset_from).replace(tzinfo=None)


@lru_cache(maxsize=64)
def observances(zone: str, first: datetime, last: datetime | None) -> tuple[Observance, ...]:
    """The rule that holds in ``zone`` from ``first`` to ``last`` (None: for good); () if there is none."""
    clock = ZoneInfo(zone)
    far = max(first + _AHEAD, last or first)
    ahead = _changes(clock, first, far)
    found = _rule(clock, first, ahead)
    if _says(found, first, far, ahead):
        return found
    if last is None:
        return ()
    ahead = [change for change in ahead if change.at <= last]
    before = _changes(clock, first - _YEAR, first)
    # As few as show both halves of the year: in some zones no two years are alike.
    for start in range(len(before), -1, -1):
        found = _rule(clock, first, before[start:] + ahead if ahead else [])
        if _says(found, first, last, ahead):
            return found
    return ()


def lines(zone: str, rule: Sequence[Observance]) -> str:
    """The VTIMEZONE component (RFC 5545, 3.6.5)."""
    said = ["BEGIN:VTIMEZONE", f"TZID:{zone}"]
    for one in rule:
        said += [
            f"BEGIN:{one.component}",
            f"DTSTART:{one.starts:%Y%m%dT%H%M%S}",
            f"TZOFFSETFROM:{_offset(one.offset_from)}",
            f"TZOFFSETTO:{_offset(one.offset_to)}",
            f"TZNAME:{one.name}",
        ]
        said += [f"RRULE:{one.rrule}"] if one.rrule else []
        said.append(f"END:{one.component}")
    said.append("END:VTIMEZONE\r\n")
    return "\r\n".join(said)


def _rule(clock: ZoneInfo, first: datetime, changes: Sequence[_Change]) -> tuple[Observance, ...]:
    """What these changes have in common; () if that is not one rule for each half of the year."""
    if not changes:
        offset, name = _reading(clock, first)
        return (Observance(offset, offset, name),)
    ways = {(one.offset_from, one.offset_to) for one in changes}
    if len(ways) != 2 or {(after, before) for before, after in ways} != ways:
        return ()
    halves = []
    for offset in sorted(before for before, _ in ways):
        half = [one for one in changes if one.offset_to == offset]
        found = _half(half)
        if found is None and all(one.local.time() == time() for one in half):
            # Midnight may be the end of the day that the rule names ("the first Saturday, at 24:00").
            # Exchange writes such a change as that day's last second, and so it is understood everywhere.
            found = _half([replace(one, at=one.at - _SECOND) for one in half])
        if found is None:
            return ()
        halves.append(found)
    return tuple(halves)


def _half(changes: Sequence[_Change]) -> Observance | None:
    """The yearly rule of these changes, all in one direction; None if they have none."""
    one = changes[0]
    ways = {(change.local.month, change.local.weekday(), change.local.time()) for change in changes}
    weeks = set.intersection(*(_weeks(change.local.date()) for change in changes))
    if len(ways) != 1 or not weeks:
        return None
    return Observance(
        offset_from=one.offset_from,
        offset_to=one.offset_to,
        name=one.name,
        month=one.local.month,
        week=min(weeks),  # the last rather than the fourth, where both fit
        weekday=one.local.weekday(),
        clock=one.local.time(),
    )


def _says(rule: Sequence[Observance], first: datetime, last: datetime, changes: Sequence[_Change]) -> bool:
    """Whether ``rule`` has these changes between ``first`` and ``last``, and no others."""
    if not rule:
        return False
    said = sorted(
        one.in_year(year).replace(tzinfo=UTC) - one.offset_from
        for one in rule
        if one.week
        for year in range(first.year - 1, last.year + 2)
    )
    said = [at for at in said if first < at <= last]
    return len(said) == len(changes) and all(
        abs(at - change.at) <= _SECOND for at, change in zip(said, changes, strict=True)
    )


def _weeks(day: date) -> set[int]:
    """Which of its month's Mondays (or other days) ``day`` is: counted from the start, and as the last."""
    number = (day.day - 1) // 7 + 1
    is_last = (day + _WEEK).month != day.month
    return ({number} if number < 5 else set()) | ({_LAST} if is_last else set())


def _changes(clock: ZoneInfo, first: datetime, last: datetime) -> list[_Change]:
    """Each time after ``first`` at which the clock is put forward or back."""
    found = []
    at, end = first.astimezone(UTC), last.astimezone(UTC)
    while at < end:
        following = min(at + _STEP, end)
        before, after = _reading(clock, at), _reading(clock, following)
        if before[0] != after[0]:
            found.append(_Change(_moment(clock, at, following), before[0], after[0], after[1]))
        at = following
    return found


def _moment(clock: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second with the offset of ``high``."""
    before = _reading(clock, low)[0]
    while high - low > _SECOND:
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if _reading(clock, middle)[0] == before:
            low = middle
        else:
            high = middle
    return high


def _reading(clock: ZoneInfo, at: datetime) -> tuple[timedelta, str]:
    local = at.astimezone(clock)
    return local.utcoffset() or timedelta(0), local.tzname() or ""


def _offset(offset: timedelta) -> str:
    sign = "-" if offset < timedelta(0) else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"{sign}{hours:02}{minutes:02}"
