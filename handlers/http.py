"""What is answered over HTTP: Slack at one address, people at the pages, and one that says we are alive."""

import logging
from collections.abc import Callable, Iterable
from types import TracebackType

from flask import Blueprint, Flask, Response, jsonify, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler

_log = logging.getLogger(__name__)

LARGEST_REQUEST = 2 * 1024 * 1024
"""A view is 250 KB at most; a form with its entries comes back larger."""


class _Discreet(Flask):
    """Flask, but the path of a request that breaks is not logged: paths of pages hold one-time keys."""

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> None:
        _log.error("request_broke", exc_info=exc_info)


def make_flask(
    app: App | None, *, is_healthy: Callable[[], bool] = lambda: True, pages: Iterable[Blueprint] = ()
) -> Flask:
    """The WSGI application. Larger requests than Slack sends get a 413.

    ``app`` None: Slack speaks to us some other way, and only ``pages`` are answered.
    """
    flask = _Discreet("sendinvites")
    flask.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    if app is not None:
        _answer_slack(flask, app)
    for blueprint in pages:
        flask.register_blueprint(blueprint)

    @flask.get("/health")
    def health() -> tuple[Response, int]:
        healthy = is_healthy()
        return jsonify(ok=healthy), 200 if healthy else 503

    return flask


def _answer_slack(flask: Flask, app: App) -> None:
    """Signatures are checked by Bolt."""
    slack = SlackRequestHandler(app)

    @flask.post("/slack/events")
    def events() -> Response:
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        if not (stamp.isascii() and stamp.isdecimal()):
            # Slack's SDK would stumble over a stamp that is no number, and log how
            _log.info("request_without_time_refused")
            return Response('{"error": "invalid request"}', status=401, mimetype="application/json")
        return slack.handle(request)
