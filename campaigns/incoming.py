"""What a mail that came in says, once it was read: see ``mail_reading.read_mail``.

Addresses are keys, as ``Attendee.key``. Nothing here is believed yet: ``mail_judge`` decides.
"""

from dataclasses import dataclass
from datetime import datetime

from campaigns.answer import Said


@dataclass(frozen=True, slots=True)
class Reply:
    """An attendee's answer. ``attendee`` is the one named in it, ``sender`` who mailed it; either may be ''.

    ``sent_by`` is the delegate who answers for the attendee, '' if it names none, and ``sender_name`` what
    the sender is called. ``is_one_occurrence``: it is about one date of a series, and says nothing of the
    others.
    """

    uid: str
    attendee: str
    sender: str
    said: Said
    sequence: int
    stamped_at: datetime | None
    is_one_occurrence: bool = False
    sent_by: str = ""
    sender_name: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """What names a letter of ours that came back: its Message-ID, or the key in its MIME boundary.

    Amazon SES gives each mail another Message-ID, and leaves the rest as it was.
    """

    message_ids: tuple[str, ...] = ()
    key: str = ""

    @property
    def is_named(self) -> bool:
        return bool(self.message_ids or self.key)


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail server sent a letter back for good.

    ``status`` is the enhanced status code (RFC 3463), '' if there is none. ``is_hard``: the address itself is
    to blame, and nothing will ever arrive there.
    """

    recipients: tuple[str, ...]
    returned: Returned
    status: str
    cause: str
    evidence: str
    is_hard: bool


@dataclass(frozen=True, slots=True)
class Complaint:
    """Somebody called a letter spam, and their mail service passes it on."""

    recipients: tuple[str, ...]
    returned: Returned


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing of ours, and why. ``is_strange``: it should have been, and cannot be used."""

    why: str
    is_strange: bool = False


Incoming = Reply | Bounce | Complaint | Nothing
