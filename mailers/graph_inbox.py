"""Reads what came into the inbox of a Microsoft 365 mailbox, through Microsoft Graph."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from campaigns.answer_port import Fetched
from campaigns.mailer_port import Tokens
from mailers.bearer import BearerWire
from mailers.graph_faults import read_error
from mailers.inbox_faults import odd, of_graph, unread
from mailers.microsoft365 import AT_ONCE, ENDPOINT
from mailers.read_so_far import LARGEST, Listed, Read, ReadSoFar, fetch_new
from mailers.token_cell import Now, utc_now
from mailers.wire import NoReply, Reply

_PAGE = 50
_GOOD, _GONE = 200, 404
# Outlook gives a mail another id when it is filed elsewhere, unless it is asked for lasting ones.
_LASTING_IDS = {"Prefer": 'IdType="ImmutableId"'}
_SIZE = "Integer 0x0E08"
"""MAPI's PidTagMessageSize: Graph's own properties do not tell a mail's size."""


class GraphInbox:
    """The Inbox port over ``messages``, with the right to read and no other."""

    def __init__(
        self, tokens: Tokens, *, endpoint: str = ENDPOINT, certificate: str = "", now: Now = utc_now
    ) -> None:
        self._wire = BearerWire(tokens, certificate, at_once=AT_ONCE)
        self._base = endpoint.rstrip("/")
        self._now = now

    def fetch(self, cursor: str, *, since: datetime, limit: int) -> Fetched:
        so_far = ReadSoFar.of(cursor, since)
        return fetch_new(so_far, self._listed(so_far), self._read, limit)

    def close(self) -> None:
        self._wire.close()

    def _listed(self, so_far: ReadSoFar) -> Iterator[Listed]:
        start = so_far.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        asked = {
            "$filter": f"receivedDateTime ge {start}",
            "$orderby": "receivedDateTime asc",
            "$top": str(_PAGE),
            "$select": "id,receivedDateTime",
            "$expand": f"singleValueExtendedProperties($filter=id eq '{_SIZE}')",
        }
        url = f"{self._base}/me/mailFolders/inbox/messages?{urlencode(asked, quote_via=quote)}"
        while url:
            reply = self._ask(url)
            if reply.status != _GOOD:
                raise of_graph(reply, *read_error(reply.body), self._now)
            page = _page_of(reply)
            yield from map(_listed, page.get("value", []))
            url = self._next(page)

    def _next(self, page: Mapping[str, Any]) -> str:
        """The token goes nowhere else than to Graph, whatever an answer says."""
        url = str(page.get("@odata.nextLink", ""))
        if url and not url.startswith(f"{self._base}/"):
            raise odd()
        return url

    def _read(self, one: Listed) -> Read | None:
        if one.at is None:
            raise odd()
        if one.size > LARGEST:
            return Read(one.at, None)
        reply = self._ask(f"{self._base}/me/messages/{quote(one.id, safe='')}/$value")
        if reply.status == _GONE:
            return None
        if reply.status != _GOOD:
            raise of_graph(reply, *read_error(reply.body), self._now)
        return Read(one.at, reply.body if len(reply.body) <= LARGEST else None)

    def _ask(self, url: str) -> Reply:
        try:
            return self._wire.ask("GET", url, headers=_LASTING_IDS)
        except NoReply as trouble:
            raise unread(trouble) from None


def _page_of(reply: Reply) -> Mapping[str, Any]:
    try:
        said = json.loads(reply.body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise odd()
    return said


def _listed(said: Mapping[str, Any]) -> Listed:
    try:
        at = datetime.fromisoformat(str(said["receivedDateTime"]))
        sizes = [int(one["value"]) for one in said.get("singleValueExtendedProperties", [])]
        return Listed(str(said["id"]), at, max(sizes, default=0))
    except (KeyError, ValueError, TypeError):
        raise odd() from None
