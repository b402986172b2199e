"""A clock that a test moves by hand."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class HandClock:
    """Implements ``campaigns.ports.Clock``. Waiting returns at once, with the time moved on and noted."""

    def __init__(self, now=NOON, minute=timedelta(minutes=1)):
        self.time = now
        self.minute = minute
        self.waits = []

    def now(self):
        return self.time

    def wait(self, duration):
        self.waits.append(duration)
        self.advance(duration)

    def advance(self, duration):
        self.time += duration

    def minutes(self, count):
        """Move on by ``count`` minutes."""
        self.advance(timedelta(minutes=count))
