"""What the page's templates may ask, and how the page names what it shows."""

import mimetypes
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from markupsafe import Markup

from playground.inputs import held, state_values, triggers_of
from playground.mrkdwn_html import mrkdwn_html, plain_html
from playground.page_forms import field_name
from playground.page_rooms import Line, clock_words, day_words, lines
from playground.person import Person
from playground.records import Message, StoredFile, View

Json = dict[str, Any]
PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8"}
FACES = 6


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


def picture_type(file: StoredFile) -> str | None:
    """The type of a file that the page shows as a picture: what it is named, and what it is."""
    kind = mimetypes.guess_type(file.name)[0] or ""
    return kind if kind in PICTURES and file.content.startswith(PICTURES[kind]) else None


class Drawing:
    """What the templates may ask about one part of one reader's screen."""

    def __init__(self, person: Person, part: str = "room") -> None:
        self.person = person
        self.state = person.state
        self.part = part
        """A message may stand in the channel and in the thread pane at once; its ids must differ."""
        self.names = {user.id: user.name for user in self.state.users.values()} | {
            channel.id: channel.name for channel in self.state.channels.values()
        }

    def text(self, item: Json | str | None) -> Markup:
        if not item:
            return Markup()
        if isinstance(item, dict) and item["type"] != "mrkdwn":
            return plain_html(item["text"])
        words = item if isinstance(item, str) else item["text"]
        user = self.person.user
        return mrkdwn_html(words, self.names, user.tz, reader=user.name)

    def value(self, surface: Message | View, block: Json, element: Json) -> Any:
        values = state_values([block], surface.entered, surface.channel)
        return held(element, values[block["block_id"]][element["action_id"]])

    def triggers(self, block: Json, element: Json) -> str:
        """What the page must tell the bot of at once: `change`, or what in the typing."""
        if block["type"] == "input" and not block.get("dispatch_action"):
            return ""
        is_typed = element["type"].endswith("_input") and element["type"] != "file_input"
        return " ".join(triggers_of(element)) if is_typed else "change"

    def id(self, surface: Message | View, block: Json, element: Json) -> str:
        """The same in every drawing of the same field, so that what is typed in it stays."""
        # Ids are listed with spaces between them, so that none may stand within.
        return quote(f"{self.part}-{surface_key(surface)}-{field_name(block, element)}")

    def local(self, stamp: int | None) -> str:
        """A moment as a browser's date-and-time field wants it."""
        if stamp is None:
            return ""
        return f"{datetime.fromtimestamp(stamp, ZoneInfo(self.person.user.tz)):%Y-%m-%dT%H:%M}"

    def clock(self, message: Message) -> str:
        return clock_words(message.posted_at, self.person.user.tz)

    def day(self, message: Message) -> str:
        return day_words(message.posted_at, self.person.user.tz)

    def lines(self, messages: list[Message]) -> Iterator[Line]:
        return lines(messages, self.person.user.tz, has_days=self.part == "room")

    def replies(self, message: Message) -> list[Message]:
        return [reply for reply in message.thread if reply.is_for(self.person.user.id)]

    def parent(self, message: Message) -> Message | None:
        """The message at the head of a reply's thread."""
        for one in self.state.messages:
            if one.channel == message.channel and one.ts == message.thread_ts:
                return one
        return None

    def gist(self, message: Message) -> str:
        """The first words of a message, as a name for it."""
        bare = " ".join(self.text(message.text or message.plain()).striptags().split())
        return bare if len(bare) <= 90 else f"{bare[:89]}…"

    def picture(self, file: StoredFile) -> bool:
        return picture_type(file) is not None

    def slack_file(self, image: Json) -> str:
        """The address of a picture in a block, on the web or in the workspace."""
        held_here = self.state.files.get(str((image.get("slack_file") or {}).get("id")))
        return f"/ui/file/{held_here.id}/{held_here.name}?show=1" if held_here else image.get("image_url", "")

    def first_words(self, section: Json) -> str:
        """The first line of a section, as the name of what stands beside it."""
        texts = [section["text"]] if section.get("text") else section.get("fields", [])
        first = str(self.text(texts[0])).partition("<br>")[0] if texts else ""
        return " ".join(Markup(first).striptags().split())[:75]  # noqa: S704 - the tags are taken out

    def commands(self) -> list[Json]:
        """What the composer offers."""
        return [
            {"command": one.command, "says": one.description, "words": one.words}
            for one in self.person.core.commands
        ]

    def people(self) -> list[tuple[str, str]]:
        return [(user.id, user.real_name) for user in self.state.users.values() if not user.is_bot]

    def conversations(self, kinds: Collection[str]) -> list[tuple[str, str]]:
        """Of these ``kinds``, as a menu's filter names them; of every kind if it names none."""
        rooms = self.rooms() if not kinds or {"public", "private"} & set(kinds) else []
        return rooms + (self.people() if not kinds or "im" in kinds else [])

    def rooms(self) -> list[tuple[str, str]]:
        open_rooms = [c for c in self.state.channels.values() if not c.is_im and not c.is_archived]
        return [(channel.id, f"#{channel.name}") for channel in open_rooms]

    def choices(self, menu: Json) -> list[tuple[str, str]]:
        """Whom or what a menu of people, of conversations or of channels offers."""
        if "users_select" in menu["type"]:
            return self.people()
        kinds = (menu.get("filter") or {}).get("include") or ()
        return self.conversations(kinds) if "conversations_select" in menu["type"] else self.rooms()

    def bots(self) -> set[str]:
        return {user.id for user in self.state.users.values() if user.is_bot}

    def author(self, message: Message) -> str:
        user = self.state.users.get(message.user)
        return user.real_name if user else "Slackbot"

    @staticmethod
    def face(user_id: str) -> int:
        """One of a few colours, always the same for one person."""
        return sum(user_id.encode()) % FACES

    name = staticmethod(field_name)
    key = staticmethod(surface_key)
