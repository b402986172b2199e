"""The buttons of a run: in its messages, on the Campaign List, in its report and in *Send Invite*."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from campaigns.errors import SendInvitesError, StateError
from campaigns.history import Deed
from campaigns.lifecycle import ACTIVE
from campaigns.model import Run, RunState
from campaigns.roles import Actor
from handlers import ids, messages
from handlers.campaign_lists import CampaignLists, is_home
from handlers.mishaps import refuse, tell_privately
from handlers.mrkdwn import advice, channel_link, mention, moment
from handlers.private_answers import answer, is_private
from handlers.report_actions import ReportActions
from handlers.screens import in_place
from handlers.send_actions import SendActions
from handlers.services import Services
from handlers.slack_faults import SLACK_TROUBLE, short_of
from handlers.views_command import standing
from handlers.wording import KIND_WORDS, invites, number

Body = Mapping[str, Any]
_log = logging.getLogger(__name__)

_IN_TIME: dict[str, frozenset[RunState]] = {
    ids.PAUSE: frozenset({RunState.RUNNING}),
    ids.RESUME: frozenset({RunState.PAUSED}),
    ids.STOP: frozenset(ACTIVE),
    ids.APPROVE: frozenset({RunState.PLANNED}),
    ids.DECLINE: frozenset({RunState.PLANNED}),
}
"""The states in which a press is in time; refused all the same, it is for another reason."""
_STEPS = frozenset({Deed.PAUSED, Deed.RESUMED, Deed.APPROVED})
"""What a person does that others may come too late for; an end is known by its time."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a press has come to, and the run that is to be looked at now."""

    said: str
    run_id: int


class RunActions:
    """Each commits first and acknowledges then. Whoever comes late is told the truth, privately."""

    def __init__(
        self, services: Services, sending: SendActions, lists: CampaignLists, reports: ReportActions
    ) -> None:
        self._services = services
        self._sending = sending
        self._lists = lists
        self._reports = reports

    def register(self, app: App) -> None:
        app.action(ids.PAUSE)(self.pause)
        app.action(ids.RESUME)(self.resume)
        app.action(ids.STOP)(self.stop)
        app.action(ids.APPROVE)(self.approve)
        app.action(ids.DECLINE)(self.decline)
        app.action(ids.RETRY)(self.retry)
        app.action(ids.SEND_AGAIN)(self.send_again)
        app.action(ids.LEAVE)(self.leave)

    def pause(self, ack: Ack, body: Body, client: WebClient, action: Body, respond: Respond) -> None:
        self._step(ack, body, client, respond, action, self._services.runs.pause, "Paused.")

    def resume(self, ack: Ack, body: Body, client: WebClient, action: Body, respond: Respond) -> None:
        self._step(ack, body, client, respond, action, self._services.runs.resume, "Resumed.")

    def stop(self, ack: Ack, body: Body, client: WebClient, action: Body, respond: Respond) -> None:
        self._step(ack, body, client, respond, action, self._services.runs.stop, "Stopped.")

    def approve(self, ack: Ack, body: Body, client: WebClient, action: Body, respond: Respond) -> None:
        run_id, runs = int(action["value"]), self._services.runs

        def approved(actor: Actor) -> Outcome:
            runs.approve(actor, run_id)
            return Outcome("Approved: sending begins.", run_id)

        self._once(ack, body, client, respond, action, approved, is_final=True)

    def decline(self, ack: Ack, body: Body, client: WebClient, action: Body, respond: Respond) -> None:
        run_id, runs = int(action["value"]), self._services.runs

        def declined(actor: Actor) -> Outcome:
            runs.decline(actor, run_id)
            return Outcome("Declined: nothing is sent.", run_id)

        self._once(ack, body, client, respond, action, declined, is_final=True)

    def retry(self, ack: Ack, body: Body, client: WebClient, action: Body, respond: Respond) -> None:
        run_id, runs = int(action["value"]), self._services.runs

        def again(actor: Actor) -> Outcome:
            return _new_run(runs.retry_failed(actor, run_id, submission=f"retry:{run_id}"))

        self._once(ack, body, client, respond, action, again)

    def send_again(self, ack: Ack, body: Body, client: WebClient, action: Body, respond: Respond) -> None:
        run_id, runs = int(action["value"]), self._services.runs

        def again(actor: Actor) -> Outcome:
            return _new_run(runs.send_again(actor, run_id, submission=f"again:{run_id}"))

        self._once(ack, body, client, respond, action, again)

    def leave(self, ack: Ack, body: Body, client: WebClient, action: Body, respond: Respond) -> None:
        run_id, runs = int(action["value"]), self._services.runs

        def left(actor: Actor) -> Outcome:
            count = runs.leave_unsure(actor, run_id)
            if not count:
                return Outcome("Nobody was unsure any more; nothing was changed.", run_id)
            return Outcome(f"{number(count, 'invite is', 'invites are')} taken as sent.", run_id)

        self._once(ack, body, client, respond, action, left)

    def _step(
        self,
        ack: Ack,
        body: Body,
        client: WebClient,
        respond: Respond,
        action: Body,
        do: Callable[[Actor, int], Run],
        said: str,
    ) -> None:
        """The run's message is brought up to date by the notifier; a screen is refreshed here."""
        run_id = int(action["value"])
        try:
            run = self._services.guard.allow(client, body, lambda actor: do(actor, run_id))
        except SendInvitesError as error:
            ack()
            self._refuse(client, body, error, action)
            return
        ack()
        if is_private(body):
            self._say_instead(client, body, respond, run.campaign_id, said)
        elif body.get("view"):
            self._show_again(client, body, run)

    def _once(
        self,
        ack: Ack,
        body: Body,
        client: WebClient,
        respond: Respond,
        action: Body,
        do: Callable[[Actor], Outcome],
        *,
        is_final: bool = False,
    ) -> None:
        """Act, say so, and take the button off the message. ``is_final``: also if somebody was faster."""
        try:
            done = self._services.guard.allow(client, body, do)
        except SendInvitesError as error:
            ack()
            self._refuse(client, body, error, action)
            if is_final and isinstance(error, StateError):
                _take_off(client, body, str(action["action_id"]), advice(error))
            return
        ack()
        if is_private(body):
            answer(respond, client, body, messages.Message(done.said, []), instead=True)
        elif is_home(body):
            self._lists.refresh(client, body)
        elif body.get("view"):
            in_place(client, body, lambda: self._reports.of_run(client, body, done.run_id, note=done.said))
        else:
            note = f"{done.said} By {mention(str(body['user']['id']))}."
            if not _take_off(client, body, str(action["action_id"]), note):
                tell_privately(client, body, done.said)

    def _refuse(self, client: WebClient, body: Body, error: SendInvitesError, action: Body) -> None:
        """Say why not, and since when; what the Campaign List showed was no longer true."""
        if not isinstance(error, StateError):
            refuse(client, body, error)
            return
        name, run_id = str(action["action_id"]), int(action["value"])
        since = self._services.guard.allow(client, body, lambda actor: self._since(actor, name, run_id))
        refuse(client, body, error, f"That was {moment(since)}." if since else "")
        if is_home(body):
            self._lists.refresh(client, body)

    def _since(self, actor: Actor, name: str, run_id: int) -> datetime | None:
        """When the run came into the state for which a press came too late; None if that is not why."""
        campaign, seen = self._services.runs.report(actor, run_id)
        run = seen.run
        if run.state in _IN_TIME.get(name, frozenset(RunState)):
            return None
        if run.ended_at is not None or not run.acted_by:
            return run.ended_at
        entries = self._services.campaigns.history(actor, campaign.id)
        return next((one.at for one in entries if one.run_id == run_id and one.deed in _STEPS), None)

    def _show_again(self, client: WebClient, body: Body, run: Run) -> None:
        """The same screen as it is now."""
        shown = str(body["view"].get("callback_id") or "")
        if is_home(body) or shown == ids.CAMPAIGN_LIST_FORM:
            self._lists.refresh(client, body)
        elif shown == ids.REPORT:
            in_place(client, body, lambda: self._reports.of_run(client, body, run.id))
        else:
            in_place(client, body, lambda: self._sending.detail(client, body, run.campaign_id))

    def _say_instead(
        self, client: WebClient, body: Body, respond: Respond, campaign_id: int, said: str
    ) -> None:
        campaigns, guard = self._services.campaigns, self._services.guard

        def now(actor: Actor) -> messages.Message:
            return standing(campaigns.view(actor, campaign_id).summary, actor, said)

        answer(respond, client, body, guard.allow(client, body, now), instead=True)


def _new_run(run: Run) -> Outcome:
    """The same words whether this press or an earlier one has started the run."""
    if run.ended_at is not None:
        way = KIND_WORDS[run.kind].way
        said = f"This was done before, and that run has ended. For whoever is left, use {way}."
        return Outcome(said, run.id)
    where = f"in {channel_link(run.channel)}" if run.channel else "in your messages"
    return Outcome(f"Trying {invites(run.total, run.kind)} again. Progress is posted {where}.", run.id)


def _take_off(client: WebClient, body: Body, action_id: str, note: str) -> bool:
    """Whether the message says ``note`` now instead of asking."""
    message, channel = body.get("message") or {}, (body.get("channel") or {}).get("id")
    if not channel or not message.get("ts") or not message.get("blocks"):
        return False
    amended = messages.settled(str(message.get("text") or note), message["blocks"], action_id, note)
    try:
        client.chat_update(channel=channel, ts=message["ts"], text=amended.text, blocks=amended.blocks)
    except SLACK_TROUBLE as error:
        _log.info("button_not_removed", extra={"error": short_of(error)})
        return False
    return True
