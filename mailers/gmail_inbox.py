"""Reads what came into a Gmail or Google Workspace mailbox, through the Gmail API."""

import base64
import binascii
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from campaigns.answer_port import Fetched
from campaigns.errors import Misconfigured
from campaigns.mailer_port import Tokens
from mailers.google_wire import GoogleRefused, GoogleService
from mailers.inbox_faults import odd, of_google, unread
from mailers.read_so_far import LARGEST, Listed, Read, ReadSoFar, fetch_new
from mailers.token_cell import Now, utc_now
from mailers.wire import NoReply

_ME = "me"
_PAGE = 500
_GONE = 404


class _Gone(Misconfigured):
    """What was asked for is not there."""


class GmailInbox:
    """The Inbox port over ``users.messages``, with the right to read and no other.

    All folders but those of one's own mail are read: people let rules file answers away. Gmail itself leaves
    spam and trash out.
    """

    def __init__(
        self, tokens: Tokens, *, endpoint: str = "", certificate: str = "", now: Now = utc_now
    ) -> None:
        self._service = GoogleService("gmail", "v1", tokens, endpoint=endpoint, certificate=certificate)
        self._messages = self._service.resource.users().messages()
        self._now = now

    def fetch(self, cursor: str, *, since: datetime, limit: int) -> Fetched:
        so_far = ReadSoFar.of(cursor, since)
        return fetch_new(so_far, self._listed(so_far), self._read, limit)

    def close(self) -> None:
        self._service.close()

    def _listed(self, so_far: ReadSoFar) -> Iterator[Listed]:
        """Gmail lists the newest first, and knows no other order: all of the list, from its end."""
        # A second earlier: nothing says whether the second of "after" itself counts.
        after = int(so_far.start.timestamp()) - 1
        asked: dict[str, Any] = {
            "userId": _ME,
            "q": f"after:{after} smaller:{LARGEST + 1} -in:sent -in:drafts",
            "maxResults": _PAGE,
            "fields": "messages/id,nextPageToken",
        }
        found: list[str] = []
        page = ""
        while True:
            said = self._ask(self._messages.list(**asked, **({"pageToken": page} if page else {})))
            found += [str(one["id"]) for one in said.get("messages", [])]
            page = str(said.get("nextPageToken", ""))
            if not page:
                break
        return (Listed(one) for one in reversed(found))

    def _read(self, one: Listed) -> Read | None:
        asked = self._messages.get(userId=_ME, id=one.id, format="raw", fields="id,internalDate,raw")
        try:
            said = self._ask(asked)
        except _Gone:  # deleted since it was listed
            return None
        try:
            at = datetime.fromtimestamp(int(said["internalDate"]) / 1000, UTC)
            raw = str(said["raw"])
            mime = base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
        except (KeyError, ValueError, OverflowError, binascii.Error):
            raise odd() from None
        return Read(at, mime if len(mime) <= LARGEST else None)

    def _ask(self, request: Any) -> dict[str, Any]:
        try:
            answer = self._service.ask(request)
        except GoogleRefused as refused:
            fault = of_google(refused.error, self._now)
            raise (_Gone(fault.cause) if refused.error.status == _GONE else fault) from None
        except NoReply as trouble:
            raise unread(trouble) from None
        if not isinstance(answer, dict):
            raise odd()
        return answer
