"""What a mail provider tells the sender when somebody has pressed "Report as spam" (ARF, RFC 5965)."""

from datetime import datetime
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from playground.mail_store import StoredMail
from playground.reply_bounce import headers_of


def complaint_about(mail: StoredMail, now: datetime) -> bytes:
    """The report, to whoever sent the mail."""
    recipient = mail.recipients[0]
    domain = recipient.rpartition("@")[2] or "localhost"
    report = MIMEMultipart("report", report_type="feedback-report")
    report["From"] = f"Feedback Loop <feedback@{domain}>"
    report["To"] = mail.sender
    report["Subject"] = f"Spam report: {mail.subject}"
    report["Date"] = format_datetime(now)
    report["Message-ID"] = make_msgid(domain=domain)
    report["Auto-Submitted"] = "auto-generated"
    words = f"This is an email abuse report for a message received on {format_datetime(mail.received_at)}.\n"
    report.attach(MIMEText(words, "plain", "us-ascii"))
    report.attach(_feedback(mail, recipient))
    report.attach(headers_of(mail))
    return report.as_bytes(policy=SMTP)


def _feedback(mail: StoredMail, recipient: str) -> Message:
    fields = {
        "Feedback-Type": "abuse",
        "User-Agent": "playground-feedback/1.0",
        "Version": "1",
        "Original-Mail-From": f"<{mail.sender}>",
        "Original-Rcpt-To": f"<{recipient}>",
        "Arrival-Date": format_datetime(mail.received_at),
        "Reported-Domain": mail.sender.rpartition("@")[2],
        "Source-IP": "127.0.0.1",
    }
    feedback = Message()
    feedback["Content-Type"] = "message/feedback-report"
    feedback.set_payload("".join(f"{name}: {value}\n" for name, value in fields.items()))
    return feedback
