"""What is pressed on the Campaign List: search, pages, the menu of a campaign, Archive and Restore."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from campaigns.errors import SendInvitesError
from campaigns.ports import ListQuery
from campaigns.roles import Right
from handlers import ids
from handlers.blocks import Json
from handlers.campaign_lists import CampaignLists, is_home, place_of
from handlers.list_place import SEARCH, packed, unpacked
from handlers.mishaps import refuse, tell_privately
from handlers.screens import made, show
from handlers.searching import tidied
from handlers.services import Services
from handlers.views_archive import archive_question
from handlers.views_notes import trouble

Body = Mapping[str, Any]
Listener = Callable[[Ack, Body, WebClient, Body], None]


class HomeActions:
    """Listeners of the Campaign List. ``opens`` is what each entry of a campaign's menu leads to."""

    def __init__(self, services: Services, lists: CampaignLists, opens: Mapping[str, Listener]) -> None:
        self._services = services
        self._lists = lists
        self._opens = {**opens, ids.ARCHIVE: self.archive}

    def register(self, app: App) -> None:
        app.event("app_home_opened")(self.home_opened)
        app.action(ids.CAMPAIGN_LIST)(self.show_all)
        app.action(ids.SHOW_ALL)(self.show_all)
        app.action(ids.SHOW_ARCHIVED)(self.show_archived)
        app.action(ids.OLDER)(self.turn)
        app.action(ids.NEWER)(self.turn)
        app.action(ids.SEARCH)(self.search)
        app.action(re.compile(rf"^{ids.MORE}:\d+$"))(self.more)
        app.action(ids.ARCHIVE)(self.archive)
        app.action(ids.RESTORE)(self.restore)
        app.view(ids.CAMPAIGN_LIST_FORM)(self.submit_search)
        app.view(ids.ARCHIVE_FORM)(self.put_away)

    def home_opened(self, body: Body, client: WebClient) -> None:
        if body["event"].get("tab") == "home":
            self._lists.publish(client, body)

    def show_all(self, ack: Ack, body: Body, client: WebClient) -> None:
        ack()
        self._lists.turn(client, body, ListQuery())

    def show_archived(self, ack: Ack, body: Body, client: WebClient) -> None:
        ack()
        self._lists.turn(client, body, ListQuery(archived=True))

    def turn(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        self._lists.turn(client, body, replace(place_of(body), offset=int(action["value"])))

    def search(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        words = tidied(action.get("value"))
        self._lists.turn(client, body, ListQuery(words, place_of(body).archived))

    def submit_search(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        query = ListQuery(SEARCH.held(view), place_of(body).archived)
        ack(response_action="update", view=made(lambda: self._lists.screen(client, body, query)))

    def more(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        """A menu's entry does what a button with the same name would."""
        name, _, value = str(action["selected_option"]["value"]).partition(":")
        self._opens[name](ack, body, client, {**action, "action_id": name, "value": value})

    def archive(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        show(client, body, lambda: self._question(client, body, int(action["value"])))

    def put_away(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        campaign_id, was_home, place = json.loads(view["private_metadata"])
        editing = self._services.editing
        try:
            self._services.guard.allow(client, body, lambda actor: editing.archive(actor, campaign_id))
        except SendInvitesError as error:
            ack(response_action="update", view=trouble(error))
            return
        ack()
        query, below = unpacked(place), view.get("previous_view_id")
        if was_home:
            self._lists.publish(client, body, query)
        elif below:
            self._lists.redraw(client, body, str(below), query)

    def restore(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        campaign_id, editing = int(action["value"]), self._services.editing
        try:
            self._services.guard.allow(client, body, lambda actor: editing.restore(actor, campaign_id))
        except SendInvitesError as error:
            ack()
            refuse(client, body, error)
            return
        ack()
        if body.get("view"):
            self._lists.refresh(client, body)
        else:
            tell_privately(client, body, "It is back on the Campaign List.")

    def _question(self, client: WebClient, body: Body, campaign_id: int) -> Json:
        campaigns = self._services.campaigns
        seen = self._services.guard.allow(
            client, body, lambda actor: campaigns.view(actor, campaign_id, Right.ARCHIVE)
        )
        below = json.dumps([campaign_id, is_home(body), packed(place_of(body))], ensure_ascii=False)
        return archive_question(seen.summary.campaign, below)
