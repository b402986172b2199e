"""What stands in *Send in batches* and in *Change pace*: two numbers, and when sending may happen.

The inputs are found by their action, since the bot can fill one in only under another ``block_id``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from campaigns.errors import InputError
from campaigns.hours import parse_hours
from campaigns.plan import parse_pace
from campaigns.timing import Pace, SendingHours, Timing

PER_BATCH = "per_batch"
GAP = "gap_minutes"
STARTS_AT = "starts_at"
MORE_TIMES = "more_times"
OPENS = "opens"
CLOSES = "closes"
DAYS = "days"
HOURS_ZONE = "hours_zone"
CLOSED_ON = "closed_on"
CHANNEL = "channel"
PAST_START_OK = "past_start_ok"

HEARD = (PER_BATCH, GAP, STARTS_AT, MORE_TIMES, OPENS, CLOSES, DAYS, HOURS_ZONE, CLOSED_ON)
"""The inputs of *Send in batches* of which every change is heard."""

FIRST_OPENS, FIRST_CLOSES, FIRST_DAYS = "09:00", "17:00", ("1", "2", "3", "4", "5")

_FILLING = timedelta(minutes=10)
"""A start may have passed while the rest of the form was filled in: then it is now."""
_PASSED = "That time has passed. Choose a later one, or leave it empty to start now."
_KEYS = ("value", "selected_time", "selected_conversation", "selected_date_time")


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it stands. What is not shown yet holds what it will be shown with."""

    per_batch: str = ""
    gap_minutes: str = ""
    starts_at: str = ""
    has_hours: bool = False
    opens: str = FIRST_OPENS
    closes: str = FIRST_CLOSES
    days: tuple[str, ...] = FIRST_DAYS
    zone: str = ""
    closed_on: str = ""
    channel: str = ""
    past_start_ok: bool = False

    def pace(self) -> Pace:
        """Raises InputError with ``per_batch`` and/or ``gap_minutes`` in its ``fields``."""
        return parse_pace(self.per_batch, self.gap_minutes)

    def timing(self, now: datetime) -> Timing:
        """Raises InputError with the fields of the hours, or with a start that has passed before ``now``."""
        starts_at = datetime.fromtimestamp(int(self.starts_at), UTC) if self.starts_at else None
        if starts_at is not None and starts_at < now - _FILLING:
            raise InputError(fields={STARTS_AT: _PASSED})
        return Timing(starts_at, self._hours() if self.has_hours else None)

    def meant(self, now: datetime) -> tuple[Pace, Timing]:
        """Both, or everything that is wrong with them in one InputError."""
        wrong: dict[str, str] = {}
        try:
            pace = self.pace()
        except InputError as error:
            wrong |= error.fields
        try:
            timing = self.timing(now)
        except InputError as error:
            wrong |= error.fields
        if wrong:
            raise InputError(fields=wrong)
        return pace, timing

    def _hours(self) -> SendingHours:
        return parse_hours(self.opens, self.closes, self.days, self.zone, self.closed_on)


def typed_for(pace: Pace, timing: Timing, channel: str) -> Typed:
    """The form in which somebody would have typed all this."""
    hours, starts_at = timing.hours, timing.starts_at
    typed = Typed(
        per_batch=str(pace.per_batch or ""),
        gap_minutes=str(pace.gap_minutes),
        starts_at=str(int(starts_at.timestamp())) if starts_at else "",
        channel=channel,
    )
    if hours is None:
        return typed
    return replace(
        typed,
        has_hours=True,
        opens=f"{hours.opens:%H:%M}",
        closes=f"{hours.closes:%H:%M}",
        days=tuple(map(str, hours.days)),
        zone=hours.zone,
        closed_on=", ".join(day.isoformat() for day in hours.closed_on),
    )


def typed_in(view: Mapping[str, Any], zone: str = "", *, prefix: str = "") -> Typed:
    """What ``view`` holds; ``zone`` is that of the hours until another is chosen.

    ``prefix`` stands before the names of the two numbers, in a form that has its own listeners for them.
    """
    return Typed(
        per_batch=_held(view, prefix + PER_BATCH),
        gap_minutes=_held(view, prefix + GAP),
        starts_at=_held(view, STARTS_AT),
        has_hours=bool(_ticked(view, MORE_TIMES)),
        opens=_held(view, OPENS, FIRST_OPENS),
        closes=_held(view, CLOSES, FIRST_CLOSES),
        days=_ticked(view, DAYS, FIRST_DAYS),
        zone=_held(view, HOURS_ZONE, zone),
        closed_on=_held(view, CLOSED_ON),
        channel=_held(view, CHANNEL),
        past_start_ok=bool(_ticked(view, PAST_START_OK)),
    )


def block_of(view: Mapping[str, Any], name: str) -> str | None:
    """Where the input called ``name`` stands in ``view``."""
    for block in view["blocks"]:
        if (block.get("element") or {}).get("action_id") == name:
            return str(block["block_id"])
    return None


def in_their_places(view: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, str]:
    """Errors by the block they stand at; those of inputs that are not shown stand at the first number."""
    placed: dict[str, str] = {}
    for name, said in fields.items():
        at = block_of(view, name) or block_of(view, PER_BATCH) or PER_BATCH
        placed[at] = f"{placed[at]} {said}" if at in placed else said
    return placed


def _state(view: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    for inputs in view["state"]["values"].values():
        if name in inputs:
            return inputs[name] or {}
    return None


def _held(view: Mapping[str, Any], name: str, unseen: str = "") -> str:
    state = _state(view, name)
    if state is None:
        return unseen
    if option := state.get("selected_option"):
        return str(option["value"])
    return next((str(state[key]) for key in _KEYS if state.get(key) is not None), "")


def _ticked(view: Mapping[str, Any], name: str, unseen: tuple[str, ...] = ()) -> tuple[str, ...]:
    state = _state(view, name)
    if state is None:
        return unseen
    return tuple(str(option["value"]) for option in state.get("selected_options") or [])
