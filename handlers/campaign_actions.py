"""Making a campaign, anew or like another, and changing its event."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from campaigns.editing import require_no_cancel_run
from campaigns.errors import InputError, NotAllowed, NotFound, SendInvitesError, StateError
from campaigns.forms import form_of, parse_event
from campaigns.ports import CampaignForm
from campaigns.roles import Actor, require_create
from handlers import ids
from handlers.blocks import Json
from handlers.campaign_hub import Target, redraw_hub, target_in, target_of, view_to_edit
from handlers.form_values import (
    LIST,
    event_fields,
    file_entered,
    form_values,
    in_its_place,
    judged,
    submission_of,
    unbalanced,
    undated,
    values_of_event,
    values_of_form,
    where_shown,
)
from handlers.guard import asker_of
from handlers.living import LivingForms
from handlers.screens import in_place, made, show
from handlers.services import Services
from handlers.views_campaign import (
    duplicate_form,
    duplicated,
    edit_event,
    event_saved,
    first_values,
    new_campaign,
)
from handlers.views_difference import attendee_list
from handlers.views_event import HEARD
from handlers.views_import import reading
from handlers.views_notes import trouble
from handlers.zones import matching

Body = Mapping[str, Any]


class CampaignActions:
    """Listeners of *New campaign*, *Duplicate campaign* and *Edit event*."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._living = LivingForms()

    def register(self, app: App) -> None:
        app.action(ids.NEW_CAMPAIGN)(self.new_campaign)
        app.action(ids.TRY_AGAIN)(self.try_again)
        app.action(ids.DUPLICATE)(self.duplicate)
        app.action(ids.EDIT_EVENT)(self.edit_event)
        app.options("zone")(self.zones)
        for name in HEARD:
            app.action(name)(self.changed)
        app.view(ids.NEW_CAMPAIGN_FORM)(self.create)
        app.view(ids.DUPLICATE_FORM)(self.create_alike)
        app.view(ids.EDIT_EVENT_FORM)(self.save)

    def new_campaign(self, ack: Ack, body: Body, client: WebClient) -> None:
        ack()
        show(client, body, lambda: self._empty_form(client, body))

    def try_again(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        in_place(client, body, lambda: self._same_form(client, body, int(action["value"])))

    def duplicate(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        show(client, body, lambda: self._form_alike(client, body, int(action["value"])))

    def edit_event(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        show(client, body, lambda: self._edit_form(client, body, int(action["value"])))

    def zones(self, ack: Ack, payload: Body) -> None:
        ack(options=matching(str(payload.get("value") or ""), self._services.now()))

    def changed(self, ack: Ack, body: Body, client: WebClient) -> None:
        """The form anew, with the inputs that are asked for now. Everything that is typed stays."""
        ack()
        self._living.changed(client, body, lambda: made(lambda: self._form_again(client, body)))

    def create(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        """Keep a valid form, then answer, then read its list."""
        form, wrong = self._judged(body, view)
        file = file_entered(view)
        if file is None:
            wrong[LIST] = "Choose the file with your attendee list."
        if form is None or file is None:
            ack(response_action="errors", errors=where_shown(view, wrong))
            return
        self._read(ack, body, client, view, form, file)

    def create_alike(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        """Copy the list, or read the one that was chosen instead."""
        form, wrong = self._judged(body, view)
        if form is None:
            ack(response_action="errors", errors=where_shown(view, wrong))
            return
        source_id, editing = int(view["private_metadata"]), self._services.editing
        file = file_entered(view)
        try:
            source = view_to_edit(self._services, client, body, source_id).summary.campaign
            form = replace(form, routing=source.routing)
            if file is not None:
                self._read(ack, body, client, view, form, file)
                return
            actor = self._services.guard.actor(client, body)
            copied = editing.duplicate(actor, source_id, form, submission_of(view))
        except InputError as error:
            ack(response_action="errors", errors=in_its_place(error, otherwise="description"))
        except SendInvitesError as error:
            ack(response_action="errors", errors={"title": str(error)})
        else:
            ack(response_action="update", view=duplicated(copied))

    def save(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        target, services = target_in(view), self._services
        guard, campaigns, campaign_id = services.guard, services.campaigns, target.campaign_id
        try:
            before = view_to_edit(services, client, body, campaign_id).summary.campaign
            typed = event_fields(view, values_of_event(before.event))
            if wrong := unbalanced(typed):
                raise InputError(fields=wrong)  # noqa: TRY301 - shown as the other wrong fields are
            event = parse_event(typed, services.now(), before=before.event)
            guard.allow(
                client,
                body,
                lambda actor: services.editing.revise(actor, campaign_id, event, seen=target.revision),
            )
            seen = guard.allow(client, body, lambda actor: campaigns.view(actor, campaign_id))
        except InputError as error:
            wrong = where_shown(view, in_its_place(error, otherwise="description"))
            ack(response_action="errors", errors=wrong)
        except StateError as error:
            ack(response_action="errors", errors={"title": str(error)})
        except (NotAllowed, NotFound) as error:
            ack(response_action="update", view=trouble(error))
        else:
            ack(response_action="update", view=event_saved(seen, was_cancelled=before.is_cancelled))
            redraw_hub(services, client, body, target)

    def _judged(self, body: Body, view: Body) -> tuple[CampaignForm | None, dict[str, str]]:
        accounts = self._services.campaigns.accounts(asker_of(body))
        return judged(form_values(view), accounts, self._services.now())

    def _read(
        self,
        ack: Ack,
        body: Body,
        client: WebClient,
        view: Body,
        form: CampaignForm,
        file: Mapping[str, object],
    ) -> None:
        """Keep the form with its file, answer, and hand the list to the importer."""
        try:
            upload = self._services.campaigns.submit(
                self._services.guard.actor(client, body),
                form,
                file=file,
                view_id=view["id"],
                submission=submission_of(view),
            )
        except SendInvitesError as error:
            ack(response_action="errors", errors={"title": str(error)})  # what was typed stays on the screen
            return
        ack(response_action="update", view=reading(upload))
        self._services.take_upload(upload)

    def _creator(self, client: WebClient, body: Body) -> Actor:
        """Whoever asks, if they may make campaigns: said before they fill in a form for nothing."""
        actor = self._services.guard.actor(client, body)
        require_create(actor)
        return actor

    def _empty_form(self, client: WebClient, body: Body) -> Json:
        actor = self._creator(client, body)
        accounts = self._services.campaigns.accounts(actor)
        profile = self._services.guard.profile(client, actor.workspace, actor.user)
        return new_campaign(first_values(profile, accounts), accounts, self._services.now())

    def _same_form(self, client: WebClient, body: Body, upload_id: int) -> Json:
        campaigns = self._services.campaigns
        asker = asker_of(body)
        upload = campaigns.upload(asker, upload_id)
        if upload.target is not None:
            campaign = view_to_edit(self._services, client, body, upload.target).summary.campaign
            return attendee_list(campaign, Target(campaign.id).packed(), upload.purpose)
        return new_campaign(values_of_form(upload.form), campaigns.accounts(asker), self._services.now())

    def _form_alike(self, client: WebClient, body: Body, campaign_id: int) -> Json:
        """The form of a campaign that exists. A date that is over is left for its maker to choose."""
        actor = self._creator(client, body)
        campaign = view_to_edit(self._services, client, body, campaign_id).summary.campaign
        accounts, now = self._services.campaigns.accounts(actor), self._services.now()
        values = values_of_form(form_of(campaign))
        if campaign.event.starts_at <= now:
            values = replace(values, event=undated(values.event))
        if values.account not in {str(account.id) for account in accounts}:
            values = replace(values, account=str(accounts[0].id) if len(accounts) == 1 else "")
        return duplicate_form(values, accounts, now, campaign)

    def _form_again(self, client: WebClient, body: Body) -> Json:
        view, now = body["view"], self._services.now()
        callback_id, metadata = view["callback_id"], view["private_metadata"]
        accounts = self._services.campaigns.accounts(asker_of(body))
        if callback_id == ids.NEW_CAMPAIGN_FORM:
            return new_campaign(form_values(view), accounts, now)
        campaign_id = int(metadata) if callback_id == ids.DUPLICATE_FORM else target_in(view).campaign_id
        campaign = view_to_edit(self._services, client, body, campaign_id).summary.campaign
        unseen = values_of_event(campaign.event)
        if callback_id == ids.DUPLICATE_FORM:
            return duplicate_form(form_values(view, unseen), accounts, now, campaign)
        return edit_event(campaign, event_fields(view, unseen), now, metadata)

    def _edit_form(self, client: WebClient, body: Body, campaign_id: int) -> Json:
        seen = view_to_edit(self._services, client, body, campaign_id)
        require_no_cancel_run(seen.run_that_is_on)
        campaign = seen.summary.campaign
        target = target_of(body, campaign_id, campaign.revision)
        typed = values_of_event(campaign.event)
        return edit_event(campaign, typed, self._services.now(), target.packed())
