"""An answer as Apple's Calendar writes it and its Mail sends it."""

import uuid
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from playground.reply_asked import Asked, Saying
from playground.reply_lines import block, calendar_bytes, escaped, quoted, stamp


def apple_letter(asked: Asked, said: Saying) -> EmailMessage:
    """A line of text and the calendar as an inline file; nothing names the mail that asked."""
    words = f"{asked.name or asked.address} has {said.verb.lower()} the invitation to “{asked.title}”.\r\n"
    letter = EmailMessage(policy=SMTP)
    letter["From"] = formataddr((asked.name, asked.address))
    letter["To"] = asked.organizer
    letter["Subject"] = f"{said.verb}: {asked.title}"
    letter["Date"] = format_datetime(said.now)
    letter["Message-ID"] = f"<{str(uuid.uuid4()).upper()}@{asked.address.rpartition('@')[2]}>"
    letter["X-Mailer"] = "Apple Mail (2.3774.600.62)"
    letter.set_content(f"{words}\r\n{said.comment}\r\n" if said.comment else words, cte="quoted-printable")
    letter.make_mixed()
    letter.add_attachment(
        _calendar(asked, said),
        maintype="text",
        subtype="calendar",
        cte="quoted-printable",
        disposition="inline",
        filename=f"iCal-{said.now:%Y%m%d-%H%M%S}.ics",
        params={"method": "REPLY", "charset": "utf-8"},
    )
    return letter


def _calendar(asked: Asked, said: Saying) -> bytes:
    who = f"CN={quoted(asked.name or asked.address)};CUTYPE=INDIVIDUAL;EMAIL={quoted(asked.address)}"
    return calendar_bytes(
        [
            "BEGIN:VCALENDAR",
            "CALSCALE:GREGORIAN",
            "METHOD:REPLY",
            "PRODID:-//Apple Inc.//macOS 14.5//EN",
            "VERSION:2.0",
            *block(asked.text, "VTIMEZONE"),
            "BEGIN:VEVENT",
            f"ATTENDEE;{who};PARTSTAT={said.partstat}:mailto:{asked.address}",
            f"COMMENT:{escaped(said.comment)}" if said.comment else "",
            f"CREATED:{stamp(said.now)}",
            asked.line("DTEND"),
            f"DTSTAMP:{stamp(said.now)}",
            asked.line("DTSTART"),
            f"LAST-MODIFIED:{stamp(said.now)}",
            asked.line("LOCATION"),
            asked.line("ORGANIZER"),
            asked.line("RRULE"),
            f"SEQUENCE:{asked.sequence}",
            f"SUMMARY:{escaped(asked.title)}",
            "TRANSP:OPAQUE",
            f"UID:{asked.uid}",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )
