"""An IMAP server over the mails that came for a mailbox's owner, with the faults built in."""

import contextlib
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from playground.certificates import make_certificate, server_context
from playground.imap_faults import ImapFaults, ImapRefusal
from playground.imap_folder import ImapFolder
from playground.imap_login import GOOGLE_SAYS, Login, LoginRules
from playground.imap_session import Session
from playground.imap_wire import Wire
from playground.mailbox import Mailbox

Tls = Literal["none", "starttls", "implicit"]


class ImapServer:
    """Whoever logs in with the mailbox's own name and password, or a good token, reads its owner's mail.

    A token that has expired at the mailbox has expired here too. `folder` holds the mails, `faults` says what
    goes wrong, and `commands` tells every command that came, by its name.
    """

    def __init__(
        self,
        mailbox: Mailbox,
        *,
        tls: Tls = "none",
        is_good_token: Callable[[str], bool] | None = None,
        token_refusal: str = GOOGLE_SAYS,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.host, self._port, self.tls = host, port, tls
        self.faults = ImapFaults()
        self.folder = ImapFolder(mailbox)
        self.commands: list[str] = []
        self.certificate: Path | None = None
        """The certificate to trust, once started with TLS."""
        self._mailbox = mailbox
        self._is_good_token = is_good_token or mailbox.is_good_token
        self._token_refusal = token_refusal
        self._refusal: ImapRefusal | None = None
        self._file: tempfile.TemporaryDirectory[str] | None = None
        self._context: ssl.SSLContext | None = None
        self._listener: socket.socket | None = None
        self._listening: threading.Thread | None = None
        self._open: dict[Wire, threading.Thread] = {}
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        """Where it listens; stays the same over a stop and a start."""
        return self._port

    def start(self) -> Self:
        if self.tls != "none" and self._context is None:
            self._file = tempfile.TemporaryDirectory(prefix="playground-imap-")
            self.certificate, key = make_certificate(Path(self._file.name))
            self._context = server_context(self.certificate, key)
        listener = socket.create_server((self.host, self._port), backlog=64)
        self._port = int(listener.getsockname()[1])
        self._listener = listener
        self._listening = threading.Thread(target=self._listen, args=(listener,), name="playground-imap")
        self._listening.start()
        return self

    def stop(self) -> None:
        """Nobody answers any more, and who was connected is hung up on; `start()` comes back at its place."""
        if self._listener and self._listening:
            # A thread that waits for callers is not woken by a close, but by this (or by one more caller).
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listening.join()
            self._listener.close()
            self._listener = None
        self.hang_up()

    def hang_up(self) -> None:
        """On everybody who is connected."""
        with self._lock:
            left = dict(self._open)
        for wire in left:
            wire.hang_up()
        for thread in left.values():
            thread.join()

    # The panel's switch

    @property
    def is_reading_refused(self) -> bool:
        return self._refusal is not None

    def refuse_reading(self) -> None:
        """Nobody is let in, and who was in is sent away."""
        self.allow_reading()
        self._refusal = self.faults.refuse_logins()
        self.hang_up()

    def allow_reading(self) -> None:
        if self._refusal:
            self.faults.withdraw(self._refusal)
        self._refusal = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._file:
            self._file.cleanup()

    @property
    def is_refusing_connections(self) -> bool:
        return self._listener is None

    def _listen(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            wire = Wire(line)
            thread = threading.Thread(target=self._serve, args=(wire,), name="playground-imap-line")
            with self._lock:
                self._open[wire] = thread
            thread.start()

    def _serve(self, wire: Wire) -> None:
        rules = LoginRules(
            user=self._mailbox.username or "",
            password=lambda: self._mailbox.password,
            is_expired=lambda: self._mailbox.faults.is_token_expired,
            is_good_token=self._is_good_token,
            starttls=self._context if self.tls == "starttls" else None,
            token_refusal=self._token_refusal,
        )
        session = Session(wire, self.folder, self.faults, Login(rules), self.commands.append)
        try:
            session.run(self._context if self.tls == "implicit" else None)
        finally:
            wire.close()
            with self._lock:
                del self._open[wire]
