"""What Google meant: a reply in, one fault of the closed family out. Pure."""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from campaigns.errors import AnyFault
from mailers.google_rules import ALLOW, RULES, SCOPE, TOKEN_RULES, Call, Rule, Until
from mailers.retry_times import after_header, after_words, until_pacific_midnight
from mailers.verdicts import Verdict, evidence_of, fault_of

_DELAYED = frozenset({Verdict.BUSY, Verdict.BUSY_FOR_ALL, Verdict.TOO_FAST, Verdict.QUOTA, Verdict.UNSURE})


@dataclass(frozen=True, slots=True)
class GoogleError:
    """An error as Google wrote it. ``reasons`` are those of the list and of the details."""

    status: int
    reasons: tuple[str, ...] = ()
    message: str = ""
    retry_after: str = ""


class Step(StrEnum):
    """What to do about an answer that is no fault, because we chose the event's id ourselves."""

    COMPARE = "compare"  # it is there: by us, if it holds what we wrote
    NEXT_LIFE = "next life"  # deleted for good: the next of the ids we derive is free
    ABSENT = "absent"  # it is not there, or its whole calendar is not
    DONE = "done"
    AFRESH = "afresh"  # too long ago: what has changed since is no longer known


def read_error(status: int, body: bytes, retry_after: str = "") -> GoogleError:
    """The error in ``body``; of a page in its place only the status counts."""
    try:
        said = json.loads(body)["error"]
        message = str(said.get("message", ""))
        listed = [*said.get("errors", []), *said.get("details", [])]
        reasons = tuple(str(one["reason"]) for one in listed if isinstance(one, dict) and "reason" in one)
    except (ValueError, TypeError, KeyError, AttributeError):
        return GoogleError(status, retry_after=retry_after)
    return GoogleError(status, reasons, message, retry_after)


def next_step(error: GoogleError, call: Call) -> Step | None:
    """What follows from an error that our own ids make harmless; None: it is a fault."""
    match error.status, call:
        case 409, Call.INSERT:
            return Step.COMPARE
        case 404, (Call.INSERT | Call.PATCH | Call.READ | Call.DELETE):
            return Step.ABSENT
        case 410, (Call.PATCH | Call.READ):
            return Step.NEXT_LIFE
        case 410, Call.DELETE:
            return Step.DONE
        case 410, Call.LIST:
            return Step.AFRESH
        case _:
            return None


def classify(error: GoogleError, call: Call, *, now: datetime, recipient: str = "") -> AnyFault:
    """The fault behind a reply other than success."""
    rule = next(rule for rule in RULES if _fits(rule, error, call))
    evidence = evidence_of(error.status, " ".join((*error.reasons[:1], error.message)), recipient)
    said = _said(rule, error, now) if rule.verdict in _DELAYED else None
    after = rule.after if said is None and rule.verdict in _DELAYED else said
    is_said = said is not None
    return fault_of(rule.verdict, rule.cause, hint=rule.hint, after=after, is_said=is_said, evidence=evidence)


def classify_token(code: str, text: str, *, retryable: bool = False) -> AnyFault:
    """The fault behind a token that was not given; ``code`` is OAuth's, '' where there was no answer."""
    rule = TOKEN_RULES[-1] if retryable else next(rule for rule in TOKEN_RULES if _says(rule, (code,)))
    return fault_of(rule.verdict, rule.cause, hint=rule.hint, evidence=evidence_of(0, text))


def too_few_scopes(missing: list[str]) -> AnyFault:
    """The fault of a token that was given for less than is needed."""
    return fault_of(
        Verdict.NO_ACCESS,
        SCOPE,
        hint=f"{ALLOW} Missing: {', '.join(scope.rpartition('/')[2] or scope for scope in missing)}.",
        evidence=f"not granted: {', '.join(missing)}",
    )


def _fits(rule: Rule, error: GoogleError, call: Call) -> bool:
    return (
        call in rule.calls
        and re.fullmatch(rule.status, str(error.status)) is not None
        and _says(rule, error.reasons)
        and (not rule.words or re.search(rule.words, error.message, re.IGNORECASE) is not None)
    )


def _says(rule: Rule, reasons: tuple[str, ...]) -> bool:
    return not rule.reason or any(re.fullmatch(rule.reason, reason) for reason in reasons)


def _said(rule: Rule, error: GoogleError, now: datetime) -> timedelta | None:
    """How long Google wants us to wait; None where it names no time."""
    asked = after_header(error.retry_after, now) if error.retry_after else None
    if asked is not None and rule.until is not Until.MIDNIGHT:
        return asked
    match rule.until:
        case Until.SAID:
            return after_words(error.message, now) or None
        case Until.MIDNIGHT:
            return until_pacific_midnight(now)
        case Until.FIXED:
            return None
