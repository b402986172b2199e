"""Making a campaign and changing its event."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from campaigns.errors import InputError, NotAllowed, NotFound, SendInvitesError, StateError
from campaigns.forms import one_line, parse_event
from campaigns.model import Account, Event, MailProgress, Organizer
from campaigns.ports import CampaignForm
from handlers import ids
from handlers.blocks import Json
from handlers.form_values import (
    LIST,
    FormValues,
    event_fields,
    file_entered,
    form_values,
    in_its_place,
    problems_beside_event,
    unbalanced,
    values_of_form,
)
from handlers.guard import asker_of
from handlers.screens import in_place, show
from handlers.services import Services
from handlers.views_campaign import edit_event, event_saved, first_values, new_campaign
from handlers.views_import import reading
from handlers.views_notes import trouble
from handlers.zones import matching

Body = Mapping[str, Any]


class CampaignActions:
    """Listeners of *New campaign* and *Edit event*."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, app: App) -> None:
        app.action(ids.NEW_CAMPAIGN)(self.new_campaign)
        app.action(ids.TRY_AGAIN)(self.try_again)
        app.action(ids.EDIT_EVENT)(self.edit_event)
        app.options("zone")(self.zones)
        app.view(ids.NEW_CAMPAIGN_FORM)(self.create)
        app.view(ids.EDIT_EVENT_FORM)(self.save)

    def new_campaign(self, ack: Ack, body: Body, client: WebClient) -> None:
        ack()
        show(client, body, lambda: self._empty_form(client, body))

    def try_again(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        in_place(client, body, lambda: self._same_form(body, int(action["value"])))

    def edit_event(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        show(client, body, lambda: self._edit_form(client, body, int(action["value"])))

    def zones(self, ack: Ack, payload: Body) -> None:
        ack(options=matching(str(payload.get("value") or ""), self._services.now()))

    def create(self, ack: Ack, body: Body, view: Body) -> None:
        """Keep a valid form, then answer, then read its list."""
        campaigns = self._services.campaigns
        typed, accounts, file = form_values(view), campaigns.accounts(), file_entered(view)
        event, wrong = self._judged(typed, accounts)
        if file is None:
            wrong[LIST] = "Choose the file with your attendee list."
        if wrong or event is None or file is None:
            ack(response_action="errors", errors=wrong)
            return
        try:
            upload = campaigns.submit(
                asker_of(body),
                _form(typed, event, accounts),
                file=file,
                view_id=view["id"],
                submission=_submission(view),
            )
        except SendInvitesError as error:
            ack(response_action="errors", errors={"title": str(error)})  # what was typed stays on the screen
            return
        ack(response_action="update", view=reading(upload))
        self._services.take_upload(upload)

    def save(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        campaign_id, typed = int(view["private_metadata"]), event_fields(view)
        guard, campaigns = self._services.guard, self._services.campaigns
        try:
            if wrong := unbalanced(typed):
                raise InputError(fields=wrong)  # noqa: TRY301 - shown as the other wrong fields are
            event = parse_event(typed, self._services.now())
            guard.allow(client, body, lambda actor: campaigns.revise(actor, campaign_id, event))
            seen = guard.allow(client, body, lambda actor: campaigns.view(actor, campaign_id))
        except InputError as error:
            ack(response_action="errors", errors=in_its_place(error, otherwise="description"))
        except StateError as error:
            ack(response_action="errors", errors={"title": str(error)})
        except (NotAllowed, NotFound) as error:
            ack(response_action="update", view=trouble(error))
        else:
            ack(response_action="update", view=event_saved(seen.summary.campaign, seen.to_update))

    def _judged(self, typed: FormValues, accounts: list[Account]) -> tuple[Event | None, dict[str, str]]:
        wrong = problems_beside_event(typed, accounts)
        try:
            return parse_event(typed.event, self._services.now()), wrong
        except InputError as error:
            return None, {**in_its_place(error, otherwise="title"), **wrong}

    def _empty_form(self, client: WebClient, body: Body) -> Json:
        asker, accounts = asker_of(body), self._services.campaigns.accounts()
        profile = self._services.guard.profile(client, asker.workspace, asker.user)
        return new_campaign(first_values(profile, accounts), accounts, self._services.now())

    def _same_form(self, body: Body, upload_id: int) -> Json:
        campaigns = self._services.campaigns
        upload = campaigns.upload(asker_of(body), upload_id)
        return new_campaign(values_of_form(upload.form), campaigns.accounts(), self._services.now())

    def _edit_form(self, client: WebClient, body: Body, campaign_id: int) -> Json:
        campaigns = self._services.campaigns
        view = self._services.guard.allow(client, body, lambda actor: campaigns.view(actor, campaign_id))
        return edit_event(view.summary.campaign, self._services.now())


def _form(typed: FormValues, event: Event, accounts: list[Account]) -> CampaignForm:
    account = next(account for account in accounts if str(account.id) == typed.account)
    return CampaignForm(
        event=event,
        organizer=Organizer(one_line(typed.organizer), account.address),
        account_id=account.id,
        alert_address=one_line(typed.alert_address),
        mail_progress=MailProgress(typed.mail_progress),
    )


def _submission(view: Body) -> str:
    """The same for the same screen with the same entries, so that a doubled delivery is one upload."""
    entries = json.dumps(view["state"]["values"], sort_keys=True)
    return f"{view['id']}:{hashlib.sha256(entries.encode()).hexdigest()[:32]}"
