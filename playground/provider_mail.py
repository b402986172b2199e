"""The mailboxes of a provider's accounts: what came to their addresses, and what they sent."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from playground.mail_store import MailStore, StoredMail

CAME = ("INBOX", "UNREAD")
SENT = ("SENT",)


@dataclass(frozen=True, slots=True)
class KeptMail:
    """One mail as its account has it; ``labels`` as Gmail names them."""

    id: str
    content: bytes
    at: datetime
    labels: tuple[str, ...]


class AccountMail:
    """Mail to an account is what has come to its address in ``store``, by whichever way."""

    def __init__(self, store: MailStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._lock = threading.Lock()
        self._sent: dict[str, list[KeptMail]] = {}
        self._labels: dict[str, tuple[str, ...]] = {}
        self._deleted: set[str] = set()

    def of(self, account: str) -> list[KeptMail]:
        """All of it, oldest first."""
        came = [self._kept(account, mail) for mail in self._store.by_recipient(account)]
        with self._lock:
            everything = [*came, *self._sent.get(account.casefold(), ())]
            left = [mail for mail in everything if mail.id not in self._deleted]
        return sorted(left, key=lambda mail: (mail.at, mail.id))

    def find(self, account: str, mail_id: str) -> KeptMail | None:
        return next((mail for mail in self.of(account) if mail.id == mail_id), None)

    def keep_sent(self, account: str, content: bytes) -> str:
        """Its id."""
        with self._lock:
            sent = self._sent.setdefault(account.casefold(), [])
            mail = KeptMail(_id("sent", account.casefold(), len(sent)), content, self._now(), SENT)
            sent.append(mail)
            return mail.id

    def put(
        self,
        account: str,
        content: bytes,
        at: datetime | None = None,
        labels: tuple[str, ...] = CAME,
        sender: str = "",
    ) -> str:
        """A mail that comes to the account, then; its id."""
        mail = self._store.keep(sender, [account], content, None, is_encrypted=True, at=at or self._now())
        made = self._kept(account, mail).id
        with self._lock:
            self._labels[made] = labels
        return made

    def delete(self, mail_id: str) -> None:
        """By the account's owner, with some other program."""
        with self._lock:
            self._deleted.add(mail_id)

    def _kept(self, account: str, mail: StoredMail) -> KeptMail:
        made = _id("came", account.casefold(), self._store.emptied, mail.number)
        return KeptMail(made, mail.content, mail.received_at, self._labels.get(made, CAME))


def _id(*parts: object) -> str:
    """Sixteen digits, as Gmail's ids: always the same for the same mail."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
