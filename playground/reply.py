"""What an attendee's mail program writes to the organizer: the answer to an invite (iTIP, RFC 5546 3.2.3)."""

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress, vText

from playground.mail_store import StoredMail
from playground.reply_apple import apple_letter
from playground.reply_asked import VERBS, Asked, CannotReply, Saying, read_invite
from playground.reply_gmail import gmail_letter
from playground.reply_outlook import outlook_letter

_COPIED = (
    "UID",
    "SEQUENCE",
    "RECURRENCE-ID",
    "ORGANIZER",
    "DTSTART",
    "DTEND",
    "DURATION",
    "RRULE",
    "SUMMARY",
)


class Program(StrEnum):
    """What the attendee reads mail with: each writes its answers in a shape of its own."""

    PLAIN = "plain"
    GMAIL = "gmail"
    OUTLOOK = "outlook"
    APPLE = "apple"


PROGRAM_NAMES = {
    Program.PLAIN: "A plain mail program",
    Program.GMAIL: "Gmail",
    Program.OUTLOOK: "Outlook",
    Program.APPLE: "Apple Mail",
}


def reply_to(
    mail: StoredMail, partstat: str, comment: str, now: datetime, program: Program = Program.PLAIN
) -> EmailMessage:
    """The attendee's answer to the invite in ``mail``. Raises CannotReply."""
    if partstat not in VERBS:
        raise CannotReply(f"An answer is one of {', '.join(VERBS)}.")
    asked = read_invite(mail)
    return _WRITERS[program](asked, Saying(partstat, comment, now))


def plain_letter(asked: Asked, said: Saying) -> EmailMessage:
    words = f"{asked.name or asked.address} has answered: {said.verb.lower()}.\r\n"
    letter = EmailMessage(policy=SMTP)
    letter["From"] = formataddr((asked.name, asked.address))
    letter["To"] = asked.organizer
    letter["Subject"] = f"{said.verb}: {asked.title}"
    letter["Date"] = format_datetime(said.now)
    letter["Message-ID"] = make_msgid(domain=asked.address.rpartition("@")[2] or "localhost")
    if invite_id := asked.mail.message["Message-ID"]:
        letter["In-Reply-To"] = letter["References"] = str(invite_id)
    letter.set_content(f"{words}\r\n{said.comment}\r\n" if said.comment else words, cte="quoted-printable")
    letter.add_alternative(
        _reply_calendar(asked, said).to_ical(),
        maintype="text",
        subtype="calendar",
        params={"method": "REPLY", "charset": "utf-8"},
    )
    return letter


_WRITERS: dict[Program, Callable[[Asked, Saying], EmailMessage]] = {
    Program.PLAIN: plain_letter,
    Program.GMAIL: gmail_letter,
    Program.OUTLOOK: outlook_letter,
    Program.APPLE: apple_letter,
}


def _reply_calendar(asked: Asked, said: Saying) -> Calendar:
    reply = Calendar()
    reply.add("prodid", "-//playground//mail program//EN")
    reply.add("version", "2.0")
    reply.add("method", "REPLY")
    for zone in asked.calendar.walk("VTIMEZONE"):
        reply.add_component(zone)
    answer = Event()
    for name in _COPIED:
        if name in asked.event:
            answer[name] = asked.event[name]
    answer.add("dtstamp", said.now)
    attendee = vCalAddress(str(asked.attendee), params=dict(asked.attendee.params))
    attendee.params.pop("RSVP", None)
    attendee.params["PARTSTAT"] = vText(said.partstat)
    answer["ATTENDEE"] = attendee
    if said.comment:
        answer.add("comment", said.comment)
    reply.add_component(answer)
    return reply
