"""Keeps a stream of small news within what a medium takes."""

from collections import deque
from datetime import datetime, timedelta


class Budget:
    """At most ``limit`` takes of each key in any stretch of ``length``; known to this process only."""

    def __init__(self, limit: int, length: timedelta) -> None:
        self._limit = limit
        self._length = length
        self._taken: dict[str, deque[datetime]] = {}

    def take(self, key: str, now: datetime) -> datetime | None:
        """Take one: None. Or, when there is none left, the moment at which to ask again."""
        taken = self._since(key, now)
        if len(taken) < self._limit:
            taken.append(now)
            return None
        return taken[len(taken) - self._limit] + self._length

    def use(self, key: str, now: datetime) -> None:
        """Take one that cannot wait, also past the limit: it is what others then wait for."""
        self._since(key, now).append(now)

    def _since(self, key: str, now: datetime) -> deque[datetime]:
        taken = self._taken.setdefault(key, deque())
        while taken and taken[0] + self._length <= now:
            taken.popleft()
        return taken
