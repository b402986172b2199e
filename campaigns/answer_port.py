"""The store's part in what comes back (answers, bounces, how far each mailbox was read), and the mailboxes.

See ``campaigns.store_port`` for the whole, and for the order in which a transaction locks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from campaigns.account import Account
from campaigns.answer import Answer, AnswerCounts
from campaigns.model import Attendee, DeliveryState, Kind


@dataclass(frozen=True, slots=True)
class Holder:
    """An attendee who was written to. ``uid`` is '' if it was never noted: by a process that was killed."""

    campaign_id: int
    attendee: Attendee
    uid: str
    held_sequence: int


@dataclass(frozen=True, slots=True)
class Posted:
    """One letter that went, or may have gone, to an attendee: enough to know its Message-ID again."""

    delivery_id: int
    run_id: int
    campaign_id: int
    attendee: Attendee
    deed: Kind
    sequence: int
    state: DeliveryState


@dataclass(frozen=True, slots=True)
class PersonLine:
    """What the bot knows of one attendee, for the list that people download.

    ``revision`` is the event's version in this person's calendar; None: nothing. ``state`` and ``cause`` are
    of the latest delivery, None if there was none. ``is_listed``: False for who was taken off the list and
    holds something, or may.
    """

    attendee: Attendee
    revision: int | None
    is_cancelled: bool
    is_unsure: bool
    answer: Answer | None
    state: DeliveryState | None
    cause: str
    is_listed: bool = True


class Answers(Protocol):
    """What attendees answered, and what their mail servers sent back."""

    def holders(self, account_id: int, *, uid: str = "", key: str = "") -> list[Holder]:
        """Of the account's campaigns: whose entry has ``uid`` (as ``identity.uid``), or who has ``key``."""
        ...

    def listed(self, campaign_id: int, keys: Sequence[str]) -> set[str]:
        """Those of these keys who are, or were, on the campaign's list."""
        ...

    def record(self, attendee_id: int, answer: Answer, *, is_shown: bool = False) -> bool:
        """Keep it; False if the same or a later one is kept, or a later letter has asked anew.

        It has if it is at another time, or after a cancellation. ``is_shown``: a calendar shows it, stamped
        with whatever changed there last; the word that is kept is no news then, and its time stays.
        """
        ...

    def counts(self, campaign_ids: Sequence[int]) -> dict[int, AnswerCounts]: ...

    def posted_to(self, account_id: int, key: str) -> list[Posted]:
        """Letters of the account's campaigns to the person with this key, latest first.

        Those that are on the wire, sent, unsure or bounced, and unsure ones that were sent again.
        """
        ...

    def bounce(self, delivery_id: int, *, cause: str, evidence: str, now: datetime) -> bool:
        """Sent or unsure becomes bounced; False if it was not.

        The person holds the newest letter that was taken and has not come back; a newer one stays in doubt.
        """
        ...

    def people(self, campaign_id: int) -> Iterator[PersonLine]:
        """Everybody on the list, by its order, then who was taken off it and holds something."""
        ...


@dataclass(frozen=True, slots=True)
class Mailbox:
    """How far an account's incoming mail was read. ``cursor`` is the reader's own; '' before the first look.

    ``trouble`` says why it cannot be read, '' if it can. The counts are since it was first read: ``replies``
    and ``bounces`` that were taken, ``strange`` ones that look like ours and are not (forged, forwarded, of
    an old list).
    """

    account_id: int
    cursor: str = ""
    looked_at: datetime | None = None
    trouble: str = ""
    replies: int = 0
    bounces: int = 0
    strange: int = 0


class Mailboxes(Protocol):
    def get(self, account_id: int) -> Mailbox:
        """A new one if it was never read."""
        ...

    def keep(self, mailbox: Mailbox) -> None: ...


@dataclass(frozen=True, slots=True)
class CalendarAnswer:
    """A provider's own word on the entry ``uid``, where it keeps answers. ``answer`` None: taken back."""

    uid: str
    address: str
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came in since the cursor: whole mails, or a calendar's answers. ``is_more``: look again."""

    cursor: str
    mails: tuple[bytes, ...] = ()
    answers: tuple[CalendarAnswer, ...] = ()
    is_more: bool = False


class Inbox(Protocol):
    """An account's incoming mail (or calendar), read and never changed: nothing is moved or marked."""

    def fetch(self, cursor: str, *, since: datetime, limit: int) -> Fetched:
        """At most about ``limit`` mails after ``cursor``, oldest first; with '' those since ``since``.

        What was fetched may be fetched again; nothing is left out. Mails larger than 1 MiB are.
        Raises NoAccess, Misconfigured or Busy.
        """
        ...

    def close(self) -> None: ...


class Inboxes(Protocol):
    def for_account(self, account: Account) -> Inbox | None:
        """None if the account's mail cannot be read: no permission was given for it, or no server named."""
        ...
