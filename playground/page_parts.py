"""The page, and its parts as they are asked for again whenever something has changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from playground.core import Core
from playground.page_deeds import PersonNamed
from playground.page_drawing import Drawing, picture_type
from playground.page_rooms import mark_read, unread
from playground.person import Person

Json = dict[str, Any]
LONGEST_POLL = 20.0


@dataclass(frozen=True, slots=True)
class Screens:
    """Whose screens are drawn, of what; `mail_count` tells how many letters the inbox holds, if any."""

    core: Core
    person_named: PersonNamed
    mail_count: Callable[[], int | None]

    def drawn(self, template: str, person: Person, part: str, **facts: Any) -> str:
        # The lock is held while drawing, so that a page never shows half a change.
        with self.core.state.condition:
            drawing = Drawing(person, part)
            return render_template(template, d=drawing, me=person.user, core=self.core, **facts)

    def sidebar(self, person: Person, room: str) -> Json:
        """What the sidebar shows: where one is, and what is new."""
        state = self.core.state
        with state.condition:
            rooms = [c for c in state.channels.values() if not c.is_im and not c.is_archived]
            direct = state.direct(person.user.id)
            news = {c.id: unread(person, c) for c in (*rooms, direct) if c.id != room}
        return {"room": room, "rooms": rooms, "news": news, "direct": direct, "mails": self.mail_count()}


def make_pages(screens: Screens) -> Blueprint:
    """The page, what its links lead to, and its wait for changes."""
    pages = Blueprint("page", __name__)
    state = screens.core.state

    @pages.get("/")
    def page() -> str:
        person = screens.person_named(request.args.get("as", "ana"))
        asked = request.args.get("channel", "events")
        with state.condition:
            room = "home" if asked == "home" else person.room(asked).id
            facts = {
                "thread": request.args.get("thread", ""),
                "messages": person.read(room) if room != "home" else [],
                "view": person.home,
                "version": state.version,
                **screens.sidebar(person, room),
            }
        return screens.drawn("page.html", person, "room", **facts)

    @pages.get("/archives/<channel>/p<digits>")
    def permalink(channel: str, digits: str) -> ResponseReturnValue:
        # A link in a message names no reader; who followed it stays who they are.
        reader = parse_qs(urlsplit(request.referrer or "").query).get("as", ["ana"])[0]
        where = {"as": reader, "channel": state.channel(channel).id, "at": f"{digits[:-6]}.{digits[-6:]}"}
        if thread := request.args.get("thread_ts"):
            where["thread"] = thread
        return redirect(f"/?{urlencode(where)}")

    @pages.get("/ui/changes")
    def changes() -> ResponseReturnValue:
        since = request.args.get("since", 0, type=int)
        with state.condition:
            state.condition.wait_for(lambda: state.version > since or state.is_stopping, LONGEST_POLL)
            return jsonify(version=state.version)

    @pages.get("/ui/file/<file_id>/<name>")
    def file(file_id: str, name: str) -> Response:
        kept = state.files.get(file_id)
        if kept is None:
            abort(404)
        kind = picture_type(kept)
        if kind and request.args.get("show"):
            return Response(kept.content, mimetype=kind, headers={"X-Content-Type-Options": "nosniff"})
        made = Response(kept.content, mimetype="application/octet-stream")
        made.headers.set("Content-Disposition", "attachment", filename=kept.name)
        return made

    return pages


def make_parts(screens: Screens) -> Blueprint:
    """The parts of one person's screen."""
    parts = Blueprint("parts", __name__, url_prefix="/ui/<name>")

    @parts.get("/room/<room>")
    def room(name: str, room: str) -> str:
        person = screens.person_named(name)
        if room == "home":
            return screens.drawn("home.html", person, "room", view=person.home)
        mark_read(person, room)
        return screens.drawn("messages.html", person, "room", messages=person.read(room))

    @parts.get("/thread/<room>/<ts>")
    def thread(name: str, room: str, ts: str) -> str:
        person = screens.person_named(name)
        return screens.drawn("thread.html", person, "thread", messages=person.read(room, ts))

    @parts.get("/sidebar/<room>")
    def sidebar(name: str, room: str) -> str:
        person = screens.person_named(name)
        return screens.drawn("sidebar.html", person, "sidebar", **screens.sidebar(person, room))

    @parts.get("/modal")
    def modal(name: str) -> str:
        person = screens.person_named(name)
        view = person.modal
        return screens.drawn("modal.html", person, "modal", view=view) if view else ""

    return parts
