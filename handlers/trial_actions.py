"""*Preview invite* and *Send test invite*."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from campaigns.addresses import AddressError, read_address
from campaigns.errors import SendInvitesError
from campaigns.forms import one_line
from campaigns.trial import is_organizer
from handlers import ids
from handlers.blocks import Json
from handlers.form_values import entered, submission_of
from handlers.guard import asker_of
from handlers.screens import in_place, show
from handlers.services import Services
from handlers.trial_sender import Trial
from handlers.views_notes import trouble
from handlers.views_trial import ADDRESS, preview_invite, sending_trial, trial_form

Body = Mapping[str, Any]


class TrialActions:
    """Listeners of the two ways to see an invite before anybody gets it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, app: App) -> None:
        app.action(ids.PREVIEW_INVITE)(self.preview)
        app.action(ids.PREVIEW_EARLIER)(self.turn)
        app.action(ids.PREVIEW_LATER)(self.turn)
        app.action(ids.TEST_INVITE)(self.test_invite)
        app.view(ids.TEST_INVITE_FORM)(self.send)

    def preview(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        show(client, body, lambda: self._preview(client, body, action))

    def turn(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        in_place(client, body, lambda: self._preview(client, body, action))

    def test_invite(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        show(client, body, lambda: self._form(client, body, str(action["value"])))

    def send(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        """Answer first: a mail server may take longer than Slack waits."""
        address = one_line(entered(view, ADDRESS))
        try:
            read_address(address)
        except AddressError as error:
            ack(response_action="errors", errors={ADDRESS: str(error)})
            return
        services, nonce = self._services, submission_of(view)
        campaign_id, index = place_in(view["private_metadata"])
        try:
            seen = services.guard.allow(
                client, body, lambda actor: services.campaigns.view(actor, campaign_id)
            )
        except SendInvitesError as error:
            ack(response_action="update", view=trouble(error))
            return
        ack(response_action="update", view=sending_trial(address))

        def go() -> object:
            return services.guard.allow(
                client,
                body,
                lambda actor: services.trials.send(actor, campaign_id, address, nonce=nonce, index=index),
            )

        is_own = is_organizer(seen.summary.campaign, address)
        services.send_trial(Trial(nonce, asker_of(body).user, view["id"], address, go, is_own=is_own))

    def _preview(self, client: WebClient, body: Body, action: Body) -> Json:
        campaign_id, index = place_in(action["value"])
        trials = self._services.trials
        return preview_invite(
            self._services.guard.allow(client, body, lambda actor: trials.preview(actor, campaign_id, index))
        )

    def _form(self, client: WebClient, body: Body, place: str) -> Json:
        asker, services = asker_of(body), self._services
        campaign_id, _ = place_in(place)
        seen = services.guard.allow(client, body, lambda actor: services.campaigns.view(actor, campaign_id))
        campaign = seen.summary.campaign
        address = services.guard.profile(client, asker.workspace, asker.user).address
        return trial_form(campaign, address, place, is_own=is_organizer(campaign, address))


def place_in(text: str) -> tuple[int, int]:
    """The campaign and the place on its list in ``12:3``; the first place in ``12``."""
    campaign_id, _, index = str(text).partition(":")
    return int(campaign_id), int(index or 0)
