"""Lets no captured request act twice: Slack signs one press once."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_bolt import BoltResponse

KEPT_FOR = timedelta(minutes=10)
"""Twice the age at which a signature is refused."""

_MOST = 20_000


class Repeats:
    """A Bolt middleware. A press that was delivered before is acknowledged and does nothing.

    Presses only: a doubled submission is known to the use-cases by its own key and shows the same outcome.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._seen: OrderedDict[str, datetime] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, body: Mapping[str, Any], next_: Callable[[], BoltResponse]) -> BoltResponse:
        if body.get("type") == "block_actions" and self._is_repeat(body):
            return BoltResponse(status=200, body="")
        return next_()

    def _is_repeat(self, body: Mapping[str, Any]) -> bool:
        press = _press(body)
        if press is None:
            return False
        now = self._now()
        with self._lock:
            while self._seen and (
                len(self._seen) >= _MOST or now - next(iter(self._seen.values())) > KEPT_FOR
            ):
                self._seen.popitem(last=False)
            is_known = press in self._seen
            self._seen.setdefault(press, now)
        return is_known


def _press(body: Mapping[str, Any]) -> str | None:
    """What tells one press from every other; None if Slack did not say when it was."""
    actions = body.get("actions") or []
    if not actions or not actions[0].get("action_ts"):
        return None
    action, user = actions[0], body.get("user") or {}
    return "\n".join(str(part) for part in (user.get("id"), action.get("action_id"), action["action_ts"]))
