"""A mail server that answers exactly what a test says, octet for octet, and hangs up where it says so."""

import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import Self

HANG_UP = b""
"""As an answer: close the connection without a word."""

_STEPS = {
    b"EHLO": "ehlo",
    b"AUTH": "auth",
    b"MAIL": "mail",
    b"RCPT": "rcpt",
    b"DATA": "data",
    b"RSET": "rset",
    b"NOOP": "noop",
}
_NORMAL = {
    "greeting": b"220 ready\r\n",
    "ehlo": b"250-here\r\n250 AUTH PLAIN\r\n",
    "auth": b"235 2.7.0 ok\r\n",
    "mail": b"250 ok\r\n",
    "rcpt": b"250 ok\r\n",
    "data": b"354 go on\r\n",
    "dot": b"250 2.0.0 taken\r\n",
    "rset": b"250 ok\r\n",
    "noop": b"250 ok\r\n",
    "other": b"500 5.5.2 what?\r\n",
}


class ScriptedSmtp:
    """``ScriptedSmtp(rcpt=[b"garbage"])``: a step's answers in turn, over all connections; then normal."""

    def __init__(self, **script: Iterable[bytes]) -> None:
        self._script = {step: list(answers) for step, answers in script.items()}
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.commands: list[bytes] = []
        self.messages: list[bytes] = []
        self.unfinished: list[bytes] = []
        self.connections = 0
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for line in self._open:
                with suppress(OSError):  # the client was first
                    line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=10)

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(line)
            thread = threading.Thread(target=self._talk, args=(line,))
            self._threads.append(thread)
            thread.start()

    def _talk(self, line: socket.socket) -> None:
        try:
            with line, line.makefile("rb") as heard:
                self._converse(line, heard)
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(line)

    def _converse(self, line, heard) -> None:
        if not self._answer(line, "greeting"):
            return
        for said in heard:
            with self._lock:
                self.commands.append(said.rstrip(b"\r\n"))
            verb = said[:4].upper()
            if verb == b"QUIT":
                return
            if not (answer := self._answer(line, _STEPS.get(verb, "other"))):
                return
            if verb == b"DATA" and answer.startswith(b"354"):
                octets = b""
                for part in heard:
                    if part == b".\r\n":
                        break
                    octets += part[1:] if part.startswith(b".") else part
                else:
                    with self._lock:
                        self.unfinished.append(octets)
                    return
                with self._lock:
                    self.messages.append(octets)
                if not self._answer(line, "dot"):
                    return

    def _answer(self, line: socket.socket, step: str) -> bytes:
        with self._lock:
            waiting = self._script.get(step, [])
            answer = waiting.pop(0) if waiting else _NORMAL[step]
        if answer:
            line.sendall(answer)
        return answer if answer.endswith(b"\n") else HANG_UP  # half a line, and gone
