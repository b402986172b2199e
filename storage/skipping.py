"""What becomes of a queued delivery that is not to be sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import case, select

from campaigns.model import DeliveryState
from storage.tables import attendee, delivery


def skipped(cause: str, now: datetime) -> dict[str, Any]:
    """The new values of such a row of ``delivery``."""
    doubted = select(attendee.c.id).where(
        attendee.c.id == delivery.c.attendee_id, attendee.c.unsure.is_(True)
    )
    return {
        # who was to be sent to again is as unsure as before
        "state": case((doubted.exists(), DeliveryState.UNSURE.value), else_=DeliveryState.SKIPPED.value),
        "doubted": case((doubted.exists(), delivery.c.doubted)),
        "cause": cause,
        "settled_at": now,
    }
