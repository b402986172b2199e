"""*Edit campaign* as the place one comes from and goes back to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from campaigns.roles import Right
from campaigns.service import CampaignView
from handlers import ids
from handlers.blocks import Json
from handlers.screens import made, replace
from handlers.services import Services
from handlers.views_afterwards import afterwards
from handlers.views_edit import edit_campaign

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """The campaign a form is for, and the *Edit campaign* that lies below the form, if one does.

    ``revision`` is that of the event with which the form was filled, if it was.
    """

    campaign_id: int
    hub: str = ""
    revision: int | None = None

    def packed(self) -> str:
        """As text for ``private_metadata``."""
        return json.dumps([self.campaign_id, self.hub, self.revision])


def target_of(body: Body, campaign_id: int, revision: int | None = None) -> Target:
    """The target of a form that is opened by what was pressed."""
    pressed_on = body.get("view") or {}
    is_hub = pressed_on.get("callback_id") == ids.CAMPAIGN_HUB
    return Target(campaign_id, str(pressed_on["id"]) if is_hub else "", revision)


def target_in(view: Body) -> Target:
    """The target of a submitted form. Where the stack was full, the form stands in the hub's own place."""
    campaign_id, hub, revision = json.loads(view["private_metadata"])
    return Target(int(campaign_id), "" if hub == view["id"] else hub, revision)


def view_to_edit(services: Services, client: WebClient, body: Body, campaign_id: int) -> CampaignView:
    """The campaign, for whoever may edit it. Raises NotFound, NotAllowed."""
    campaigns = services.campaigns
    return services.guard.allow(client, body, lambda actor: campaigns.view(actor, campaign_id, Right.EDIT))


def hub(services: Services, client: WebClient, body: Body, campaign_id: int) -> Json:
    """*Edit campaign* as it is now."""
    view = view_to_edit(services, client, body, campaign_id)
    answers = services.guard.allow(
        client, body, lambda actor: services.answers.of_campaign(actor, campaign_id)
    )
    screen = edit_campaign(view)
    return {**screen, "blocks": [*screen["blocks"], *afterwards(view, answers)]}


def redraw_hub(services: Services, client: WebClient, body: Body, target: Target) -> None:
    """Bring the *Edit campaign* below a form up to date."""
    if target.hub:
        replace(client, target.hub, made(lambda: hub(services, client, body, target.campaign_id)))
