"""Slack's rate limits as token buckets, one per method (per channel for posting)."""

from collections.abc import Callable
from dataclasses import dataclass

TIER_2, TIER_3, TIER_4 = 20, 50, 100
PER_MINUTE = {
    "auth.test": 600,
    "chat.getPermalink": 600,
    "chat.delete": TIER_3,
    "chat.postEphemeral": TIER_4,
    "chat.update": TIER_3,
    "conversations.info": TIER_3,
    "conversations.join": TIER_3,
    "conversations.list": TIER_2,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "files.completeUploadExternal": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "files.info": TIER_4,
    "apps.connections.open": TIER_3,
    "usergroups.users.list": TIER_2,
    "users.info": TIER_4,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}
# "About one a second per channel, short bursts allowed": Slack does not say how short.
POST_PER_MINUTE, POST_BURST = 60, 5


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


class RateLimits:
    """Says how long a caller has to wait; 0 means the call is allowed and counted.

    `scale` multiplies every rate and burst; None lets everything pass.
    """

    def __init__(self, scale: float | None, clock: Callable[[], float]) -> None:
        self._scale = scale
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def wait(self, method: str, channel: str) -> float:
        if self._scale is None:
            return 0.0
        if method == "chat.postMessage":
            return self._take(f"{method}:{channel}", POST_PER_MINUTE, POST_BURST)
        rate = PER_MINUTE.get(method)
        return self._take(method, rate, rate) if rate else 0.0

    def _take(self, key: str, per_minute: int, burst: int) -> float:
        scale = self._scale or 1.0
        rate, most = per_minute * scale / 60, max(1.0, burst * scale)
        now = self._clock()
        bucket = self._buckets.setdefault(key, _Bucket(most, now))
        bucket.tokens = min(most, bucket.tokens + (now - bucket.filled_at) * rate)
        bucket.filled_at = now
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / rate
        bucket.tokens -= 1
        return 0.0
