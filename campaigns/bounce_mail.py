"""A mail server's report → what came back and why (delivery status notifications, RFC 3464)."""

import re

from campaigns.incoming import Bounce, Nothing, Returned
from campaigns.invite_clean import one_line
from campaigns.mail_parts import (
    Mail,
    header,
    ids_in,
    inside,
    key_of,
    keys_in,
    leaves,
    octets_of,
    parse,
    sender_of,
    text_of,
)

_STATUS_PARTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_HEADER_PARTS = frozenset({"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"})
_WHOLE_PARTS = frozenset({"message/rfc822", "message/global"})
_DAEMONS = frozenset({"mailer-daemon", "postmaster", "mail-daemon"})
_BOUNDARY_KEY = re.compile(r"=_(?:mixed|alternative)_([0-9a-f]{32})")
_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ADDRESS = re.compile(r"<?[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+>?")
_EVIDENCE = 200
_MOST_RECIPIENTS = 20

_BLAMES_SENDER = frozenset({"5.1.7", "5.1.8", "5.1.9", "5.1.20", "5.1.90"})
_DISABLED = "5.2.1"
_REPORTS_TROUBLE = "failed"

# in the words of a refusal while sending, so that reports group them together
_CAUSES = (
    (r"5\.1\.2$|5\.4\.4$", "The domain takes no mail"),
    (r"5\.1\.3$", "The address is not valid"),
    (r"5\.1\.|5\.4\.1$", "The mailbox doesn't exist"),
    (r".\.2\.1$", "The mailbox is closed"),
    (r".\.2\.2$", "The mailbox is full"),
    (r".\.7\.", "Refused by the other side's policy"),
    (r"4\.|.\.4\.", "The mail server could not be reached in time"),
)
_BLAMED = "The mail server refused the sender"
SENT_BACK = "The mail server sent it back"


def read_bounce(mail: Mail) -> Bounce | Nothing | None:
    """What came back; Nothing if nothing did, None if ``mail`` is no such report."""
    parts = list(leaves(mail))
    blocks = [block for part in parts if part.get_content_type() in _STATUS_PARTS for block in _blocks(part)]
    about = [block for block in blocks if "Final-Recipient" in block or "Original-Recipient" in block]
    return _bounce(mail, parts, about) if about else None


def read_plain_bounce(mail: Mail) -> Bounce | Nothing | None:
    """As ``read_bounce``, of a report that is written for people: only its headers can be read."""
    failed = keys_in(mail, "X-Failed-Recipients")
    if not failed and sender_of(mail).partition("@")[0] not in _DAEMONS:
        return None
    returned = returned_letter(mail, list(leaves(mail)))
    if failed and returned.is_named:
        return Bounce(failed[:_MOST_RECIPIENTS], returned, "", SENT_BACK, "", is_hard=False)
    return Nothing("A mail server's report cannot be read.", is_strange=True)


def returned_letter(mail: Mail, parts: list[Mail]) -> Returned:
    """What names the letter that a report is about: in the headers that came back, else in its own."""
    ids: list[str] = []
    key = ""
    for original in originals(parts):
        ids += ids_in(original, "Message-ID", "X-Google-Original-Message-ID")
        boundary = _BOUNDARY_KEY.search(header(original, "Content-Type"))
        key = key or (boundary[1] if boundary else "")
    ids += ids_in(mail, "In-Reply-To", "References")
    return Returned(tuple(dict.fromkeys(ids)), key)


def originals(parts: list[Mail]) -> list[Mail]:
    """The mails, or headers of mails, that a report brings back."""
    found: list[Mail] = []
    for part in parts:
        if part.get_content_type() in _WHOLE_PARTS:
            found += inside(part)
        elif part.get_content_type() in _HEADER_PARTS:
            found += inside(part) or [parse(octets_of(part).lstrip())]
    return found


def is_hard(status: str, said: str) -> bool:
    """Whether the address itself is to blame. Full mailboxes and refusals by rule may end."""
    if status == _DISABLED:
        return True
    return status.startswith("5.1.") and not _is_senders_fault(status, said)


def cause_of(status: str, said: str) -> str:
    """Why it came back, in the few words by which reports group."""
    if status.startswith("5.1.") and _is_senders_fault(status, said):
        return _BLAMED
    return next((cause for pattern, cause in _CAUSES if re.match(pattern, status)), SENT_BACK)


def _is_senders_fault(status: str, said: str) -> bool:
    return status in _BLAMES_SENDER or re.search(r"\bsender\b", said, re.IGNORECASE) is not None


def _blocks(part: Mail) -> list[Mail]:
    """The groups of fields of a delivery status."""
    blocks = inside(part)
    if part.get_content_type() == "message/delivery-status" and blocks:
        return blocks
    # the library knows only the first group of the newer kind, and none of an encoded one
    text = text_of(blocks[0]) if blocks else text_of(part)
    return blocks + [parse(group.encode()) for group in re.split(r"\r?\n[ \t]*\r?\n", text.strip()) if group]


def _bounce(mail: Mail, parts: list[Mail], about: list[Mail]) -> Bounce | Nothing:
    failed = next((block for block in about if _has_failed(block)), None)
    if failed is None:
        return Nothing("The letter is only late, or has arrived.")
    said = header(failed, "Diagnostic-Code").partition(";")[2].strip() or header(failed, "Diagnostic-Code")
    status = _status(header(failed, "Status"), said)
    fields = (header(failed, name) for name in ("Original-Recipient", "Final-Recipient"))
    named = [key_of(field.partition(";")[2]) for field in fields]
    written = [key for original in originals(parts) for key in keys_in(original, "To")]
    everybody = (*named, *keys_in(mail, "X-Failed-Recipients"), *written)
    recipients = tuple(dict.fromkeys(key for key in everybody if key))[:_MOST_RECIPIENTS]
    return Bounce(
        recipients=recipients,
        returned=returned_letter(mail, parts),
        status=status,
        cause=cause_of(status, said),
        evidence=_evidence(status, said),
        is_hard=is_hard(status, said),
    )


def _has_failed(block: Mail) -> bool:
    action = header(block, "Action").partition(" ")[0].lower()
    return action == _REPORTS_TROUBLE if action else header(block, "Status").startswith("5")


def _status(given: str, said: str) -> str:
    """The enhanced code; where a server gives a general one, that in the words of the one it asked."""
    code, inner = _CODE.search(given), _CODE.search(said)
    if inner and (code is None or code[1].endswith(".0.0")) and not inner[1].startswith("2"):
        return inner[1]
    return code[1] if code else ""


def _evidence(status: str, said: str) -> str:
    """The server's own words without anybody's address, on one short line."""
    words = one_line(_ADDRESS.sub("<address>", said))
    line = words if status in words else f"{status} {words}".strip()
    line = "".join(letter if letter.isprintable() else " " for letter in line)
    return line if len(line) <= _EVIDENCE else line[: _EVIDENCE - 1] + "…"
