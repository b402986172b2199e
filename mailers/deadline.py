"""A moment by which a hand-over must be over, whatever its single steps take."""

import time
from collections.abc import Callable

from campaigns.hand_over import LONGEST_HAND_OVER

CONNECT_SECONDS = 15.0
STEP_SECONDS = 60.0
TOTAL_SECONDS = LONGEST_HAND_OVER.total_seconds()
"""All of one hand-over, a second connection included; shorter than ``campaigns.hand_over.LEASE``."""

Clock = Callable[[], float]


class Deadline:
    """Counts down from ``seconds``."""

    def __init__(self, seconds: float = TOTAL_SECONDS, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._ends = clock() + seconds

    def left(self, at_most: float = STEP_SECONDS) -> float:
        """Seconds for the next step; raises TimeoutError when there are none."""
        seconds = min(self._ends - self._clock(), at_most)
        if seconds <= 0:
            raise TimeoutError("timed out")
        return seconds
