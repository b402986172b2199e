"""How an event repeats, as typed: it becomes a Recurrence, or an error beside the field that is wrong."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from campaigns import repeating
from campaigns.model import Event
from campaigns.recurrence import Frequency, Recurrence
from campaigns.typed_dates import by_line, typed_days
from campaigns.when import day_words

MAX_EXCEPT_ON = 2_000
_LONGEST_NUMBER = 4


class Repeats(StrEnum):
    NO = "no"
    DAILY = "daily"
    WEEKLY = "weekly"
    TWO_WEEKS = "two_weeks"
    ON_DATE = "on_date"
    ON_WEEKDAY = "on_weekday"
    CUSTOM = "custom"


class Unit(StrEnum):
    """What a custom rhythm counts."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS_ON_DATE = "months_on_date"
    MONTHS_ON_WEEKDAY = "months_on_weekday"


class Ends(StrEnum):
    TIMES = "times"
    DAY = "day"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class RepeatFields:
    """The fields as typed. What is not shown yet holds what it will be shown with.

    ``every``, ``unit`` and ``weekdays`` (ISO: 1 is Monday) are of a custom rhythm; ``times`` or ``last_day``
    says when it ends, as ``ends`` chooses.
    """

    repeats: str = Repeats.NO
    every: str = ""
    unit: str = Unit.WEEKS
    weekdays: tuple[str, ...] = ()
    ends: str = Ends.TIMES
    times: str = ""
    last_day: str = ""
    except_on: str = ""


ONCE = RepeatFields()

_RHYTHMS = {
    Repeats.DAILY: Recurrence(Frequency.DAILY),
    Repeats.WEEKLY: Recurrence(Frequency.WEEKLY),
    Repeats.TWO_WEEKS: Recurrence(Frequency.WEEKLY, 2),
    Repeats.ON_DATE: Recurrence(Frequency.MONTHLY),
    Repeats.ON_WEEKDAY: Recurrence(Frequency.MONTHLY, by_weekday=True),
}
_UNITS = {
    Unit.DAYS: Recurrence(Frequency.DAILY),
    Unit.WEEKS: Recurrence(Frequency.WEEKLY),
    Unit.MONTHS_ON_DATE: Recurrence(Frequency.MONTHLY),
    Unit.MONTHS_ON_WEEKDAY: Recurrence(Frequency.MONTHLY, by_weekday=True),
}
_END_FIELDS: dict[str, str] = {Ends.TIMES: "times", Ends.DAY: "last_day"}


def parse_repeat(typed: RepeatFields, first: date | None, wrong: dict[str, str]) -> Recurrence | None:
    """The rule of an event that starts on ``first``; None if it does not repeat, or something is ``wrong``.

    Whether the rule suits the event is said by ``misfits``.
    """
    if typed.repeats in {"", Repeats.NO}:
        return None
    found: dict[str, str] = {}
    rhythm = _rhythm(typed, found)
    count = _number(typed.times, "times", found) if typed.ends == Ends.TIMES else None
    until = _last_day(typed.last_day, found) if typed.ends == Ends.DAY else None
    if typed.ends not in set(Ends):
        found["ends"] = "Choose when it ends."
    excepted, said = typed_days(typed.except_on)
    if said:
        found["except_on"] = said
    wrong |= found
    if rhythm is None or first is None or found:
        return None
    return replace(
        rhythm,
        weekdays=_weekdays(typed, rhythm, first),
        count=count,
        until=until,
        except_on=tuple(sorted({one.day for one in excepted})),
    )


def misfits(event: Event, typed: RepeatFields) -> dict[str, str]:
    """What is wrong with how ``event`` repeats, by the field in which it was typed."""
    found = repeating.problems(event)
    if "except_on" in found:
        found["except_on"] = _which_days(event, typed) or found["except_on"]
    is_custom = typed.repeats == Repeats.CUSTOM
    ends = _END_FIELDS.get(typed.ends, "ends")
    places = {
        "interval": "every" if is_custom else "repeats",
        "weekdays": "weekdays" if is_custom else "repeats",
        "by_weekday": "unit" if is_custom else "repeats",
        "count": ends,
        "until": ends,
        "reminder_minutes": "reminder",
    }
    return {places.get(name, name): said for name, said in found.items()}


def values_of_rule(rule: Recurrence | None, first: date) -> RepeatFields:
    """The fields that would make this rule for an event that starts on ``first``."""
    if rule is None:
        return ONCE
    made = RepeatFields(
        ends=Ends.TIMES if rule.count is not None else Ends.DAY if rule.until is not None else Ends.NEVER,
        times="" if rule.count is None else str(rule.count),
        last_day="" if rule.until is None else rule.until.isoformat(),
        except_on="\n".join(day_words(day) for day in sorted(rule.except_on)),
    )
    rhythm = Recurrence(rule.frequency, rule.interval, by_weekday=rule.by_weekday)
    if set(rule.weekdays) <= {first.isoweekday()}:
        for repeats, simple in _RHYTHMS.items():
            if rhythm == simple:
                return replace(made, repeats=repeats)
    unit = next(unit for unit, simple in _UNITS.items() if replace(rhythm, interval=1) == simple)
    return replace(
        made,
        repeats=Repeats.CUSTOM,
        every=str(rule.interval),
        unit=unit,
        weekdays=tuple(map(str, sorted(rule.weekdays))),
    )


def _rhythm(typed: RepeatFields, wrong: dict[str, str]) -> Recurrence | None:
    if typed.repeats in _RHYTHMS:
        return _RHYTHMS[Repeats(typed.repeats)]
    if typed.repeats != Repeats.CUSTOM:
        wrong["repeats"] = "Choose how often it repeats."
        return None
    interval = _number(typed.every, "every", wrong)
    if typed.unit not in _UNITS:
        wrong["unit"] = "Choose days, weeks or months."
        return None
    return replace(_UNITS[Unit(typed.unit)], interval=interval) if interval is not None else None


def _number(text: str, name: str, wrong: dict[str, str]) -> int | None:
    text = text.strip()
    if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER:
        return int(text)
    wrong[name] = "Enter a whole number, such as 10."
    return None


def _last_day(text: str, wrong: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        wrong["last_day"] = "Choose a date."
        return None


def _weekdays(typed: RepeatFields, rhythm: Recurrence, first: date) -> tuple[int, ...]:
    """Always named, so that the same choice is the same rule however it was made."""
    if rhythm.frequency is not Frequency.WEEKLY:
        return ()
    is_custom = typed.repeats == Repeats.CUSTOM
    chosen = {int(day) for day in typed.weekdays if day in set("1234567")} if is_custom else set()
    return tuple(sorted(chosen or {first.isoweekday()}))


def _which_days(event: Event, typed: RepeatFields) -> str:
    """The exceptions that are wrong each by itself, by line; '' if only all together are."""
    rule = event.recurrence
    if rule is None or len(rule.except_on) > repeating.MAX_EXCEPTIONS:
        return ""
    wrong: dict[int, str] = {}
    for one in typed_days(typed.except_on)[0]:
        # the clocks of its zone say nothing about dates, and to look at them takes long
        alone = replace(event, is_all_day=True, recurrence=replace(rule, except_on=(one.day,)))
        said = repeating.problems(alone).get("except_on")
        if said:
            wrong.setdefault(one.line, said)
    return by_line(wrong, typed.except_on) if wrong else ""
