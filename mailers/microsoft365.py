"""Sends invites from a Microsoft 365 mailbox, through Microsoft Graph."""

import base64

from campaigns.hand_over import Letter, Receipt
from campaigns.invite_clean import checked_address
from campaigns.mailer_port import Tokens
from mailers.bearer import BearerWire
from mailers.graph_faults import classify, read_error
from mailers.silence import silence
from mailers.token_cell import Now, utc_now
from mailers.wire import NoReply

ENDPOINT = "https://graph.microsoft.com/v1.0"
AT_ONCE = 4
"""What Graph allows one application at one mailbox."""

_ACCEPTED = 202


class Microsoft365Mailer:
    """The Mailer port over ``sendMail`` with the invite's own bytes.

    There is no ``find``: Graph gives a sent message no id of ours, and reading the mailbox would need more
    rights than sending does.
    """

    def __init__(
        self, tokens: Tokens, *, endpoint: str = ENDPOINT, certificate: str = "", now: Now = utc_now
    ) -> None:
        self._wire = BearerWire(tokens, certificate, at_once=AT_ONCE)
        self._url = f"{endpoint.rstrip('/')}/me/sendMail"
        self._now = now

    def send(self, letter: Letter) -> Receipt:
        """Hands ``letter`` over; the receipt holds Graph's number of the request."""
        recipient = checked_address(letter.recipient)
        try:
            reply = self._wire.ask(
                "POST", self._url, base64.b64encode(letter.mime), {"Content-Type": "text/plain"}
            )
        except NoReply as trouble:
            raise silence(trouble, repeatable=False) from None
        if reply.status == _ACCEPTED:
            return Receipt(reference=f"accepted {reply.headers.get('request-id', '')}".strip())
        code, message = read_error(reply.body)
        raise classify(
            reply.status,
            code,
            message,
            now=self._now(),
            retry_after=reply.headers.get("retry-after", ""),
            recipient=recipient,
        )

    def check(self) -> None:
        """Renews the token: the right to send alone allows nothing else to be asked."""
        self._wire.renew()

    def close(self) -> None:
        self._wire.close()
