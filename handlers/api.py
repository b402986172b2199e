"""The HTTP interface for programs: add attendees to a campaign, and look how it stands."""

import hmac
import json
import logging
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, HTTPException

from campaigns.adding import Adding, Rows
from campaigns.errors import InputError, NotFound, SendInvitesError, StateError, StorageTrouble
from campaigns.roster import NothingUsable
from handlers.api_answers import added, facts, problem
from handlers.api_rows import rows_in

_log = logging.getLogger(__name__)

PATH = "/api/v1"
LARGEST_BODY = 1024 * 1024
CALLS_A_MINUTE = 120
_MINUTE = 60.0
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_DESCRIPTION = (Path(__file__).parent / "web" / "openapi.json").read_text(encoding="utf-8")
_METHODS = (
    (re.compile(r"openapi\.json|campaigns/\d+"), "GET"),
    (re.compile(r"campaigns/\d+/attendees"), "POST"),
)
_ANY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE")
_STATUS: tuple[tuple[type[SendInvitesError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (StateError, HTTPStatus.CONFLICT),
    (StorageTrouble, HTTPStatus.SERVICE_UNAVAILABLE),
)
_SAID: Mapping[int, tuple[str, str]] = {
    413: (
        f"That is more than {LARGEST_BODY // 1024:,} KB.",
        "Nobody was added. Send the attendees in several calls.",
    ),
    415: ("Send the attendees as JSON.", "Set the header Content-Type: application/json."),
}


def make_api(adding: Adding, *, token: str, seconds: Callable[[], float] = time.monotonic) -> Blueprint:
    """Whoever shows ``token`` may do what is here, in every workspace of this installation."""
    api = Blueprint("api", __name__, url_prefix=PATH)
    desk = _Desk(adding, token, seconds)
    api.before_request(desk.refuse_strangers)
    api.after_request(_sealed)
    api.add_url_rule("/openapi.json", view_func=_description, endpoint="description")
    api.add_url_rule("/campaigns/<int:campaign_id>", view_func=desk.look, endpoint="look")
    api.add_url_rule(
        "/campaigns/<int:campaign_id>/attendees", view_func=desk.add, endpoint="add", methods=["POST"]
    )
    api.add_url_rule("/<path:rest>", view_func=_nothing_here, endpoint="nothing", methods=_ANY_METHOD)
    api.register_error_handler(SendInvitesError, _refused)
    api.register_error_handler(HTTPException, _not_served)
    return api


class _Desk:
    """Answers one request each."""

    def __init__(self, adding: Adding, token: str, seconds: Callable[[], float]) -> None:
        self._adding = adding
        self._token = token.encode()
        self._seconds = seconds
        self._calls: deque[float] = deque(maxlen=CALLS_A_MINUTE)

    def refuse_strangers(self) -> Response | None:
        request.max_content_length = LARGEST_BODY
        if request.endpoint == "api.description":
            return None  # what can be asked is no secret; programs read it before they have the token
        scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
        # compared as bytes: a header may hold letters that compare_digest does not take as text
        if scheme.lower() != "bearer" or not hmac.compare_digest(shown.strip().encode(), self._token):
            _log.info("api_call_without_token_refused")
            answer = problem(HTTPStatus.UNAUTHORIZED, "Show the token of this installation.", _NEEDS_TOKEN)
            answer.headers["WWW-Authenticate"] = 'Bearer realm="sendinvites"'
            return answer
        return self._refuse_haste()

    def _refuse_haste(self) -> Response | None:
        now, calls = self._seconds(), self._calls
        if len(calls) == CALLS_A_MINUTE and now - calls[0] < _MINUTE:
            wait = int(_MINUTE - (now - calls[0])) + 1
            answer = problem(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"That is more than {CALLS_A_MINUTE} calls in a minute.",
                f"Nothing was done. Wait {wait} seconds, and send several attendees in one call.",
            )
            answer.headers["Retry-After"] = str(wait)
            return answer
        calls.append(now)
        return None

    def look(self, campaign_id: int) -> Response:
        return _json(facts(self._adding.look(_possible(campaign_id))))

    def add(self, campaign_id: int) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if key and not _KEY.fullmatch(key):
            raise InputError("The Idempotency-Key is too long or holds other signs than ASCII.", hint=_KEYS)
        outcome = self._adding.add(_possible(campaign_id), Rows(rows_in(_body()), key))
        facts_of_call = {"campaign": campaign_id, "added": outcome.added, "known": outcome.known}
        _log.info("attendees_added_by_api", extra=facts_of_call)
        return _json(added(outcome))


_NEEDS_TOKEN = "Send the header Authorization: Bearer with the value of API_TOKEN in the bot's settings."  # noqa: S105 - words
_KEYS = "Use up to 200 letters, digits and signs without spaces, such as a UUID."
_LARGEST_ID = 2**31 - 1


def _body() -> Any:
    """Raises BadRequest, UnsupportedMediaType."""
    try:
        return request.get_json()
    except RecursionError:
        raise BadRequest from None  # nothing but brackets


def _possible(campaign_id: int) -> int:
    if campaign_id > _LARGEST_ID:  # no database of ours would take it
        raise NotFound("There is no such campaign.")
    return campaign_id


def _json(said: Mapping[str, object]) -> Response:
    return Response(json.dumps(said, ensure_ascii=False), mimetype="application/json")


def _description() -> Response:
    return Response(_DESCRIPTION, mimetype="application/json")


def _nothing_here(rest: str) -> Response:
    for place, method in _METHODS:
        if place.fullmatch(rest):
            answer = problem(
                HTTPStatus.METHOD_NOT_ALLOWED,
                f"Use {method} here.",
                f"Nothing was done. See {PATH}/openapi.json for what there is.",
            )
            answer.headers["Allow"] = method
            return answer
    raise NotFound("There is nothing at this address.", hint=f"See {PATH}/openapi.json for what there is.")


def _sealed(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _refused(error: SendInvitesError) -> Response:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)
    message = "There is no such campaign." if type(error) is NotFound and not error.hint else error.message
    if isinstance(error, NothingUsable):  # its own words are about a file
        hint = "Nobody was added. Correct what not_added names, and send them again."
        return problem(status, "None of these attendees can be added.", hint, error.problems)
    if isinstance(error, StorageTrouble):
        _log.warning("api_call_failed", extra={"evidence": str(error)})
        return problem(status, "This did not work just now.", "Nobody was added. Try again in a minute.")
    return problem(status, message, error.hint)


def _not_served(error: HTTPException) -> Response:
    code = error.code or 400
    said, hint = _SAID.get(code, _NO_JSON if code < 500 else _BROKEN)
    return problem(HTTPStatus(code), said, hint)


_NO_JSON = (
    "This is not JSON, or not as it has to be.",
    f"Nobody was added. See {PATH}/openapi.json for how a call looks.",
)
_BROKEN = (
    "Something went wrong on our side.",
    "Try again, with the same Idempotency-Key; if it happens once more, tell the admin of the server.",
)
