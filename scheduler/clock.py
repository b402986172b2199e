"""The time of this process."""

import threading
from datetime import UTC, datetime, timedelta

MINUTE = timedelta(minutes=1)


class SystemClock:
    """Implements ``campaigns.ports.Clock``. ``minute`` is shorter in the demo and in tests only."""

    def __init__(self, minute: timedelta = MINUTE) -> None:
        self._minute = minute
        self._stopping = threading.Event()

    def now(self) -> datetime:
        return datetime.now(UTC)

    @property
    def minute(self) -> timedelta:
        return self._minute

    def wait(self, duration: timedelta) -> None:
        self._stopping.wait(duration.total_seconds())

    def stop(self) -> None:
        """End every wait, now and later."""
        self._stopping.set()
