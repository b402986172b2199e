"""Requests with an account's token: refused once, it is renewed and the request made again."""

import threading
from collections.abc import Mapping

from campaigns.mailer_port import Tokens
from mailers.deadline import Deadline
from mailers.wire import NoReply, Reply, Wire


class BearerWire:
    """``Wire`` with tokens. Raises NoReply, and the faults of the tokens.

    A refused token means that the request had no effect: making it again with a new one is no repeat.
    """

    def __init__(self, tokens: Tokens, certificate: str = "", *, at_once: int | None = None) -> None:
        self._tokens = tokens
        self._wire = Wire(certificate)
        self._turns = threading.BoundedSemaphore(at_once) if at_once else None

    def ask(
        self,
        method: str,
        url: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """The reply; after a second 401 that 401. At most ``at_once`` requests are under way together."""
        deadline = Deadline()
        token = self._tokens.access()
        reply = self._in_turn(method, url, body, headers, token, deadline)
        if reply.status != 401:
            return reply
        token = self._tokens.access(renew=True)
        return self._in_turn(method, url, body, headers, token, deadline)

    def renew(self) -> None:
        """A new token, whether or not the one at hand is good. Raises the faults of the tokens."""
        self._tokens.access()
        self._tokens.access(renew=True)

    def close(self) -> None:
        self._wire.close()

    def _in_turn(
        self,
        method: str,
        url: str,
        body: bytes,
        headers: Mapping[str, str] | None,
        token: str,
        deadline: Deadline,
    ) -> Reply:
        if self._turns is None:
            return self._wire.ask(method, url, token=token, body=body, headers=headers, deadline=deadline)
        try:
            taken = self._turns.acquire(timeout=deadline.left())
        except TimeoutError:
            taken = False
        if not taken:
            raise NoReply("timed out", handed_over=False)
        try:
            return self._wire.ask(method, url, token=token, body=body, headers=headers, deadline=deadline)
        finally:
            self._turns.release()
