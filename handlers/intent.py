"""What a person is about to send, carried from screen to screen in ``private_metadata``."""

import json
from dataclasses import dataclass, replace

from campaigns.model import Kind, Pace


@dataclass(frozen=True, slots=True)
class Intent:
    """``stamp`` is made once for each *Check and start* shown, so that pressing Start twice is one run."""

    campaign_id: int
    kind: Kind
    pace: Pace | None = None
    channel: str | None = None
    stamp: str = ""

    def at_pace(self, pace: Pace, channel: str | None, stamp: str) -> "Intent":
        """The same intent, its pace known; ``channel`` None: still to be asked for."""
        return replace(self, pace=pace, channel=channel, stamp=stamp)

    def packed(self) -> str:
        """As text for ``private_metadata``; a few dozen characters."""
        pace = [self.pace.per_batch, self.pace.gap_minutes] if self.pace else None
        return json.dumps(
            [self.campaign_id, self.kind, pace, self.channel, self.stamp], separators=(",", ":")
        )


def unpacked(text: str) -> Intent:
    """The intent in a view's ``private_metadata``."""
    campaign_id, kind, pace, channel, stamp = json.loads(text)
    return Intent(
        int(campaign_id), Kind(kind), Pace(pace[0], pace[1]) if pace is not None else None, channel, stamp
    )


def button_value(campaign_id: int, kind: Kind) -> str:
    """The same for a button that leads to the choice between all at once and batches."""
    return Intent(campaign_id, kind).packed()
