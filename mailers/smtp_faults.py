"""What a mail server meant: stage, code and words in, one fault of the closed family out. Pure."""

import re

from campaigns.errors import AnyFault
from mailers.smtp_rules import (
    BUSY,
    CERTIFICATE,
    HOST,
    NO_LOGINS,
    NO_TLS,
    POLICY,
    POLICY_HINT,
    RULES,
    Rule,
    Stage,
)
from mailers.verdicts import Verdict, evidence_of, fault_of

_ENHANCED = re.compile(r"(?:^|[\s(#])([245]\.\d{1,3}\.\d{1,3})(?=$|[\s):;,])")

# Where no rule speaks: what a stage alone says. A 4xx passes; a 5xx is this attendee's at RCPT, and
# elsewhere more likely the sender's or the content's, so several in a row stop the run.
_TEMPORARY = {
    Stage.CONNECT: Rule(Verdict.BUSY_FOR_ALL, BUSY),
    Stage.TLS: Rule(Verdict.BUSY_FOR_ALL, BUSY),
    Stage.AUTH: Rule(Verdict.BUSY_FOR_ALL, BUSY),
    Stage.MAIL: Rule(Verdict.BUSY_FOR_ALL, BUSY),
    Stage.RCPT: Rule(Verdict.BUSY, "The mail server asked to try again later"),
    Stage.DATA: Rule(Verdict.BUSY, "The mail server asked to try again later"),
}
_PERMANENT = {
    Stage.CONNECT: Rule(Verdict.BROKEN, "The mail server refuses this machine", HOST),
    Stage.TLS: Rule(Verdict.BROKEN, "The mail server offers no encryption", NO_TLS),
    Stage.AUTH: Rule(Verdict.BUSY_FOR_ALL, NO_LOGINS),
    Stage.MAIL: Rule(
        Verdict.BAD_BY_POLICY,
        "The mail server refused the sender",
        "Ask your mail provider what it holds against the organizer's address.",
    ),
    Stage.RCPT: Rule(Verdict.BAD_ADDRESS, "The address was refused"),
    Stage.DATA: Rule(Verdict.BAD_BY_POLICY, POLICY, POLICY_HINT),
}
_NO_REPLY = {
    Stage.CONNECT: Rule(Verdict.BUSY_FOR_ALL, "The mail server cannot be reached", HOST),
    Stage.TLS: Rule(Verdict.BROKEN, "The mail server cannot be trusted", CERTIFICATE),
    Stage.DROPPED_AFTER_DOT: Rule(
        Verdict.UNSURE,
        "The connection broke after the invite was handed over",
        "It may have arrived. Sending again is safe: calendars merge it.",
    ),
}
_BROKE_OFF = Rule(Verdict.BUSY, "The connection broke before the invite was handed over")


def classify(stage: Stage, code: int, text: str, *, recipient: str = "") -> AnyFault:
    """The fault behind a reply other than success; ``code`` 0 means that there was no reply.

    The enhanced code is trusted most, then the words, then the basic code (providers reuse basic codes for
    opposite things: 450 is both one slow mailbox and a whole account over its limit).
    """
    rule = _rule_for(stage, code, text, recipient)
    evidence = evidence_of(code, text, recipient)
    return fault_of(rule.verdict, rule.cause, hint=rule.hint, after=rule.after, evidence=evidence)


def _rule_for(stage: Stage, code: int, text: str, recipient: str) -> Rule:
    if stage in (Stage.DROPPED_BEFORE_DOT, Stage.DROPPED_AFTER_DOT) or not 400 <= code <= 599:
        if stage is Stage.TLS and "certificate" not in text:
            return _PERMANENT[stage]
        return _NO_REPLY.get(stage, _BROKE_OFF)
    found = _ENHANCED.search(text)
    enhanced = found[1] if found and found[1][0] == str(code)[0] else ""
    named = bool(recipient) and recipient.lower() in text.lower()
    for rule in _BY_TRUST:
        if (
            stage in rule.stages
            and re.fullmatch(rule.code, str(code))
            and (not rule.enhanced or re.fullmatch(rule.enhanced, enhanced))
            and (not rule.words or re.search(rule.words, text, re.IGNORECASE | re.DOTALL))
            and (named or not rule.names_attendee)
        ):
            return rule
    return (_TEMPORARY if code < 500 else _PERMANENT)[stage]


def _trust(rule: Rule) -> tuple[bool, bool]:
    return (not rule.enhanced, not rule.words)


_BY_TRUST = sorted(RULES, key=_trust)
