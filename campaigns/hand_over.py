"""What is handed over to a mail service, what comes back, and how long that may take. Immutable values."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.model import Kind
from campaigns.recurrence import Recurrence

LEASE = timedelta(seconds=120)
"""How long a claimed delivery belongs to its worker; longer than the sum of a dialogue's time-outs."""
LONGEST_HAND_OVER = timedelta(seconds=100)
"""After so long a mailer gives up; what is begun later than this before the lease ends might outlast it."""


@dataclass(frozen=True, slots=True)
class InviteFacts:
    """What an invite says, for a provider that keeps events and writes its own mails.

    ``uid`` names the attendee's calendar entry through every revision; ``sequence`` orders its letters.
    The texts are the attendee's own: merge fields filled, cleaned. Times as in ``Event``.
    """

    kind: Kind
    sequence: int
    uid: str
    summary: str
    description: str
    place: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    attendee_name: str
    organizer_name: str
    is_all_day: bool = False
    recurrence: Recurrence | None = None
    reminder_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One invite ready to hand over: as a mail, and as the facts in it.

    ``key`` is the deterministic id of (campaign, attendee, kind, SEQUENCE).
    """

    key: str
    sender: str
    recipient: str
    message_id: str
    mime: bytes
    invite: InviteFacts


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider's proof that it took an invite."""

    reference: str
