"""An answer as Google Calendar writes it for somebody who reads mail in Gmail."""

import uuid
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from html import escape

from playground.reply_asked import Asked, Saying
from playground.reply_lines import block, calendar_bytes, escaped, quoted, stamp

_VERBS = {"ACCEPTED": "Accepted", "TENTATIVE": "Tentatively Accepted", "DECLINED": "Declined"}


def gmail_letter(asked: Asked, said: Saying) -> EmailMessage:
    """Written by Google in the person's name: a Sender of its own, no In-Reply-To, the calendar twice."""
    calendar = _calendar(asked, said)
    words = f"{asked.name or asked.address} has {_VERBS[said.partstat].lower()} this invitation."
    letter = EmailMessage(policy=SMTP)
    letter["Reply-To"] = letter["From"] = formataddr((asked.name, asked.address))
    letter["Sender"] = "Google Calendar <calendar-notification@google.com>"
    letter["To"] = asked.organizer
    letter["Message-ID"] = f"<calendar-{uuid.uuid4()}@google.com>"
    letter["Date"] = format_datetime(said.now)
    letter["Subject"] = f"{_VERBS[said.partstat]}: {asked.title} @ {_day(asked)} ({asked.organizer})"
    letter["Auto-Submitted"] = "auto-generated"
    note = f"\r\n\r\nNote: {said.comment}" if said.comment else ""
    letter.set_content(
        f"{words}{note}\r\n\r\n{asked.title}\r\n\r\nInvitation from Google Calendar\r\n", cte="base64"
    )
    letter.add_alternative(f"<p>{escape(words + note)}</p><h2>{escape(asked.title)}</h2>\r\n", subtype="html")
    letter.add_alternative(
        calendar,
        maintype="text",
        subtype="calendar",
        cte="7bit" if calendar.isascii() else "quoted-printable",
        params={"charset": "UTF-8", "method": "REPLY"},
    )
    letter.add_attachment(calendar, maintype="application", subtype="ics", filename="invite.ics")
    return letter


def _day(asked: Asked) -> str:
    start = getattr(asked.event.get("DTSTART"), "dt", None)
    return f"{start:%a %b} {start.day}, {start.year}" if start else "no date"


def _calendar(asked: Asked, said: Saying) -> bytes:
    comment = f";X-RESPONSE-COMMENT={quoted(said.comment)}" if said.comment else ""
    person = quoted(asked.name or asked.address)
    who = f"CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={said.partstat};CN={person}"
    return calendar_bytes(
        [
            "BEGIN:VCALENDAR",
            "PRODID:-//Google Inc//Google Calendar 70.9054//EN",
            "VERSION:2.0",
            "CALSCALE:GREGORIAN",
            "METHOD:REPLY",
            *block(asked.text, "VTIMEZONE"),
            "BEGIN:VEVENT",
            asked.line("DTSTART"),
            asked.line("DTEND"),
            asked.line("RRULE"),
            f"DTSTAMP:{stamp(said.now)}",
            f"ORGANIZER;CN={quoted(asked.organizer)}:mailto:{asked.organizer}",
            f"UID:{asked.uid}",
            f"ATTENDEE;{who};X-NUM-GUESTS=0{comment}:mailto:{asked.address}",
            f"CREATED:{stamp(said.now)}",
            f"LAST-MODIFIED:{stamp(said.now)}",
            f"SEQUENCE:{asked.sequence}",
            "STATUS:CONFIRMED",
            f"SUMMARY:{escaped(asked.title)}",
            "TRANSP:OPAQUE",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )
