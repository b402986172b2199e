"""Keeps an acknowledgement that was given, whatever happens afterwards.

Bolt looks for the answer every 10 ms, and takes it back if the listener fails before it has looked
(slack_bolt 1.30, ThreadListenerRunner): Slack is answered 404 and says that the app did not respond.
"""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, BoltContext, BoltResponse


class KeptAck(Ack):
    """An answer that can be given, and not taken back."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "response" and value is None and self.__dict__.get("response") is not None:
            return
        super().__setattr__(name, value)


def keep_answers(context: BoltContext, next_: Callable[[], BoltResponse]) -> BoltResponse:
    """A Bolt middleware: the listener of this request gets an ack that stays."""
    context["ack"] = KeptAck()  # type: ignore[no-untyped-call]  # Bolt's own constructor has no types
    return next_()
