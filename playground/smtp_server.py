"""An SMTP server in a thread of its own, with the faults built in."""

import asyncio
import base64
import binascii
import contextlib
import json
import logging
import ssl
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from playground.mail_faults import MailFaults
from playground.mail_store import MailStore

# aiosmtpd 1.4.6 warns of its own deprecated attribute at every login (Session.login_data)
logging.getLogger("mail.log").setLevel(logging.ERROR)


NO_FAULTS = MailFaults()


@dataclass(frozen=True)
class SmtpOptions:
    """How the server presents itself.

    Mail to `own_address` is taken from anybody, as a domain's own server takes it, and meets no fault.
    With `is_good_token` a login by token is offered as well (XOAUTH2), for the owner alone.
    """

    username: str | None = None
    password: str | None = field(default=None, repr=False)
    require_login: bool = False
    own_address: str | None = None
    starttls: ssl.SSLContext | None = None
    implicit: ssl.SSLContext | None = None
    smtputf8: bool = False
    size_limit: int = 25 * 1024 * 1024
    is_good_token: Callable[[str], bool] | None = None

    @property
    def refused_ways(self) -> tuple[str, ...]:
        """The ways to log in that are not offered."""
        passwords = ("PLAIN", "LOGIN") if self.username is None else ()
        return passwords if self.is_good_token else (*passwords, "XOAUTH2")


class _Post:
    """The answers to MAIL, RCPT and the end of DATA."""

    def __init__(self, store: MailStore, faults: MailFaults) -> None:
        self._store = store
        self._faults = faults

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: "_Line", session: Session, envelope: Envelope, hostname: str, said: list[str]
    ) -> list[str]:
        session.host_name = hostname
        # aiosmtpd announces AUTH even when there is no way to log in.
        return [line for line in said if line.strip() != "250-AUTH"]

    async def handle_MAIL(  # noqa: N802
        self, server: "_Line", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not server.is_from_outside:
            most = self._faults.per_connection
            if most is not None and server.taken >= most:
                return "421 4.7.0 Too many messages on this connection"
            if refused := self._faults.goodbye() or self._faults.refusal("sender", address):
                return refused
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: "_Line", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if server.is_from_outside:
            if not server.is_own(address):
                return "530 5.7.0 Authentication required to write to anybody else"
        elif refused := self._faults.refusal("recipient", address):
            return refused
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: "_Line", session: Session, envelope: Envelope) -> str:  # noqa: N802
        recipients = envelope.rcpt_tos
        faults = NO_FAULTS if server.is_from_outside else self._faults
        if faults.drops("after_dot_unstored", *recipients):
            server.hang_up()
            return "250 OK"
        if refused := faults.refusal("content", *recipients):
            return refused
        login = session.auth_data.login.decode() if isinstance(session.auth_data, LoginPassword) else None
        mail = self._store.keep(
            (envelope.mail_from or "").removeprefix("<>"),
            recipients,
            bytes(envelope.original_content or b""),
            login,
            is_encrypted=server.is_encrypted,
        )
        server.taken += 1
        if faults.drops("after_dot", *recipients):
            server.hang_up()
        return f"250 2.0.0 OK queued as {mail.number}"


class _Line(SMTP):
    """One connection."""

    def __init__(
        self, post: _Post, faults: MailFaults, options: SmtpOptions, open_lines: set["_Line"]
    ) -> None:
        super().__init__(
            post,
            hostname="localhost",
            ident="playground mailbox",
            data_size_limit=options.size_limit,
            enable_SMTPUTF8=options.smtputf8,
            tls_context=options.starttls,
            require_starttls=options.starttls is not None and options.require_login,
            auth_require_tls=options.starttls is not None,
            authenticator=self._check_login,
            auth_exclude_mechanism=options.refused_ways,
            loop=asyncio.get_running_loop(),
        )
        # Set afterwards, since the constructor warns of logins without TLS; on loopback they are wanted.
        self._auth_required = options.require_login
        self._faults = faults
        self._options = options
        self._open_lines = open_lines
        self.taken = 0

    @property
    def is_encrypted(self) -> bool:
        return self._options.implicit is not None or self._tls_protocol is not None

    def _check_login(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        if refused := self._faults.refusal("login", data.login.decode(errors="replace")):
            return AuthResult(success=False, handled=False, message=refused)
        wanted = (str(self._options.username).encode(), str(self._options.password).encode())
        return AuthResult(success=(data.login, data.password) == wanted, handled=False, auth_data=data)

    async def auth_XOAUTH2(self, server: SMTP, said: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's name
        """A login by token; a no is explained first, and said only after an empty answer."""
        try:
            user, _, bearer = base64.b64decode(said[1], validate=True).decode().partition("\x01")
        except (IndexError, binascii.Error, UnicodeDecodeError):
            return AuthResult(success=False, handled=False, message="501 5.5.2 Cannot decode response")
        token = bearer.removeprefix("auth=Bearer ").rstrip("\x01")
        is_good = self._options.is_good_token
        is_owner = user == f"user={self._options.username}"
        if is_owner and is_good and is_good(token) and not self._faults.refusal("login", user):
            return AuthResult(success=True, auth_data=LoginPassword(user[5:].encode(), b""))
        why = {"status": "401", "schemes": "bearer", "scope": "https://mail.google.com/"}
        if await self.challenge_auth(json.dumps(why)) == b"":
            return AuthResult(
                success=False, handled=False, message="535 5.7.8 Username and Password not accepted."
            )
        return AuthResult(success=False, handled=False, message="501 5.5.2 an empty answer was expected")

    @property
    def is_from_outside(self) -> bool:
        """Whether this is another mail server with mail for the owner: it does not log in."""
        if self._options.own_address is None or not self._options.require_login:
            return False
        return self.session is None or not self.session.authenticated

    def is_own(self, address: str) -> bool:
        return address.casefold() == str(self._options.own_address).casefold()

    async def check_auth_needed(self, caller_method: str) -> bool:
        if self._options.own_address is not None and caller_method in {"MAIL", "RCPT", "DATA"}:
            return False  # who may write to whom is decided at RCPT
        return bool(await super().check_auth_needed(caller_method))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._open_lines.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._open_lines.discard(self)
        super().connection_lost(error)

    @property
    def _recipients(self) -> list[str]:
        return self.envelope.rcpt_tos if self.envelope else []

    def hang_up(self) -> None:
        """Resets the connection, without a word."""
        whole = self._original_transport or self.transport
        if isinstance(whole, asyncio.WriteTransport):
            whole.abort()

    async def push(self, status: str | bytes) -> None:
        said = status.encode() if isinstance(status, str) else status
        if self._faults.delay:
            await asyncio.sleep(self._faults.delay)
        await super().push(said)
        faults = NO_FAULTS if self.is_from_outside else self._faults
        if said.startswith(b"354") and faults.drops("before_dot", *self._recipients):
            self.hang_up()
        elif said.startswith(b"421") and self.transport is not None:
            self.transport.close()

    async def handle_exception(self, error: Exception) -> str:
        return f"451 4.3.0 {type(error).__name__}"


class SmtpServer:
    """Listens from its own thread until stopped."""

    def __init__(
        self, store: MailStore, faults: MailFaults, options: SmtpOptions, host: str, port: int
    ) -> None:
        self._post = _Post(store, faults)
        self._faults = faults
        self._options = options
        self.host, self.port = host, port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="playground-smtp")
        self._lines: set[_Line] = set()
        self._listener: asyncio.Server | None = None

    def start(self) -> None:
        self._thread.start()
        self._wait(self._listen())

    def stop(self) -> None:
        self._wait(self._hang_up_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def accept_connections(self, *, is_accepting: bool) -> None:
        """Closes the door, so that clients are refused, or opens it again at the same port."""
        self._wait(self._listen() if is_accepting else self._close_door())

    @property
    def is_accepting(self) -> bool:
        return self._listener is not None

    def change_password(self, password: str) -> None:
        """From the next connection on."""
        self._options = replace(self._options, password=password)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            asyncio.set_event_loop(None)
            self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _listen(self) -> None:
        if self._listener is None:
            self._listener = await self._loop.create_server(
                lambda: _Line(self._post, self._faults, self._options, self._lines),
                self.host,
                self.port,
                ssl=self._options.implicit,
                backlog=1024,
            )
            self.port = self._listener.sockets[0].getsockname()[1]

    async def _close_door(self) -> None:
        if self._listener is not None:
            # Not awaited until closed: that would wait for every open connection.
            self._listener.close()
            self._listener = None

    async def _hang_up_all(self) -> None:
        await self._close_door()
        for line in list(self._lines):
            line.hang_up()
        mine = asyncio.current_task()
        left = [task for task in asyncio.all_tasks() if task is not mine]
        for task in left:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*left, return_exceptions=True)
        # One more turn, in which the transports close their sockets.
        await asyncio.sleep(0)
