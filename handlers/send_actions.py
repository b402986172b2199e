"""From *Send Invite* to *Start Batch Sending*."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from campaigns.conduct import Preview
from campaigns.errors import FAULTS, InputError, Misconfigured, SendInvitesError
from campaigns.model import Run
from campaigns.ports import Selection
from campaigns.replacing import Replaced
from campaigns.roles import Actor
from campaigns.timing import Pace
from handlers import ids
from handlers.batch_entries import (
    HEARD,
    HOURS_ZONE,
    PAST_START_OK,
    Typed,
    block_of,
    in_their_places,
    typed_for,
    typed_in,
)
from handlers.blocks import Json
from handlers.intent import Intent, unpacked
from handlers.living import LivingForms
from handlers.mrkdwn import safe
from handlers.screens import in_place, made, show
from handlers.screens import replace as replace_view
from handlers.services import Services
from handlers.views_checks import Checked
from handlers.views_forecast import pace_of, still_expected
from handlers.views_notes import one_moment, trouble
from handlers.views_send import choice, send_invite
from handlers.views_start import batch_form, check_and_start, started
from handlers.zones import matching

Body = Mapping[str, Any]

_ASKING = "The mail service is being asked whether it lets sendinvites in. Nothing is sent yet."
_TICK = "Tick this to send anyway, or use larger batches or a shorter gap."


class SendActions:
    """Listeners of the screens that lead to a run."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._living = LivingForms()

    def register(self, app: App) -> None:
        app.action(ids.SEND_INVITE)(self.send_invite)
        app.action(ids.SEND_CALENDAR_INVITE)(self.choose)
        app.action(ids.UPDATE_CALENDAR_INVITES)(self.choose)
        app.action(ids.CANCEL_EVENT)(self.choose)
        app.action(ids.REMIND)(self.choose)
        app.action(ids.IN_BATCHES)(self.in_batches)
        app.action(ids.ALL_AT_ONCE)(self.all_at_once)
        for name in HEARD:
            app.action(name)(self.typed)
        app.action(ids.USE_PACE)(self.use_pace)
        app.action(ids.CHANGE_NUMBERS)(self.change_numbers)
        app.action(ids.CHECK_AGAIN)(self.check_again)
        app.options(HOURS_ZONE)(self.zones)
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
        intent = unpacked(action["value"])

        def form() -> Json:
            channel = self._channel_of_last_run(client, body, intent)
            return self._form(client, body, intent, Typed(channel=channel))

        in_place(client, body, form)

    def all_at_once(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        intent = unpacked(action["value"]).at_pace(Pace(None), None, new_stamp())
        self._check_aside(client, body, intent)

    def check_again(self, ack: Ack, body: Body, client: WebClient) -> None:
        """After a renewal."""
        ack()
        self._check_aside(client, body, unpacked(body["view"]["private_metadata"]))

    def typed(self, ack: Ack, body: Body, client: WebClient) -> None:
        """The forecast anew. Everything that is typed stays: the inputs keep their places."""
        ack()
        intent = unpacked(body["view"]["private_metadata"])
        typed = typed_in(body["view"], intent.zone)
        self._living.changed(client, body, lambda: made(lambda: self._form(client, body, intent, typed)))

    def use_pace(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        """The suggestion, written into the two numbers."""
        ack()
        pace = pace_of(action["value"])
        intent = unpacked(body["view"]["private_metadata"]).filled_with(pace)
        typed = replace(
            typed_in(body["view"], intent.zone),
            per_batch=str(pace.per_batch),
            gap_minutes=str(pace.gap_minutes),
        )
        self._living.changed(client, body, lambda: made(lambda: self._form(client, body, intent, typed)))

    def change_numbers(self, ack: Ack, body: Body, client: WebClient) -> None:
        """Back from *Check and start* to the form, with everything that was typed."""
        ack()
        checked = unpacked(body["view"]["private_metadata"])
        pace = checked.pace or Pace(None)
        typed = typed_for(pace, checked.timing, checked.channel or "")
        intent = Intent(checked.campaign_id, checked.kind, zone=typed.zone).filled_with(pace)
        in_place(client, body, lambda: self._form(client, body, intent, typed))

    def zones(self, ack: Ack, payload: Body) -> None:
        ack(options=matching(str(payload.get("value") or ""), self._services.now()))

    def preview(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        intent = unpacked(view["private_metadata"])
        typed = typed_in(view, intent.zone)
        try:
            pace, timing = typed.meant(self._services.now())
            ready = intent.at_pace(
                pace, typed.channel, new_stamp(), timing=timing, past_start_ok=typed.past_start_ok
            )
            preview = self._preview(client, body, ready)
        except InputError as error:
            ack(response_action="errors", errors=in_their_places(view, error.fields))
        except SendInvitesError as error:
            ack(response_action="update", view=trouble(error))
        else:
            if not preview.runs_past_start or typed.past_start_ok:
                ack(response_action="update", view=one_moment(_ASKING))
                self._fill_checked(client, body, view["id"], ready)
            elif box := block_of(view, PAST_START_OK):
                ack(response_action="errors", errors={box: _TICK})
            else:
                form = self._batch_form(client, body, intent, typed, preview)
                ack(response_action="update", view=form)

    def start(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        """The run is committed before Slack gets its answer; the same submission again is the same run."""
        intent = unpacked(view["private_metadata"])
        typed = typed_in(view)
        channel = typed.channel if intent.channel is None else intent.channel

        def begin(actor: Actor) -> Run:
            return self._services.runs.start(
                actor,
                intent.campaign_id,
                Selection(intent.kind),
                intent.pace or Pace(None),
                channel=channel,
                submission=f"{view['id']}:{intent.stamp}",
                timing=intent.timing,
                past_start_ok=intent.past_start_ok or typed.past_start_ok,
            )

        try:
            run = self._services.guard.allow(client, body, begin)
        except InputError as error:
            box = block_of(view, PAST_START_OK)
            if box and PAST_START_OK in error.fields:
                ack(response_action="errors", errors={box: _TICK})
            else:  # time has passed since it was checked: show what it comes to now
                ack(response_action="update", view=made(lambda: self._unchecked(client, body, intent)))
        except SendInvitesError as error:
            ack(response_action="update", view=trouble(error))
        else:
            ack(response_action="update", view=started(run, self._services.now()))

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
        replaced = self._replaced(client, body, intent)
        return choice(preview.campaign, intent.kind, preview.whom, replaced)

    def _form(self, client: WebClient, body: Body, intent: Intent, typed: Typed) -> Json:
        """*Send in batches* for what is typed: with its forecast, or with what is expected."""
        try:
            pace, timing = typed.meant(self._services.now())
            preview = self._preview(client, body, intent.at_pace(pace, None, "", timing=timing))
            return self._batch_form(client, body, intent, typed, preview)
        except InputError as error:
            campaign = self._preview(client, body, replace(intent, pace=None)).campaign
            zoned = replace(intent, zone=intent.zone or campaign.event.zone)
            return batch_form(
                zoned, campaign, typed, None, still_expected(typed, error), self._services.now()
            )

    def _batch_form(
        self, client: WebClient, body: Body, intent: Intent, typed: Typed, preview: Preview
    ) -> Json:
        zoned = replace(intent, zone=intent.zone or preview.campaign.event.zone)
        replaced = self._replaced(client, body, intent)
        now = self._services.now()
        return batch_form(zoned, preview.campaign, typed, preview, "", now, replaced=replaced)

    def _check_aside(self, client: WebClient, body: Body, intent: Intent) -> None:
        """*Check and start* in place of the screen on which something was pressed."""
        view_id = str(body["view"]["id"])
        replace_view(client, view_id, one_moment(_ASKING))
        self._fill_checked(client, body, view_id, intent)

    def _fill_checked(self, client: WebClient, body: Body, view_id: str, intent: Intent) -> None:
        """Once the mail service has answered; until then nothing on the screen can be pressed."""
        self._services.slow_screens.fill(
            client, view_id, new_stamp(), lambda: self._checked(client, body, intent)
        )

    def _checked(self, client: WebClient, body: Body, intent: Intent) -> Json:
        checked = self._services.guard.allow(client, body, lambda actor: self._tested(actor, intent))
        preview = self._preview(client, body, intent)
        replaced = self._replaced(client, body, intent)
        channel = self._channel_of_last_run(client, body, intent)
        return check_and_start(
            preview, intent, checked, self._services.now(), replaced=replaced, told_in=channel
        )

    def _tested(self, actor: Actor, intent: Intent) -> Checked:
        """Asks the mail service, and what else can be known before a start."""
        trouble, is_certain = "", False
        try:
            self._services.runs.test_account(actor, intent.campaign_id)
        except FAULTS as fault:
            trouble, is_certain = (
                safe(fault.in_full),
                isinstance(fault, Misconfigured),
            )
        pace = intent.pace or Pace(None)
        checks = self._services.preflight.look(actor, intent.campaign_id, intent.kind, pace, intent.timing)
        return Checked(checks, trouble, is_certain)

    def _unchecked(self, client: WebClient, body: Body, intent: Intent) -> Json:
        preview, replaced = self._preview(client, body, intent), self._replaced(client, body, intent)
        return check_and_start(preview, intent, None, self._services.now(), replaced=replaced)

    def _channel_of_last_run(self, client: WebClient, body: Body, intent: Intent) -> str:
        """The one that this person chose for the campaign's last run, '' if that was somebody else: nobody
        is offered a channel that they may not see.
        """
        runs = self._services.runs

        def theirs(actor: Actor) -> str:
            last = runs.latest_run(actor, intent.campaign_id)
            return last.channel if last is not None and last.started_by == actor.user else ""

        return self._services.guard.allow(client, body, theirs)

    def _replaced(self, client: WebClient, body: Body, intent: Intent) -> Replaced | None:
        """The weaker run that is on, which this one would take the place of."""
        runs = self._services.runs
        return self._services.guard.allow(
            client, body, lambda actor: runs.replaced(actor, intent.campaign_id, intent.kind)
        )

    def _preview(self, client: WebClient, body: Body, intent: Intent) -> Preview:
        """Also the truth about whether a run can be started at all."""
        runs, pace = self._services.runs, intent.pace or Pace(None)
        return self._services.guard.allow(
            client,
            body,
            lambda actor: runs.preview(actor, intent.campaign_id, intent.kind, pace, intent.timing),
        )


def new_stamp() -> str:
    """One for each *Check and start* that is shown."""
    return secrets.token_hex(8)
