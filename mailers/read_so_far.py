"""How far a mailbox was read whose mails have ids and times: nothing left out, and little read twice.

Mails do not appear in the order of their times: one may be filed seconds late, behind a newer one that was
read already. So each look begins a little before the newest, and knows by their ids which it has had.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from campaigns.answer_port import Fetched
from campaigns.errors import FAULTS

LARGEST = 1024 * 1024
"""Octets. What is larger is no answer and no bounce."""
MOST_OCTETS = 8 * LARGEST
"""In one page, whatever the number of mails."""

OVERLAP = timedelta(minutes=5)
_MARGIN = timedelta(seconds=2)
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail as a list names it. ``at`` and ``size``, where the list tells them."""

    id: str
    at: datetime | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Read:
    """``mime`` is None for a mail that is too large."""

    at: datetime
    mime: bytes | None


@dataclass(frozen=True, slots=True)
class ReadSoFar:
    """The next look begins at ``start``; ``seen`` are digests of ids there, with their times."""

    start: datetime
    seen: Mapping[str, datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: str, since: datetime) -> Self:
        """From the cursor; with '', or one that is not ours, from ``since``."""
        start, bar, rest = cursor.partition("|")
        if not bar:
            return cls(since)
        try:
            pairs = [one.split("@") for one in rest.split(",") if one]
            return cls(_moment(start), {name: _moment(at) for name, at in pairs})
        except (ValueError, OverflowError):
            return cls(since)

    @property
    def cursor(self) -> str:
        seen = ",".join(f"{name}@{_seconds(at)}" for name, at in self.seen.items())
        return f"{_seconds(self.start)}|{seen}"

    def has(self, mail_id: str) -> bool:
        return _digest(mail_id) in self.seen

    def after(self, read: Mapping[str, datetime]) -> "ReadSoFar":
        """With those ``read``, by id and time."""
        start = max((self.start, *(at - OVERLAP for at in read.values())))
        seen = {**self.seen, **{_digest(mail_id): at for mail_id, at in read.items()}}
        return ReadSoFar(start, {name: at for name, at in seen.items() if at >= start - _MARGIN})


def fetch_new(
    so_far: ReadSoFar, listed: Iterable[Listed], read: Callable[[Listed], Read | None], limit: int
) -> Fetched:
    """The next of ``listed``, which is oldest first. ``read`` gives None for a mail that is gone.

    What was read before trouble came is handed on; the trouble comes again with the next look.
    """
    known: dict[str, datetime] = {}
    mails: list[bytes] = []
    is_more = False
    try:
        for one in listed:
            if so_far.has(one.id) or one.id in known:
                continue
            if len(known) >= limit or sum(map(len, mails)) >= MOST_OCTETS:
                is_more = True
                break
            got = read(one)
            if got is None:
                continue
            known[one.id] = got.at
            if got.mime is not None:
                mails.append(got.mime)
    except FAULTS:
        if not known:
            raise
        is_more = True
    return Fetched(so_far.after(known).cursor, tuple(mails), is_more=is_more)


def _digest(mail_id: str) -> str:
    return hashlib.sha256(mail_id.encode()).hexdigest()[:_DIGITS]


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _moment(text: str) -> datetime:
    return datetime.fromtimestamp(int(text), UTC)
