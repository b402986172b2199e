"""The pages on which people connect and renew email services: plain forms, no script."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from campaigns.account import Service
from campaigns.account_forms import SECRET_FIELDS
from campaigns.account_keeping import Kept
from campaigns.connect_links import LinkOver
from campaigns.connect_visit import Visit
from campaigns.connecting import Connecting
from campaigns.errors import (
    Fault,
    InputError,
    NotAllowed,
    NotFound,
    SendInvitesError,
    StateError,
    StorageTrouble,
)
from campaigns.service_names import service_name
from campaigns.smtp_services import SMTP_SERVICES
from handlers.delegated_scopes import DELEGATED_SCOPES, READING_SCOPE
from handlers.web_guard import LARGEST_FORM, WebGuard

_log = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[SendInvitesError], HTTPStatus], ...] = (
    (LinkOver, HTTPStatus.GONE),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (StateError, HTTPStatus.CONFLICT),
    (StorageTrouble, HTTPStatus.SERVICE_UNAVAILABLE),
    (Fault, HTTPStatus.BAD_GATEWAY),
)
_PROVIDERS = {"google": "Google", "microsoft": "Microsoft"}
_STYLE = (Path(__file__).parent / "web" / "connect" / "page.css").read_text(encoding="utf-8")
_CONSENT, _PASSWORD, _SERVICE_KEY = "consent", "password", "service-key"


@dataclass(frozen=True, slots=True)
class Who:
    """Whose link it is, by the names that people know."""

    person: str
    workspace: str


Names = Callable[[str, str], Who]


def plain_ids(workspace: str, user: str) -> Who:
    """Slack's own ids, where nobody can say the names."""
    return Who(user, workspace)


def make_connect_pages(connecting: Connecting, *, names: Names = plain_ids) -> Blueprint:
    """``names`` is asked with workspace and user. Looking at a page changes nothing; a form's POST does."""
    pages = Blueprint("connect", __name__, template_folder="web")
    guard = WebGuard(connecting.public_url)
    desk = _Desk(connecting, guard, names)

    @pages.before_request
    def refuse_foreign() -> Response | None:
        request.max_content_length = LARGEST_FORM
        if request.method != "POST":
            return None
        if guard.is_own_post(request) and guard.browser_of(request):
            return None
        error = StateError(
            "This form was not sent from its own page.",
            hint="Nothing was changed. Open the link from Slack again, with cookies allowed.",
        )
        return _trouble(error, HTTPStatus.FORBIDDEN)

    pages.after_request(guard.sealed)
    pages.add_url_rule("/connect/page.css", view_func=_style, endpoint="style")
    pages.add_url_rule("/connect/callback", view_func=desk.come_back, endpoint="callback")
    for path in ("connect", "renew"):
        pages.add_url_rule(f"/{path}/<key>", view_func=desk.show, endpoint=f"{path}_page")
        pages.add_url_rule(f"/{path}/<key>", view_func=desk.go_on, endpoint=f"{path}_form", methods=["POST"])
    pages.register_error_handler(SendInvitesError, _refused)
    pages.register_error_handler(HTTPException, _not_served)
    return pages


class _Desk:
    """Answers one request each."""

    def __init__(self, connecting: Connecting, guard: WebGuard, names: Names) -> None:
        self._connecting = connecting
        self._guard = guard
        self._names = names

    def show(self, key: str) -> Response:
        """Programs that fetch links to preview them come here too: nothing is used up."""
        page = make_response(self._start(self._connecting.look(key)))
        return self._guard.remember(request, page)

    def go_on(self, key: str) -> Response:
        form, browser = request.form.to_dict(), self._guard.browser_of(request)
        visit = self._connecting.look(key)
        how = form.get("how") or (_PASSWORD if visit.takes_password else _CONSENT)
        if how == _CONSENT:
            there = self._connecting.ask(key, browser, form)
            _log.info("consent_asked")
            return _redirect(there)
        try:
            kept = self._enter(key, how, form, visit)
        except InputError as error:
            _log.info("account_entry_refused")
            typed = {name: value for name, value in form.items() if name not in SECRET_FIELDS}
            page = self._start(visit, typed=typed, wrong=error.fields, how=how)
            return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
        return self._connected(kept)

    def come_back(self) -> Response:
        """From the provider's page."""
        state, browser = request.args.get("state", ""), self._guard.browser_of(request)
        if error := request.args.get("error", ""):
            visit = self._connecting.cancelled(state, browser, error)
            _log.info("consent_cancelled")
            page = render_template("connect/cancelled.html", visit=visit, service=service_name(visit.service))
            return make_response(page)
        return self._connected(self._connecting.accept(state, request.args.get("code", ""), browser))

    def _enter(self, key: str, how: str, form: Mapping[str, str], visit: Visit) -> Kept:
        if how == _PASSWORD:
            return self._connecting.password(key, form)
        if how != _SERVICE_KEY:
            raise StateError("This form is not one of ours.", hint="Open the link from Slack again.")
        try:
            service = Service(form.get("service", "") or visit.service)
        except ValueError:
            raise InputError(fields={"service": "Choose one of the services."}) from None
        return self._connecting.service_key(key, form, service)

    def _start(
        self,
        visit: Visit,
        *,
        typed: Mapping[str, str] | None = None,
        wrong: Mapping[str, str] | None = None,
        how: str = "",
    ) -> str:
        return render_template(
            "connect/start.html",
            visit=visit,
            who=self._names(visit.ticket.workspace, visit.ticket.user),
            service=service_name(visit.service),
            providers=_PROVIDERS,
            typed=visit.known_values() if typed is None else typed,
            wrong=wrong or {},
            how=how,
            smtp_services=SMTP_SERVICES,
            delegated=[(one, service_name(one), scope) for one, scope in DELEGATED_SCOPES.items()],
            reading_scope=READING_SCOPE,
        )

    def _connected(self, kept: Kept) -> Response:
        account = kept.account
        _log.info("account_connected", extra={"account": account.id, "service": account.kind})
        page = render_template(
            "connect/connected.html",
            account=account,
            outcome=kept.outcome.value,
            service=service_name(account.kind),
            resumes=self._connecting.resumes,
            reads=self._connecting.reads(account),
        )
        return make_response(page)


def _style() -> Response:
    return Response(_STYLE, mimetype="text/css")


def _redirect(there: str) -> Response:
    response = make_response("", HTTPStatus.SEE_OTHER)
    response.headers["Location"] = there
    return response


def _refused(error: SendInvitesError) -> Response:
    _log.info("connect_page_refused", extra={"error": type(error).__name__})
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)
    return _trouble(error, status)


def _not_served(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        said = InputError("That is more than this form takes.", hint="Nothing was changed. Enter less.")
        return _trouble(said, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    said = InputError("This page does not exist.", hint="Open the link from Slack again.")
    return _trouble(said, HTTPStatus(error.code or 400))


def _trouble(error: SendInvitesError, status: HTTPStatus) -> Response:
    template = "connect/over.html" if isinstance(error, LinkOver) else "connect/trouble.html"
    return make_response(render_template(template, error=error), status)
