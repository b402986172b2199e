"""What Microsoft meant: a reply in, one fault of the closed family out. Pure."""

import json
import re
from datetime import datetime, timedelta

from campaigns.errors import AnyFault
from mailers.graph_rules import RULES, SCOPE, TOKEN_RULES, Rule
from mailers.retry_times import after_header
from mailers.verdicts import Verdict, evidence_of, fault_of

_DELAYED = frozenset({Verdict.BUSY, Verdict.BUSY_FOR_ALL, Verdict.QUOTA, Verdict.UNSURE})
_NUMBERED = re.compile(r"AADSTS\d+: [^.]{1,120}")


def read_error(body: bytes) -> tuple[str, str]:
    """Code and message; '' both where a page stands in their place."""
    try:
        said = json.loads(body)["error"]
        return str(said.get("code", "")), str(said.get("message", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        return "", ""


def classify(
    status: int, code: str, message: str, *, now: datetime, retry_after: str = "", recipient: str = ""
) -> AnyFault:
    """The fault behind a reply other than 202."""
    rule = next(rule for rule in RULES if _fits(rule, status, code))
    asked = after_header(retry_after, now) if retry_after else None
    after = _after(rule, asked)
    return fault_of(
        rule.verdict,
        rule.cause,
        hint=rule.hint,
        after=after,
        is_said=after is not None and after == asked,
        evidence=evidence_of(status, f"{code} {message}", recipient),
    )


def classify_token(code: str, text: str) -> AnyFault:
    """The fault behind a token that was not given; ``code`` is OAuth's, '' where there was no answer.

    Of Entra's text only the number and its sentence are kept: the rest are ids and times.
    """
    rule = next(rule for rule in TOKEN_RULES if not rule.code or re.fullmatch(rule.code, code))
    found = _NUMBERED.search(text)
    evidence = evidence_of(0, f"{code} {found[0] if found else text}")
    return fault_of(rule.verdict, rule.cause, hint=rule.hint, evidence=evidence)


def too_few_scopes(missing: list[str]) -> AnyFault:
    """The fault of a token that was given for less than is needed."""
    return fault_of(
        Verdict.NO_ACCESS,
        SCOPE,
        hint="Renew the token of this account and allow everything that is asked. "
        f"Missing: {', '.join(scope.rpartition('/')[2] for scope in missing)}.",
        evidence=f"not granted: {', '.join(missing)}",
    )


def _after(rule: Rule, asked: timedelta | None) -> timedelta | None:
    if rule.verdict not in _DELAYED:
        return None
    if rule.verdict is Verdict.QUOTA and asked and rule.after:
        return max(asked, rule.after)  # the header speaks of the request, not of the day's limit
    return asked or rule.after


def _fits(rule: Rule, status: int, code: str) -> bool:
    return re.fullmatch(rule.status, str(status)) is not None and (
        not rule.code or re.fullmatch(rule.code, code) is not None
    )
