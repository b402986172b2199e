"""What an attendee's mail program writes to the organizer: the answer to an invite (iTIP, RFC 5546 3.2.3)."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid

from icalendar import Calendar, Component, Event, vCalAddress, vText

from playground.inbox_card import mail_address
from playground.mail_store import StoredMail

VERBS = {"ACCEPTED": "Accepted", "TENTATIVE": "Tentative", "DECLINED": "Declined"}
_COPIED = ("UID", "SEQUENCE", "RECURRENCE-ID", "ORGANIZER", "DTSTART", "DTEND", "DURATION", "SUMMARY")


class CannotReply(Exception):
    """There is nothing here to be answered; the text says why."""


def reply_to(mail: StoredMail, partstat: str, comment: str, now: datetime) -> EmailMessage:
    """The attendee's answer to the invite in ``mail``. Raises CannotReply."""
    if partstat not in VERBS:
        raise CannotReply(f"An answer is one of {', '.join(VERBS)}.")
    asked, event = _invite(mail)
    attendee = _attendee(mail, event)
    calendar = _reply_calendar(asked, event, attendee, partstat, comment, now)
    name, address = str(attendee.params.get("CN", "")), mail_address(attendee)
    title = " ".join(str(event.get("SUMMARY", "")).split())
    said = f"{name or address} has answered: {VERBS[partstat].lower()}.\r\n"
    letter = EmailMessage(policy=SMTP)
    letter["From"] = formataddr((name, address))
    letter["To"] = mail_address(event["ORGANIZER"])
    letter["Subject"] = f"{VERBS[partstat]}: {title}"
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = make_msgid(domain=address.rpartition("@")[2] or "localhost")
    if invite_id := mail.message["Message-ID"]:
        letter["In-Reply-To"] = letter["References"] = str(invite_id)
    letter.set_content(f"{said}\r\n{comment}\r\n" if comment else said, cte="quoted-printable")
    letter.add_alternative(
        calendar.to_ical(),
        maintype="text",
        subtype="calendar",
        params={"method": "REPLY", "charset": "utf-8"},
    )
    return letter


def _invite(mail: StoredMail) -> tuple[Calendar, Component]:
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
    return calendar, event


def _attendee(mail: StoredMail, event: Component) -> vCalAddress:
    """The one who was written to, as the invite names them; by their bare address if it does not."""
    named = event.get("ATTENDEE", [])
    mine = {address.casefold() for address in mail.recipients}
    for one in named if isinstance(named, list) else [named]:
        if mail_address(one).casefold() in mine:
            return vCalAddress(str(one), params=dict(one.params))
    return vCalAddress(f"mailto:{mail.recipients[0]}")


def _reply_calendar(
    asked: Calendar, event: Component, attendee: vCalAddress, partstat: str, comment: str, now: datetime
) -> Calendar:
    reply = Calendar()
    reply.add("prodid", "-//playground//mail program//EN")
    reply.add("version", "2.0")
    reply.add("method", "REPLY")
    for zone in asked.walk("VTIMEZONE"):
        reply.add_component(zone)
    answer = Event()
    for name in _COPIED:
        if name in event:
            answer[name] = event[name]
    answer.add("dtstamp", now)
    attendee.params.pop("RSVP", None)
    attendee.params["PARTSTAT"] = vText(partstat)
    answer["ATTENDEE"] = attendee
    if comment:
        answer.add("comment", comment)
    reply.add_component(answer)
    return reply
