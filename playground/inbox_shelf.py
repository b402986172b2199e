"""The mails of one mailbox as a mail program lists them: an event's mails belong together."""

import re
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from enum import StrEnum

from playground.mail_store import StoredMail
from playground.mailbox import Mailbox


class Kind(StrEnum):
    """What a mail is to its reader."""

    INVITE = "Invitation"
    UPDATE = "Updated invitation"
    CANCEL = "Cancelled"
    ANSWER = "Answer"
    BOUNCE = "Bounce"
    LETTER = "Mail"


@dataclass(frozen=True, slots=True)
class Glance:
    """What a list shows of a mail, and what ties it to others."""

    mail: StoredMail
    kind: Kind
    subject: str
    sender: str
    to: str
    uid: str = ""
    sequence: int = 0
    attendee: str = ""
    partstat: str = ""
    message_id: str = ""
    bounced_id: str = ""

    @property
    def number(self) -> int:
        return self.mail.number

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
_FOLD = re.compile(rb"\r?\n[ \t]")
_ATTENDEE = re.compile(
    r"^ATTENDEE(?P<params>[;:].*?)mailto:(?P<address>\S+?)\s*$", re.MULTILINE | re.IGNORECASE
)
_PARTSTAT = re.compile(r"PARTSTAT=([A-Z-]+)", re.IGNORECASE)


def glance_at(mail: StoredMail) -> Glance:
    """Reads a mail by its lines alone: a list of thousands must not wait for a calendar library."""
    message = message_from_bytes(mail.content)
    kind, facts = Kind.LETTER, {}
    report = next((p for p in message.walk() if p.get_content_type() == "message/delivery-status"), None)
    if report is not None:
        kind, facts = Kind.BOUNCE, {"bounced_id": _original_id(message)}
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
    return kind, facts | {"partstat": partstat}


def _value(text: str, name: str) -> str:
    found = re.search(rf"^{name}(?:;[^:\r\n]*)?:(.*?)\s*$", text, re.MULTILINE)
    return found[1] if found else ""


def _original_id(report: Message) -> str:
    """The Message-ID of the mail that a delivery report hands back."""
    for part in report.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            inner = part.get_payload()
            if isinstance(inner, list) and isinstance(inner[0], Message):
                return str(inner[0]["Message-ID"] or "").strip()
    return ""


class Shelf:
    """What has come to a mailbox; every mail is read once, when somebody looks for the first time."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._lock = threading.Lock()
        self._glances: list[Glance] = []
        self._events: dict[tuple[str, str], list[Glance]] = defaultdict(list)
        self._bounced: set[str] = set()

    def glances(self) -> list[Glance]:
        """Every mail, oldest first."""
        with self._lock:
            mails = self._mailbox.messages
            was_emptied = self._glances and (not mails or self._glances[0].mail is not mails[0])
            if was_emptied:
                self._glances.clear()
                self._events.clear()
                self._bounced.clear()
            for mail in mails[len(self._glances) :]:
                self._take(glance_at(mail))
            return list(self._glances)

    def _take(self, glance: Glance) -> None:
        self._glances.append(glance)
        if glance.uid:
            self._events[glance.thread].append(glance)
        if glance.bounced_id:
            self._bounced.add(glance.bounced_id)

    def rows(self, is_shown: Callable[[Glance], bool]) -> list[Glance]:
        """The newest invite of each event to each attendee, and every other mail, newest first."""
        newest: dict[tuple[str, str], Glance] = {}
        for glance in reversed(self.glances()):
            if is_shown(glance):
                key = ("", str(glance.number)) if glance.kind is Kind.ANSWER else glance.thread
                newest.setdefault(key, glance)
        return list(newest.values())

    def about_the_same(self, glance: Glance) -> list[Glance]:
        """The organizer's other mails about this event, newest first."""
        return [
            one
            for one in reversed(self._events.get(glance.thread, []))
            if one.kind is not Kind.ANSWER and one.number != glance.number
        ]

    def successor(self, glance: Glance) -> Glance | None:
        """The mail that supersedes this one."""
        later = [one for one in self.about_the_same(glance) if one.sequence > glance.sequence]
        return max(later, key=lambda one: (one.sequence, one.number), default=None)

    def answer(self, glance: Glance) -> Glance | None:
        """What the attendee last answered to this event, as it reached the organizer."""
        answers = [one for one in self._events.get(glance.thread, []) if one.kind is Kind.ANSWER]
        return answers[-1] if answers else None

    def has_bounced(self, glance: Glance) -> bool:
        return bool(glance.message_id) and glance.message_id in self._bounced
