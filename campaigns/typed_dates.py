"""Dates as people type them, one a line or with commas between them."""

import re
from dataclasses import dataclass
from datetime import date

from campaigns.when import WEEKDAYS, day_words

HOW = "Write each date as 2026-12-24 or 24 December 2026."

_SHOWN = 40
_MOST_SAID = 3
_MONTHS = tuple(day_words(date(2000, month, 1)).split()[1] for month in range(1, 13))
_BETWEEN = re.compile(r"(?:[\s,;]|\band\b)*", re.IGNORECASE)
_UP_TO_COMMA = re.compile(r"[^,;]*")
_NAME = r"[^\W\d_]{3,12}"
_FORMS = "|".join(
    (
        r"(?P<y1>\d{4})-(?P<m1>\d{1,2})-(?P<d1>\d{1,2})",
        r"(?P<d2>\d{1,2})\.\s?(?P<m2>\d{1,2})\.\s?(?P<y2>\d{4})",
        rf"(?P<d3>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?P<m3>{_NAME})\.?,?\s+(?P<y3>\d{{4}})",
        rf"(?P<m4>{_NAME})\.?\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y4>\d{{4}})",
    )
)
_DAY = re.compile(rf"(?:(?P<weekday>{_NAME})\.?,?\s+)?(?:{_FORMS})(?!\w)", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class TypedDay:
    """A date, and the line it stands on, from 1."""

    line: int
    day: date


def typed_days(text: str) -> tuple[list[TypedDay], str]:
    """The dates in ``text`` in their order, and what is wrong with it, by line; '' if nothing is."""
    found: list[TypedDay] = []
    wrong: dict[int, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            found += [TypedDay(number, day) for day in _days_of(line)]
        except ValueError as error:
            wrong[number] = str(error)
    if not wrong:
        return found, ""
    return found, f"{by_line(wrong, text)} {HOW}"


def by_line(wrong: dict[int, str], text: str) -> str:
    """What is wrong, each with its line, unless ``text`` has only one."""
    if len(text.strip().splitlines()) == 1:
        return next(iter(wrong.values()))
    said = [f"Line {number}: {what}" for number, what in sorted(wrong.items())]
    more = len(said) - _MOST_SAID
    return " ".join([*said[:_MOST_SAID], *([f"And {more} more."] if more > 0 else [])])


def _days_of(line: str) -> list[date]:
    """Raises ValueError, in words, for what is no date."""
    days: list[date] = []
    at = _end_of(_BETWEEN, line, 0)
    while at < len(line):
        match = _DAY.match(line, at)
        if match is None:
            odd = line[at : _end_of(_UP_TO_COMMA, line, at)].strip()
            raise ValueError(f"“{odd[:_SHOWN]}” is not a date.")
        days.append(_day(match))
        at = _end_of(_BETWEEN, line, match.end())
    return days


def _end_of(pattern: re.Pattern[str], line: str, at: int) -> int:
    match = pattern.match(line, at)
    return match.end() if match else at


def _day(match: re.Match[str]) -> date:
    held = {key: value for key, value in match.groupdict().items() if value is not None}
    weekday = held.pop("weekday", "")
    parts = {key[0]: value for key, value in held.items()}
    said = match.group().strip()[:_SHOWN]
    try:
        month = int(parts["m"]) if parts["m"].isdecimal() else _place(parts["m"], _MONTHS)
        day = date(int(parts["y"]), month, int(parts["d"]))
        meant = _place(weekday, WEEKDAYS) if weekday else day.isoweekday()
    except ValueError:
        raise ValueError(f"“{said}” is not a date.") from None
    if meant != day.isoweekday():
        raise ValueError(f"{day_words(day)} is a {WEEKDAYS[day.weekday()]}.")
    return day


def _place(name: str, names: tuple[str, ...]) -> int:
    """Which of ``names`` is meant, from 1, by its name or the beginning of it."""
    for number, one in enumerate(names, start=1):
        if one.casefold().startswith(name.casefold()):
            return number
    raise ValueError(name)
