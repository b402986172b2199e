"""The organizer's INBOX: the mails that came for one address, by number and by UID."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from playground.imap_words import MONTHS, numbers
from playground.mail_store import StoredMail
from playground.mailbox import Mailbox


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail of the folder: its number in it, and the UID that it keeps."""

    number: int
    uid: int
    mail: StoredMail


class ImapFolder:
    """Mail to others in the same store is not in it. Emptied, it begins anew with another UIDVALIDITY."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._lock = threading.Lock()
        self._emptied = mailbox.store.emptied
        self._taken = 0
        self._begin_anew()
        self._validity = 1_700_000_000

    def _begin_anew(self) -> None:
        self._mails: dict[int, StoredMail] = {}
        self._seen: set[int] = set()
        self._next_uid = 1

    @property
    def address(self) -> str:
        return self._mailbox.own_address or self._mailbox.username or ""

    def mails(self) -> list[Kept]:
        """Oldest first."""
        with self._lock:
            self._take_new()
            return [Kept(number, uid, mail) for number, (uid, mail) in enumerate(self._mails.items(), 1)]

    def _take_new(self) -> None:
        if self._emptied != self._mailbox.store.emptied:
            self._emptied, self._taken = self._mailbox.store.emptied, 0
            self._begin_anew()
            self._validity += 1
        came = self._mailbox.by_recipient(self.address)
        for mail in came[self._taken :]:
            self._mails[self._next_uid] = mail
            self._next_uid += 1
        self._taken = len(came)

    @property
    def validity(self) -> int:
        """UIDs are good for as long as this stays the same."""
        self.mails()
        return self._validity

    @property
    def next_uid(self) -> int:
        self.mails()
        return self._next_uid

    @property
    def seen(self) -> frozenset[int]:
        """The UIDs of what was marked as read."""
        return frozenset(self._seen)

    def mark_seen(self, uid: int) -> None:
        self._seen.add(uid)

    # What can befall it

    def put(self, content: bytes, at: datetime | None = None) -> None:
        """A mail that came to the owner, then."""
        self._mailbox.deliver("", [self.address], content, at=at)

    def expunge(self, uid: int) -> None:
        """The owner deletes a mail with some other program."""
        self.mails()
        with self._lock:
            del self._mails[uid]

    def renumber(self) -> None:
        """UIDs that were noted mean nothing any more: the first mail has 1 again (RFC 3501, 2.3.1.1)."""
        self.mails()
        with self._lock:
            left = list(self._mails.values())
            self._begin_anew()
            self._mails = dict(enumerate(left, 1))
            self._next_uid = len(left) + 1
            self._validity += 1


def chosen(kept: Sequence[Kept], said: str, *, by_uid: bool) -> list[Kept]:
    """The mails that a set of numbers or UIDs names. Raises BadCommand."""
    names = numbers(said, [one.uid if by_uid else one.number for one in kept])
    return [one for one in kept if (one.uid if by_uid else one.number) in names]


def date_time(moment: datetime) -> str:
    """As INTERNALDATE is written: the day in two places, the first of them may be a space."""
    moment = moment.astimezone(UTC)
    return f"{moment.day:2d}-{MONTHS[moment.month - 1]}-{moment:%Y %H:%M:%S} +0000"
