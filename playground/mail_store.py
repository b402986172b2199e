"""The messages a mail server has taken, byte for byte."""

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import TypeVar

Seen = TypeVar("Seen")
UNSAFE = re.compile(r"[^A-Za-z0-9._+-]+")


@dataclass(frozen=True)
class StoredMail:
    """One message as it came over the wire, dots unstuffed, line ends kept."""

    number: int
    sender: str
    recipients: tuple[str, ...]
    received_at: datetime
    monotonic: float
    login: str | None = None
    is_encrypted: bool = False
    _content: bytes | None = field(default=None, repr=False)
    _path: Path | None = field(default=None, repr=False)

    @property
    def content(self) -> bytes:
        if self._content is not None:
            return self._content
        return self._path.read_bytes() if self._path else b""

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        parsed = message_from_bytes(self.content, policy=default)
        assert isinstance(parsed, EmailMessage)  # noqa: S101 - the default policy makes no other
        return parsed

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def calendar(self) -> bytes | None:
        """The iCalendar part, as bytes, if the message carries one."""
        for part in self.message.walk():
            if part.get_content_type() in {"text/calendar", "application/ics"}:
                payload = part.get_payload(decode=True)
                return payload if isinstance(payload, bytes) else None
        return None

    @property
    def file_name(self) -> str:
        first = self.recipients[0] if self.recipients else "nobody"
        return f"{self.number:04d}-{UNSAFE.sub('_', first.replace('@', '.at.'))[:120]}.eml"


class MailStore:
    """Keeps mail in memory, or with `spool` on disk with only an index in memory."""

    def __init__(self, spool: Path | None = None) -> None:
        self.condition = threading.Condition()
        self._spool = spool
        self._mails: list[StoredMail] = []
        self._by_recipient: dict[str, list[StoredMail]] = {}
        self.emptied = 0
        """How often it was; who has counted its mails begins anew."""
        if spool:
            spool.mkdir(parents=True, exist_ok=True)

    def keep(
        self,
        sender: str,
        recipients: list[str],
        content: bytes,
        login: str | None,
        *,
        is_encrypted: bool,
        at: datetime | None = None,
    ) -> StoredMail:
        """``at`` is when it came, if not now."""
        with self.condition:
            mail = StoredMail(
                number=len(self._mails) + 1,
                sender=sender,
                recipients=tuple(recipients),
                received_at=at or datetime.now(UTC),
                monotonic=time.monotonic(),
                login=login,
                is_encrypted=is_encrypted,
                _content=None if self._spool else content,
                _path=self._spool / f"{len(self._mails) + 1:07d}.eml" if self._spool else None,
            )
            if self._spool:
                self._write(mail, content)
            self._mails.append(mail)
            for address in mail.recipients:
                self._by_recipient.setdefault(address.casefold(), []).append(mail)
            self.condition.notify_all()
            return mail

    def _write(self, mail: StoredMail, content: bytes) -> None:
        if mail._path is None or self._spool is None:  # noqa: SLF001 - the two belong together
            return
        mail._path.write_bytes(content)  # noqa: SLF001
        entry = {
            "number": mail.number,
            "from": mail.sender,
            "to": mail.recipients,
            "received_at": mail.received_at.isoformat(),
        }
        with (self._spool / "index.jsonl").open("a", encoding="utf-8") as index:
            index.write(json.dumps(entry, ensure_ascii=False) + "\n")

    @property
    def messages(self) -> list[StoredMail]:
        with self.condition:
            return list(self._mails)

    def __len__(self) -> int:
        return len(self._mails)

    def by_recipient(self, address: str) -> list[StoredMail]:
        with self.condition:
            return list(self._by_recipient.get(address.casefold(), []))

    def forget(self) -> None:
        with self.condition:
            self._mails.clear()
            self._by_recipient.clear()
            self.emptied += 1
            self.condition.notify_all()

    def wait_for(self, predicate: Callable[[], Seen | None], timeout: float) -> Seen:
        with self.condition:
            seen = self.condition.wait_for(predicate, timeout)
        if not seen:
            raise TimeoutError(f"no such mail in {timeout} s; {len(self._mails)} came")
        return seen
