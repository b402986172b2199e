"""One mail at a glance: what it is to its reader, and what ties it to others."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from enum import StrEnum

from playground.mail_store import StoredMail


class Kind(StrEnum):
    """What a mail is to its reader."""

    INVITE = "Invitation"
    UPDATE = "Updated invitation"
    CANCEL = "Cancelled"
    ANSWER = "Answer"
    BOUNCE = "Bounce"
    DELAY = "Delayed"
    COMPLAINT = "Spam report"
    LETTER = "Mail"


@dataclass(frozen=True, slots=True)
class Glance:
    """What a list shows of a mail, and what ties it to others.

    ``stamped`` is the event's DTSTAMP; ``about_id`` the Message-ID of the mail that a report is about.
    """

    mail: StoredMail
    kind: Kind
    subject: str
    sender: str
    to: str
    uid: str = ""
    sequence: int = 0
    stamped: str = ""
    attendee: str = ""
    partstat: str = ""
    message_id: str = ""
    about_id: str = ""

    @property
    def number(self) -> int:
        return self.mail.number

    @property
    def age(self) -> tuple[int, str, int]:
        """Of two versions of an event the one with the higher counts, in whichever order they came."""
        return (self.sequence, self.stamped, self.number)

    @property
    def writer(self) -> tuple[str, str]:
        """Name and address; one of the two may be empty."""
        return parseaddr(self.sender)

    @property
    def reader(self) -> tuple[str, str]:
        name, address = parseaddr(self.to)
        return name, address or ", ".join(self.mail.recipients)

    @property
    def thread(self) -> tuple[str, str]:
        """Mails of one event to one attendee have the same; others stand alone."""
        return (self.uid, self.attendee) if self.uid else ("", str(self.number))


_METHODS = {"REQUEST": Kind.INVITE, "CANCEL": Kind.CANCEL, "REPLY": Kind.ANSWER}
_REPORTS = {"message/delivery-status": Kind.BOUNCE, "message/feedback-report": Kind.COMPLAINT}
_ACTION = re.compile(r"^Action:\s*(\w+)", re.MULTILINE | re.IGNORECASE)
_FOLD = re.compile(rb"\r?\n[ \t]")
_ATTENDEE = re.compile(
    r"^ATTENDEE(?P<params>[;:].*?)mailto:(?P<address>\S+?)\s*$", re.MULTILINE | re.IGNORECASE
)
_PARTSTAT = re.compile(r"PARTSTAT=([A-Z-]+)", re.IGNORECASE)


def glance_at(mail: StoredMail) -> Glance:
    """Reads a mail by its lines alone: a list of thousands must not wait for a calendar library."""
    message = message_from_bytes(mail.content)
    kind, facts = Kind.LETTER, {}
    report = next((part for part in message.walk() if part.get_content_type() in _REPORTS), None)
    if report is not None:
        kind, facts = _report_kind(report), {"about_id": _original_id(message)}
    elif text := _calendar_text(message):
        kind, facts = _event_facts(text, mail)
    return Glance(
        mail=mail,
        kind=kind,
        subject=_words(message["Subject"]) or "(no subject)",
        sender=_words(message["From"]) or mail.sender,
        to=_words(message["To"]) or ", ".join(mail.recipients),
        message_id=str(message["Message-ID"] or "").strip(),
        sequence=int(facts.pop("sequence", "0")),
        **facts,
    )


def _report_kind(report: Message) -> Kind:
    found = _ACTION.search(report.as_string())
    is_delay = found is not None and found[1].lower() in {"delayed", "delivered", "relayed", "expanded"}
    return Kind.DELAY if is_delay else _REPORTS[report.get_content_type()]


def _words(header: str | None) -> str:
    try:
        return " ".join(str(make_header(decode_header(header or ""))).split())
    except (LookupError, ValueError):
        return str(header)


def _calendar_text(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() in {"text/calendar", "application/ics"}:
            raw = part.get_payload(decode=True)
            return _FOLD.sub(b"", raw).decode("utf-8", "replace") if isinstance(raw, bytes) else ""
    return ""


def _event_facts(text: str, mail: StoredMail) -> tuple[Kind, dict[str, str]]:
    event = text.partition("BEGIN:VEVENT")[2]
    kind = _METHODS.get(_value(text, "METHOD").upper(), Kind.LETTER)
    said = _value(event, "SEQUENCE")
    sequence = said if said.isdigit() else "0"
    attendee, partstat = (mail.recipients or ("",))[0], ""
    if kind is Kind.INVITE and int(sequence) > 0:
        kind = Kind.UPDATE
    elif kind is Kind.ANSWER and (found := _ATTENDEE.search(event)):
        attendee = found["address"]
        answered = _PARTSTAT.search(found["params"])
        partstat = answered[1].upper() if answered else ""
    facts = {"uid": _value(event, "UID"), "sequence": sequence, "attendee": attendee.casefold()}
    return kind, facts | {"partstat": partstat, "stamped": _value(event, "DTSTAMP")}


def _value(text: str, name: str) -> str:
    found = re.search(rf"^{name}(?:;[^:\r\n]*)?:(.*?)\s*$", text, re.MULTILINE)
    return found[1] if found else ""


def _original_id(report: Message) -> str:
    """The Message-ID of the mail that a report hands back."""
    for part in report.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            inner = part.get_payload()
            if isinstance(inner, list) and isinstance(inner[0], Message):
                return str(inner[0]["Message-ID"] or "").strip()
    return ""
