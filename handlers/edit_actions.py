"""*Edit campaign* and its settings."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from campaigns.errors import InputError, SendInvitesError, StateError
from campaigns.forms import one_line
from campaigns.model import Campaign, MailProgress, Medium, Routing, Topic
from campaigns.ports import CampaignSettings
from campaigns.roles import Actor, Right, may
from handlers import ids
from handlers.blocks import Json
from handlers.campaign_hub import hub, redraw_hub, target_in, target_of, view_to_edit
from handlers.form_values import chosen, entered, in_its_place
from handlers.screens import show
from handlers.services import Services
from handlers.views_edit import TAKES_IN, settings_form, settings_saved
from handlers.views_notes import trouble

Body = Mapping[str, Any]


class EditActions:
    """Listeners of the hub from which a campaign is changed."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, app: App) -> None:
        app.action(ids.EDIT)(self.edit)
        app.action(ids.SETTINGS)(self.settings)
        app.view(ids.SETTINGS_FORM)(self.save_settings)

    def edit(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        show(client, body, lambda: hub(self._services, client, body, int(action["value"])))

    def settings(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        show(client, body, lambda: self._form(client, body, int(action["value"])))

    def save_settings(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        target, services = target_in(view), self._services

        def save(actor: Actor) -> Campaign:
            before = services.campaigns.view(actor, target.campaign_id).summary.campaign
            return services.editing.change_settings(actor, target.campaign_id, _settings(view, before))

        try:
            saved = services.guard.allow(client, body, save)
        except InputError as error:
            ack(response_action="errors", errors=in_its_place(error, otherwise="alert_address"))
        except StateError as error:
            ack(response_action="errors", errors={"alert_address": str(error)})
        except SendInvitesError as error:
            ack(response_action="update", view=trouble(error))
        else:
            ack(response_action="update", view=settings_saved(saved))
            redraw_hub(services, client, body, target)

    def _form(self, client: WebClient, body: Body, campaign_id: int) -> Json:
        campaign = view_to_edit(self._services, client, body, campaign_id).summary.campaign
        # an owner is one without a look-up; anybody else may be an admin
        may_share = body["user"]["id"] == campaign.owner or may(
            self._services.guard.actor(client, body), campaign, Right.SHARE
        )
        metadata = target_of(body, campaign_id).packed()
        return settings_form(campaign, metadata, may_share=may_share)


def _settings(view: Body, before: Campaign) -> CampaignSettings:
    """What was chosen; the editors stay where the form does not ask for them."""
    asks_for_editors = "editors" in view["state"]["values"]
    named = dict.fromkeys(user for user in chosen(view, "editors") if user != before.owner)
    return CampaignSettings(
        alert_address=one_line(entered(view, "alert_address")),
        mail_progress=MailProgress(entered(view, "mail_progress")),
        editors=tuple(named) if asks_for_editors else before.editors,
        routing=Routing(**{topic.value: _media(view, topic) for topic in Topic}),
        takes_in=bool(chosen(view, TAKES_IN)),
    )


def _media(view: Body, topic: Topic) -> tuple[Medium, ...]:
    """In the order of the form, whatever the order of ticking."""
    ticked = chosen(view, topic)
    return tuple(medium for medium in Medium if medium in ticked)
