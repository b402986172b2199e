"""How often an event takes place, in words: what its RRULE and EXDATE say (RFC 5545, 3.3.10)."""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from typing import Any

from icalendar import Component

_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_WHICH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_WORKDAYS = ["MO", "TU", "WE", "TH", "FR"]


def repeats_in_words(event: Component, zone: tzinfo | None) -> str:
    """As "Every 2 weeks on Monday and Friday, until 3 August 2027"; '' for what takes place once."""
    rule = event.get("RRULE")
    if rule is None:
        return ""
    unit = _UNITS.get(_first(rule, "FREQ", ""), "")
    if not unit:
        return "Repeats by a rule that cannot be told in words"
    every = int(_first(rule, "INTERVAL", 1))
    words = f"Every {unit}" if every == 1 else f"Every {every} {unit}s"
    return words + _on(rule) + _how_long(rule, zone) + _except(event, zone)


def _first(rule: Any, name: str, otherwise: Any) -> Any:
    values = rule.get(name)
    if values is None:
        return otherwise
    return values[0] if isinstance(values, list) else values


def _listed(rule: Any, name: str) -> list[Any]:
    values = rule.get(name)
    return values if isinstance(values, list) else [] if values is None else [values]


def _on(rule: Any) -> str:
    days = [str(day) for day in _listed(rule, "BYDAY")]
    position = _first(rule, "BYSETPOS", None)
    if sorted(days) == sorted(_WORKDAYS):
        return " on weekdays"
    if days:
        return " on " + joined([_day(day, position) for day in days])
    dates = [str(number) for number in _listed(rule, "BYMONTHDAY")]
    return f" on day {joined(dates)}" if dates else ""


def _day(said: str, position: int | None) -> str:
    """As TU, or 2TU, or -1FR."""
    which = int(said[:-2] or position or 0)
    name = _DAYS.get(said[-2:], said)
    return f"the {_WHICH.get(which, f'{which}.')} {name}" if which else name


def _how_long(rule: Any, zone: tzinfo | None) -> str:
    count, until = _first(rule, "COUNT", None), _first(rule, "UNTIL", None)
    if count:
        return f", {count} times" if int(count) > 1 else ", once"
    return f", until {_date(until, zone)}" if until else ""


def _except(event: Component, zone: tzinfo | None) -> str:
    dates = event.get("EXDATE", [])
    lists = dates if isinstance(dates, list) else [dates]
    days = [_date(one.dt, zone) for each in lists for one in each.dts]
    return f", except on {joined(days)}" if days else ""


def _date(moment: date | datetime, zone: tzinfo | None) -> str:
    """The day where the event is."""
    if isinstance(moment, datetime) and moment.tzinfo and zone:
        moment = moment.astimezone(zone)
    return f"{moment.day} {moment:%B %Y}"


def joined(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
