"""Reads what came into a mailbox over IMAP, and leaves it as it was."""

import ssl
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from campaigns.answer_port import Fetched
from campaigns.errors import FAULTS, NoAccess
from mailers.deadline import TOTAL_SECONDS
from mailers.imap_account import ImapAccount
from mailers.read_so_far import LARGEST, MOST_OCTETS

if TYPE_CHECKING:
    from mailers.imap_line import ImapLine

_AT_ONCE = 4 * LARGEST
"""Octets in one answer."""
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Place:
    """Read up to ``uid``, in numbers that are good while UIDVALIDITY is ``validity``."""

    validity: int
    uid: int

    @classmethod
    def of(cls, cursor: str) -> Self | None:
        validity, _, uid = cursor.partition(":")
        return cls(int(validity), int(uid)) if validity.isdecimal() and uid.isdecimal() else None

    @property
    def cursor(self) -> str:
        return f"{self.validity}:{self.uid}"


class ImapInbox:
    """The Inbox port. A conversation stays open while there is more to fetch; one thread at a time.

    ``seconds`` is how long one fetch may take.
    """

    def __init__(
        self,
        account: ImapAccount,
        *,
        tls: ssl.SSLContext | None = None,
        seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._account = account
        self._tls = tls
        self._seconds = seconds
        self._line: ImapLine | None = None
        self._turn = threading.Lock()

    def fetch(self, cursor: str, *, since: datetime, limit: int) -> Fetched:
        with self._turn:
            is_kept = self._line is not None
            try:
                fetched = self._fetch(cursor, since, limit)
            except FAULTS:
                if not is_kept:
                    raise
                # The line that was kept may have died of idleness: once more on a new one.
                fetched = self._fetch(cursor, since, limit)
            if not fetched.is_more:
                self._take_leave()
            return fetched

    def close(self) -> None:
        with self._turn:
            self._take_leave()

    def _fetch(self, cursor: str, since: datetime, limit: int) -> Fetched:
        try:
            return self._looked(cursor, since, limit)
        except FAULTS:
            line, self._line = self._line, None
            if line is not None:
                line.drop()
            raise

    def _looked(self, cursor: str, since: datetime, limit: int) -> Fetched:
        if self._line is not None:
            self._line.go_on()
        line = self._line = self._line or self._opened()
        place = _Place.of(cursor)
        if place is None or place.validity != line.validity:
            # SINCE knows days only, and those of the server's own clock.
            uids = line.uids_since(since.astimezone(UTC).date() - _A_DAY)
            place = _Place(line.validity, 0)
        else:
            uids = line.uids_after(place.uid)
        page = uids[:limit]
        mails, last = _read(line, page) if page else ((), 0)
        is_more = bool(page) and last < uids[-1]
        # All are read: whatever comes from now on has a number of its own, also after an empty look.
        end = last if is_more else max(last, place.uid, line.next_uid - 1)
        is_known = bool(end or line.next_uid)
        return Fetched(_Place(line.validity, end).cursor if is_known else "", mails, is_more=is_more)

    def _opened(self) -> "ImapLine":
        from mailers.imap_line import ImapLine  # noqa: PLC0415 - loads slowly

        tokens = self._account.tokens
        if tokens is None:
            return ImapLine(self._account, self._context, seconds=self._seconds)
        token = tokens.access()
        try:
            return ImapLine(self._account, self._context, token=token, seconds=self._seconds)
        except NoAccess:
            # Only the server's own no: once more with a new token.
            token = tokens.access(renew=True)
        return ImapLine(self._account, self._context, token=token, seconds=self._seconds)

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls

    def _take_leave(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()


def _read(line: "ImapLine", uids: Sequence[int]) -> tuple[tuple[bytes, ...], int]:
    """The mails of ``uids`` that are small enough, and the last one that is settled.

    What was read before trouble came is handed on; the trouble comes again with the next look.
    """
    sizes = line.sizes(uids)
    mails: list[bytes] = []
    last = 0
    for group in _groups(uids, sizes):
        if sum(map(len, mails)) >= MOST_OCTETS:
            break
        try:
            found = line.mails([uid for uid in group if 0 < sizes.get(uid, 0) <= LARGEST])
        except FAULTS:
            if not last:
                raise
            break
        mails += [found[uid] for uid in group if uid in found and len(found[uid]) <= LARGEST]
        last = group[-1]
    return tuple(mails), last


def _groups(uids: Sequence[int], sizes: dict[int, int]) -> Iterator[list[int]]:
    """What is fetched with one question."""
    group: list[int] = []
    octets = 0
    for uid in uids:
        size = sizes.get(uid, 0)
        wanted = size if size <= LARGEST else 0
        if group and octets + wanted > _AT_ONCE:
            yield group
            group, octets = [], 0
        group.append(uid)
        octets += wanted
    if group:
        yield group
