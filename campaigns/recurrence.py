"""How an event repeats (RFC 5545, 3.3.10), as much of it as every calendar program understands."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Frequency(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every ``interval`` days, weeks or months from the event's start, in the event's own zone.

    ``weekdays`` (ISO: 1 is Monday) is of weekly events only and holds the start's own day. A monthly event
    comes on the start's day of the month (the 31st is each month's last day), or with ``by_weekday`` on its
    weekday of that week of the month ("the second Tuesday"; "the last Friday" from the fifth). At most one
    of ``count`` and ``until`` (the last day on which it may start, in the event's zone) is given; without
    both it goes on. ``except_on`` are days on which it does not take place; ``count`` counts them too.
    """

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    by_weekday: bool = False
    count: int | None = None
    until: date | None = None
    except_on: tuple[date, ...] = ()


def week_of_month(day: date) -> int:
    """1 to 4, or -1: a fifth Friday is the last one, which every month has."""
    week = (day.day - 1) // 7 + 1
    return week if week < 5 else -1
