"""One connection, in lines and literals."""

import contextlib
import re
import socket
import ssl
import time

_LITERAL = re.compile(rb"\{(\d{1,9})(\+?)\}\Z")
_LONGEST_LINE = 65_536
_LONGEST_LITERAL = 1_048_576


class HungUp(Exception):
    """The other end has gone."""


class Garbled(Exception):
    """What came cannot be a line of the protocol; the text says why."""


class Wire:
    def __init__(self, line: socket.socket) -> None:
        self.socket = line
        self._came = b""

    @property
    def is_encrypted(self) -> bool:
        return isinstance(self.socket, ssl.SSLSocket)

    def start_tls(self, context: ssl.SSLContext) -> None:
        """What came in clear before it is thrown away: it may be anybody's (CVE-2011-0411)."""
        self._came = b""
        try:
            # First put in its place, so that a stop can end the handshake too.
            encrypted = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
            self.socket = encrypted
            encrypted.do_handshake()
        except OSError as error:
            raise HungUp from error

    def say(self, words: bytes) -> None:
        try:
            self.socket.settimeout(None)
            self.socket.sendall(words)
        except OSError as error:
            raise HungUp from error

    def hang_up(self) -> None:
        """Without a word; wakes who waits for the connection."""
        with contextlib.suppress(OSError):
            # Not by the TLS socket's own way, which takes it away from the thread that reads.
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)

    def close(self) -> None:
        self.socket.close()

    def command(self) -> list[bytes]:
        """One command as text and literals by turns; each literal is asked for. Raises Garbled, HungUp."""
        pieces: list[bytes] = []
        while True:
            line = self.line()
            found = _LITERAL.search(line)
            if not found:
                return [*pieces, line]
            size = int(found[1])
            if found[2] or size > _LONGEST_LITERAL:
                raise Garbled("Literals are short, and sent when they are asked for")
            self.say(b"+ Go ahead\r\n")
            pieces += [line[: found.start()], self._exactly(size)]

    def line(self) -> bytes:
        """One line, without its end. Raises Garbled or HungUp."""
        found = self.line_within(None)
        if found is None:
            raise HungUp
        return found

    def line_within(self, seconds: float | None) -> bytes | None:
        """One line; None if it has not come in so many seconds."""
        until = None if seconds is None else time.monotonic() + seconds
        while b"\n" not in self._came:
            if not self._more(until):
                return None
            if len(self._came) > _LONGEST_LINE:
                raise Garbled("A line is too long")
        line, _, self._came = self._came.partition(b"\n")
        if not line.endswith(b"\r") or b"\r" in line[:-1] or b"\0" in line:
            raise Garbled("A line ends in CR LF")
        return line[:-1]

    def _exactly(self, size: int) -> bytes:
        while len(self._came) < size:
            self._more(None)
        piece, self._came = self._came[:size], self._came[size:]
        return piece

    def _more(self, until: float | None) -> bool:
        try:
            self.socket.settimeout(None if until is None else max(until - time.monotonic(), 0.001))
            came = self.socket.recv(65_536)
        except TimeoutError:
            return False
        except OSError as error:
            raise HungUp from error
        if not came:
            raise HungUp
        self._came += came
        return True
