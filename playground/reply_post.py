"""Mail from outside, over the wire: as the attendees' own mail servers bring it, without a login."""

import contextlib
import smtplib
import ssl
from types import TracebackType
from typing import Self

from playground.mailbox import Mailbox

_PATIENCE = 60.0


class NotTaken(Exception):
    """The organizer's mail server did not take the mail; the text says what it said."""


def deliver(mailbox: Mailbox, sender: str, recipient: str, letter: bytes) -> None:
    """Brings one mail to the mailbox. Raises NotTaken."""
    with Postman(mailbox) as postman:
        postman.bring(sender, recipient, letter)


class Postman:
    """Brings mails over one connection."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Raises NotTaken."""
        try:
            self._line = _dialled(self._mailbox)
        except (OSError, smtplib.SMTPException) as error:
            raise NotTaken(str(error) or type(error).__name__) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._line.quit()
            self._line.close()

    def bring(self, sender: str, recipient: str, letter: bytes) -> None:
        """Raises NotTaken."""
        if self._line is None:
            raise NotTaken("there is no connection")
        try:
            self._line.sendmail(sender, [recipient], letter)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = error.recipients[recipient]
            raise NotTaken(f"{code} {said.decode(errors='replace')}") from error
        except smtplib.SMTPResponseException as error:
            words = error.smtp_error
            text = words.decode(errors="replace") if isinstance(words, bytes) else words
            raise NotTaken(f"{error.smtp_code} {text}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotTaken(str(error) or type(error).__name__) from error


def _dialled(mailbox: Mailbox) -> smtplib.SMTP:
    if mailbox.tls == "none":
        return smtplib.SMTP(mailbox.host, mailbox.port, timeout=_PATIENCE)
    trusted = ssl.create_default_context(cafile=str(mailbox.certificate))
    if mailbox.tls == "implicit":
        return smtplib.SMTP_SSL(mailbox.host, mailbox.port, timeout=_PATIENCE, context=trusted)
    line = smtplib.SMTP(mailbox.host, mailbox.port, timeout=_PATIENCE)
    line.starttls(context=trusted)
    return line
