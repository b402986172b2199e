"""The inputs of an event, as many as it needs, and its facts in words."""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from campaigns.errors import InputError
from campaigns.forms import MAX_PLACE, MAX_TEXT, MAX_TITLE, EventFields, parse_event
from campaigns.model import Event
from campaigns.repeat_forms import MAX_EXCEPT_ON, Ends, RepeatFields, Repeats, Unit
from campaigns.repeating import days
from campaigns.when import WEEKDAYS, day_words, event_span, repeats
from handlers.blocks import (
    Json,
    boxes_input,
    buttons,
    choice_input,
    date_input,
    entry,
    heard,
    number_input,
    option,
    small,
    text_input,
    time_input,
)
from handlers.form_values import NO_REMINDER
from handlers.mrkdwn import safe
from handlers.wording import DOT, number
from handlers.zones import zone_input

HEARD = (
    "is_all_day", "start_date", "repeats", "every", "unit", "weekdays",
    "ends", "times", "last_day", "except_on",
)  # fmt: skip
"""The inputs of an event of which every change is heard, some of them only while it repeats."""

_SHOWN_DATES = 4
_HOUR, _DAY = 60, 1_440
_REMINDERS = (10, 30, _HOUR, _DAY)
_EXPECTED = "The dates are shown here once the start and the lines above are filled in."
Choice = TypeVar("Choice", Repeats, Unit, Ends)
_REPEATS = {
    Repeats.NO: "Does not repeat",
    Repeats.DAILY: "Every day",
    Repeats.WEEKLY: "Every week",
    Repeats.TWO_WEEKS: "Every 2 weeks",
    Repeats.ON_DATE: "Every month on this date",
    Repeats.ON_WEEKDAY: "Every month on this weekday",
    Repeats.CUSTOM: "Custom",
}
_UNITS = {
    Unit.DAYS: "days",
    Unit.WEEKS: "weeks",
    Unit.MONTHS_ON_DATE: "months, on this date",
    Unit.MONTHS_ON_WEEKDAY: "months, on this weekday",
}
_ENDS = {Ends.TIMES: "After a number of times", Ends.DAY: "On a date", Ends.NEVER: "Never"}


def event_inputs(typed: EventFields, now: datetime, *, before: Event | None = None) -> list[Json]:
    """All of them, those of days or times and of repeating as far as they are asked for."""
    merge = "Merge fields are filled from the list: {{first_name}}, or {{company|our guest}} with a default."
    return [
        entry("title", "Title", text_input(value=typed.title, longest=MAX_TITLE)),
        *_when_inputs(typed),
        zone_input("zone", typed.zone, now),
        entry("place", "Place or link", text_input(value=typed.place, longest=MAX_PLACE), optional=True),
        entry(
            "description",
            "Description",
            text_input(value=typed.description, longest=MAX_TEXT, multiline=True),
            hint=merge,
            optional=True,
        ),
        entry("greeting", "Greeting", text_input(value=typed.greeting, longest=300), optional=True),
        *_repeat_inputs(typed, now, before),
        _reminder_input(typed),
    ]


def event_facts(event: Event) -> list[tuple[str, str]]:
    """When it takes place, how it repeats, where, and when calendars remind people of it."""
    pairs = [("When", event_span(event))]
    if event.recurrence is not None:
        pairs.append(("Repeats", repeats(event)))
    if event.place:
        pairs.append(("Where", event.place))
    if event.reminder_minutes is not None:
        pairs.append(("Reminder", reminder_words(event.reminder_minutes)))
    return pairs


def reminder_words(minutes: int) -> str:
    """``1 hour before``."""
    for length, unit in ((_DAY, "day"), (_HOUR, "hour")):
        if minutes and minutes % length == 0:
            return f"{number(minutes // length, unit)} before"
    return f"{number(minutes, 'minute')} before" if minutes else "When it starts"


def _when_inputs(typed: EventFields) -> list[Json]:
    start = entry("start_date", "Start date", date_input(typed.start_date))
    whole_days = boxes_input([option("All day", "yes")], ("yes",) if typed.is_all_day else ())
    made = [
        heard(start) if _is_repeating(typed) else start,
        {**buttons({**whole_days, "action_id": "is_all_day"}), "block_id": "is_all_day"},
    ]
    if typed.is_all_day:
        hint = "Leave empty if it lasts one day."
        last = entry("end_date", "Last day", date_input(typed.end_date), hint=hint, optional=True)
        return [*made, last]
    return [
        *made,
        entry("start_time", "Start time", time_input(typed.start_time)),
        entry(
            "duration",
            "Duration in minutes",
            text_input(value=typed.duration, placeholder="for example 60", longest=20),
            hint="Give a duration, or an end below.",
            optional=True,
        ),
        entry("end_date", "End date", date_input(typed.end_date), optional=True),
        entry("end_time", "End time", time_input(typed.end_time), optional=True),
    ]


def _repeat_inputs(typed: EventFields, now: datetime, before: Event | None) -> list[Json]:
    repeat = typed.repeat
    made = [entry("repeats", "Repeats", _menu(_REPEATS, repeat.repeats))]
    if _is_repeating(typed):
        if repeat.repeats == Repeats.CUSTOM:
            made += _custom_inputs(repeat)
        made += _end_inputs(repeat)
    return [*(heard(one) for one in made), *([_dates(typed, now, before)] if len(made) > 1 else [])]


def _custom_inputs(repeat: RepeatFields) -> list[Json]:
    made = [
        entry("every", "Repeat every", number_input(value=repeat.every, placeholder="for example 3")),
        entry("unit", "Days, weeks or months", _menu(_UNITS, repeat.unit)),
    ]
    if repeat.unit == Unit.WEEKS:
        boxes = [option(day, str(number)) for number, day in enumerate(WEEKDAYS, start=1)]
        hint = "Leave all empty for the weekday of the start."
        made.append(entry("weekdays", "On", boxes_input(boxes, repeat.weekdays), hint=hint, optional=True))
    return made


def _end_inputs(repeat: RepeatFields) -> list[Json]:
    made = [entry("ends", "Ends", _menu(_ENDS, repeat.ends))]
    if repeat.ends == Ends.TIMES:
        times = number_input(value=repeat.times, placeholder="for example 10")
        made.append(entry("times", "Number of times", times))
    elif repeat.ends == Ends.DAY:
        made.append(entry("last_day", "Repeat until", date_input(repeat.last_day)))
    except_on = text_input(
        value=repeat.except_on,
        placeholder="for example 24 December 2026",
        longest=MAX_EXCEPT_ON,
        multiline=True,
    )
    hint = "Dates on which it does not take place, one a line."
    return [*made, entry("except_on", "Except on", except_on, hint=hint, optional=True)]


def _dates(typed: EventFields, now: datetime, before: Event | None) -> Json:
    """The rule in words with its first dates and its last; or what is wrong with it, or still expected."""
    try:
        event = parse_event(_dated(typed), now, before=before)
    except InputError as error:
        said = [what for name, what in error.fields.items() if getattr(typed.repeat, name, "")]
        return small(safe(" ".join(said), 500) if said else _EXPECTED)
    is_endless = typed.repeat.ends == Ends.NEVER
    first = list(islice(days(event), _SHOWN_DATES if is_endless else _SHOWN_DATES + 1))
    dates = DOT.join(_short_day(day) for day in first[:_SHOWN_DATES])
    if is_endless:
        dates += " and so on"
    elif len(first) > _SHOWN_DATES:
        (last,) = deque(days(event), maxlen=1)
        dates += f" … the last on {_short_day(last)}"
    return small(f"*{repeats(event)}*\n{dates}")


def _short_day(day: date) -> str:
    """``Tue 24 Nov 2026``."""
    number, month, year = day_words(day).split()
    return f"{WEEKDAYS[day.weekday()][:3]} {number} {month[:3]} {year}"


def _dated(typed: EventFields) -> EventFields:
    """The same without the texts, which do not matter to its dates."""
    return replace(typed, title="-", place="", description="", greeting="")


def _reminder_input(typed: EventFields) -> Json:
    minutes = dict.fromkeys([*_REMINDERS, *([int(typed.reminder)] if typed.reminder else [])])
    options = [
        option("None: people's own default", NO_REMINDER),
        *(option(reminder_words(one), str(one)) for one in minutes),
    ]
    chosen = choice_input("static_select", options, typed.reminder or NO_REMINDER)
    hint = "Not with Google Calendar: there everybody sets their own."
    if typed.is_all_day and typed.reminder:
        hint = f"Counted from the midnight at which the day begins. {hint}"
    return entry("reminder", "Reminder", chosen, hint=hint)


def _is_repeating(typed: EventFields) -> bool:
    return typed.repeat.repeats not in {"", Repeats.NO}


def _menu(said: Mapping[Choice, str], chosen: str) -> Json:
    return choice_input("static_select", [option(text, value) for value, text in said.items()], chosen)
