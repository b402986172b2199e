"""The inbox in the browser, and the mail server's switches over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from playground.inbox_card import html_of
from playground.inbox_drawing import draw
from playground.inbox_folders import add_folders, folder_with, folders_of, wait_for_change
from playground.mail_store import StoredMail
from playground.mailbox import Mailbox
from playground.reply import CannotReply, reply_to
from playground.reply_bounce import bounce_of
from playground.reply_post import NotTaken, deliver

Json = dict[str, Any]
SWITCHES = (
    "refuse_logins",
    "refuse_senders",
    "refuse_recipients",
    "refuse_content",
    "drop",
    "slow_down",
    "limit_connection",
    "expire_token",
    "renew_token",
)
_LONGEST_COMMENT = 500
INERT = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
"""What a mail's HTML may do: be looked at. No scripts, no forms, nothing fetched from anywhere."""


def turn(mailbox: Mailbox, said: Json) -> None:
    """Turns one switch: its name, and its arguments beside it."""
    name = said.pop("switch", None)
    if name == "refuse_connections":
        mailbox.refuse_connections(is_refusing=bool(said.get("is_refusing", True)))
    elif name in SWITCHES:
        getattr(mailbox.faults, name)(**said)
    else:
        raise ValueError(f"no such switch: {name}; there are refuse_connections, {', '.join(SWITCHES)}")


def _found(mailbox: Mailbox, number: int) -> StoredMail:
    mails = mailbox.messages
    if not 1 <= number <= len(mails):
        abort(404)
    return mails[number - 1]


def make_inbox_pages(mailbox: Mailbox, *, at: str = "/inbox", title: str = "Attendees") -> Blueprint:
    """The mail program over one mailbox; those registered at other paths are its other folders."""
    pages = Blueprint(at.strip("/").replace("/", "_"), __name__, url_prefix=at)
    folders = folders_of(mailbox, at, title)
    add_folders(pages, folders)

    def opened(number: int, trouble: str = "") -> str:
        return draw(at, folder_with(folders, _found(mailbox, number)), number, trouble)

    @pages.get("")
    def inbox() -> str:
        return draw(at, folders[0])

    @pages.get("/answers")
    def answers() -> str:
        if len(folders) == 1:
            abort(404)
        return draw(at, folders[1])

    @pages.get("/<int:number>")
    def read(number: int) -> str:
        return opened(number)

    @pages.get("/changes")
    def changes() -> ResponseReturnValue:
        return jsonify(stamp=wait_for_change(mailbox, request.args.get("since", "")))

    _add_parts(pages, mailbox)
    _add_deeds(pages, mailbox, opened)
    _add_switches(pages, mailbox)
    return pages


def _add_deeds(pages: Blueprint, mailbox: Mailbox, opened: Callable[[int, str], str]) -> None:
    """What the attendee's side sends to the organizer, each a mail over the wire."""

    def sent(number: int, sender: str, recipient: str, letter: bytes) -> ResponseReturnValue:
        try:
            deliver(mailbox, sender, recipient, letter)
        except NotTaken as error:
            words = f"The organizer's mail server did not take it: {error}. Try again when it is well."
            return opened(number, words), 502
        asked = request.query_string.decode()
        return redirect(f"{pages.url_prefix}/{number}{f'?{asked}' if asked else ''}", 303)

    @pages.post("/<int:number>/answer")
    def answer(number: int) -> ResponseReturnValue:
        mail = _found(mailbox, number)
        comment = request.form.get("comment", "").strip()[:_LONGEST_COMMENT]
        try:
            letter = reply_to(mail, request.form.get("partstat", ""), comment, datetime.now(UTC))
        except CannotReply as error:
            return opened(number, str(error)), 409
        return sent(number, mail.recipients[0], str(letter["To"]), letter.as_bytes())

    @pages.post("/<int:number>/bounce")
    def bounce(number: int) -> ResponseReturnValue:
        mail = _found(mailbox, number)
        if not mail.sender:
            return opened(number, "This is a report itself; nobody is told of its failing."), 409
        return sent(number, "", mail.sender, bounce_of(mail, datetime.now(UTC)))


def _add_parts(pages: Blueprint, mailbox: Mailbox) -> None:
    @pages.get("/<int:number>/raw")
    def raw(number: int) -> Response:
        content = _found(mailbox, number).content
        return Response(content, mimetype="text/plain", headers={"X-Content-Type-Options": "nosniff"})

    @pages.get("/<int:number>/html")
    def html(number: int) -> Response:
        words = html_of(_found(mailbox, number))
        return Response(words, mimetype="text/html", headers={"Content-Security-Policy": INERT})

    @pages.get("/<int:number>/invite.ics")
    def ics(number: int) -> Response:
        calendar = _found(mailbox, number).calendar
        if calendar is None:
            abort(404)
        named = {"Content-Disposition": "attachment; filename=invite.ics"}
        return Response(calendar, mimetype="text/calendar", headers=named)


def _add_switches(pages: Blueprint, mailbox: Mailbox) -> None:
    @pages.post("/faults")
    def faults() -> ResponseReturnValue:
        said = request.get_json(silent=True) if request.is_json else None
        if not isinstance(said, dict):
            return jsonify(error="post a JSON object"), 400
        try:
            turn(mailbox, dict(said))
        except (ValueError, TypeError) as error:
            return jsonify(error=str(error)), 400
        return jsonify(ok=True)

    @pages.delete("/faults")
    def clear() -> ResponseReturnValue:
        mailbox.clear_faults()
        return jsonify(ok=True)
