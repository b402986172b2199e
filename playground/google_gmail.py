"""The part of the Gmail API that sends."""

import base64
import binascii
import re

from flask import Blueprint, Response, request

from playground import google_errors as errors
from playground.google_oauth import GoogleSignIn
from playground.provider_answers import Answer, Json, Refused, json_answer
from playground.provider_door import ProviderDoor
from playground.provider_letters import ADDRESS, Deliver, recipients_of, without_bcc
from playground.provider_mail import AccountMail


class Gmail:
    """Takes a message and delivers it, from the account whose token it came with."""

    def __init__(
        self, sign_in: GoogleSignIn, door: ProviderDoor, deliver: Deliver, mail: AccountMail
    ) -> None:
        self._sign_in = sign_in
        self._door = door
        self._deliver = deliver
        self._mail = mail
        self.sent = 0

    def send(self) -> Response:
        letter = self._letter()
        addresses = recipients_of(letter)
        return self._door.answer("gmail.send", lambda: self._send(letter, addresses), addresses=addresses)

    def profile(self) -> Response:
        def work() -> Answer:
            account = self._sign_in.bearer("gmail.profile").grant.account
            count = {"messagesTotal": self.sent, "threadsTotal": self.sent}
            return json_answer({"emailAddress": account, **count, "historyId": "1"})

        return self._door.answer("gmail.profile", work)

    def _send(self, letter: bytes, addresses: list[str]) -> Answer:
        grant = self._sign_in.bearer("gmail.send").grant
        if grant.account not in self._sign_in.accounts:
            raise Refused(errors.PRECONDITION)  # a service account has no mailbox
        if not letter:
            raise Refused(errors.BAD_RAW if request.is_json and _raw() else errors.NO_MESSAGE)
        if not addresses:
            raise Refused(errors.NO_RECIPIENT)
        if not all(map(ADDRESS.fullmatch, addresses)):
            raise Refused(errors.BAD_RECIPIENT)
        self._deliver(grant.account, addresses, without_bcc(letter))
        self.sent += 1
        number = self._mail.keep_sent(grant.account, letter)
        return json_answer({"id": number, "threadId": number, "labelIds": ["SENT"]})

    @staticmethod
    def _letter() -> bytes:
        """The message, from whichever place the client library has put it; b'' if there is none."""
        if request.path.startswith("/upload/"):
            if request.args.get("uploadType") == "multipart":
                return _second_part(request.get_data(), request.headers.get("Content-Type", ""))
            return request.get_data()
        try:
            raw = _raw()
            return base64.b64decode(raw + "=" * (-len(raw) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return b""


def _raw() -> str:
    body: Json | None = request.get_json(silent=True)
    raw = body.get("raw", "") if isinstance(body, dict) else ""
    return raw if isinstance(raw, str) else ""


def _second_part(body: bytes, kind: str) -> bytes:
    """Of metadata and message the latter, its line ends kept."""
    boundary = re.search(r'boundary="?([^";]+)', kind)
    if not boundary:
        return b""
    parts = re.split(rb"\r?\n?--" + re.escape(boundary[1].encode()) + rb"(?:--)?\r?\n", body)
    messages = [part for part in parts if re.match(rb"content-type:\s*message/", part, re.IGNORECASE)]
    return re.split(rb"\r?\n\r?\n", messages[0], maxsplit=1)[1] if messages else b""


def make_pages(gmail: Gmail) -> Blueprint:
    pages = Blueprint("google_gmail", __name__)

    @pages.post("/gmail/v1/users/<user>/messages/send")
    @pages.post("/upload/gmail/v1/users/<user>/messages/send")
    def send(user: str) -> Response:
        return gmail.send()

    @pages.get("/gmail/v1/users/<user>/profile")
    def profile(user: str) -> Response:
        return gmail.profile()

    return pages
