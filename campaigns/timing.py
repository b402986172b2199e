"""When a run sends, and how much at a time. Immutable values."""

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class SendingHours:
    """When invites may go: from ``opens`` to ``closes`` on ``days`` (ISO: 1 is Monday), in ``zone``.

    ``closes`` before ``opens`` spans midnight and belongs to the day on which it opens. ``closed_on``
    are days without any sending, such as holidays.
    """

    opens: time
    closes: time
    days: tuple[int, ...]
    zone: str
    closed_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Timing:
    """When a run may send. None: at once, and at any hour."""

    starts_at: datetime | None = None
    hours: SendingHours | None = None


AT_ONCE = Timing()


@dataclass(frozen=True, slots=True)
class Pace:
    """Invites per Batch, and the Time Gap Between Batches in minutes. ``per_batch`` None: all at once."""

    per_batch: int | None
    gap_minutes: int = 0
