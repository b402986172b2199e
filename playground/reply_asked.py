"""What an attendee is asked: the invite in a mail, as its own lines."""

import re
from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar, Component, vCalAddress

from playground.inbox_card import mail_address
from playground.mail_store import StoredMail

VERBS = {"ACCEPTED": "Accepted", "TENTATIVE": "Tentative", "DECLINED": "Declined"}
_FOLD = re.compile(r"\r?\n[ \t]")


class CannotReply(Exception):
    """There is nothing here to be answered; the text says why."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What the attendee says, and when."""

    partstat: str
    comment: str
    now: datetime

    @property
    def verb(self) -> str:
        return VERBS[self.partstat]


@dataclass(frozen=True, slots=True)
class Asked:
    """``attendee`` is who was written to, as the invite names them; by their bare address if it does not."""

    mail: StoredMail
    calendar: Calendar
    event: Component
    attendee: vCalAddress
    text: str
    """The calendar, its lines unfolded."""

    @property
    def name(self) -> str:
        return str(self.attendee.params.get("CN", ""))

    @property
    def address(self) -> str:
        return mail_address(self.attendee)

    @property
    def organizer(self) -> str:
        return mail_address(self.event["ORGANIZER"])

    @property
    def uid(self) -> str:
        return str(self.event["UID"])

    @property
    def sequence(self) -> int:
        return int(self.event.get("SEQUENCE", 0))

    @property
    def title(self) -> str:
        return " ".join(str(self.event.get("SUMMARY", "")).split())

    def line(self, name: str) -> str:
        """A property of the event as it was sent, or ''."""
        event = self.text.partition("BEGIN:VEVENT")[2].partition("BEGIN:VALARM")[0]
        found = re.search(rf"^{name}[;:].*$", event, re.MULTILINE | re.IGNORECASE)
        return found[0] if found else ""

    def value(self, name: str) -> str:
        """What stands behind the colon, escaped as it was sent."""
        found = re.match(r'[A-Za-z-]+(?:;[^=:;]+=(?:"[^"]*"|[^":;]*))*:(.*)', self.line(name))
        return found[1] if found else ""


def read_invite(mail: StoredMail) -> Asked:
    """Raises CannotReply."""
    raw = mail.calendar
    if raw is None:
        raise CannotReply("This mail holds no invite.")
    try:
        calendar = Calendar.from_ical(raw)
        event = next(iter(calendar.walk("VEVENT")))
    except (ValueError, StopIteration) as error:
        raise CannotReply("The invite in this mail cannot be read.") from error
    if str(calendar.get("METHOD", "")).upper() != "REQUEST":
        raise CannotReply("Only an invitation can be answered.")
    if "ORGANIZER" not in event or "UID" not in event:
        raise CannotReply("The invite names no organizer to answer to.")
    text = _FOLD.sub("", raw.decode("utf-8", "replace")).replace("\r", "")
    return Asked(mail, calendar, event, _attendee(mail, event), text)


def _attendee(mail: StoredMail, event: Component) -> vCalAddress:
    named = event.get("ATTENDEE", [])
    mine = {address.casefold() for address in mail.recipients}
    for one in named if isinstance(named, list) else [named]:
        if mail_address(one).casefold() in mine:
            return vCalAddress(str(one), params=dict(one.params))
    return vCalAddress(f"mailto:{mail.recipients[0]}")
