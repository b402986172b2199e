"""What the attendee's mail server writes back to the sender when it cannot deliver (RFC 3464)."""

from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import HeaderParser
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from playground.mail_store import StoredMail


@dataclass(frozen=True, slots=True)
class BounceKind:
    """Why a mail came back. Only ``failed`` is final."""

    name: str
    status: str
    diagnosis: str
    subject: str = "Undelivered Mail Returned to Sender"
    action: str = "failed"
    ending: str = "This is final."


HARD = BounceKind("No such mailbox", "5.1.1", "550 5.1.1 The mailbox does not exist")
FULL = BounceKind("Mailbox full", "5.2.2", "552 5.2.2 The mailbox is full")
LATE = BounceKind(
    "Delayed",
    "4.4.1",
    "connect to the mail server timed out",
    subject="Delayed Mail (still being retried)",
    action="delayed",
    ending="You need to do nothing: it is tried again for five days.",
)
BOUNCES = {"hard": HARD, "full": FULL, "late": LATE}


def bounce_of(mail: StoredMail, now: datetime, kind: BounceKind = HARD) -> bytes:
    """The report that ``mail`` could not be delivered, to whoever sent it."""
    recipient = mail.recipients[0]
    domain = recipient.rpartition("@")[2] or "localhost"
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = f"Mail Delivery System <MAILER-DAEMON@{domain}>"
    report["To"] = mail.sender
    report["Subject"] = kind.subject
    report["Date"] = format_datetime(now)
    report["Message-ID"] = make_msgid(domain=domain)
    report["Auto-Submitted"] = "auto-replied"
    said = "could not be delivered" if kind.action == "failed" else "has not been delivered yet"
    words = f"Your message {said} to {recipient}:\n\n    {kind.diagnosis}\n\n{kind.ending}\n"
    report.attach(MIMEText(words, "plain", "utf-8"))
    report.attach(_status(mail, recipient, domain, kind))
    report.attach(headers_of(mail))
    return report.as_bytes(policy=SMTP)


def _status(mail: StoredMail, recipient: str, domain: str, kind: BounceKind) -> Message:
    about_message, about_recipient = Message(), Message()
    about_message["Reporting-MTA"] = f"dns; mx.{domain}"
    about_message["Arrival-Date"] = format_datetime(mail.received_at)
    about_recipient["Final-Recipient"] = f"rfc822; {recipient}"
    about_recipient["Action"] = kind.action
    about_recipient["Status"] = kind.status
    about_recipient["Diagnostic-Code"] = f"smtp; {kind.diagnosis}"
    status = Message()
    status["Content-Type"] = "message/delivery-status"
    status.set_payload([about_message, about_recipient])
    return status


def headers_of(mail: StoredMail) -> Message:
    """The headers of the mail as they came, without its body: its Message-ID is what it is known by."""
    original = HeaderParser().parsestr(mail.content.decode("ascii", "replace"), headersonly=True)
    for name in {name for name in original if name.lower().startswith("content-")}:
        del original[name]
    original.set_payload("")
    return MIMEMessage(original)
