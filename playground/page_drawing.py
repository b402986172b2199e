"""What the page's templates may ask, and how the page names what it shows."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from playground.inputs import held, state_values
from playground.mrkdwn_html import mrkdwn_html, plain_html
from playground.page_forms import field_name
from playground.person import Person
from playground.records import Message, View

Json = dict[str, Any]


def surface_key(surface: Message | View) -> str:
    return surface.id if isinstance(surface, View) else f"{surface.channel}:{surface.ts}"


def find_surface(person: Person, key: str) -> Message | View:
    """The view or message that a button of the page stands on, if this person can see it."""
    state = person.state
    if view := state.find_view("id", key):
        if view.user == person.user.id:
            return view
    elif ":" in key:
        for message in person.visible():
            if surface_key(message) == key:
                return message
    raise LookupError("this is no longer there")


class Drawing:
    """What the templates may ask about one reader's screen."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.state = person.state
        self._names = {user.id: user.name for user in self.state.users.values()} | {
            channel.id: channel.name for channel in self.state.channels.values()
        }

    def text(self, item: Json | str | None) -> Markup:
        if not item:
            return Markup()
        if isinstance(item, str):
            return mrkdwn_html(item, self._names, self.person.user.tz)
        if item["type"] == "mrkdwn":
            return mrkdwn_html(item["text"], self._names, self.person.user.tz)
        return plain_html(item["text"])

    def value(self, surface: Message | View, block: Json, element: Json) -> Any:
        channel = surface.channel
        values = state_values([block], surface.entered, channel)
        return held(element, values[block["block_id"]][element["action_id"]])

    def local(self, stamp: int | None) -> str:
        """A moment as a browser's date-and-time field wants it."""
        if stamp is None:
            return ""
        return f"{datetime.fromtimestamp(stamp, ZoneInfo(self.person.user.tz)):%Y-%m-%dT%H:%M}"

    def clock(self, message: Message) -> str:
        return f"{datetime.fromtimestamp(message.posted_at, ZoneInfo(self.person.user.tz)):%H:%M}"

    def people(self) -> list[tuple[str, str]]:
        return [(user.id, user.real_name) for user in self.state.users.values() if not user.is_bot]

    def conversations(self) -> list[tuple[str, str]]:
        rooms = [
            (c.id, f"#{c.name}") for c in self.state.channels.values() if not c.is_im and not c.is_archived
        ]
        return rooms + self.people()

    def bots(self) -> set[str]:
        return {user.id for user in self.state.users.values() if user.is_bot}

    def author(self, message: Message) -> str:
        user = self.state.users.get(message.user)
        return user.real_name if user else "Slackbot"

    name = staticmethod(field_name)
    key = staticmethod(surface_key)
