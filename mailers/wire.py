"""HTTP to a provider: one request, one reply, and always known how far it had come.

Nothing is ever asked twice by itself. Client libraries do that: httplib2 takes a reply that does not come for
a stale connection and sends the request again, which is two mails.
"""

import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailers.deadline import CONNECT_SECONDS, STEP_SECONDS, TOTAL_SECONDS, Clock, Deadline

if TYPE_CHECKING:
    from requests import PreparedRequest, Response, Session

_SECRET = "<secret>"  # noqa: S105 - what stands in the place of one
_CONNECTIONS = 16
_IDLE_SECONDS = 30.0


class NoReply(Exception):
    """Nothing, or nothing to be understood, came back.

    ``handed_over``: the request had begun to leave this machine, so it may have had its effect.
    """

    def __init__(self, said: str, *, handed_over: bool, untrusted: bool = False) -> None:
        super().__init__(said)
        self.said = said
        self.handed_over = handed_over
        self.untrusted = untrusted

    @classmethod
    def of(cls, error: Exception, *, handed_over: bool) -> "NoReply":
        """From what requests raises. Its text holds the whole URL: only the name of the trouble is kept."""
        import requests  # noqa: PLC0415 - loads slowly

        if isinstance(error, requests.Timeout | TimeoutError):
            return cls("timed out", handed_over=handed_over)
        if _is_untrusted(error):
            return cls("certificate not trusted", handed_over=handed_over, untrusted=True)
        return cls(type(error).__name__, handed_over=handed_over)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def open_session(certificate: str = "") -> "Session":
    """A session that keeps connections and repeats nothing; threads may share it.

    ``certificate`` is trusted in the place of the machine's list, whatever the environment says.
    """
    # Only who sends through a web API needs it: it takes longer to load than all of ours.
    import requests  # noqa: PLC0415
    from requests.adapters import HTTPAdapter  # noqa: PLC0415

    session = requests.Session()
    adapter = HTTPAdapter(pool_maxsize=_CONNECTIONS, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    # A password for the host in somebody's .netrc would take the token's place.
    session.auth = _as_it_is
    if certificate:
        session.verify = certificate
        session.trust_env = False
    return session


class Wire:
    """Requests over one session; threads may share it. Raises only ``NoReply``."""

    def __init__(self, certificate: str = "", *, clock: Clock = time.monotonic) -> None:
        self._session = open_session(certificate)
        self._clock = clock
        self._used_at = clock()

    def ask(
        self,
        method: str,
        url: str,
        *,
        token: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        deadline: Deadline,
    ) -> Reply:
        """The reply, whatever its status. Redirects are replies like any other."""
        outgoing = _Outgoing(body)
        self._let_old_connections_go()
        try:
            patience = (deadline.left(CONNECT_SECONDS), deadline.left(STEP_SECONDS))
            answer = self._session.request(
                method,
                url,
                data=outgoing if body else None,
                headers={**(headers or {}), "Authorization": f"Bearer {token}"},
                timeout=patience,
                allow_redirects=False,
                stream=True,
            )
            said = _read(answer, deadline)
        except OSError as error:  # requests' errors are such
            raise NoReply.of(error, handed_over=outgoing.begun) from None
        if answer.status_code >= 400:  # what a provider says of a token may hold it, and is shown to people
            said = said.replace(token.encode(), _SECRET.encode())
        return Reply(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, said)

    def close(self) -> None:
        self._session.close()

    def _let_old_connections_go(self) -> None:
        """A way that has died in silence would swallow an invite and leave it unsure."""
        now = self._clock()
        if now - self._used_at > _IDLE_SECONDS:
            self._session.close()  # it opens new ones when asked; those under way are let finish
        self._used_at = now


class _Outgoing:
    """A body that knows whether anybody has begun to send it."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.begun = False

    def __len__(self) -> int:
        return len(self._body)

    def __iter__(self) -> Iterator[bytes]:
        self.begun = True
        yield self._body


def _read(answer: "Response", deadline: Deadline) -> bytes:
    """The body, by the deadline. Raises OSError.

    A time-out of the socket's begins anew with every byte: only hanging up ends a reply that drips.
    """
    if answer.raw.closed:  # it has none
        return answer.content
    with socket.socket(fileno=os.dup(answer.raw.fileno())) as line:
        is_over = threading.Event()

        def hang_up() -> None:
            is_over.set()
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(deadline.left(TOTAL_SECONDS), hang_up)
        timer.daemon = True
        timer.start()
        try:
            body = answer.content
        except OSError:
            if not is_over.is_set():
                raise
            body = b""
        finally:
            timer.cancel()
            timer.join()
    if is_over.is_set():  # what came may look whole, where only its end says how long it is
        answer.close()
        raise TimeoutError("timed out")
    return body


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        within = next((one for one in error.args if isinstance(one, BaseException)), None)
        error = error.__cause__ or error.__context__ or within
    return error is not None


def _as_it_is(request: "PreparedRequest") -> "PreparedRequest":
    return request
