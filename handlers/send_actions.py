"""From *Send Invite* to *Start Batch Sending*."""

import secrets
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from campaigns.conduct import Preview
from campaigns.errors import InputError, SendInvitesError
from campaigns.model import Pace
from campaigns.plan import parse_pace
from campaigns.ports import Selection
from campaigns.roles import Actor
from handlers import ids
from handlers.blocks import Json
from handlers.form_values import entered
from handlers.intent import Intent, unpacked
from handlers.screens import in_place, made, show
from handlers.services import Services
from handlers.views_notes import trouble
from handlers.views_send import choice, send_invite
from handlers.views_start import batch_form, check_and_start, started

Body = Mapping[str, Any]


class SendActions:
    """Listeners of the screens that lead to a run."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, app: App) -> None:
        app.action(ids.SEND_INVITE)(self.send_invite)
        app.action(ids.SEND_CALENDAR_INVITE)(self.choose)
        app.action(ids.UPDATE_CALENDAR_INVITES)(self.choose)
        app.action(ids.IN_BATCHES)(self.in_batches)
        app.action(ids.ALL_AT_ONCE)(self.all_at_once)
        app.view(ids.BATCH_FORM)(self.preview)
        app.view(ids.CHECK_AND_START)(self.start)

    def send_invite(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        show(client, body, lambda: self.detail(client, body, int(action["value"])))

    def choose(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        show(client, body, lambda: self._choice(client, body, unpacked(action["value"])))

    def in_batches(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        in_place(client, body, lambda: self._batch_form(client, body, unpacked(action["value"])))

    def all_at_once(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        intent = unpacked(action["value"]).at_pace(Pace(None), None, new_stamp())
        in_place(client, body, lambda: self._checked(client, body, intent))

    def preview(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        try:
            pace = parse_pace(entered(view, "per_batch"), entered(view, "gap_minutes"))
        except InputError as error:
            ack(response_action="errors", errors=error.fields)
            return
        intent = unpacked(view["private_metadata"]).at_pace(pace, entered(view, "channel"), new_stamp())
        ack(response_action="update", view=made(lambda: self._checked(client, body, intent)))

    def start(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        """The run is committed before Slack gets its answer; the same submission again is the same run."""
        intent = unpacked(view["private_metadata"])
        channel = entered(view, "channel") if intent.channel is None else intent.channel

        def begin(actor: Actor) -> object:
            return self._services.runs.start(
                actor,
                intent.campaign_id,
                Selection(intent.kind),
                intent.pace or Pace(None),
                channel=channel,
                submission=f"{view['id']}:{intent.stamp}",
            )

        try:
            self._services.guard.allow(client, body, begin)
        except SendInvitesError as error:
            ack(response_action="update", view=trouble(error))
        else:
            ack(response_action="update", view=started(channel, intent.kind))

    def detail(self, client: WebClient, body: Body, campaign_id: int) -> Json:
        """*Send Invite* as it is now."""
        return self._services.guard.allow(client, body, lambda actor: self._detail(actor, campaign_id))

    def _detail(self, actor: Actor, campaign_id: int) -> Json:
        view = self._services.campaigns.view(actor, campaign_id)
        run = view.summary.run
        report = self._services.runs.report(actor, run.id)[1] if run and run.ended_at is None else None
        return send_invite(view, report)

    def _choice(self, client: WebClient, body: Body, intent: Intent) -> Json:
        preview = self._preview(client, body, intent)
        return choice(preview.campaign, intent.kind, preview.plan.invites)

    def _batch_form(self, client: WebClient, body: Body, intent: Intent) -> Json:
        return batch_form(intent, self._preview(client, body, intent).campaign.event.title)

    def _checked(self, client: WebClient, body: Body, intent: Intent) -> Json:
        preview = self._preview(client, body, intent)
        accounts = {account.id: account for account in self._services.campaigns.accounts()}
        return check_and_start(
            preview, intent, accounts.get(preview.campaign.account_id), self._services.now()
        )

    def _preview(self, client: WebClient, body: Body, intent: Intent) -> Preview:
        """Also the truth about whether a run can be started at all."""
        runs, pace = self._services.runs, intent.pace or Pace(None)
        return self._services.guard.allow(
            client, body, lambda actor: runs.preview(actor, intent.campaign_id, intent.kind, pace)
        )


def new_stamp() -> str:
    """One for each *Check and start* that is shown."""
    return secrets.token_hex(8)
