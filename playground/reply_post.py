"""Mail from outside, over the wire: as the attendees' own mail servers bring it, without a login."""

import smtplib
import ssl

from playground.mailbox import Mailbox

_PATIENCE = 60.0


class NotTaken(Exception):
    """The organizer's mail server did not take the mail; the text says what it said."""


def deliver(mailbox: Mailbox, sender: str, recipient: str, letter: bytes) -> None:
    """Brings one mail to the mailbox. Raises NotTaken."""
    try:
        with _line(mailbox) as line:
            line.sendmail(sender, [recipient], letter)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = error.recipients[recipient]
        raise NotTaken(f"{code} {said.decode(errors='replace')}") from error
    except smtplib.SMTPResponseException as error:
        words = error.smtp_error
        text = words.decode(errors="replace") if isinstance(words, bytes) else words
        raise NotTaken(f"{error.smtp_code} {text}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(str(error) or type(error).__name__) from error


def _line(mailbox: Mailbox) -> smtplib.SMTP:
    if mailbox.tls == "none":
        return smtplib.SMTP(mailbox.host, mailbox.port, timeout=_PATIENCE)
    trusted = ssl.create_default_context(cafile=str(mailbox.certificate))
    if mailbox.tls == "implicit":
        return smtplib.SMTP_SSL(mailbox.host, mailbox.port, timeout=_PATIENCE, context=trusted)
    line = smtplib.SMTP(mailbox.host, mailbox.port, timeout=_PATIENCE)
    line.starttls(context=trusted)
    return line
