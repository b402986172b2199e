"""How many may use an account's connections at one time, whichever runs they send for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class NoTurn(Exception):
    """All are taken, and stayed so."""


class Turns:
    """At most so many at one time. Thread-safe."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._taken = 0
        self._changed = threading.Condition()

    def allow(self, at_once: int) -> None:
        """From now on; who has a turn keeps it."""
        with self._changed:
            self._at_once = at_once
            self._changed.notify_all()

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Wait for a turn, and have it. Raises NoTurn if none is free within ``seconds``."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._taken < self._at_once, seconds):
                raise NoTurn
            self._taken += 1
        try:
            yield
        finally:
            with self._changed:
                self._taken -= 1
                self._changed.notify()
