"""What a mail server meant: stage, code and words in, one fault of the closed family out. Pure."""

import re
from typing import assert_never

from campaigns.errors import AnyFault, BadAddress, Busy, Misconfigured, NoAccess, OverQuota, Unsure
from mailers.smtp_rules import BUSY, LOGIN, POLICY, RULES, Rule, Stage, Verdict

_EVIDENCE = 200
_ENHANCED = re.compile(r"(?:^|[\s(#])([245]\.\d{1,3}\.\d{1,3})(?=$|[\s):;,])")
_ANY_ADDRESS = re.compile(r"<?[^\s<>,;:\"'()\[\]=]+@[^\s<>,;:\"'()\[\]]+>?")
_SHORTEST_LOCAL_PART = 3

_HOST = "Check host and port in SMTP_URL and that the machine reaches the Internet."

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
    Stage.CONNECT: Rule(Verdict.BROKEN, "The mail server refuses this machine", _HOST),
    Stage.TLS: Rule(
        Verdict.BROKEN, "The mail server offers no encryption", "Use smtps://, or another port, in SMTP_URL."
    ),
    Stage.AUTH: Rule(Verdict.NO_ACCESS, LOGIN),
    Stage.MAIL: Rule(
        Verdict.BAD_BY_POLICY,
        "The mail server refused the sender",
        "Ask your mail provider what it holds against the organizer's address.",
    ),
    Stage.RCPT: Rule(Verdict.BAD_ADDRESS, "The address was refused"),
    Stage.DATA: Rule(Verdict.BAD_BY_POLICY, POLICY),
}
_NO_REPLY = {
    Stage.CONNECT: Rule(Verdict.BUSY_FOR_ALL, "The mail server cannot be reached", _HOST),
    Stage.TLS: Rule(
        Verdict.BROKEN,
        "The mail server cannot be trusted",
        "Its certificate does not fit its name: check the host in SMTP_URL.",
    ),
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
    evidence = _evidence(code, text, recipient)
    fault = _fault(rule, evidence)
    if rule.hint:
        fault.hint = rule.hint
    return fault


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


def _fault(rule: Rule, evidence: str) -> AnyFault:
    match rule.verdict:
        case Verdict.BUSY:
            return Busy(rule.cause, after=rule.after, evidence=evidence)
        case Verdict.BUSY_FOR_ALL:
            return Busy(rule.cause, after=rule.after, whole_account=True, evidence=evidence)
        case Verdict.QUOTA:
            if rule.after is None:  # pragma: no cover - a test holds that every such rule has it
                raise ValueError(rule)
            return OverQuota(rule.cause, after=rule.after, evidence=evidence)
        case Verdict.BAD_ADDRESS:
            return BadAddress(rule.cause, evidence=evidence)
        case Verdict.BAD_BY_POLICY:
            return BadAddress(rule.cause, evidence=evidence, policy=True)
        case Verdict.NO_ACCESS:
            return NoAccess(rule.cause, evidence=evidence)
        case Verdict.BROKEN:
            return Misconfigured(rule.cause, evidence=evidence)
        case Verdict.UNSURE:
            return Unsure(rule.cause, evidence=evidence)
        case _:
            assert_never(rule.verdict)


def _evidence(code: int, text: str, recipient: str) -> str:
    """The server's own words without anybody's address, on one short line."""
    if recipient:
        text = re.sub(re.escape(recipient), "<address>", text, flags=re.IGNORECASE)
        local = recipient.rpartition("@")[0]
        if len(local) >= _SHORTEST_LOCAL_PART:
            text = re.sub(rf"(?<!\w){re.escape(local)}(?!\w)", "<name>", text, flags=re.IGNORECASE)
    text = _ANY_ADDRESS.sub("<address>", text)
    said = "".join(character if character.isprintable() else " " for character in text)
    line = " ".join((f"{code} {said}" if code > 0 else said).split())
    return line if len(line) <= _EVIDENCE else line[: _EVIDENCE - 1] + "…"
