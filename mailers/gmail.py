"""Sends invites from a Gmail or Google Workspace mailbox, through the Gmail API."""

import base64

from campaigns.hand_over import Letter, Receipt
from campaigns.invite_clean import checked_address
from campaigns.mailer_port import Tokens
from mailers.google_faults import classify
from mailers.google_rules import Call
from mailers.google_wire import GoogleRefused, GoogleService
from mailers.silence import garbled, silence
from mailers.token_cell import Now, utc_now
from mailers.wire import NoReply


class GmailMailer:
    """The Mailer port over ``users.messages.send`` with the invite's own bytes.

    There is no ``find``: Gmail may rewrite our Message-ID, and searching would need the right to read.
    """

    def __init__(
        self, tokens: Tokens, *, endpoint: str = "", certificate: str = "", now: Now = utc_now
    ) -> None:
        self._service = GoogleService("gmail", "v1", tokens, endpoint=endpoint, certificate=certificate)
        self._messages = self._service.resource.users().messages()
        self._now = now

    def send(self, letter: Letter) -> Receipt:
        """Hands ``letter`` over; the receipt holds Gmail's number of the message."""
        recipient = checked_address(letter.recipient)
        raw = base64.urlsafe_b64encode(letter.mime).decode("ascii")
        try:
            answer = self._service.ask(self._messages.send(userId="me", body={"raw": raw}))
        except GoogleRefused as refused:
            raise classify(refused.error, Call.GMAIL_SEND, now=self._now(), recipient=recipient) from None
        except NoReply as trouble:
            raise silence(trouble, repeatable=False) from None
        if not isinstance(answer, dict) or "id" not in answer:
            raise garbled(repeatable=False)
        return Receipt(reference=f"gmail {answer['id']}")

    def check(self) -> None:
        """Renews the token: the right to send alone allows nothing else to be asked."""
        self._service.renew()

    def close(self) -> None:
        self._service.close()
