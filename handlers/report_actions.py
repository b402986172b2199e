"""*Report* and *History*, and what comes as a file: who was not reached, all attendees, a picture."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from campaigns.errors import SendInvitesError, StateError
from campaigns.history import Deed, Entry
from campaigns.model import Attachment, Campaign, Kind
from campaigns.roles import Actor
from campaigns.when import short_time
from handlers import ids
from handlers.blocks import Json
from handlers.guard import user_of
from handlers.mishaps import refuse, tell_privately
from handlers.mrkdwn import safe
from handlers.screens import in_place, show
from handlers.sent_files import send_file
from handlers.services import Services
from handlers.views_history import MOST, history
from handlers.views_report import report
from handlers.wording import KIND_WORDS

Body = Mapping[str, Any]

_SENT_TO_YOU = "The list is in your direct messages."
_PICTURE_SENT = "The picture is in your direct messages."


class ReportActions:
    """Listeners of what has come of a campaign."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, app: App) -> None:
        app.action(ids.REPORT)(self.open)
        app.action(ids.REPORT_OF_RUN)(self.choose)
        app.action(ids.HISTORY)(self.history)
        app.action(ids.FAILURES_CSV)(self.list_failures)
        app.action(ids.ATTENDEES_CSV)(self.list_attendees)
        app.action(ids.PICTURE)(self.draw)

    def open(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        show(client, body, lambda: self.latest(client, body, int(action["value"])))

    def choose(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        """From the menu of a report, or from a button below a message."""
        ack()
        run_id = int((action.get("selected_option") or action)["value"])
        in_place(client, body, lambda: self.of_run(client, body, run_id))

    def history(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        show(client, body, lambda: self._history(client, body, int(action["value"])))

    def list_failures(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        """The file comes to whoever pressed: others may not be meant to have it."""
        ack()
        run_id, failures = int(action["value"]), self._services.failures
        self._send(
            client,
            body,
            run_id,
            lambda actor: failures.of_run(actor, run_id),
            "who was not reached, and why.",
        )

    def list_attendees(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        """Everybody, with what they hold and answered; to whoever pressed."""
        ack()
        campaign_id, run_id = (int(number) for number in str(action["value"]).split(":"))
        answers = self._services.answers
        said = "all attendees, with what they have in the calendar and what they answered."
        self._send(client, body, run_id, lambda actor: answers.attendees(actor, campaign_id), said)

    def draw(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        """The run as it is now; to whoever pressed."""
        ack()
        run_id, pictures = int(action["value"]), self._services.pictures
        said = "the run as it is now."
        self._send(client, body, run_id, lambda actor: pictures.of_run(actor, run_id), said, _PICTURE_SENT)

    def _send(
        self,
        client: WebClient,
        body: Body,
        run_id: int,
        make: Callable[[Actor], tuple[Campaign, Attachment]],
        said: str,
        then: str = _SENT_TO_YOU,
    ) -> None:
        """The file in direct messages, and a word about it on the report of ``run_id``."""
        try:
            campaign, file = self._services.guard.allow(client, body, make)
        except SendInvitesError as error:
            refuse(client, body, error)
            return
        send_file(client, user_of(body), f"{safe(campaign.event.title)}: {said}", file)
        if body.get("view"):
            in_place(client, body, lambda: self.of_run(client, body, run_id, note=then))
        else:
            tell_privately(client, body, then)

    def latest(self, client: WebClient, body: Body, campaign_id: int) -> Json:
        """The report of the campaign's latest run. Raises StateError if it has none."""
        runs, guard = self._services.runs, self._services.guard
        run = guard.allow(client, body, lambda actor: runs.latest_run(actor, campaign_id))
        if run is None:
            raise StateError(
                "This campaign has not been sent yet.", hint="Its report begins with Send Invite."
            )
        return self.of_run(client, body, run.id)

    def of_run(self, client: WebClient, body: Body, run_id: int, *, note: str = "") -> Json:
        """One run's report, with what this person may do about it."""
        guard = self._services.guard
        return guard.allow(client, body, lambda actor: self._report(actor, run_id, note))

    def _report(self, actor: Actor, run_id: int, note: str) -> Json:
        campaign, seen = self._services.runs.report(actor, run_id)
        entries = self._services.campaigns.history(actor, campaign.id, MOST)
        answers = self._services.answers.of_campaign(actor, campaign.id)
        runs = runs_in(entries, campaign.event.zone)
        return report(campaign, seen, actor, runs=runs, answers=answers, note=note)

    def _history(self, client: WebClient, body: Body, campaign_id: int) -> Json:
        campaigns, guard = self._services.campaigns, self._services.guard
        seen = guard.allow(client, body, lambda actor: campaigns.view(actor, campaign_id))
        entries = guard.allow(client, body, lambda actor: campaigns.history(actor, campaign_id, MOST))
        return history(seen.summary.campaign, entries)


def runs_in(entries: list[Entry], zone: str) -> list[tuple[int, str]]:
    """The runs that a campaign's history tells of, latest first, by when they were started."""
    started = [one for one in entries if one.deed is Deed.STARTED and one.run_id is not None]
    return [
        (one.run_id, f"{_name(one)} {one.run_id}, started {short_time(one.at, zone)}")
        for one in started
        if one.run_id is not None
    ]


def _name(started: Entry) -> str:
    """``Run``, or of another kind than invites ``Update run``."""
    kind = next((one for one in Kind if one == started.facts.get("kind")), Kind.INVITE)
    return "Run" if kind is Kind.INVITE else f"{KIND_WORDS[kind].one.capitalize()} run"
