"""One connection to a mail server, step by step, so that it is always known how far an invite had come."""

import io
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from campaigns.errors import Misconfigured
from mailers.deadline import CONNECT_SECONDS, Deadline
from mailers.mail_host import addresses_of
from mailers.server_url import Security, is_loopback
from mailers.smtp_account import SmtpAccount
from mailers.smtp_faults import classify
from mailers.smtp_login import Login, login_of
from mailers.smtp_rules import Stage

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_CLOSING = 421
_LONGEST_LINE = 8192
_MOST_LINES = 128


class Dropped(Exception):
    """The line broke, or what came over it was no reply."""

    def __init__(self, stage: Stage, said: str, *, timed_out: bool = False) -> None:
        super().__init__(said)
        self.stage = stage
        self.said = said
        self.timed_out = timed_out


class Refused(Exception):
    """The server answered no."""

    def __init__(self, stage: Stage, code: int, text: str) -> None:
        super().__init__(code, text)
        self.stage = stage
        self.code = code
        self.text = text


class SmtpLine:
    """A logged-in connection. Raises ``Refused`` and ``Dropped``; after ``Dropped`` it is of no more use."""

    def __init__(
        self, account: SmtpAccount, tls: Callable[[], ssl.SSLContext], deadline: Deadline, token: str = ""
    ) -> None:
        self._account = account
        self._unclean = False
        self._mid_step = True
        self.used_at = 0.0
        self._dialogue = _Dialogue(_connected(account, deadline), account.helo_name, deadline)
        try:
            if account.security is Security.TLS:
                self._encrypt(tls())
            self._expect(Stage.CONNECT, 220, self._dialogue.getreply)
            self._expect(Stage.CONNECT, 250, self._dialogue.ehlo)
            if account.security is Security.STARTTLS:
                self._start_tls(tls())
            if account.user:
                self._log_in(token)
        except BaseException:
            self.close()
            raise

    def deliver(self, sender: str, recipient: str, octets: bytes, deadline: Deadline) -> str:
        """Hands over one message; returns the server's words."""
        say = self._dialogue
        say.deadline = deadline
        if self._unclean:
            self._expect(Stage.MAIL, 250, partial(say.docmd, "RSET"))
        self._unclean = True
        size = f" SIZE={len(octets)}" if say.has_extn("size") else ""
        self._expect(Stage.MAIL, 250, partial(say.docmd, f"MAIL FROM:<{sender}>{size}"))
        self._expect(Stage.RCPT, 250, partial(say.docmd, f"RCPT TO:<{recipient}>"))
        self._expect(Stage.DATA, 354, partial(say.docmd, "DATA"))
        self._mid_step = True
        try:
            # One sendall: if it fails, the last bytes, which hold the dot, have not left this machine.
            say.send(_stuffed(octets))
        except (OSError, smtplib.SMTPException) as error:
            raise _dropped(Stage.DROPPED_BEFORE_DOT, error) from error
        words = self._expect(Stage.DATA, 250, say.getreply, after_dot=True)
        self._unclean = False
        return words

    def noop(self) -> None:
        self._expect(Stage.CONNECT, 250, partial(self._dialogue.docmd, "NOOP"))

    def close(self) -> None:
        """Says goodbye, if it is our turn to speak, without waiting for the answer."""
        if not self._mid_step:
            with suppress(OSError, smtplib.SMTPException):
                self._dialogue.deadline = Deadline(1.0)
                self._dialogue.putcmd("QUIT")
        self._dialogue.close()

    def _expect(
        self, stage: Stage, wanted: int, ask: Callable[[], tuple[int, bytes]], *, after_dot: bool = False
    ) -> str:
        broken = Stage.DROPPED_AFTER_DOT if after_dot else Stage.DROPPED_BEFORE_DOT
        self._mid_step = True
        try:
            code, said = ask()
        except (OSError, smtplib.SMTPException) as error:
            raise _dropped(broken, error) from error
        text = said.decode("utf-8", "replace")
        self._mid_step = not 200 <= code <= 599
        if code == wanted or (wanted == 250 and 250 <= code <= 259):
            return text
        if not 400 <= code <= 599:
            # Neither yes nor no: nothing after it can be trusted.
            raise Dropped(broken, f"not a reply to be understood: {code} {text}")
        if code == _CLOSING:
            self._dialogue.close()
        raise Refused(stage, code, text)

    @property
    def is_open(self) -> bool:
        return self._dialogue.sock is not None

    def _start_tls(self, context: ssl.SSLContext) -> None:
        if not self._dialogue.has_extn("starttls"):
            raise classify(Stage.TLS, 0, "STARTTLS is not offered")
        self._expect(Stage.TLS, 220, partial(self._dialogue.docmd, "STARTTLS"))
        self._encrypt(context)
        # What was said before encryption counts for nothing, features included (RFC 3207).
        self._expect(Stage.CONNECT, 250, self._dialogue.ehlo)

    def _encrypt(self, context: ssl.SSLContext) -> None:
        bare = self._dialogue.sock
        if bare is None:
            raise Dropped(Stage.DROPPED_BEFORE_DOT, "closed before encryption")
        try:
            bare.settimeout(self._dialogue.deadline.left(CONNECT_SECONDS))
            self._dialogue.sock = context.wrap_socket(bare, server_hostname=self._account.host)
        except ssl.SSLCertVerificationError as error:
            raise classify(Stage.TLS, 0, f"certificate: {error.verify_message}") from error
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError) as error:
            raise _dropped(Stage.DROPPED_BEFORE_DOT, error) from error
        except ssl.SSLError as error:
            raise classify(Stage.TLS, 0, error.reason or "no TLS") from error
        except OSError as error:
            raise _dropped(Stage.DROPPED_BEFORE_DOT, error) from error
        self._dialogue.file = None

    def _log_in(self, token: str) -> None:
        if self._account.security is Security.PLAIN and not is_loopback(self._account.host):
            raise Misconfigured(
                "A password is not sent without encryption", hint="Use smtps://, or smtp:// with STARTTLS."
            )
        login = login_of(self._account, token, self._dialogue.esmtp_features.get("auth", ""))
        try:
            for step in login.first:
                self._expect(Stage.AUTH, 334, partial(self._dialogue.docmd, step))
            self._expect(Stage.AUTH, 235, partial(self._last_step, login))
        except Refused as refused:
            said = refused.text
            for secret in login.secrets:
                said = said.replace(secret, "<secret>")
            raise Refused(refused.stage, refused.code, said) from None

    def _last_step(self, login: Login) -> tuple[int, bytes]:
        code, said = self._dialogue.docmd(login.last)
        if code == 334 and login.has_explanation:
            # Why a token was refused comes as a question, in base64; the refusal follows an empty answer.
            code, said = self._dialogue.docmd("")
        return code, said


class _Dialogue(smtplib.SMTP):
    """smtplib's commands over a socket of ours, with one deadline over all steps.

    smtplib's own time-out starts anew with every octet: a server that drips would hold a worker for ever.
    """

    def __init__(self, sock: socket.socket, helo_name: str, deadline: Deadline) -> None:
        super().__init__(local_hostname=helo_name)
        self.sock = sock
        self.deadline = deadline

    def send(self, s: "Buffer | str") -> None:
        if self.sock is not None:
            self.sock.settimeout(self.deadline.left())
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """The next reply, whole lines only.

        smtplib's own takes a "250" cut off by a hang-up for a yes, and makes a "500 Line too long" of an
        endless line, which would read as a refusal.
        """
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        if self.file is None:
            self.file = io.BufferedReader(_TimedReader(self.sock, self))
        said: list[bytes] = []
        while len(said) < _MOST_LINES:
            line: bytes = self.file.readline(_LONGEST_LINE)
            if not line.endswith(b"\n"):
                raise smtplib.SMTPServerDisconnected("connection closed in the middle of a reply")
            said.append(line[4:].strip())
            if not line[:3].isdigit():
                return -1, line.strip()
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(said)
        raise smtplib.SMTPServerDisconnected("reply without an end")


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, dialogue: _Dialogue) -> None:
        self._sock = sock
        self._dialogue = dialogue

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        self._sock.settimeout(self._dialogue.deadline.left())
        return self._sock.recv_into(buffer)


def _connected(account: SmtpAccount, deadline: Deadline) -> socket.socket:
    """A socket to the first of the host's addresses that answers."""
    try:
        numbers = addresses_of(account.host, account.port, is_typed=account.is_typed)
    except (OSError, UnicodeError) as error:
        raise Dropped(Stage.CONNECT, f"host name not found: {error}") from error
    trouble: OSError = ConnectionError("no address")
    for number in numbers:
        try:
            sock = socket.create_connection((number, account.port), timeout=deadline.left(CONNECT_SECONDS))
        except OSError as error:
            trouble = error
        else:
            # Without it the end of a message waits for the acknowledgement of its beginning.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
    raise _dropped(Stage.CONNECT, trouble) from trouble


def _dropped(stage: Stage, error: Exception) -> Dropped:
    causes = (error, error.__cause__, error.__context__)
    timed_out = any(isinstance(cause, TimeoutError) for cause in causes)
    return Dropped(stage, "timed out" if timed_out else str(error), timed_out=timed_out)


def _stuffed(octets: bytes) -> bytes:
    """The message with its dots doubled and its end; line ends made CRLF, for a bare LF hides commands."""
    if octets.count(b"\n") != octets.count(b"\r\n") or octets.count(b"\r") != octets.count(b"\r\n"):
        octets = b"\r\n".join(octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"))
    if octets.startswith(b"."):
        octets = b"." + octets
    octets = octets.replace(b"\r\n.", b"\r\n..")
    return octets + (b".\r\n" if octets.endswith(b"\r\n") else b"\r\n.\r\n")
