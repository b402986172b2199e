"""The inbox in the browser, and the mail server's switches over HTTP."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from playground.inbox_card import html_of
from playground.inbox_deeds import Desk, add_deeds, add_everybody
from playground.inbox_drawing import draw
from playground.inbox_folders import add_folders, folder_with, folders_of, wait_for_change
from playground.mail_store import StoredMail
from playground.mailbox import Mailbox
from playground.reply_calendar import CalendarAnswers

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


def make_inbox_pages(
    mailbox: Mailbox,
    *,
    at: str = "/inbox",
    title: str = "Attendees",
    calendars: CalendarAnswers | None = None,
) -> Blueprint:
    """The mail program over one mailbox; those registered at other paths are its other folders.

    Invites of the events in ``calendars`` are answered there, and not by mail.
    """
    pages = Blueprint(at.strip("/").replace("/", "_"), __name__, url_prefix=at)
    folders = folders_of(mailbox, at, title, calendars)
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
    add_deeds(Desk(pages, folders[0], opened))
    add_everybody(pages, folders[0], lambda said: draw(at, folders[0], said=said))
    _add_switches(pages, mailbox)
    return pages


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
