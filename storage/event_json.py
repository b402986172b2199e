"""An event as columns of ``revision``, and as JSON in a form that waits; and back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from campaigns.model import Event
from campaigns.recurrence import Frequency, Recurrence

_TEXTS = ("title", "zone", "place", "description", "greeting")
_RULES = ("is_all_day", "reminder_minutes")


def event_to_columns(event: Event) -> dict[str, Any]:
    """The values of the columns that say what people are invited to."""
    plain = {name: getattr(event, name) for name in (*_TEXTS, *_RULES)}
    times = {"starts_at": event.starts_at, "ends_at": event.ends_at}
    return {**plain, **times, "recurrence": recurrence_to_json(event.recurrence)}


def event_of(row: Row[Any]) -> Event:
    """The event from a row that holds the columns of ``revision``."""
    plain = {name: getattr(row, name) for name in (*_TEXTS, *_RULES, "starts_at", "ends_at")}
    return Event(**plain, recurrence=recurrence_of(row.recurrence))


def event_to_json(event: Event) -> dict[str, Any]:
    """The same columns, times as ISO text."""
    times = {"starts_at": event.starts_at.isoformat(), "ends_at": event.ends_at.isoformat()}
    return event_to_columns(event) | times


def event_from_json(kept: Mapping[str, Any]) -> Event:
    """Also from a form that waits since before events could repeat."""
    times = {name: datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at")}
    return Event(**{**kept, **times, "recurrence": recurrence_of(kept.get("recurrence"))})


def recurrence_to_json(recurrence: Recurrence | None) -> dict[str, Any] | None:
    """Days as ISO text; None stays None."""
    if recurrence is None:
        return None
    return {
        "frequency": recurrence.frequency.value,
        "interval": recurrence.interval,
        "weekdays": list(recurrence.weekdays),
        "by_weekday": recurrence.by_weekday,
        "count": recurrence.count,
        "until": recurrence.until.isoformat() if recurrence.until else None,
        "except_on": [day.isoformat() for day in recurrence.except_on],
    }


def recurrence_of(kept: Mapping[str, Any] | None) -> Recurrence | None:
    """The rule again; None stays None."""
    if kept is None:
        return None
    return Recurrence(
        frequency=Frequency(kept["frequency"]),
        interval=kept["interval"],
        weekdays=tuple(kept["weekdays"]),
        by_weekday=kept["by_weekday"],
        count=kept["count"],
        until=date.fromisoformat(kept["until"]) if kept["until"] else None,
        except_on=tuple(date.fromisoformat(day) for day in kept["except_on"]),
    )
