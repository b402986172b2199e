"""Sends alert mails: through an account of their own, for the campaign's may be what has just failed."""

import hashlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from campaigns.errors import BadAddress, ConfigError
from campaigns.identity import domain_of
from campaigns.invite_clean import checked_address, many_lines, one_line
from campaigns.mime import mailbox_line, subject_line
from campaigns.model import Attachment
from mailers.alert_page import AlertText
from mailers.smtp_account import SmtpAccount
from mailers.smtp_transport import SmtpTransport

_SENDER_NAME = "sendinvites"


@dataclass(frozen=True, slots=True)
class AlertMail:
    """One mail to the organizer. The same values always make the same bytes."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    attachments: tuple[Attachment, ...] = ()


def alert_mail(
    words: AlertText,
    *,
    to: str,
    sender: str,
    notice_id: str,
    date: datetime,
    attachments: Sequence[Attachment] = (),
) -> AlertMail:
    """The mail for one notice; ``notice_id`` must name it among all that ``sender``'s domain ever sends."""
    digest = hashlib.sha256(f"notice\0{notice_id}\0{to}".encode()).hexdigest()[:32]
    return AlertMail(
        to=to,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=f"<{digest}@{domain_of(sender)}>",
        date=date,
        attachments=tuple(attachments),
    )


class AlertMailer:
    """The mail half of the Notifier. Raises the same faults as a Mailer."""

    def __init__(self, account: SmtpAccount, sender: str, *, tls: ssl.SSLContext | None = None) -> None:
        try:
            self._sender = checked_address(sender)
        except BadAddress as fault:
            raise ConfigError(
                "The sender of alerts is not a usable address.", hint="Set ALERTS_FROM to one address."
            ) from fault
        self._name = account.sender_name or _SENDER_NAME
        self._transport = SmtpTransport(account, tls=tls)

    def send(self, mail: AlertMail) -> None:
        """Hands ``mail`` over."""
        to = checked_address(mail.to)
        self._transport.deliver(self._sender, to, self.octets(mail))

    def check(self) -> None:
        """As Mailer.check."""
        self._transport.check()

    def close(self) -> None:
        self._transport.close()

    def octets(self, mail: AlertMail) -> bytes:
        """The whole message."""
        headers = (
            mailbox_line("From", self._name, self._sender),
            mailbox_line("To", "", checked_address(mail.to)),
            subject_line(one_line(mail.subject)),
            f"Date: {format_datetime(mail.date.astimezone(UTC))}",
            f"Message-ID: {one_line(mail.message_id)}",
            "Auto-Submitted: auto-generated",
            "",
        )
        return "\r\n".join(headers).encode("ascii") + _body(mail).as_bytes()


def _body(mail: AlertMail) -> EmailMessage:
    body = EmailMessage(SMTP)
    body.set_content(many_lines(mail.text) + "\n", cte="quoted-printable")
    body.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    for file in mail.attachments:
        kind, *parameters = (part.strip() for part in file.media_type.split(";"))
        main, _, sub = kind.partition("/")
        body.add_attachment(
            file.content,
            maintype=main,
            subtype=sub,
            filename=one_line(file.name),
            params=dict(parameter.partition("=")[::2] for parameter in parameters),
        )
    # Given boundaries: a retry must be the same bytes, and the library's own are random.
    seed = hashlib.sha256(mail.message_id.encode()).hexdigest()[:32]
    for number, part in enumerate(body.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{number}_{seed}")
    return body
