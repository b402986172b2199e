"""Everything that can be broken on purpose, and how it stands now."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from playground.mail_faults import Drop, Refusal
from playground.mailbox import Mailbox

ADDRESSES = 5
SECONDS = 2.0


class AlreadyRestarting(Exception):
    """The bot is being started again already."""


@dataclass(frozen=True)
class BotSwitch:
    """How to end the bot and start it anew. Each returns when that is over: with what went wrong, or ''."""

    restart: Callable[[], str]
    kill: Callable[[], str]
    is_alive: Callable[[], bool]


class TokenSwitch(Protocol):
    """A provider whose tokens can be ended, as its stand-in is."""

    @property
    def is_token_expired(self) -> bool: ...

    def expire_token(self) -> None: ...

    def renew_token(self) -> None: ...


class ReadingSwitch(Protocol):
    """Whatever the organizer's mail is read from."""

    @property
    def is_reading_refused(self) -> bool: ...

    def refuse_reading(self) -> None: ...

    def allow_reading(self) -> None: ...


@dataclass(frozen=True)
class Control:
    """One line of the panel: what it is about, how it stands, and what its button does."""

    about: str
    state: str
    deed: str
    button: str


@dataclass
class BreakPanel:
    """The mail server's troubles and the bot's, each with a button to end it.

    With a `provider` the token is its own, and expires there; `reading` is where answers are read.
    """

    mailbox: Mailbox
    bot: BotSwitch | None = None
    provider: TokenSwitch | None = None
    reading: ReadingSwitch | None = None
    _refusal: Refusal | None = None
    _drop: Drop | None = None
    _busy_with: str = ""
    _restarting: threading.Lock = field(default_factory=threading.Lock)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def controls(self) -> list[Control]:
        controls = [self._token(), self._addresses(), self._speed(), self._hang_up(), self._server()]
        return controls + self._reading() + self._bot_controls()

    def do(self, deed: str) -> str:
        """Does what a button says; returns what came of it. Raises AlreadyRestarting, or KeyError."""
        mail_deeds = {
            "expire_token": self._expire_token,
            "renew_token": self._renew_token,
            "refuse_addresses": self._refuse_addresses,
            "take_addresses": self._take_addresses,
            "slow": lambda: self._slow(SECONDS),
            "fast": lambda: self._slow(0.0),
            "hang_up": self._arm_hang_up,
            "no_hang_up": self._disarm_hang_up,
            "down": self._down,
            "up": self._up,
            "all_well": self._all_well,
            "refuse_reading": self._refuse_reading,
            "allow_reading": self._allow_reading,
        }
        if self.bot and deed in {"restart_bot", "kill_bot"}:
            return self._again(self.bot, deed)
        with self._lock:
            return mail_deeds[deed]()

    # How it stands

    def _token(self) -> Control:
        if self.provider is not None and self.provider.is_token_expired:
            words = "expired: refused (invalid_grant)"
            return Control("Access token", words, "renew_token", "Renew the token")
        if self.provider is not None:
            return Control("Access token", "valid", "expire_token", "Expire the token")
        if self.mailbox.faults.is_token_expired:
            return Control(
                "Login token", "expired: logins are refused (535)", "renew_token", "Renew the token"
            )
        return Control("Login token", "valid", "expire_token", "Expire the token")

    def _addresses(self) -> Control:
        left = (self._refusal.times or 0) if self._refusal else 0
        if left > 0:
            words = f"the next {left} are refused (550)" if left > 1 else "the next one is refused (550)"
            return Control("Addresses", words, "take_addresses", "Take every address again")
        name = f"Refuse the next {ADDRESSES} addresses"
        return Control("Addresses", "all are taken", "refuse_addresses", name)

    def _speed(self) -> Control:
        if self.mailbox.faults.delay:
            words = f"slow: {self.mailbox.faults.delay:g} s a reply"
            return Control("Mail server's speed", words, "fast", "Mail server: full speed")
        return Control(
            "Mail server's speed", "full speed", "slow", f"Mail server: slow ({SECONDS:g} s a reply)"
        )

    def _hang_up(self) -> Control:
        about = "After an invite"
        if self._drop and (self._drop.times or 0) > 0:
            return Control(about, "hangs up after the next one", "no_hang_up", "Mail server: do not hang up")
        return Control(about, "answers as it should", "hang_up", "Mail server: hang up after the next invite")

    def _server(self) -> Control:
        if self.mailbox.is_refusing_connections:
            return Control("Mail server", "down: refuses connections", "up", "Mail server: up again")
        return Control("Mail server", "up", "down", "Mail server: down")

    def _reading(self) -> list[Control]:
        if self.reading is None:
            return []
        about = "Reading answers"
        if self.reading.is_reading_refused:
            return [Control(about, "refused", "allow_reading", "Let the bot read answers again")]
        return [Control(about, "allowed", "refuse_reading", "Refuse to let the bot read answers")]

    def _bot_controls(self) -> list[Control]:
        if self.bot is None:
            return []
        state = self._busy_with or ("running" if self.bot.is_alive() else "not running")
        return [
            Control("Bot", state, "restart_bot", "Restart the bot"),
            Control("Bot", state, "kill_bot", "Kill the bot (kill -9) and start it again"),
        ]

    # Deeds

    def _expire_token(self) -> str:
        if self.provider is not None:
            self.provider.expire_token()
            return "All access that was allowed so far has ended. Allowing it anew brings a good one."
        self.mailbox.faults.expire_token()
        return "The token has expired. The next invite is refused, also on an open connection."

    def _renew_token(self) -> str:
        (self.provider or self.mailbox.faults).renew_token()
        return "The token is valid again."

    def _refuse_addresses(self) -> str:
        self._take_addresses()
        self._refusal = self.mailbox.faults.refuse_recipients(times=ADDRESSES)
        return f"The next {ADDRESSES} addresses are refused: 550 5.1.1 No such user."

    def _take_addresses(self) -> str:
        if self._refusal:
            self.mailbox.faults.withdraw(self._refusal)
        self._refusal = None
        return "Every address is taken."

    def _slow(self, seconds: float) -> str:
        self.mailbox.faults.slow_down(seconds)
        return f"Every reply takes {seconds:g} s." if seconds else "The mail server answers at full speed."

    def _arm_hang_up(self) -> str:
        self._disarm_hang_up()
        self._drop = self.mailbox.faults.drop("after_dot")
        return "The next invite is kept and the connection cut: its sender cannot know that it arrived."

    def _disarm_hang_up(self) -> str:
        if self._drop:
            self.mailbox.faults.withdraw(self._drop)
        self._drop = None
        return "The mail server will not hang up."

    def _down(self) -> str:
        self.mailbox.shut_down()
        return "The mail server is down. What it was taking is taken, then nothing more."

    def _up(self) -> str:
        self.mailbox.come_back()
        return "The mail server is up again."

    def _refuse_reading(self) -> str:
        if self.reading is not None:
            self.reading.refuse_reading()
        return "Who looks for answers is refused. They wait in the mailbox."

    def _allow_reading(self) -> str:
        if self.reading is not None:
            self.reading.allow_reading()
        return "Answers can be read."

    def _all_well(self) -> str:
        self._refusal = self._drop = None
        self.mailbox.clear_faults()
        self._allow_reading()
        if self.provider is not None:
            self.provider.renew_token()
        return "All is well again."

    def _again(self, bot: BotSwitch, deed: str) -> str:
        if not self._restarting.acquire(blocking=False):
            raise AlreadyRestarting("The bot is being started again already. Wait until it is back.")
        try:
            self._busy_with = "Restarting…" if deed == "restart_bot" else "Killed; starting again…"
            trouble = (bot.restart if deed == "restart_bot" else bot.kill)()
            return f"The bot did not come back. {trouble}" if trouble else "The bot is back."
        finally:
            self._busy_with = ""
            self._restarting.release()
