"""The inputs of *Send in batches*: two numbers, and when sending may happen."""

from datetime import datetime

from campaigns.timing import Pace
from handlers import batch_entries as names
from handlers.batch_entries import Typed
from handlers.blocks import (
    Json,
    boxes_input,
    entry,
    heard,
    moment_input,
    number_input,
    option,
    text_input,
    time_input,
)
from handlers.zones import zone_input

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_GAP_HINT = "Counted from the end of one batch to the start of the next."


def number_inputs(pace: Pace | None, filled: int, *, prefix: str = "") -> list[Json]:
    """Invites per Batch and the Time Gap. ``filled`` counts how often the bot has written ``pace`` into them:

    Slack keeps what a person typed under the same ``block_id``, so a number of ours needs a new one.
    """
    size = str(pace.per_batch) if pace and pace.per_batch else ""
    gap = str(pace.gap_minutes) if pace and pace.per_batch else ""
    made = (
        (names.PER_BATCH, "Invites per Batch", number_input(value=size, placeholder="for example 50"), ""),
        (
            names.GAP,
            "Time Gap Between Batches (in minutes)",
            number_input(value=gap, placeholder="for example 60"),
            _GAP_HINT,
        ),
    )
    suffix = f"_{filled}" if filled else ""
    return [
        {**heard(entry(f"{prefix}{name}", label, element, hint=hint)), "block_id": f"{prefix}{name}{suffix}"}
        for name, label, element, hint in made
    ]


def timing_inputs(now: datetime, zone: str, typed: Typed) -> list[Json]:
    """*Start at*, and the hours once they are asked for, in ``zone`` until another is chosen.

    They start out with what is typed; Slack keeps what it has under the same ``block_id``.
    """
    made = [
        entry(
            names.STARTS_AT,
            "Start at",
            moment_input(typed.starts_at),
            hint="Leave empty to start now.",
            optional=True,
        ),
        entry(
            names.MORE_TIMES,
            "Sending hours",
            boxes_input([option("Only send at certain hours", "yes")], ("yes",) if typed.has_hours else ()),
            optional=True,
        ),
    ]
    if typed.has_hours:
        made += _hours_inputs(typed.zone or zone, now, typed)
    return [heard(one) for one in made]


def _hours_inputs(zone: str, now: datetime, typed: Typed) -> list[Json]:
    days = [option(day, str(number)) for number, day in enumerate(_WEEKDAYS, start=1)]
    return [
        entry(names.OPENS, "From", time_input(typed.opens)),
        entry(names.CLOSES, "Until", time_input(typed.closes)),
        entry(names.DAYS, "On", boxes_input(days, typed.days)),
        zone_input(names.HOURS_ZONE, zone, now),
        entry(
            names.CLOSED_ON,
            "Not on these dates",
            text_input(value=typed.closed_on, placeholder="for example 2026-12-25, 2027-01-01"),
            hint="Days without any sending, such as holidays.",
            optional=True,
        ),
    ]


def send_anyway_input(text: str) -> Json:
    """The yes without which nothing goes after the event's start."""
    box = option("Send anyway", "yes", text)
    return entry(names.PAST_START_OK, "After the event's start", boxes_input([box], ()))
