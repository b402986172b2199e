"""The part of the Gmail API that reads: messages.list, and messages.get with format=raw."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Response, request

from playground import google_errors as errors
from playground import google_scopes as scopes
from playground.google_fields import masked
from playground.google_oauth import GoogleSignIn
from playground.provider_answers import Answer, Json, Refused, json_answer
from playground.provider_door import ProviderDoor
from playground.provider_mail import AccountMail, KeptMail

_LARGEST_PAGE = 500
_PAGE = re.compile(r"(\d{13,})([0-9a-f]{16})")
_OUT_OF_THE_WAY = {"SPAM", "TRASH"}
Test = Callable[[KeptMail], bool]


class GmailReading:
    """Reads, and changes nothing: what is unread stays so. ``page_size`` is the most on a page."""

    def __init__(self, sign_in: GoogleSignIn, door: ProviderDoor, mail: AccountMail) -> None:
        self._sign_in = sign_in
        self._door = door
        self._mail = mail
        self.page_size = _LARGEST_PAGE

    def list(self, user: str) -> Response:
        return self._door.answer("gmail.list", lambda: self._list(self._account("gmail.list", user)))

    def get(self, user: str, mail_id: str) -> Response:
        return self._door.answer("gmail.get", lambda: self._get(self._account("gmail.get", user), mail_id))

    def _account(self, on: str, user: str) -> str:
        token = self._sign_in.bearer(on)
        account = token.grant.account
        if account not in self._sign_in.accounts:
            raise Refused(errors.PRECONDITION)  # a service account has no mailbox
        if user not in {"me", account}:
            raise Refused(errors.DELEGATION_DENIED)
        # The metadata scope opens the list, but neither a search nor what is in a mail.
        is_metadata = not scopes.is_enough("gmail.get", token.scopes)
        if is_metadata and "q" in request.args:
            raise Refused(errors.METADATA_SCOPE)
        return account

    def _list(self, account: str) -> Answer:
        """Newest first."""
        tests = _tests(request.args.get("q", ""), request.args.getlist("labelIds"))
        found = [mail for mail in reversed(self._mail.of(account)) if all(test(mail) for test in tests)]
        if token := request.args.get("pageToken"):
            last = _PAGE.fullmatch(token)
            if not last:
                raise Refused(errors.bad_value("pageToken"))
            found = [mail for mail in found if (_millis(mail), mail.id) < (int(last[1]), last[2])]
        most = min(_number("maxResults", 100), _LARGEST_PAGE, self.page_size)
        body: Json = {"resultSizeEstimate": len(found)}
        if found:
            body["messages"] = [{"id": mail.id, "threadId": mail.id} for mail in found[:most]]
        if len(found) > most:
            body["nextPageToken"] = f"{_millis(found[most - 1])}{found[most - 1].id}"
        return json_answer(masked(body, request.args.get("fields")))

    def _get(self, account: str, mail_id: str) -> Answer:
        mail = self._mail.find(account, mail_id)
        if mail is None:
            raise Refused(errors.NO_SUCH_MESSAGE)
        how = request.args.get("format", "full")
        if how not in {"raw", "minimal"}:
            raise Refused(errors.bad_value("format"))
        body: Json = {
            "id": mail.id,
            "threadId": mail.id,
            "labelIds": list(mail.labels),
            "sizeEstimate": len(mail.content),
            "historyId": "1",
            "internalDate": str(_millis(mail)),
        }
        if how == "raw":
            body["raw"] = base64.urlsafe_b64encode(mail.content).decode()
        return json_answer(masked(body, request.args.get("fields")))


def _millis(mail: KeptMail) -> int:
    return int(mail.at.timestamp() * 1000)


def _number(name: str, otherwise: int) -> int:
    said = request.args.get(name, str(otherwise))
    if not said.isdigit() or int(said) < 1:
        raise Refused(errors.bad_value(name))
    return int(said)


def _tests(query: str, labels: list[str]) -> list[Test]:
    """What a search asks for: every word of it, and every label."""
    words = query.split()
    tests = [_test(word) for word in words]
    tests += map(_has_label, labels)
    shows_all = request.args.get("includeSpamTrash") == "true" or "in:anywhere" in words
    if not shows_all and not {"in:spam", "in:trash"}.intersection(words):
        tests.append(lambda mail: not _OUT_OF_THE_WAY.intersection(mail.labels))
    return tests


def _test(word: str) -> Test:
    """A word that is no operator is looked for in the mail: Gmail refuses no search."""
    if word.startswith("-"):
        refused = _test(word[1:])
        return lambda mail: not refused(mail)
    name, _, value = word.partition(":")
    if name in {"after", "before"} and (moment := _moment(value)) is not None:
        return lambda mail: (mail.at >= moment) == (name == "after")
    if name in {"smaller", "larger"} and value.isdigit():
        size = int(value)
        return lambda mail: len(mail.content) < size if name == "smaller" else len(mail.content) > size
    if name == "in" and value:
        return _is_in(value.upper())
    if name == "is" and value in {"read", "unread"}:
        return lambda mail: ("UNREAD" in mail.labels) == (value == "unread")
    return lambda mail: word.casefold().encode() in mail.content.lower()


def _is_in(place: str) -> Test:
    label = "DRAFT" if place == "DRAFTS" else place
    return lambda mail: label == "ANYWHERE" or label in mail.labels


def _has_label(label: str) -> Test:
    return lambda mail: label in mail.labels


def _moment(said: str) -> datetime | None:
    """Seconds since 1970, or a day as 2026/11/22."""
    if said.isdigit():
        return datetime.fromtimestamp(int(said), UTC)
    try:
        return datetime.strptime(said, "%Y/%m/%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def make_pages(reading: GmailReading) -> Blueprint:
    pages = Blueprint("google_gmail_reading", __name__)

    @pages.get("/gmail/v1/users/<user>/messages")
    def messages(user: str) -> Response:
        return reading.list(user)

    @pages.get("/gmail/v1/users/<user>/messages/<mail_id>")
    def message(user: str, mail_id: str) -> Response:
        return reading.get(user, mail_id)

    return pages
