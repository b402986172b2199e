"""How a number of invites falls into batches, and when each would go."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.errors import InputError
from campaigns.model import Pace

MAX_PER_BATCH = 10_000
MAX_GAP_MINUTES = 10_080  # a week


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do: ``batches`` of at most ``size``; the last one starts at ``last_at``.

    Times leave out how long the sending itself takes, which only the provider decides.
    """

    invites: int
    batches: int
    size: int
    last_size: int
    first_at: datetime
    last_at: datetime


def parse_pace(per_batch: str | None, gap_minutes: str | None) -> Pace:
    """The two numbers of the form.

    Raises InputError with ``per_batch`` and/or ``gap_minutes`` in its ``fields``.
    """
    fields: dict[str, str] = {}
    size = _whole(per_batch)
    if size is None or not 1 <= size <= MAX_PER_BATCH:
        fields["per_batch"] = f"Enter a whole number from 1 to {MAX_PER_BATCH:,}, for example 50."
    gap = _whole(gap_minutes)
    if gap is None or not 0 <= gap <= MAX_GAP_MINUTES:
        fields["gap_minutes"] = f"Enter whole minutes from 0 to {MAX_GAP_MINUTES:,} (a week), for example 60."
    if fields or size is None or gap is None:
        raise InputError(fields=fields)
    return Pace(size, gap)


def _whole(text: str | None) -> int | None:
    cleaned = (text or "").strip()
    # isdecimal alone would let other scripts' digits and superscripts through, ten kilobytes of them too
    if not cleaned.isascii() or not cleaned.isdecimal() or len(cleaned) > 9:
        return None
    return int(cleaned)


def batches_for(invites: int, size: int) -> int:
    """How many batches of at most ``size`` hold ``invites``."""
    return -(-invites // size)


def plan(invites: int, pace: Pace, now: datetime, minute: timedelta) -> Plan:
    """The batches of a run that starts ``now``; ``minute`` is how long a minute of the gap lasts."""
    size = pace.per_batch or max(invites, 1)
    count = batches_for(invites, size)
    gaps = max(count - 1, 0)
    return Plan(
        invites=invites,
        batches=count,
        size=size,
        last_size=invites - gaps * size,
        first_at=now,
        last_at=now + minute * pace.gap_minutes * gaps,
    )
