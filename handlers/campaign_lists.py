"""Makes and shows the Campaign List, wherever a person has it open."""

import logging
from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient

from campaigns.errors import SendInvitesError
from campaigns.ports import ListQuery
from campaigns.roles import Actor
from campaigns.service import CampaignPage
from handlers.blocks import Json
from handlers.guard import user_of
from handlers.list_place import unpacked
from handlers.screens import in_place, made, replace
from handlers.services import Services
from handlers.slack_faults import SLACK_TROUBLE, short_of
from handlers.views_home import home, home_trouble
from handlers.views_list import campaign_list, last_page

Body = Mapping[str, Any]
_log = logging.getLogger(__name__)


class CampaignLists:
    """The Home tab and the modal are the same list at a place of their own."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def screen(self, client: WebClient, body: Body, query: ListQuery) -> Json:
        """The modal, for whoever asks."""
        actor = self._services.guard.actor(client, body)
        page = self._page(actor, query)
        return campaign_list(page, actor, self._services.answers.of_list(actor, page.items))

    def publish(self, client: WebClient, body: Body, query: ListQuery | None = None) -> None:
        """The Home tab at ``query``, or where this person left it; it comes back there later."""
        try:
            view = self._home(client, body, query)
        except SendInvitesError as error:
            view = home_trouble(error)
        try:
            client.views_publish(user_id=user_of(body), view=view)
        except SLACK_TROUBLE as error:  # the next opening, or the next change, publishes it again
            _log.warning("home_not_published", extra={"error": short_of(error)})

    def turn(self, client: WebClient, body: Body, query: ListQuery) -> None:
        """Show ``query`` on the list on which something was pressed; from elsewhere, open the list."""
        if is_home(body):
            self.publish(client, body, query)
        else:
            in_place(client, body, lambda: self.screen(client, body, query))

    def refresh(self, client: WebClient, body: Body) -> None:
        """Show what is true now on the list on which something was pressed."""
        if is_home(body):
            self.publish(client, body, place_of(body))
        else:
            self.redraw(client, body, str(body["view"]["id"]), place_of(body))

    def redraw(self, client: WebClient, body: Body, view_id: str, query: ListQuery) -> None:
        """The same for a modal that lies below another."""
        replace(client, view_id, made(lambda: self.screen(client, body, query)))

    def _home(self, client: WebClient, body: Body, query: ListQuery | None) -> Json:
        actor, campaigns = self._services.guard.actor(client, body), self._services.campaigns
        page = self._page(actor, query or campaigns.home_place(actor))
        campaigns.home_opened(actor, page.query)
        return home(page, actor, self._services.answers.of_list(actor, page.items))

    def _page(self, actor: Actor, query: ListQuery) -> CampaignPage:
        page = self._services.campaigns.page(actor, query)
        instead = last_page(page)
        return self._services.campaigns.page(actor, instead) if instead else page


def is_home(body: Body) -> bool:
    return (body.get("view") or {}).get("type") == "home"


def place_of(body: Body) -> ListQuery:
    """Which part of the list the pressed view shows."""
    return unpacked(str((body.get("view") or {}).get("private_metadata") or ""))
