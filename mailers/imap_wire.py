"""IMAPClient over a wire of ours: bounded in time and octets as a whole, and silent in the logs.

imaplib's time-outs begin anew with every octet, it waits for as many octets as a server announces, and at
DEBUG the client would log passwords in base64 and people's mail.
"""

import imaplib
import socket
import ssl
import threading
from contextlib import suppress
from typing import Self

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError

from mailers.deadline import CONNECT_SECONDS, STEP_SECONDS, Deadline
from mailers.mail_host import addresses_of

_MOST_OCTETS = 64 * 1024 * 1024
"""Of one conversation: a server that sends without an end is left."""


class BoundedClient(IMAPClient):  # type: ignore[misc]  # untyped
    """``context`` for TLS from the first octet, None to begin in clear. Every step needs ``patience``.

    ``is_typed``: a person typed ``host``. Raises Misconfigured if it leads to the bot's own machine.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        context: ssl.SSLContext | None,
        patience: "Patience",
        is_typed: bool = False,
    ) -> None:
        self._patience = patience
        self._is_typed = is_typed
        timeout = SocketTimeout(connect=CONNECT_SECONDS, read=STEP_SECONDS)
        super().__init__(host, port, ssl=context is not None, ssl_context=context, timeout=timeout)
        self._imap.debug = 0

    def _create_IMAP4(self) -> "_Wire":  # noqa: N802 - the library's name
        return _Wire(self.host, self.port, self.ssl_context, self._patience, is_typed=self._is_typed)


class Patience:
    """Within it a server may talk; when all of its seconds since ``renew`` are over, the wire is cut."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._wire: _Wire | None = None
        self._timer: threading.Timer | None = None
        self.renew()

    def renew(self) -> None:
        self._deadline = Deadline(self._seconds)

    def watch(self, wire: "_Wire") -> None:
        self._wire = wire

    def __enter__(self) -> Self:
        self._timer = threading.Timer(self._deadline.left(self._seconds), self._cut)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _cut(self) -> None:
        if self._wire is not None:
            with suppress(OSError):
                # Not closed, which would wait for the thread that reads; and below TLS, whose state is that
                # thread's.
                socket.socket.shutdown(self._wire.sock, socket.SHUT_RDWR)


class _Wire(imaplib.IMAP4):
    def __init__(
        self, host: str, port: int, context: ssl.SSLContext | None, patience: Patience, *, is_typed: bool
    ) -> None:
        self._is_typed = is_typed
        self._context = context
        self._patience = patience
        self._left = _MOST_OCTETS
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        self.sock = self._connected(timeout or CONNECT_SECONDS)
        self._patience.watch(self)
        if self._context is not None:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)
        return self.sock

    def _connected(self, timeout: float) -> socket.socket:
        trouble: OSError = ConnectionError("no address")
        for number in addresses_of(self.host, self.port, is_typed=self._is_typed):
            try:
                return socket.create_connection((number, self.port), timeout=timeout)
            except OSError as error:
                trouble = error
        raise trouble

    def read(self, size: int) -> bytes:
        self._count(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._count(len(line))
        return line

    def _count(self, octets: int) -> None:
        self._left -= octets
        if self._left < 0:
            raise IMAPClientAbortError("more than a mailbox should send")
