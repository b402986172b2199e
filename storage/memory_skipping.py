"""What becomes of a queued delivery of the in-memory store that is not to be sent."""

from dataclasses import replace
from datetime import datetime

from campaigns.model import DeliveryState
from storage.memory_ledger import DeliveryRow, Ledger


def skip(ledger: Ledger, row: DeliveryRow, cause: str, now: datetime) -> None:
    """See ``storage.skipping``: who was to be sent to again is as unsure as before."""
    person = ledger.attendees.get(row.attendee_id)
    is_unsure = person is not None and person.unsure
    state = DeliveryState.UNSURE if is_unsure else DeliveryState.SKIPPED
    doubted = row.doubted if is_unsure else None
    ledger.deliveries.put(replace(row, state=state, doubted=doubted, cause=cause, settled_at=now))
