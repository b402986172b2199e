"""The page: the workspace as two people see it, live."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from playground.core import Core
from playground.inbox_pages import make_inbox_pages
from playground.mailbox import Mailbox
from playground.page_deeds import PersonNamed, make_deeds
from playground.page_drawing import Drawing
from playground.person import Person
from playground.person_api import make_person_api
from playground.records import ApiError, DispatchFailed, View

LONGEST_POLL = 20.0
POLICY = (
    "default-src 'self'; img-src 'self' https: data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


def _modal_stamp(view: View | None) -> str:
    """Changes whenever the modal has to be drawn anew."""
    return f"{view.id}.{view.hash}.{hash((tuple(view.errors.items()), view.trouble))}" if view else ""


def make_pages(core: Core, person_named: PersonNamed) -> Blueprint:
    pages = Blueprint("page", __name__)
    state = core.state

    def drawn(template: str, person: Person, **facts: Any) -> str:
        # The lock is held while drawing, so that a page never shows half a change.
        with state.condition:
            return render_template(template, d=Drawing(person), me=person.user, core=core, **facts)

    @pages.get("/")
    def page() -> str:
        person = person_named(request.args.get("as", "ana"))
        with state.condition:
            asked = request.args.get("channel", "events")
            room = "home" if asked == "home" else person.room(asked).id
            messages = person.read(room) if room != "home" else []
        return drawn(
            "page.html", person, room=room, messages=messages, view=person.home, version=state.version
        )

    @pages.get("/archives/<channel>/<path:_rest>")
    def permalink(channel: str, _rest: str) -> ResponseReturnValue:
        return redirect(f"/?channel={state.channel(channel).id}")

    @pages.get("/ui/changes")
    def changes() -> ResponseReturnValue:
        since = request.args.get("since", 0, type=int)
        with state.condition:
            state.condition.wait_for(lambda: state.version > since or state.is_stopping, LONGEST_POLL)
            return jsonify(version=state.version)

    @pages.get("/ui/<name>/room/<room>")
    def room(name: str, room: str) -> str:
        person = person_named(name)
        if room == "home":
            return drawn("home.html", person, view=person.home)
        return drawn("messages.html", person, messages=person.read(room))

    @pages.get("/ui/<name>/modal")
    def modal(name: str) -> Response:
        person = person_named(name)
        view = person.modal
        made = Response(drawn("modal.html", person, view=view) if view else "")
        made.headers["X-Modal"] = _modal_stamp(view)
        return made

    @pages.get("/ui/file/<file_id>/<name>")
    def file(file_id: str, name: str) -> Response:
        kept = state.files.get(file_id)
        if kept is None:
            abort(404)
        made = Response(kept.content, mimetype="application/octet-stream")
        made.headers.set("Content-Disposition", "attachment", filename=kept.name)
        return made

    return pages


def _guard() -> ResponseReturnValue | None:
    """Only this page may press buttons: not another web page, and not a name that was made to point here."""
    if request.path.startswith(("/api/", "/upload/", "/files-pri/", "/response/")):
        return None  # the bot's, by token or by an address that cannot be guessed
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        return "not from here", 403
    if request.host.rpartition(":")[0] not in {"127.0.0.1", "localhost", "[::1]"}:
        return "open this page as 127.0.0.1", 403
    return None


def add_page(app: Flask, core: Core, person_named: PersonNamed, mailbox: Mailbox | None) -> None:
    """Serves the page, the people's JSON and (given one) the inbox beside the Web API."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["has_inbox"] = mailbox is not None
    app.before_request(_guard)
    app.register_blueprint(make_pages(core, person_named))
    app.register_blueprint(make_deeds(person_named))
    app.register_blueprint(make_person_api(person_named))
    if mailbox:
        app.register_blueprint(make_inbox_pages(mailbox))

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    @app.errorhandler(DispatchFailed)
    @app.errorhandler(LookupError)
    @app.errorhandler(ApiError)
    def told(error: Exception) -> ResponseReturnValue:
        return str(error), 404 if isinstance(error, ApiError) else 409
