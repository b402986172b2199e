"""Changing a campaign's attendee list: upload, check the changes, apply or discard them."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from campaigns.errors import SendInvitesError
from campaigns.forms import form_of
from campaigns.roles import Actor
from campaigns.uploaded_list import ListPurpose, Upload
from handlers import ids
from handlers.blocks import Json
from handlers.campaign_hub import target_in, target_of, view_to_edit
from handlers.form_values import LIST, entered, file_entered, submission_of
from handlers.screens import fill, in_place, replace, show
from handlers.services import Services
from handlers.views_difference import (
    PURPOSE,
    applying,
    attendee_list,
    check_changes,
    list_changed,
    list_discarded,
)
from handlers.views_import import reading

Body = Mapping[str, Any]


class ListActions:
    """Listeners of *Attendee list* and *Check the changes*."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, app: App) -> None:
        app.action(ids.ATTENDEE_LIST)(self.attendee_list)
        app.view(ids.ATTENDEE_LIST_FORM)(self.upload)
        app.action(ids.REVIEW_LIST)(self.review)
        app.action(ids.APPLY_LIST)(self.apply)
        app.action(ids.DISCARD_LIST)(self.discard)

    def attendee_list(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        show(client, body, lambda: self._form(client, body, int(action["value"])))

    def upload(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        """Keep the file, then answer, then read it."""
        file = file_entered(view)
        if file is None:
            ack(response_action="errors", errors={LIST: "Choose the file with your attendee list."})
            return
        campaigns, target = self._services.campaigns, target_in(view)

        def submit(actor: Actor) -> Upload:
            campaign = campaigns.view(actor, target.campaign_id).summary.campaign
            return campaigns.submit(
                actor,
                form_of(campaign),
                file=file,
                view_id=view["id"],
                submission=submission_of(view),
                purpose=ListPurpose(entered(view, PURPOSE)),
                target=target.campaign_id,
            )

        try:
            upload = self._services.guard.allow(client, body, submit)
        except SendInvitesError as error:
            ack(response_action="errors", errors={LIST: str(error)})
            return
        ack(response_action="update", view=reading(upload))
        self._services.take_upload(upload)

    def review(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        show(client, body, lambda: self._changes(client, body, int(action["value"])))

    def apply(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        view_id = str(body["view"]["id"])
        replace(client, view_id, applying())  # a long list takes a moment
        fill(client, view_id, lambda: self._applied(client, body, int(action["value"])))

    def discard(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        in_place(client, body, lambda: self._discarded(client, body, int(action["value"])))

    def _form(self, client: WebClient, body: Body, campaign_id: int) -> Json:
        campaign = view_to_edit(self._services, client, body, campaign_id).summary.campaign
        return attendee_list(campaign, target_of(body, campaign_id).packed())

    def _changes(self, client: WebClient, body: Body, upload_id: int) -> Json:
        editing = self._services.editing
        campaign, difference = self._services.guard.allow(
            client, body, lambda actor: editing.difference(actor, upload_id)
        )
        return check_changes(upload_id, campaign.event.title, difference)

    def _applied(self, client: WebClient, body: Body, upload_id: int) -> Json:
        editing, campaigns = self._services.editing, self._services.campaigns
        changed = self._services.guard.allow(client, body, lambda actor: editing.apply_list(actor, upload_id))
        seen = self._services.guard.allow(
            client, body, lambda actor: campaigns.view(actor, changed.campaign.id)
        )
        run = seen.summary.run
        return list_changed(changed, seen.to_invite, run_is_on=run is not None and run.ended_at is None)

    def _discarded(self, client: WebClient, body: Body, upload_id: int) -> Json:
        editing = self._services.editing
        return list_discarded(
            self._services.guard.allow(client, body, lambda actor: editing.drop_list(actor, upload_id))
        )
