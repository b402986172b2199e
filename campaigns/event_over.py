"""Once an event is over nothing more is sent about it: a run that is on pauses, and says what can be done."""

from campaigns.errors import StateError
from campaigns.faults import Pause
from campaigns.model import Kind, Reason


def pause_of(kind: Kind) -> Pause:
    """The pause of a run that is on when its event ends."""
    return Pause(Reason.OVER, "Nothing more is sent about an event that is over", _advice(kind))


def not_resumed(kind: Kind) -> StateError:
    """The truth for *Resume* while the event is over."""
    return StateError("The event is over.", hint=_advice(kind))


def _advice(kind: Kind) -> str:
    if kind is Kind.CANCEL:  # the date cannot be changed while people are told that it is off
        return "Press Stop. Whoever is left still has it in their calendar."
    return "Change its date with Edit event, then press Resume, or press Stop."
