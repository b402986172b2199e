"""The page: the workspace as its people see it, live."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, request
from flask.typing import ResponseReturnValue

from playground.core import Core
from playground.inbox_pages import make_inbox_pages
from playground.mailbox import Mailbox
from playground.page_deeds import PersonNamed, make_deeds
from playground.page_parts import Screens, make_pages, make_parts
from playground.person_api import make_person_api
from playground.records import ApiError, DispatchFailed
from playground.reply_calendar import CalendarAnswers

POLICY = (
    "default-src 'self'; img-src 'self' https: data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


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


def add_page(
    app: Flask,
    core: Core,
    person_named: PersonNamed,
    mailbox: Mailbox | None,
    extra_pages: Sequence[Blueprint] = (),
    calendars: CalendarAnswers | None = None,
) -> None:
    """Serves the page, the people's JSON and (given one) the inbox beside the Web API."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["has_inbox"] = mailbox is not None
    app.before_request(_guard)

    screens = Screens(core, person_named, lambda: None if mailbox is None else len(mailbox))
    app.register_blueprint(make_pages(screens))
    app.register_blueprint(make_parts(screens))
    app.register_blueprint(make_deeds(person_named))
    app.register_blueprint(make_person_api(person_named))
    if mailbox:
        app.register_blueprint(make_inbox_pages(mailbox, calendars=calendars))
    for pages in extra_pages:
        app.register_blueprint(pages)

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
