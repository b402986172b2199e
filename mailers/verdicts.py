"""What every classifier gives: a verdict on a provider's no, and the fault that carries it. Pure."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import assert_never

from campaigns.errors import AnyFault, BadAddress, Busy, Misconfigured, NoAccess, OverQuota, Unsure

_EVIDENCE = 200
_ANY_ADDRESS = re.compile(r"<?[^\s<>,;:\"'()\[\]=]+@[^\s<>,;:\"'()\[\]]+>?")
_SHORTEST_LOCAL_PART = 3


class Verdict(StrEnum):
    BUSY = "busy"
    BUSY_FOR_ALL = "busy for the whole account"
    TOO_FAST = "too fast for the whole account, counted by the minute"
    QUOTA = "over quota"
    BAD_ADDRESS = "bad address"
    BAD_BY_POLICY = "refused by policy"
    NO_ACCESS = "no access"
    BROKEN = "misconfigured"
    UNSURE = "unsure"


def fault_of(
    verdict: Verdict,
    cause: str,
    *,
    hint: str = "",
    after: timedelta | None = None,
    is_said: bool = False,
    evidence: str = "",
) -> AnyFault:
    """The fault of ``verdict``; an empty ``hint`` leaves the fault's own.

    ``is_said``: ``after`` is the provider's word, and not what we take for best.
    """
    fault = _made(verdict, cause, after, evidence, is_said=is_said)
    if hint:
        fault.hint = hint
    return fault


def _made(verdict: Verdict, cause: str, after: timedelta | None, evidence: str, *, is_said: bool) -> AnyFault:
    match verdict:
        case Verdict.BUSY:
            return Busy(cause, after=after, evidence=evidence)
        case Verdict.BUSY_FOR_ALL:
            return Busy(cause, after=after, whole_account=True, evidence=evidence)
        case Verdict.TOO_FAST:
            return Busy(cause, after=after, whole_account=True, is_brief=True, evidence=evidence)
        case Verdict.QUOTA:
            if after is None:  # pragma: no cover - a test holds that every such rule has it
                raise ValueError(cause)
            return OverQuota(cause, after=after, is_probe=not is_said, evidence=evidence)
        case Verdict.BAD_ADDRESS:
            return BadAddress(cause, evidence=evidence)
        case Verdict.BAD_BY_POLICY:
            return BadAddress(cause, evidence=evidence, policy=True)
        case Verdict.NO_ACCESS:
            return NoAccess(cause, evidence=evidence)
        case Verdict.BROKEN:
            return Misconfigured(cause, evidence=evidence)
        case Verdict.UNSURE:
            return Unsure(cause, after=after, evidence=evidence)
        case _:
            assert_never(verdict)


def evidence_of(code: int, text: str, recipient: str = "") -> str:
    """The provider's own words without anybody's address, on one short line."""
    if recipient:
        text = re.sub(re.escape(recipient), "<address>", text, flags=re.IGNORECASE)
        local = recipient.rpartition("@")[0]
        if len(local) >= _SHORTEST_LOCAL_PART:
            text = re.sub(rf"(?<!\w){re.escape(local)}(?!\w)", "<name>", text, flags=re.IGNORECASE)
    text = _ANY_ADDRESS.sub("<address>", text)
    said = "".join(character if character.isprintable() else " " for character in text)
    line = " ".join((f"{code} {said}" if code > 0 else said).split())
    return line if len(line) <= _EVIDENCE else line[: _EVIDENCE - 1] + "…"
