"""What it means that a provider gave no reply. Pure."""

from campaigns.errors import AnyFault
from mailers.verdicts import Verdict, fault_of
from mailers.wire import NoReply

_UNREACHED = "The provider cannot be reached"
_LOST = "The connection broke after the invite was handed over"
_GARBLED = "The provider's answer cannot be read"
_NETWORK = "Check that this machine reaches the Internet."
_MERGED = "It may have arrived. Sending again is safe: calendars merge it."


def silence(trouble: NoReply, *, repeatable: bool) -> AnyFault:
    """The fault of no reply; ``repeatable``: the same request again has no second effect."""
    if trouble.untrusted:
        return fault_of(
            Verdict.BROKEN,
            "The provider cannot be trusted",
            hint="Its certificate does not fit its name: check the network of this machine.",
            evidence=trouble.said,
        )
    if not trouble.handed_over:
        return fault_of(Verdict.BUSY_FOR_ALL, _UNREACHED, hint=_NETWORK, evidence=trouble.said)
    if repeatable:
        return fault_of(Verdict.BUSY, _LOST, evidence=trouble.said)
    return fault_of(Verdict.UNSURE, _LOST, hint=_MERGED, evidence=trouble.said)


def garbled(*, repeatable: bool) -> AnyFault:
    """The fault of a yes that is none: a page of somebody's network in the place of a receipt."""
    if repeatable:
        return fault_of(Verdict.BUSY, _GARBLED)
    return fault_of(Verdict.UNSURE, _GARBLED, hint=_MERGED)
