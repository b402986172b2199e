"""The page behind an invite's unsubscribe link, for the attendee and their mail program (RFC 8058)."""

import logging
from http import HTTPStatus

from flask import Blueprint, Response, make_response, render_template, request

from campaigns.errors import NotFound, SendInvitesError, StorageTrouble
from campaigns.unsubscribe import PATH
from campaigns.unsubscribing import Unsubscribing

_log = logging.getLogger(__name__)

_PAGE = "unsubscribe.html"
_ONE_CLICK = {"List-Unsubscribe": "One-Click"}
_HEADERS = {
    # the page loads nothing and may be shown in no other; its address is a secret of the attendee's
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


def make_unsubscribe_pages(unsubscribing: Unsubscribing) -> Blueprint:
    """GET shows a question and changes nothing; POST with ``List-Unsubscribe=One-Click`` answers it."""
    pages = Blueprint("unsubscribe", __name__, template_folder="web", url_prefix=f"/{PATH}")

    @pages.get("/<token>")
    def ask(token: str) -> Response:
        return _shown(render_template(_PAGE, state=unsubscribing.ask(token), fields=_ONE_CLICK))

    @pages.post("/<token>")
    def confirm(token: str) -> Response:
        if any(request.form.get(name) != value for name, value in _ONE_CLICK.items()):
            # whoever posts anything else has not pressed the button
            page = render_template(_PAGE, state=unsubscribing.ask(token), fields=_ONE_CLICK)
            return _shown(page, HTTPStatus.BAD_REQUEST)
        state = unsubscribing.confirm(token)
        _log.info("attendee_unsubscribed")
        return _shown(render_template(_PAGE, state=state, fields=_ONE_CLICK))

    @pages.errorhandler(NotFound)
    def unknown(error: NotFound) -> Response:
        return _shown(render_template(_PAGE, trouble=error), HTTPStatus.NOT_FOUND)

    @pages.errorhandler(StorageTrouble)
    def later(trouble: StorageTrouble) -> Response:
        _log.warning("unsubscribe_failed", extra={"evidence": str(trouble)})
        said = SendInvitesError("This did not work just now.", hint="Please try again in a few minutes.")
        return _shown(render_template(_PAGE, trouble=said), HTTPStatus.SERVICE_UNAVAILABLE)

    return pages


def _shown(page: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    shown = make_response(page, status)
    shown.headers.update(_HEADERS)
    return shown
