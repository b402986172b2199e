"""The part of Microsoft Graph that sends mail."""

import base64
import binascii
import re

from flask import Blueprint, Response, request

from playground import microsoft_errors as errors
from playground.microsoft_oauth import MicrosoftSignIn, object_id
from playground.provider_answers import Answer, Refused, json_answer
from playground.provider_door import ProviderDoor
from playground.provider_letters import ADDRESS, Deliver, authors_of, recipients_of, without_bcc

AT_ONCE = 4
LARGEST = 4 * 1024 * 1024


class Graph:
    """Takes MIME content in base64 and delivers it from the account whose token it came with."""

    def __init__(self, sign_in: MicrosoftSignIn, door: ProviderDoor, deliver: Deliver) -> None:
        self._sign_in = sign_in
        self._door = door
        self._deliver = deliver

    def me(self) -> Response:
        def work() -> Answer:
            account = self._sign_in.bearer("User.Read").grant.account
            name = account.partition("@")[0].title()
            who = {"id": object_id(account), "displayName": name, "mail": account}
            return json_answer({**who, "userPrincipalName": account})

        return self._door.answer("me", work)

    def send_mail(self) -> Response:
        content = request.get_data()
        letter = _letter(content)
        addresses = recipients_of(letter or b"")
        return self._door.answer(
            "sendMail",
            lambda: self._send(content, letter, addresses),
            addresses=addresses,
            at_most=(AT_ONCE, errors.throttled(1)),
        )

    def _send(self, content: bytes, letter: bytes | None, addresses: list[str]) -> Answer:
        account = self._sign_in.bearer("Mail.Send").grant.account
        if request.mimetype != "text/plain":
            raise Refused(errors.NOT_MIME)
        if len(content) > LARGEST:
            raise Refused(errors.TOO_BIG)
        if not letter:
            raise Refused(errors.BAD_BASE64)
        if not addresses:
            raise Refused(errors.NO_RECIPIENT)
        if not all(map(ADDRESS.fullmatch, addresses)):
            raise Refused(errors.BAD_RECIPIENT)
        if any(author.casefold() != account.casefold() for author in authors_of(letter)):
            raise Refused(errors.SEND_AS_DENIED)
        self._deliver(account, addresses, without_bcc(letter))
        return Answer(202)


def _letter(content: bytes) -> bytes | None:
    """The message; None if it is not base64."""
    try:
        return base64.b64decode(re.sub(rb"\s", b"", content), validate=True)
    except (binascii.Error, ValueError):
        return None


def make_pages(graph: Graph) -> Blueprint:
    pages = Blueprint("microsoft_graph", __name__)

    @pages.get("/v1.0/me")
    def me() -> Response:
        return graph.me()

    @pages.post("/v1.0/me/sendMail")
    def send_mail() -> Response:
        return graph.send_mail()

    return pages
