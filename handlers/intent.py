"""What a person is about to send, carried from screen to screen in ``private_metadata``."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from campaigns.model import Kind
from campaigns.timing import AT_ONCE, Pace, SendingHours, Timing

_DAY_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Intent:
    """``stamp`` is made once for each *Check and start* shown, so that pressing Start twice is one run.

    ``filled`` counts how often the bot has written ``pace`` into the two numbers of the form. ``zone`` is the
    event's, in which the sending hours start out.
    """

    campaign_id: int
    kind: Kind
    pace: Pace | None = None
    channel: str | None = None
    stamp: str = ""
    timing: Timing = AT_ONCE
    past_start_ok: bool = False
    filled: int = 0
    zone: str = ""

    def at_pace(
        self,
        pace: Pace,
        channel: str | None,
        stamp: str,
        *,
        timing: Timing = AT_ONCE,
        past_start_ok: bool = False,
    ) -> "Intent":
        """The same intent, its pace known; ``channel`` None: still to be asked for."""
        return Intent(self.campaign_id, self.kind, pace, channel, stamp, timing, past_start_ok)

    def filled_with(self, pace: Pace) -> "Intent":
        """The same intent, the two numbers of its form being written by the bot once more."""
        return replace(self, pace=pace, filled=self.filled + 1)

    def packed(self) -> str:
        """As text for ``private_metadata``: a few dozen characters, six more for each day without sending."""
        pace = [self.pace.per_batch, self.pace.gap_minutes] if self.pace else None
        parts = [
            self.campaign_id,
            self.kind,
            pace,
            self.channel,
            self.stamp,
            _packed_timing(self.timing),
            int(self.past_start_ok),
            self.filled,
            self.zone,
        ]
        return json.dumps(parts, separators=(",", ":"))


def unpacked(text: str) -> Intent:
    """The intent in a view's ``private_metadata``, or in the value of a button."""
    campaign_id, kind, pace, channel, stamp, timing, past_start_ok, filled, zone = json.loads(text)
    return Intent(
        int(campaign_id),
        Kind(kind),
        Pace(pace[0], pace[1]) if pace is not None else None,
        channel,
        stamp,
        _timing(timing),
        bool(past_start_ok),
        filled,
        zone,
    )


def button_value(campaign_id: int, kind: Kind) -> str:
    """The same for a button that leads to the choice between all at once and batches."""
    return Intent(campaign_id, kind).packed()


def _packed_timing(timing: Timing) -> list[Any] | None:
    if timing == AT_ONCE:
        return None
    starts_at = timing.starts_at.timestamp() if timing.starts_at else None
    hours = timing.hours
    if hours is None:
        return [starts_at, None]
    closed_on = "".join(f"{day.toordinal():0{_DAY_LENGTH}x}" for day in hours.closed_on)
    return [
        starts_at,
        [hours.opens.isoformat(), hours.closes.isoformat(), list(hours.days), hours.zone, closed_on],
    ]


def _timing(packed: list[Any] | None) -> Timing:
    if packed is None:
        return AT_ONCE
    starts_at = datetime.fromtimestamp(packed[0], UTC) if packed[0] is not None else None
    if packed[1] is None:
        return Timing(starts_at)
    opens, closes, days, zone, closed = packed[1]
    closed_on = tuple(
        date.fromordinal(int(closed[at : at + _DAY_LENGTH], 16)) for at in range(0, len(closed), _DAY_LENGTH)
    )
    hours = SendingHours(time.fromisoformat(opens), time.fromisoformat(closes), tuple(days), zone, closed_on)
    return Timing(starts_at, hours)
