"""Moments counted by the second, laid into stretches of equal length."""

from collections.abc import Iterable
from datetime import datetime

from campaigns.ports import SentAt


def in_stretches(counted: Iterable[tuple[datetime, int]], stretches: int) -> list[SentAt]:
    """``counted`` comes by time; of the stretches from its first moment to its last, none is left out."""
    moments = list(counted)
    if not moments:
        return []
    first, last = moments[0][0], moments[-1][0]
    number = stretches if last > first else 1
    length = (last - first) / number
    counts = [0] * number
    for at, count in moments:
        # the last moment belongs to the last stretch
        counts[min(int((at - first) / length), number - 1) if length else 0] += count
    return [SentAt(first + length * index, count) for index, count in enumerate(counts)]
