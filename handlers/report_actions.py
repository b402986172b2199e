"""*Report* and *History*, and the list of who was not reached as a file."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from campaigns.errors import SendInvitesError, StateError
from campaigns.history import Deed, Entry
from campaigns.model import Attachment
from campaigns.roles import Actor
from campaigns.when import short_time
from handlers import ids
from handlers.blocks import Json
from handlers.guard import user_of
from handlers.mishaps import refuse, tell_privately
from handlers.mrkdwn import safe
from handlers.screens import in_place, show
from handlers.services import Services
from handlers.views_history import MOST, history
from handlers.views_report import report

Body = Mapping[str, Any]

_SENT_TO_YOU = "The list is in your direct messages."


class ReportActions:
    """Listeners of what has come of a campaign."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, app: App) -> None:
        app.action(ids.REPORT)(self.open)
        app.action(ids.REPORT_OF_RUN)(self.choose)
        app.action(ids.HISTORY)(self.history)
        app.action(ids.FAILURES_CSV)(self.list_failures)

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
        run_id = int(action["value"])
        failures, guard = self._services.failures, self._services.guard
        try:
            campaign, file = guard.allow(client, body, lambda actor: failures.of_run(actor, run_id))
        except SendInvitesError as error:
            refuse(client, body, error)
            return
        said = f"{safe(campaign.event.title)}: who was not reached, and why."
        _send_file(client, user_of(body), said, file)
        if body.get("view"):
            in_place(client, body, lambda: self.of_run(client, body, run_id, note=_SENT_TO_YOU))
        else:
            tell_privately(client, body, _SENT_TO_YOU)

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
        return report(campaign, seen, actor, runs=runs_in(entries, campaign.event.zone), note=note)

    def _history(self, client: WebClient, body: Body, campaign_id: int) -> Json:
        campaigns, guard = self._services.campaigns, self._services.guard
        seen = guard.allow(client, body, lambda actor: campaigns.view(actor, campaign_id))
        entries = guard.allow(client, body, lambda actor: campaigns.history(actor, campaign_id, MOST))
        return history(seen.summary.campaign, entries)


def runs_in(entries: list[Entry], zone: str) -> list[tuple[int, str]]:
    """The runs that a campaign's history tells of, latest first, by when they were started."""
    started = [one for one in entries if one.deed is Deed.STARTED and one.run_id is not None]
    return [
        (one.run_id, f"Run {one.run_id}, started {short_time(one.at, zone)}")
        for one in started
        if one.run_id is not None
    ]


def _send_file(client: WebClient, user: str, said: str, file: Attachment) -> None:
    """Posting to a user's id opens the conversation; the file follows into it."""
    told = client.chat_postMessage(channel=user, text=said, unfurl_links=False, unfurl_media=False)
    client.files_upload_v2(
        filename=file.name, content=file.content, title=file.name, channel=str(told["channel"])
    )
