"""The buttons of a run: in its messages, and in *Send Invite* while it is on."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from campaigns.errors import SendInvitesError
from campaigns.model import Run
from campaigns.roles import Actor
from handlers import ids, messages
from handlers.mishaps import tell_privately
from handlers.mrkdwn import advice, channel_link, mention
from handlers.screens import in_place, place
from handlers.send_actions import SendActions
from handlers.services import Services
from handlers.slack_faults import SLACK_TROUBLE, code_of
from handlers.views_notes import trouble
from handlers.wording import number

Body = Mapping[str, Any]
_log = logging.getLogger(__name__)


class RunActions:
    """Each commits first and acknowledges then. Whoever comes late is told the truth, privately."""

    def __init__(self, services: Services, sending: SendActions) -> None:
        self._services = services
        self._sending = sending

    def register(self, app: App) -> None:
        app.action(ids.PAUSE)(self.pause)
        app.action(ids.RESUME)(self.resume)
        app.action(ids.STOP)(self.stop)
        app.action(ids.RETRY)(self.retry)
        app.action(ids.SEND_AGAIN)(self.send_again)
        app.action(ids.LEAVE)(self.leave)

    def pause(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        self._step(ack, body, client, action, self._services.runs.pause)

    def resume(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        self._step(ack, body, client, action, self._services.runs.resume)

    def stop(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        self._step(ack, body, client, action, self._services.runs.stop)

    def retry(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        run_id, runs = int(action["value"]), self._services.runs

        def again(actor: Actor) -> str:
            return _new_run(runs.retry_failed(actor, run_id, submission=f"retry:{run_id}"))

        self._once(ack, body, client, action, again)

    def send_again(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        run_id, runs = int(action["value"]), self._services.runs

        def again(actor: Actor) -> str:
            return _new_run(runs.send_again(actor, run_id, submission=f"again:{run_id}"))

        self._once(ack, body, client, action, again)

    def leave(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        run_id, runs = int(action["value"]), self._services.runs

        def left(actor: Actor) -> str:
            count = runs.leave_unsure(actor, run_id)
            if not count:
                return "Nobody was unsure any more; nothing was changed."
            return f"{number(count, 'invite is', 'invites are')} taken as sent."

        self._once(ack, body, client, action, left)

    def _step(
        self, ack: Ack, body: Body, client: WebClient, action: Body, do: Callable[[Actor, int], Run]
    ) -> None:
        """The run's message is brought up to date by the notifier; a screen is refreshed here."""
        run_id = int(action["value"])
        try:
            run = self._services.guard.allow(client, body, lambda actor: do(actor, run_id))
        except SendInvitesError as error:
            ack()
            _refuse(client, body, error)
            return
        ack()
        if body.get("view"):
            in_place(client, body, lambda: self._sending.detail(client, body, run.campaign_id))

    def _once(
        self, ack: Ack, body: Body, client: WebClient, action: Body, do: Callable[[Actor], str]
    ) -> None:
        """Act, say so, and take the button off the message."""
        try:
            said = self._services.guard.allow(client, body, do)
        except SendInvitesError as error:
            ack()
            _refuse(client, body, error)
            return
        ack()
        tell_privately(client, body, said)
        _take_off(client, body, str(action["action_id"]), said)


def _new_run(run: Run) -> str:
    """The same words whether this press or an earlier one has started the run."""
    if run.ended_at is not None:
        return "This was done before, and that run has ended. For whoever is left, use Send Invite."
    where = f"in {channel_link(run.channel)}" if run.channel else "in your messages"
    return f"Trying {number(run.total, 'invite')} again. Progress is posted {where}."


def _refuse(client: WebClient, body: Body, error: SendInvitesError) -> None:
    if body.get("view"):
        place(client, body, trouble(error))
    else:
        tell_privately(client, body, advice(error))


def _take_off(client: WebClient, body: Body, action_id: str, said: str) -> None:
    message, channel = body.get("message") or {}, (body.get("channel") or {}).get("id")
    if not channel or not message.get("ts") or not message.get("blocks"):
        return
    note = f"{said} {mention(str(body['user']['id']))}"
    amended = messages.settled(str(message.get("text") or said), message["blocks"], action_id, note)
    try:
        client.chat_update(channel=channel, ts=message["ts"], text=amended.text, blocks=amended.blocks)
    except SLACK_TROUBLE as error:
        _log.info("button_not_removed", extra={"error": code_of(error) or type(error).__name__})
