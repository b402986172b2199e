"""Hands messages to one SMTP account, keeping its connections open between them."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from campaigns.errors import FAULTS, AnyFault, BadAddress, Busy, Misconfigured, NoAccess, OverQuota
from campaigns.invite_clean import checked_address
from campaigns.service_names import entered_in
from mailers.deadline import TOTAL_SECONDS, Clock, Deadline
from mailers.smtp_account import SmtpAccount
from mailers.smtp_faults import classify
from mailers.smtp_line import Dropped, Refused, SmtpLine
from mailers.smtp_rules import ABOUT_ENTRIES, Stage
from mailers.turns import NoTurn, Turns

_IDLE_SECONDS = 30.0
_TURN_SECONDS = 15.0
_CLOSING = 421
_RENEW = "Renew the token of this account: press Renew token and allow access again."


class SmtpTransport:
    """Thread-safe: as many connections as threads that send at one time, each reused while fresh.

    Never more than are allowed, one at first, for servers refuse what comes on top: whoever sends more waits.
    """

    def __init__(
        self,
        account: SmtpAccount,
        *,
        tls: ssl.SSLContext | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        self._clock = clock
        self.account = account
        self._tls = tls
        self._idle: list[SmtpLine] = []
        self._lock = threading.Lock()
        self._turns = Turns(1)
        self._is_closed = False

    def allow(self, connections: int) -> None:
        """From now on so many."""
        self._turns.allow(connections)

    def deliver(self, sender: str, recipient: str, octets: bytes) -> str:
        """Hands one message over; returns the server's words. Raises only faults."""
        try:
            checked_address(sender)
        except BadAddress as fault:
            raise Misconfigured("The sender's address cannot be used") from fault
        checked_address(recipient)
        deadline = Deadline(TOTAL_SECONDS, self._clock)  # the wait for a turn counts
        with self._turn(), self._naming_the_setting():
            return self._deliver(sender, recipient, octets, deadline)

    def _deliver(self, sender: str, recipient: str, octets: bytes, deadline: Deadline) -> str:
        line = self._fresh_line()
        if line is not None:
            try:
                return self._through(line, sender, recipient, octets, deadline)
            except Dropped as dropped:
                if dropped.stage is Stage.DROPPED_AFTER_DOT or dropped.timed_out:
                    raise classify(dropped.stage, 0, dropped.said, recipient=recipient) from dropped
            except Refused as refused:
                if refused.code != _CLOSING or refused.stage is not Stage.MAIL:
                    raise self._no(refused, recipient) from refused
            # It died of idleness, or was full, before anything was handed over: once more on a new one.
        line = self._open(deadline)
        try:
            return self._through(line, sender, recipient, octets, deadline)
        except Dropped as dropped:
            raise classify(dropped.stage, 0, dropped.said, recipient=recipient) from dropped
        except Refused as refused:
            raise self._no(refused, recipient) from refused

    def check(self) -> None:
        """Connects, logs in and says NOOP. Raises NoAccess, Misconfigured or Busy."""
        try:
            with self._turn(), self._naming_the_setting():
                self._check()
        except OverQuota as fault:
            raise Busy(fault.cause, after=fault.after, whole_account=True, evidence=fault.evidence) from fault

    def _check(self) -> None:
        line = self._open(Deadline(TOTAL_SECONDS, self._clock))
        try:
            line.noop()
        except Dropped as dropped:
            line.close()
            raise classify(Stage.CONNECT, 0, dropped.said) from dropped
        except Refused as refused:
            line.close()
            raise self._no(refused, "") from refused
        self._keep(line)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        try:
            with self._turns.turn(_TURN_SECONDS):
                yield
        except NoTurn as error:
            raise Busy("All connections of this account are in use", whole_account=True) from error

    @contextmanager
    def _naming_the_setting(self) -> Iterator[None]:
        """Rules don't know where an account was entered; they must hold for people's own too."""
        try:
            yield
        except FAULTS as fault:
            if self.account.setting and fault.hint in ABOUT_ENTRIES:
                fault.hint = f"{fault.hint} {entered_in(self.account.setting)}"
            raise

    def close(self) -> None:
        """Closes the idle connections; those under way are closed by their senders."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for line in idle:
            line.close()

    def _through(self, line: SmtpLine, sender: str, recipient: str, octets: bytes, deadline: Deadline) -> str:
        try:
            words = line.deliver(sender, recipient, octets, deadline)
        except Refused:
            self._keep(line)
            raise
        except BaseException:
            line.close()
            raise
        self._keep(line)
        return words

    def _open(self, deadline: Deadline) -> SmtpLine:
        tokens = self.account.tokens
        if tokens is None:
            return self._opened(deadline)
        token = tokens.access()
        try:
            return self._opened(deadline, token)
        except NoAccess:
            # Only the server's own no: once more with a new token, on a new connection.
            token = tokens.access(renew=True)
        try:
            return self._opened(deadline, token)
        except NoAccess as fault:
            fault.hint = _RENEW
            raise

    def _opened(self, deadline: Deadline, token: str = "") -> SmtpLine:
        try:
            return SmtpLine(self.account, self._context, deadline, token)
        except Dropped as dropped:
            raise classify(Stage.CONNECT, 0, dropped.said) from dropped
        except Refused as refused:
            raise self._no(refused, "") from refused

    def _fresh_line(self) -> SmtpLine | None:
        """The connection used last, if it is not stale; older ones are closed on the way."""
        oldest = self._clock() - _IDLE_SECONDS
        with self._lock:
            stale = [line for line in self._idle if line.used_at < oldest]
            self._idle = [line for line in self._idle if line.used_at >= oldest]
            line = self._idle.pop() if self._idle else None
        for old in stale:
            old.close()
        return line

    def _keep(self, line: SmtpLine) -> None:
        with self._lock:
            if line.is_open and not self._is_closed:
                line.used_at = self._clock()
                self._idle.append(line)
                return
        line.close()

    def _context(self) -> ssl.SSLContext:
        with self._lock:
            if self._tls is None:
                self._tls = ssl.create_default_context()
            return self._tls

    @staticmethod
    def _no(refused: Refused, recipient: str) -> AnyFault:
        return classify(refused.stage, refused.code, refused.text, recipient=recipient)
