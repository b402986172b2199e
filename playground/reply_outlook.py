"""An answer as Exchange writes it for somebody who reads mail in Outlook."""

import base64
import hashlib
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from html import escape

from playground.reply_asked import Asked, Saying
from playground.reply_lines import block, calendar_bytes, escaped, quoted, stamp

_WINDOWS_ZONES = {
    "America/Los_Angeles": "Pacific Standard Time",
    "America/New_York": "Eastern Standard Time",
    "Asia/Kolkata": "India Standard Time",
    "Asia/Tokyo": "Tokyo Standard Time",
    "Europe/Berlin": "W. Europe Standard Time",
    "Europe/London": "GMT Standard Time",
    "Europe/Paris": "Romance Standard Time",
}
_UTC = """BEGIN:VTIMEZONE
TZID:UTC
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0000
TZOFFSETTO:+0000
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T000000
TZOFFSETFROM:+0000
TZOFFSETTO:+0000
END:DAYLIGHT
END:VTIMEZONE"""


def outlook_letter(asked: Asked, said: Saying) -> EmailMessage:
    """The title in the calendar says the answer too, zones have Microsoft's names, no organizer is named."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = formataddr((asked.name, asked.address))
    letter["To"] = asked.organizer
    letter["Subject"] = f"{said.verb}: {asked.title}"
    letter["Thread-Topic"] = asked.title
    letter["Thread-Index"] = base64.b64encode(hashlib.sha256(asked.uid.encode()).digest()[:22]).decode()
    letter["Date"] = format_datetime(said.now)
    digest = hashlib.sha256(f"{asked.uid}{said.now}".encode()).hexdigest().upper()
    letter["Message-ID"] = f"<{digest[:16]}{digest[16:32]}@EURP190MB0001.EURP190.PROD.OUTLOOK.COM>"
    if invite_id := asked.mail.message["Message-ID"]:
        letter["In-Reply-To"] = letter["References"] = str(invite_id)
    letter["Accept-Language"] = letter["Content-Language"] = "en-US"
    letter["X-MS-Has-Attach"] = letter["X-MS-TNEF-Correlator"] = ""
    letter["X-MS-Exchange-Calendar-Originator-Id"] = f"OwnerHash=1;smtp:{asked.address}"
    letter.set_content(f"{said.comment}\r\n", cte="quoted-printable")
    letter.add_alternative(f"<html><body><p>{escape(said.comment)}</p></body></html>\r\n", subtype="html")
    letter.add_alternative(
        _calendar(asked, said),
        maintype="text",
        subtype="calendar",
        cte="base64",
        params={"charset": "utf-8", "method": "REPLY"},
    )
    return letter


def _calendar(asked: Asked, said: Saying) -> bytes:
    attendee = f"ATTENDEE;PARTSTAT={said.partstat};CN={quoted(asked.name or asked.address)}"
    intended = {"ACCEPTED": "BUSY", "TENTATIVE": "TENTATIVE", "DECLINED": "FREE"}[said.partstat]
    return calendar_bytes(
        [
            "BEGIN:VCALENDAR",
            "METHOD:REPLY",
            "PRODID:Microsoft Exchange Server 2010",
            "VERSION:2.0",
            *_zones(asked),
            "BEGIN:VEVENT",
            f"{attendee}:MAILTO:{asked.address}",
            f"COMMENT;LANGUAGE=en-US:{escaped(said.comment)}\\n",
            f"UID:{asked.uid}",
            f"SUMMARY;LANGUAGE=en-US:{said.verb}: {escaped(asked.title)}",
            _moment(asked, "DTSTART"),
            _moment(asked, "DTEND"),
            asked.line("RRULE"),
            "CLASS:PUBLIC",
            "PRIORITY:5",
            f"DTSTAMP:{stamp(said.now)}",
            "TRANSP:OPAQUE",
            "STATUS:CONFIRMED",
            f"SEQUENCE:{asked.sequence}",
            asked.line("LOCATION"),
            f"X-MICROSOFT-CDO-APPT-SEQUENCE:{asked.sequence}",
            "X-MICROSOFT-CDO-BUSYSTATUS:" + intended,
            "X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY",
            "X-MICROSOFT-CDO-ALLDAYEVENT:" + ("TRUE" if "VALUE=DATE:" in asked.line("DTSTART") else "FALSE"),
            "X-MICROSOFT-CDO-IMPORTANCE:1",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )


def _zones(asked: Asked) -> list[str]:
    if asked.line("DTSTART").endswith("Z"):
        return _UTC.splitlines()
    return [_renamed(line) for line in block(asked.text, "VTIMEZONE")]


def _moment(asked: Asked, name: str) -> str:
    """A time in UTC is one in a zone of that name; other zones get Microsoft's name."""
    line = asked.line(name)
    if line.endswith("Z"):
        return f"{name};TZID=UTC:{line.rpartition(':')[2].removesuffix('Z')}"
    return _renamed(line)


def _renamed(line: str) -> str:
    for ours, theirs in _WINDOWS_ZONES.items():
        line = line.replace(f"TZID={ours}:", f"TZID={theirs}:")
        line = f"TZID:{theirs}" if line == f"TZID:{ours}" else line
    return line
