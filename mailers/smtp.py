"""Sends invites through any SMTP account."""

import ssl

from campaigns.hand_over import Letter, Receipt
from mailers.smtp_account import SmtpAccount
from mailers.smtp_transport import SmtpTransport

_LONGEST_REFERENCE = 200


class SmtpMailer:
    """The Mailer port over SMTP.

    There is no ``find``: a mail server cannot be asked what became of a message, so a reply lost after the
    hand-over stays unsure. ``tls`` replaces the machine's own list of trusted certificates.
    """

    def __init__(self, account: SmtpAccount, *, tls: ssl.SSLContext | None = None) -> None:
        self._transport = SmtpTransport(account, tls=tls)

    def allow(self, connections: int) -> None:
        """From now on at most so many at one time, for all runs together; one at first."""
        self._transport.allow(connections)

    def send(self, letter: Letter) -> Receipt:
        """Hands ``letter`` over; the receipt holds the server's words, such as its queue id."""
        words = self._transport.deliver(letter.sender, letter.recipient, letter.mime)
        line = " ".join(words.replace(letter.recipient, "<address>").split())
        return Receipt(reference=line[:_LONGEST_REFERENCE])

    def check(self) -> None:
        self._transport.check()

    def close(self) -> None:
        self._transport.close()
