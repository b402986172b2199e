"""Slack over HTTP: one address for everything Slack sends, and one that says we are alive."""

import logging
from collections.abc import Callable

from flask import Flask, Response, jsonify, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler

_log = logging.getLogger(__name__)

LARGEST_REQUEST = 2 * 1024 * 1024
"""A view is 250 KB at most; a form with its entries comes back larger."""


def make_flask(app: App, *, is_healthy: Callable[[], bool] = lambda: True) -> Flask:
    """The WSGI application. Signatures are checked by Bolt; larger requests than Slack sends get a 413."""
    flask = Flask("sendinvites")
    flask.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    slack = SlackRequestHandler(app)

    @flask.post("/slack/events")
    def events() -> Response:
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        if not (stamp.isascii() and stamp.isdecimal()):
            # Slack's SDK would stumble over a stamp that is no number, and log how
            _log.info("request_without_time_refused")
            return Response('{"error": "invalid request"}', status=401, mimetype="application/json")
        return slack.handle(request)

    @flask.get("/health")
    def health() -> tuple[Response, int]:
        healthy = is_healthy()
        return jsonify(ok=healthy), 200 if healthy else 503

    return flask
