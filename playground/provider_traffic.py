"""The calls under way at a provider: how many there are, and what makes them wait."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


def is_of(on: str, family: str | None) -> bool:
    """Whether a call, as `events.insert`, is of a family: itself, `events`, or all of them, ''."""
    return family is not None and (not family or f"{on}.".startswith(f"{family}."))


class Traffic:
    """Counts calls by what they ask for. A call that waits stops waiting when the provider is stopped."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._under_way: Counter[str] = Counter()
        self._delay = 0.0
        self._held: str | None = None
        self._is_over = False

    @contextmanager
    def passing(self, on: str) -> Iterator[int]:
        """Counts a call for as long as it takes; says how many of its kind there are now."""
        with self._changed:
            self._under_way[on] += 1
            count = self._under_way[on]
            self._changed.notify_all()
        try:
            yield count
        finally:
            with self._changed:
                self._under_way[on] -= 1
                self._changed.notify_all()

    def wait(self, on: str) -> None:
        """Returns when this call may go on."""
        with self._changed:
            if self._delay:
                self._changed.wait_for(lambda: self._is_over or not self._delay, self._delay)
            self._changed.wait_for(lambda: self._is_over or not is_of(on, self._held))

    def slow_down(self, seconds: float) -> None:
        with self._changed:
            self._delay = seconds
            self._changed.notify_all()

    def hold(self, on: str | None) -> None:
        """Keeps the calls of a family waiting; with None, nobody any more."""
        with self._changed:
            self._held = on
            self._changed.notify_all()

    def open(self) -> None:
        self._is_over = False

    def close(self) -> None:
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def wait_for(self, on: str, count: int, timeout: float = 5.0) -> None:
        """Returns when so many calls of this kind are under way; raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._under_way[on] >= count, timeout):
                raise TimeoutError(f"{self._under_way[on]} calls of {on} under way, not {count}")
