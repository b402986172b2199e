"""A mail server with an inbox, on your own machine."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypeVar

from playground.certificates import make_certificate, server_context
from playground.mail_faults import MailFaults
from playground.mail_store import MailStore, StoredMail
from playground.smtp_server import SmtpOptions, SmtpServer

Seen = TypeVar("Seen")
Tls = Literal["none", "starttls", "implicit"]


class Mailbox:
    """Takes every message for everybody and keeps it byte for byte.

    With a username, logins are offered; `require_login` (by default: when there is a username)
    refuses mail without one, other than mail to `own_address`. With `is_good_token` the owner may also
    log in by a token of a provider's (XOAUTH2). `faults` says what goes wrong.
    """

    def __init__(
        self,
        *,
        username: str | None = None,
        password: str | None = None,
        require_login: bool | None = None,
        own_address: str | None = None,
        tls: Tls = "none",
        smtputf8: bool = False,
        size_limit: int = 25 * 1024 * 1024,
        spool: Path | None = None,
        is_good_token: Callable[[str], bool] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.host = host
        self.is_good_token = is_good_token
        self.username, self.password, self.tls = username, password, tls
        self.own_address = own_address
        self.faults = MailFaults()
        self.store = MailStore(spool)
        self._require_login = username is not None if require_login is None else require_login
        self._smtputf8, self._size_limit, self._port = smtputf8, size_limit, port
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._server: SmtpServer | None = None
        self.certificate: Path | None = None
        """The certificate to trust, once started with TLS."""

    def start(self) -> Self:
        context = None
        if self.tls != "none":
            self._folder = tempfile.TemporaryDirectory(prefix="playground-mail-")
            self.certificate, key = make_certificate(Path(self._folder.name))
            context = server_context(self.certificate, key)
        options = SmtpOptions(
            username=self.username,
            password=self.password,
            require_login=self._require_login,
            own_address=self.own_address,
            starttls=context if self.tls == "starttls" else None,
            implicit=context if self.tls == "implicit" else None,
            smtputf8=self._smtputf8,
            size_limit=self._size_limit,
            is_good_token=self.is_good_token,
        )
        self._server = SmtpServer(self.store, self.faults, options, self.host, self._port)
        self._server.start()
        self._port = self._server.port
        return self

    def stop(self) -> None:
        if self._server:
            self._server.stop()
            self._server = None
        if self._folder:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """Where it listens; stays the same over a stop and a start."""
        return self._port

    def refuse_connections(self, *, is_refusing: bool = True) -> None:
        """Closes the door for new connections, or opens it again at the same port."""
        if self._server:
            self._server.accept_connections(is_accepting=not is_refusing)

    @property
    def is_refusing_connections(self) -> bool:
        return self._server is not None and not self._server.is_accepting

    def shut_down(self) -> None:
        """As a server being stopped: what is on the wire is taken, and then nothing more."""
        self.faults.is_shutting_down = True
        self.refuse_connections()

    def come_back(self) -> None:
        self.faults.is_shutting_down = False
        self.refuse_connections(is_refusing=False)

    def change_password(self, password: str) -> None:
        """A new one at the provider: it is good, and the one before never again."""
        self.password = password
        if self._server:
            self._server.change_password(password)
        self.faults.renew_token()

    def deliver(
        self, sender: str, recipients: list[str], content: bytes, *, at: datetime | None = None
    ) -> None:
        """Takes what a provider on this machine has accepted, past the server and its faults."""
        self.store.keep(sender, recipients, content, None, is_encrypted=True, at=at)

    def clear_faults(self) -> None:
        """All is well again."""
        self.faults.clear()
        self.refuse_connections(is_refusing=False)

    # Reading

    @property
    def messages(self) -> list[StoredMail]:
        """Everything taken so far, in the order in which it came."""
        return self.store.messages

    def __len__(self) -> int:
        return len(self.store)

    def __bool__(self) -> bool:
        # An empty inbox is still a mail server.
        return True

    def by_recipient(self, address: str) -> list[StoredMail]:
        return self.store.by_recipient(address)

    def forget(self) -> None:
        """Empties the inbox."""
        self.store.forget()

    def wait_for(self, predicate: Callable[[], Seen | None], timeout: float = 5.0) -> Seen:
        """Waits until the mail that came makes this true; raises TimeoutError."""
        return self.store.wait_for(predicate, timeout)

    def wait_for_count(self, count: int, timeout: float = 5.0) -> list[StoredMail]:
        self.wait_for(lambda: len(self.store) >= count, timeout)
        return self.messages

    def write_to(self, folder: Path, which: Callable[[StoredMail], bool] = lambda _: True) -> list[Path]:
        """Writes one .eml for each message, of those that `which` says; hands back the files."""
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for mail in filter(which, self.messages):
            path = folder / mail.file_name
            path.write_bytes(mail.content)
            written.append(path)
        return written
