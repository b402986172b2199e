"""What a provider can do to its callers, switchable while it runs."""

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from playground.provider_answers import GARBAGE, Answer
from playground.provider_traffic import Traffic, is_of

When = Literal["before", "after"]
How = Literal["silent", "cut"]


@dataclass
class Fault:
    """For the calls and addresses that match, and the next so many times."""

    when: When
    """Before the call has had its effect, or after."""
    does: Answer | How
    """This answer in the place of the honest one; or it hangs up, silent or in the middle of its answer."""
    on: str
    pattern: re.Pattern[str]
    times: int | None

    def is_for(self, when: When, on: str, addresses: Iterable[str]) -> bool:
        if self.when != when or not is_of(on, self.on):
            return False
        return not self.pattern.pattern or any(map(self.pattern.search, addresses))


class ProviderFaults:
    """Every switch there is. `times=None` means: until `clear()` or `withdraw()`.

    `on` names the calls, as `events.insert`, or a family of them, as `events`; '' is all.
    Patterns are regular expressions found anywhere in an address that the call is about, whatever its case.
    """

    def __init__(self) -> None:
        self.traffic = Traffic()
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def refuse(
        self,
        answer: Answer,
        *,
        on: str = "",
        pattern: str = "",
        times: int | None = None,
        when: When = "before",
    ) -> Fault:
        """Gives this answer; with `when="after"` the call has had its effect all the same."""
        return self._add(Fault(when, answer, on, re.compile(pattern, re.IGNORECASE), times))

    def drop(
        self, when: When, *, on: str = "", pattern: str = "", times: int | None = 1, how: How = "silent"
    ) -> Fault:
        """Hangs up; after the effect its caller cannot know."""
        return self._add(Fault(when, how, on, re.compile(pattern, re.IGNORECASE), times))

    def garble(
        self, *, on: str = "", pattern: str = "", times: int | None = 1, when: When = "before"
    ) -> Fault:
        """Answers 200 with a page that is no answer."""
        return self.refuse(GARBAGE, on=on, pattern=pattern, times=times, when=when)

    def slow_down(self, seconds: float) -> None:
        """Waits so long before every effect."""
        self.traffic.slow_down(seconds)

    def hold(self, on: str = "") -> None:
        """Calls wait before their effect until `release()`."""
        self.traffic.hold(on)

    def release(self) -> None:
        self.traffic.hold(None)

    def withdraw(self, fault: Fault) -> None:
        """This one alone is over."""
        with self._lock:
            self._faults = [one for one in self._faults if one is not fault]

    def clear(self) -> None:
        """All is well again."""
        with self._lock:
            self._faults.clear()
        self.slow_down(0.0)
        self.release()

    def take(self, when: When, on: str, addresses: Iterable[str]) -> Fault | None:
        """The fault that applies now, which is counted."""
        with self._lock:
            for fault in self._faults:
                if fault.is_for(when, on, addresses):
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times <= 0:
                            self._faults.remove(fault)
                    return fault
        return None

    def _add(self, fault: Fault) -> Fault:
        with self._lock:
            self._faults.append(fault)
        return fault
