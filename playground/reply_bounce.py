"""What the mail server of a mailbox that does not exist writes back (a delivery report, RFC 3464)."""

from datetime import datetime
from email.message import Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import HeaderParser
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from playground.mail_store import StoredMail

_DIAGNOSIS = "550 5.1.1 The mailbox does not exist"


def bounce_of(mail: StoredMail, now: datetime) -> bytes:
    """The report that ``mail`` could not be delivered, to whoever sent it."""
    recipient = mail.recipients[0]
    domain = recipient.rpartition("@")[2] or "localhost"
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = f"Mail Delivery System <MAILER-DAEMON@{domain}>"
    report["To"] = mail.sender
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Date"] = format_datetime(now)
    report["Message-ID"] = make_msgid(domain=domain)
    report["Auto-Submitted"] = "auto-replied"
    words = f"Your message could not be delivered to {recipient}:\n\n    {_DIAGNOSIS}\n\nThis is final.\n"
    report.attach(MIMEText(words, "plain", "utf-8"))
    report.attach(_status(mail, recipient, domain))
    report.attach(_headers_of(mail))
    return report.as_bytes(policy=SMTP)


def _status(mail: StoredMail, recipient: str, domain: str) -> Message:
    about_message, about_recipient = Message(), Message()
    about_message["Reporting-MTA"] = f"dns; mx.{domain}"
    about_message["Arrival-Date"] = format_datetime(mail.received_at)
    about_recipient["Final-Recipient"] = f"rfc822; {recipient}"
    about_recipient["Action"] = "failed"
    about_recipient["Status"] = "5.1.1"
    about_recipient["Diagnostic-Code"] = f"smtp; {_DIAGNOSIS}"
    status = Message()
    status["Content-Type"] = "message/delivery-status"
    status.set_payload([about_message, about_recipient])
    return status


def _headers_of(mail: StoredMail) -> Message:
    """The headers of the mail as they came, without its body: its Message-ID is what it is known by."""
    original = HeaderParser().parsestr(mail.content.decode("ascii", "replace"), headersonly=True)
    for name in {name for name in original if name.lower().startswith("content-")}:
        del original[name]
    original.set_payload("")
    return MIMEMessage(original)
