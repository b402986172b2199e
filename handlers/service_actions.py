"""What is pressed under *Email services*, and *Renew token* wherever it stands."""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from campaigns.account import Account, AccountSettings, AccountState, Service
from campaigns.errors import InputError, SendInvitesError
from campaigns.unsharing import WouldPause
from handlers import ids
from handlers.blocks import Json
from handlers.limits_entries import limits_form, settings_entered
from handlers.messages_access import resumed_words
from handlers.mishaps import refuse, tell_privately
from handlers.mrkdwn import advice, safe
from handlers.parting_words import after
from handlers.screens import in_place, place, replace, show
from handlers.services import Services
from handlers.views_connect import connect_link, renew_link
from handlers.views_notes import one_moment, trouble
from handlers.views_services import ServicesSeen, email_services
from handlers.views_unshare import stop_sharing

Body = Mapping[str, Any]

_OURS = frozenset({ids.EMAIL_SERVICES, ids.CONNECT})
"""Screens that give way to the next; over any other, the next is stacked."""


class ServiceActions:
    """Everybody sees the accounts they may send from; only whoever connected one, or an admin, changes it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, app: App) -> None:
        app.action(ids.EMAIL_SERVICES)(self.show_services)
        app.action(re.compile(rf"^{ids.CONNECT}:[a-z0-9-]+$"))(self.connect)
        app.action(ids.CONNECT_KEY)(self.connect_key)
        app.action(ids.OPEN_LINK)(self.open_link)
        app.action(ids.RENEW_TOKEN)(self.renew)
        app.action(ids.RESUME_WAITING)(self.resume_waiting)
        app.action(ids.TEST_ACCOUNT)(self.test)
        app.action(ids.LIMITS)(self.limits)
        app.action(ids.DISCONNECT)(self.disconnect)
        app.view(ids.LIMITS_FORM)(self.save_limits)
        app.view(ids.STOP_SHARING_FORM)(self.save_and_pause)

    def open_services(self, client: WebClient, body: Body, wanted: str = "") -> None:
        """As typed; ``wanted`` are words of the address."""
        show(client, body, lambda: self._screen(client, body, wanted))

    def show_services(self, ack: Ack, body: Body, client: WebClient) -> None:
        ack()
        _go_on(client, body, lambda: self._screen(client, body, _wanted(body)))

    def connect(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        service = Service(str(action["action_id"]).partition(":")[2])
        _go_on(client, body, lambda: self._link(client, body, service))

    def connect_key(self, ack: Ack, body: Body, client: WebClient) -> None:
        ack()
        _go_on(client, body, lambda: self._link(client, body, Service.GMAIL, has_key=True))

    def open_link(self, ack: Ack) -> None:
        """The browser opens it; Slack only tells."""
        ack()

    def renew(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        account_id = int(action["value"])
        _go_on(client, body, lambda: self._renewal(client, body, account_id))

    def resume_waiting(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        """Below an alert. The runs' own messages show that they go on; who pressed is told of all of them."""
        ack()
        try:
            actor = self._services.guard.actor(client, body)
            done = self._services.accounts.resume_waiting(actor, int(action["value"]))
        except SendInvitesError as error:
            refuse(client, body, error)
            return
        tell_privately(client, body, resumed_words(done))

    def test(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        """The mail service is asked aside: it may take its time."""
        ack()
        account_id = int(action["value"])
        waiting = one_moment(
            "The mail service is being asked. Nothing is sent.", ids.EMAIL_SERVICES, _wanted(body)
        )
        if _is_ours(body):
            view_id = str(body["view"]["id"])
            replace(client, view_id, waiting)
        else:
            view_id = place(client, body, waiting)
        self._services.slow_screens.fill(
            client, view_id, secrets.token_hex(8), lambda: self._tested(client, body, account_id)
        )

    def limits(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        account_id = int(action["value"])
        below = str(body["view"]["id"]) if _is_ours(body) else ""
        metadata = json.dumps([account_id, below, _wanted(body)], ensure_ascii=False)
        show(client, body, lambda: self._limits(client, body, account_id, metadata))

    def save_limits(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        try:
            settings = settings_entered(view)
            self._save(ack, body, client, view, settings, may_pause=False)
        except WouldPause as error:
            account_id, *place = json.loads(view["private_metadata"])
            seen = self._services.accounts.view(self._services.guard.actor(client, body), account_id)
            metadata = json.dumps([account_id, *place, asdict(settings)], ensure_ascii=False)
            ack(
                response_action="update",
                view=stop_sharing(seen.account.address, error.runs, metadata),
            )
        except InputError as error:
            ack(response_action="errors", errors=error.fields or {"per_day": str(error)})
        except SendInvitesError as error:
            ack(response_action="update", view=trouble(error))

    def save_and_pause(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        """The yes to the question that ``save_limits`` may ask."""
        settings = AccountSettings(**json.loads(view["private_metadata"])[-1])
        try:
            self._save(ack, body, client, view, settings, may_pause=True)
        except SendInvitesError as error:
            ack(response_action="update", view=trouble(error))

    def _save(
        self,
        ack: Ack,
        body: Body,
        client: WebClient,
        view: Body,
        settings: AccountSettings,
        *,
        may_pause: bool,
    ) -> None:
        account_id, below, wanted, *_ = json.loads(view["private_metadata"])
        actor, accounts = self._services.guard.actor(client, body), self._services.accounts
        account = accounts.change_settings(actor, account_id, settings, may_pause=may_pause).account
        screen = self._screen(client, body, wanted, f"*Saved* for {safe(account.address)}.")
        if below and below != view["id"]:
            ack()
            replace(client, below, screen)
        else:
            ack(response_action="update", view=screen)

    def disconnect(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        account_id = int(action["value"])
        _go_on(client, body, lambda: self._disconnected(client, body, account_id))

    def _screen(self, client: WebClient, body: Body, wanted: str = "", note: str = "") -> Json:
        actor = self._services.guard.actor(client, body)
        ways = self._services.connecting
        cannot = {one: ways.can_connect(one, is_admin=actor.is_admin) for one in Service}
        return email_services(ServicesSeen(self._services.accounts.views(actor), cannot, wanted, note), actor)

    def _link(self, client: WebClient, body: Body, service: Service, *, has_key: bool = False) -> Json:
        actor = self._services.guard.actor(client, body)
        link = self._services.connecting.link(actor, service)
        # without an app of its own at the provider, the page takes an admin's service key and nothing else
        is_key_only = bool(self._services.connecting.can_connect(service))
        return connect_link(service, link, has_key=has_key or is_key_only)

    def _renewal(self, client: WebClient, body: Body, account_id: int) -> Json:
        actor = self._services.guard.actor(client, body)
        link = self._services.connecting.link(actor, Service.SMTP, account_id)  # of its own service
        account = self._services.accounts.view(actor, account_id).account
        resumes = self._services.connecting.resumes
        return renew_link(account.address, Service(account.kind), link, resumes=resumes)

    def _tested(self, client: WebClient, body: Body, account_id: int) -> Json:
        actor = self._services.guard.actor(client, body)
        try:
            note = _outcome(self._services.accounts.test(actor, account_id).account)
        except SendInvitesError as error:
            note = advice(error)
        return self._screen(client, body, _wanted(body), note)

    def _disconnected(self, client: WebClient, body: Body, account_id: int) -> Json:
        actor = self._services.guard.actor(client, body)
        account, parting = self._services.accounts.disconnect(actor, account_id)
        said = f"*{safe(account.address)} is disconnected.* {after(parting)}".rstrip()
        note = f"{said} Campaigns, lists and what was sent stay."
        return self._screen(client, body, _wanted(body), note)

    def _limits(self, client: WebClient, body: Body, account_id: int, metadata: str) -> Json:
        seen = self._services.accounts.view(self._services.guard.actor(client, body), account_id)
        return limits_form(seen.account, metadata)


def _go_on(client: WebClient, body: Body, make: Callable[[], Json]) -> None:
    """From one screen of ours to the next in its place; over anything else, on top."""
    if _is_ours(body):
        in_place(client, body, make)
    else:
        show(client, body, make)


def _is_ours(body: Body) -> bool:
    return (body.get("view") or {}).get("callback_id") in _OURS


def _wanted(body: Body) -> str:
    """The words with which the screen was opened."""
    view = body.get("view") or {}
    return str(view.get("private_metadata") or "") if view.get("callback_id") == ids.EMAIL_SERVICES else ""


def _outcome(account: Account) -> str:
    address = safe(account.address)
    if account.state is AccountState.READY:
        return f"*Tested: the mail service lets sendinvites in as {address}.* Nothing was sent."
    renew = "Press *Renew token*"
    if account.is_of_settings:
        renew = "An admin enters the new password in *SMTP_URL* and restarts the bot"
    return f"*Tested: {address} is refused.* {renew}; nobody on a list is lost meanwhile."
