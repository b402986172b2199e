"""The ways in: the slash command, the Home tab, and turning the pages of the Campaign List."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from handlers import ids
from handlers.blocks import Json
from handlers.guard import user_of
from handlers.screens import in_place, show
from handlers.services import Services
from handlers.views_list import PER_PAGE, campaign_list, home

Body = Mapping[str, Any]


class Commands:
    """Listeners that show the Campaign List."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, app: App) -> None:
        app.command(ids.COMMAND)(self.sendinvites)
        app.event("app_home_opened")(self.home_opened)
        app.action(ids.CAMPAIGN_LIST)(self.listed)
        app.action(ids.OLDER)(self.turned)
        app.action(ids.NEWER)(self.turned)

    def sendinvites(self, ack: Ack, body: Body, client: WebClient) -> None:
        ack()
        show(client, body, lambda: self._list(client, body, 0))

    def home_opened(self, body: Body, client: WebClient) -> None:
        if body["event"].get("tab") == "home":
            self._publish(client, body, 0)

    def listed(self, ack: Ack, body: Body, client: WebClient) -> None:
        ack()
        in_place(client, body, lambda: self._list(client, body, 0))

    def turned(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        offset = int(action["value"])
        if (body.get("view") or {}).get("type") == "home":
            self._publish(client, body, offset)
        else:
            in_place(client, body, lambda: self._list(client, body, offset))

    def _list(self, client: WebClient, body: Body, offset: int) -> Json:
        actor = self._services.guard.actor(client, body)
        page = self._services.campaigns.page(actor, offset=offset, limit=PER_PAGE)
        return campaign_list(page, actor, offset)

    def _publish(self, client: WebClient, body: Body, offset: int) -> None:
        actor = self._services.guard.actor(client, body)
        page = self._services.campaigns.page(actor, offset=offset, limit=PER_PAGE)
        client.views_publish(user_id=user_of(body), view=home(page, actor, offset))
