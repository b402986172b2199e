"""How a number of invites falls into batches, and when each would go."""

from datetime import datetime, timedelta

from campaigns.errors import InputError
from campaigns.hours import closes_after, next_open
from campaigns.timing import Pace, SendingHours, Timing

MAX_PER_BATCH = 10_000
MAX_GAP_MINUTES = 10_080  # a week

_INSTANT = timedelta.resolution


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


def last_start(first_at: datetime, gaps: int, gap: timedelta, hours: SendingHours | None = None) -> datetime:
    """When the last of ``gaps`` + 1 batches starts, if sending takes no time and ``hours`` are kept."""
    last_at, left = next_open(hours, first_at), max(gaps, 0)
    while left and gap:
        closes_at = closes_after(hours, last_at)
        if closes_at is None:
            return last_at + gap * left
        fit = min(left, (closes_at - last_at - _INSTANT) // gap)  # all that start before it closes, at once
        last_at, left = last_at + gap * fit, left - fit
        if left:
            last_at, left = next_open(hours, last_at + gap), left - 1
    return last_at


def first_start(timing: Timing, now: datetime) -> datetime:
    """When the first batch is due: not before now, not before its time, within the hours."""
    return next_open(timing.hours, max(now, timing.starts_at or now))
