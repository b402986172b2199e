"""google-api-python-client over our own wire.

The client's own transport is httplib2, which sends a request again when the reply does not come, and belongs
to one thread; see ``wire``.
"""

from collections.abc import Mapping
from typing import Any

from campaigns.mailer_port import Tokens
from mailers.bearer import BearerWire
from mailers.google_faults import GoogleError, read_error

_GOOD = range(200, 300)


class GoogleRefused(Exception):
    """Google answered no."""

    def __init__(self, error: GoogleError) -> None:
        super().__init__(error.status, error.reasons)
        self.error = error


class GoogleService:
    """One of Google's services; ``resource`` is what the client library makes of its description.

    The description comes with the library (``static_discovery``): nothing is fetched to build it.
    """

    def __init__(
        self, name: str, version: str, tokens: Tokens, *, endpoint: str = "", certificate: str = ""
    ) -> None:
        from googleapiclient.discovery import build  # noqa: PLC0415 - loads slowly

        self._wire = BearerWire(tokens, certificate)
        self.resource: Any = build(
            name,
            version,
            http=_Http(self._wire),
            static_discovery=True,
            cache_discovery=False,
            client_options={"api_endpoint": endpoint} if endpoint else None,
        )

    def ask(self, request: Any) -> Any:
        """The answer to a request of ``resource``. Raises GoogleRefused, NoReply and the tokens' faults.

        A page in the place of an answer comes back as text.
        """
        return request.execute(num_retries=0)

    def renew(self) -> None:
        self._wire.renew()

    def close(self) -> None:
        self._wire.close()


class _Http:
    """What the client library takes for an ``httplib2.Http``. Threads may share it."""

    def __init__(self, wire: BearerWire) -> None:
        self._wire = wire

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> tuple[Any, bytes]:
        import httplib2  # noqa: PLC0415 - comes with the client library

        octets = body.encode() if isinstance(body, str) else body or b""
        sent = {name: str(value) for name, value in (headers or {}).items()}
        reply = self._wire.ask(method, uri, octets, sent)
        if reply.status not in _GOOD:
            # Not left to the library: its error holds the whole answer.
            raise GoogleRefused(read_error(reply.status, reply.body, reply.headers.get("retry-after", "")))
        return httplib2.Response({**reply.headers, "status": str(reply.status)}), reply.body

    def close(self) -> None:
        self._wire.close()
