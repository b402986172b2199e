"""Wakes whoever sleeps until the next due batch or notice, right after a commit."""

from collections.abc import Callable


class WakeUp:
    """Implements ``campaigns.ports.Alarm``. Sleepers are added once the parts exist."""

    def __init__(self) -> None:
        self._sleepers: list[Callable[[], None]] = []

    def add(self, sleeper: Callable[[], None]) -> None:
        """Call ``sleeper`` on every wake-up; it must return at once."""
        self._sleepers.append(sleeper)

    def wake(self) -> None:
        for sleeper in self._sleepers:
            sleeper()
