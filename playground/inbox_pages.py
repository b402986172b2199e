"""The inbox in the browser, and the mail server's switches over HTTP."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from icalendar import Calendar

from playground.mail_store import StoredMail
from playground.mailbox import Mailbox

Json = dict[str, Any]
SWITCHES = (
    "refuse_logins",
    "refuse_senders",
    "refuse_recipients",
    "refuse_content",
    "drop",
    "slow_down",
    "limit_connection",
)


@dataclass(frozen=True)
class ReadableInvite:
    """The invite in a message as a person would tell it."""

    method: str
    title: str
    start: str
    end: str
    place: str
    organizer: str
    attendees: list[str]
    uid: str
    revision: str
    body: str


def _moment(value: Any) -> str:
    when = getattr(value, "dt", None)
    if isinstance(when, datetime):
        return f"{when:%A %d %B %Y, %H:%M} {when.tzname() or ''}".strip()
    return str(when or "")


def _address(value: Any) -> str:
    mail = str(value).removeprefix("mailto:").removeprefix("MAILTO:")
    name = str(value.params.get("CN", "")) if hasattr(value, "params") else ""
    return f"{name} <{mail}>" if name else mail


def readable_invite(mail: StoredMail) -> ReadableInvite | None:
    """The event in a message, or None where there is none to be read."""
    raw = mail.calendar
    if raw is None:
        return None
    try:
        calendar = Calendar.from_ical(raw)
        event = next(iter(calendar.walk("VEVENT")))
    except (ValueError, StopIteration):
        return None
    attendees = event.get("ATTENDEE", [])
    return ReadableInvite(
        method=str(calendar.get("METHOD", "")),
        title=str(event.get("SUMMARY", "")),
        start=_moment(event.get("DTSTART")),
        end=_moment(event.get("DTEND")),
        place=str(event.get("LOCATION", "")),
        organizer=_address(event.get("ORGANIZER", "")),
        attendees=[_address(one) for one in (attendees if isinstance(attendees, list) else [attendees])],
        uid=str(event.get("UID", "")),
        revision=str(event.get("SEQUENCE", "0")),
        body=str(event.get("DESCRIPTION", "")),
    )


def readable_text(mail: StoredMail) -> str:
    part = mail.message.get_body(("plain", "html"))
    try:
        return str(part.get_content()) if part else ""
    except (LookupError, ValueError):
        return "(this text cannot be decoded)"


def turn(mailbox: Mailbox, said: Json) -> None:
    """Turns one switch: its name, and its arguments beside it."""
    name = said.pop("switch", None)
    if name == "refuse_connections":
        mailbox.refuse_connections(is_refusing=bool(said.get("is_refusing", True)))
    elif name in SWITCHES:
        getattr(mailbox.faults, name)(**said)
    else:
        raise ValueError(f"no such switch: {name}; there are refuse_connections, {', '.join(SWITCHES)}")


def make_inbox_pages(mailbox: Mailbox) -> Blueprint:
    pages = Blueprint("inbox", __name__)

    def found(number: int) -> StoredMail:
        mails = mailbox.messages
        if not 1 <= number <= len(mails):
            abort(404)
        return mails[number - 1]

    @pages.get("/inbox")
    @pages.get("/inbox/<int:number>")
    def inbox(number: int | None = None) -> str:
        asked = request.args.get("q", "").casefold()
        mails = [m for m in reversed(mailbox.messages) if asked in " ".join(m.recipients).casefold()]
        mail = found(number) if number else None
        return render_template(
            "inbox.html",
            mails=mails[:500],
            count=len(mails),
            asked=asked,
            mail=mail,
            invite=readable_invite(mail) if mail else None,
            text=readable_text(mail) if mail else "",
        )

    @pages.get("/inbox/<int:number>/raw")
    def raw(number: int) -> Response:
        return Response(
            found(number).content, mimetype="text/plain", headers={"X-Content-Type-Options": "nosniff"}
        )

    @pages.get("/inbox/<int:number>/invite.ics")
    def ics(number: int) -> Response:
        calendar = found(number).calendar
        if calendar is None:
            abort(404)
        named = {"Content-Disposition": "attachment; filename=invite.ics"}
        return Response(calendar, mimetype="text/calendar", headers=named)

    @pages.post("/inbox/faults")
    def faults() -> ResponseReturnValue:
        said = request.get_json(silent=True) if request.is_json else None
        if not isinstance(said, dict):
            return jsonify(error="post a JSON object"), 400
        try:
            turn(mailbox, dict(said))
        except (ValueError, TypeError) as error:
            return jsonify(error=str(error)), 400
        return jsonify(ok=True)

    @pages.delete("/inbox/faults")
    def clear() -> ResponseReturnValue:
        mailbox.clear_faults()
        return jsonify(ok=True)

    return pages
