"""Trigger ids: proof that a person has just done something. Three seconds, one use."""

from collections.abc import Callable
from dataclasses import dataclass

from playground.records import ApiError


@dataclass
class Trigger:
    user: str
    channel: str | None
    view: str | None
    made_at: float
    is_used: bool = False


class Triggers:
    def __init__(self, clock: Callable[[], float], lifetime: float = 3.0) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self._made: dict[str, Trigger] = {}

    def make(self, user: str, *, channel: str | None = None, view: str | None = None) -> str:
        trigger_id = f"{len(self._made) + 1:013d}.{hash(user) % 10**12}.{id(self):032x}"
        self._made[trigger_id] = Trigger(user, channel, view, self._clock())
        return trigger_id

    def use(self, trigger_id: str) -> Trigger:
        trigger = self._made.get(trigger_id)
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.is_used:
            raise ApiError("exchanged_trigger_id")
        if self._clock() - trigger.made_at > self._lifetime:
            raise ApiError("expired_trigger_id")
        trigger.is_used = True
        return trigger
