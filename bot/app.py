"""The running bot: its parts start in the order in which they need each other, and stop in reverse."""

import logging
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack
from types import FrameType
from typing import Self

_log = logging.getLogger(__name__)


class Application:
    """Parts that start and stop together."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, Callable[[], object], Callable[[], object]]] = []
        self._started = ExitStack()

    def add(self, name: str, start: Callable[[], object], stop: Callable[[], object]) -> None:
        """One more part, started after those added before it."""
        self._parts.append((name, start, stop))

    def start(self) -> Self:
        """Start every part; if one fails, those started before it are stopped again."""
        with ExitStack() as started:
            for name, start, stop in self._parts:
                start()
                started.callback(_stop, name, stop)
            self._started = started.pop_all()
        _log.info("bot_started")
        return self

    def stop(self) -> None:
        """Stop every part, last started first. The invite on the wire is settled before this returns."""
        self._started.close()
        _log.info("bot_stopped")

    def run(self) -> None:
        """Start, wait for SIGTERM or SIGINT, stop."""
        over = threading.Event()

        def end(_number: int, _frame: FrameType | None) -> None:
            over.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        self.start()
        try:
            over.wait()
        finally:
            self.stop()


def _stop(name: str, stop: Callable[[], object]) -> None:
    try:
        stop()
    except Exception:  # noqa: BLE001 - see below
        # the others must still be stopped, above all whoever is settling an invite
        _log.exception("part_not_stopped", extra={"part": name})
