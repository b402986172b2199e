"""What a server that mail is read from can do to its clients, switchable while it runs."""

import threading
from dataclasses import dataclass, field
from typing import Literal

DropWhen = Literal["before", "middle", "after"]


@dataclass
class ImapRefusal:
    """NO to one command, for the next so many times."""

    on: str
    text: str
    times: int | None


@dataclass
class ImapDrop:
    """Hangs up around the answer to one command."""

    on: str
    when: DropWhen
    times: int | None


@dataclass
class ImapFaults:
    """Every switch there is. `times=None` means: until `clear()` or `withdraw()`.

    `on` is a command, as SELECT or FETCH; LOGIN means every way to log in.
    """

    delay: float = 0.0
    """Seconds before every answer."""
    is_shutting_down: bool = False
    _refusals: list[ImapRefusal] = field(default_factory=list)
    _drops: list[ImapDrop] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refuse(self, on: str, text: str, *, times: int | None = None) -> ImapRefusal:
        refusal = ImapRefusal(on, text, times)
        with self._lock:
            self._refusals.append(refusal)
        return refusal

    def refuse_logins(
        self, text: str = "[AUTHENTICATIONFAILED] Invalid credentials", *, times: int | None = None
    ) -> ImapRefusal:
        return self.refuse("LOGIN", text, times=times)

    def drop(self, on: str, when: DropWhen = "before", *, times: int | None = 1) -> ImapDrop:
        """Hangs up without a word; `middle` is with half of the answer said."""
        drop = ImapDrop(on, when, times)
        with self._lock:
            self._drops.append(drop)
        return drop

    def slow_down(self, seconds: float) -> None:
        self.delay = seconds

    def withdraw(self, fault: ImapRefusal | ImapDrop) -> None:
        """This one alone is over."""
        with self._lock:
            self._refusals = [one for one in self._refusals if one is not fault]
            self._drops = [one for one in self._drops if one is not fault]

    def clear(self) -> None:
        """All is well again."""
        with self._lock:
            self._refusals.clear()
            self._drops.clear()
        self.delay, self.is_shutting_down = 0.0, False

    def refusal(self, on: str) -> str | None:
        """The refusal that applies now, which is counted."""
        with self._lock:
            for refusal in self._refusals:
                if refusal.on == on:
                    if refusal.times is not None:
                        refusal.times -= 1
                        if refusal.times <= 0:
                            self._refusals.remove(refusal)
                    return refusal.text
        return None

    def drops(self, on: str) -> DropWhen | None:
        """When to hang up on this command, if at all, which is counted."""
        with self._lock:
            for drop in self._drops:
                if drop.on == on:
                    if drop.times is not None:
                        drop.times -= 1
                        if drop.times <= 0:
                            self._drops.remove(drop)
                    return drop.when
        return None
