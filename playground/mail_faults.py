"""What a mail server can do to its clients, switchable while it runs."""

import re
import threading
from dataclasses import dataclass, field
from typing import Literal

Stage = Literal["login", "sender", "recipient", "content"]
DropAt = Literal["before_dot", "after_dot", "after_dot_unstored"]


@dataclass
class Refusal:
    """An answer other than 250, for the addresses that match and the next so many times."""

    stage: Stage
    code: int
    text: str
    pattern: re.Pattern[str]
    times: int | None

    @property
    def reply(self) -> str:
        return f"{self.code} {self.text}"


@dataclass
class Drop:
    at: DropAt
    times: int | None
    pattern: re.Pattern[str]


@dataclass
class MailFaults:
    """Every switch there is. `times=None` means: until `clear()`.

    Patterns are regular expressions found anywhere in an address, whatever its case.
    """

    delay: float = 0.0
    """Seconds before every reply."""
    per_connection: int | None = None
    """Messages taken on one connection before it is answered 421 and closed."""
    is_token_expired: bool = False
    is_shutting_down: bool = False
    _refusals: list[Refusal] = field(default_factory=list)
    _drops: list[Drop] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def expire_token(self) -> None:
        """Logins are refused, and who is logged in is sent away before the next message."""
        self.is_token_expired = True

    def renew_token(self) -> None:
        self.is_token_expired = False

    def goodbye(self) -> str | None:
        """What a client that is logged in hears before its next message, if it may not go on."""
        if self.is_shutting_down:
            return "421 4.3.2 The server is shutting down"
        if self.is_token_expired:
            return "421 4.7.0 The login has expired, log in again"
        return None

    def refuse_logins(
        self,
        code: int = 535,
        text: str = "5.7.8 Authentication credentials invalid",
        *,
        times: int | None = None,
    ) -> Refusal:
        return self._refuse("login", "", code, text, times)

    def refuse_senders(
        self,
        pattern: str = "",
        code: int = 550,
        text: str = "5.7.1 Sender refused",
        *,
        times: int | None = None,
    ) -> Refusal:
        return self._refuse("sender", pattern, code, text, times)

    def refuse_recipients(
        self,
        pattern: str = "",
        code: int = 550,
        text: str = "5.1.1 No such user",
        *,
        times: int | None = None,
    ) -> Refusal:
        """The refusal handed back tells by its ``times`` how many are left."""
        return self._refuse("recipient", pattern, code, text, times)

    def refuse_content(
        self,
        pattern: str = "",
        code: int = 554,
        text: str = "5.7.1 Message refused",
        *,
        times: int | None = None,
    ) -> Refusal:
        """After the dot; the pattern is looked for in the recipients."""
        return self._refuse("content", pattern, code, text, times)

    def drop(self, at: DropAt, pattern: str = "", *, times: int | None = 1) -> Drop:
        """Hangs up; with `after_dot` the message is kept, and its sender cannot know."""
        drop = Drop(at, times, re.compile(pattern, re.IGNORECASE))
        with self._lock:
            self._drops.append(drop)
        return drop

    def withdraw(self, fault: Refusal | Drop) -> None:
        """This one alone is over."""
        with self._lock:
            self._refusals = [one for one in self._refusals if one is not fault]
            self._drops = [one for one in self._drops if one is not fault]

    def slow_down(self, seconds: float) -> None:
        self.delay = seconds

    def limit_connection(self, messages: int | None) -> None:
        self.per_connection = messages

    def clear(self) -> None:
        """All is well again."""
        with self._lock:
            self._refusals.clear()
            self._drops.clear()
        self.delay, self.per_connection = 0.0, None
        self.is_token_expired = self.is_shutting_down = False

    def _refuse(self, stage: Stage, pattern: str, code: int, text: str, times: int | None) -> Refusal:
        refusal = Refusal(stage, code, text, re.compile(pattern, re.IGNORECASE), times)
        with self._lock:
            self._refusals.append(refusal)
        return refusal

    def refusal(self, stage: Stage, *addresses: str) -> str | None:
        """The refusal that applies now, which is counted."""
        if stage == "login" and self.is_token_expired:
            return "535 5.7.8 Authentication credentials invalid"
        if not self._refusals:
            return None
        with self._lock:
            for refusal in self._refusals:
                if refusal.stage == stage and any(map(refusal.pattern.search, addresses)):
                    if refusal.times is not None:
                        refusal.times -= 1
                        if refusal.times <= 0:
                            self._refusals.remove(refusal)
                    return refusal.reply
        return None

    def drops(self, at: DropAt, *addresses: str) -> bool:
        """Whether to hang up here and now, which is counted."""
        if not self._drops:
            return False
        with self._lock:
            for drop in self._drops:
                if drop.at == at and any(map(drop.pattern.search, addresses)):
                    if drop.times is not None:
                        drop.times -= 1
                        if drop.times <= 0:
                            self._drops.remove(drop)
                    return True
        return False
