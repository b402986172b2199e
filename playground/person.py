"""A person at the keyboard: types, presses, fills in and reads what Slack shows."""

from collections.abc import Sequence
from typing import Any, Literal

from playground.api_files import keep_file
from playground.block_rules import LONGEST_MESSAGE
from playground.forms import choose, client_errors, picked
from playground.inputs import held, holding, initial
from playground.interactions import Desk
from playground.objects import file_json
from playground.plain import Button, plain_block, without_shortcodes
from playground.records import Channel, Message, StoredFile, User, View

Json = dict[str, Any]
Upload = tuple[str, bytes]
Surface = Message | View


class Person:
    """One user of the workspace. Everything here is what the Slack client lets that user do."""

    def __init__(self, desk: Desk, user: User) -> None:
        self.desk = desk
        self.core = desk.core
        self.state = desk.core.state
        self.user = user

    # Reading

    @property
    def modal(self) -> View | None:
        """The view on top of this person's stack."""
        with self.state.condition:
            stack = self.state.stacks[self.user.id]
            return stack[-1] if stack else None

    @property
    def home(self) -> View | None:
        with self.state.condition:
            return self.state.homes.get(self.user.id)

    def read(self, channel: str = "sendinvites") -> list[Message]:
        """The messages this person sees in a channel; by default in the bot's direct messages."""
        with self.state.condition:
            room = self.room(channel)
            return [
                message
                for message in self.state.messages
                if message.channel == room.id
                and message.only_for in (None, self.user.id)
                and message.thread_ts in (None, message.ts)
            ]

    def visible(self) -> list[Message]:
        """Every message this person can see anywhere, replies in threads included."""
        with self.state.condition:
            rooms = [room.id for room in self.state.channels.values() if self.user.id in room.members]
            return [
                m for m in self.state.messages if m.channel in rooms and m.only_for in (None, self.user.id)
            ]

    @property
    def messages(self) -> list[Message]:
        """The direct messages with the bot."""
        return self.read()

    def wait_for_modal(self, title: str | None = None, timeout: float = 5.0) -> View:
        """The modal on top, as soon as there is one (with this title)."""

        def shown() -> View | None:
            view = self.modal
            return view if view and title in (None, view.title) else None

        return self.state.wait_for(shown, timeout)

    def wait_for_message(self, part: str, channel: str = "sendinvites", timeout: float = 5.0) -> Message:
        """The newest message in which these words can be read."""

        def shown() -> Message | None:
            seen = [m for m in self.read(channel) if part in m.plain() or part in m.text]
            return seen[-1] if seen else None

        return self.state.wait_for(shown, timeout)

    # Doing

    def type(self, line: str, channel: str = "events") -> str:
        """Sends a slash command, or says something in a channel."""
        room = self.room(channel)
        if line.startswith("/"):
            command, _, text = line.partition(" ")
            return self.desk.command(self.user, room, command, text.strip())
        with self.state.changing():
            message = Message(room.id, self.state.new_ts(), self.user.id, line[:LONGEST_MESSAGE])
            self.state.add_message(message)
        return ""

    def open_home(self) -> View | None:
        """Opens the Home tab; the bot is told, and publishes when it likes."""
        self.desk.open_home(self.user)
        return self.home

    def press(
        self,
        label: str,
        near: str | None = None,
        where: Literal["modal", "home"] | Message | View | None = None,
    ) -> str | None:
        """Presses a visible button, or an option of an overflow menu; the address of a link button."""
        surface, button = self._find_button(label, near, where)
        self.desk.act(self.user, surface, button.block, button.element, button.option)
        url = (button.option or button.element).get("url")
        return str(url) if url else None

    def fill(self, label: str, value: Any) -> None:
        """Enters a value in the input with this label, in the form a person would see."""
        view = self._top()
        for block in view.blocks:
            if block["type"] == "input" and block["label"]["text"] == label:
                self.enter(view, block, block["element"], value)
                return
        raise LookupError(
            f"there is no input {label!r}; inputs: {', '.join(map(repr, view.labels)) or 'none'}"
        )

    def select(self, near: str, value: Any, where: Surface | None = None) -> None:
        """Makes a choice in a menu that stands in a section or an actions block with these words."""
        surface = where or self._top()
        for block in surface.blocks:
            elements = [*block.get("elements", []), block.get("accessory")]
            for element in elements if block["type"] in {"section", "actions"} else []:
                is_menu = element and element["type"] not in {"button", "image", "overflow"}
                if is_menu and near in plain_block(block):
                    self.enter(surface, block, element, value)
                    return
        raise LookupError(f"there is no menu near {near!r}")

    def enter(self, surface: Surface, block: Json, element: Json, value: Any) -> None:
        """Enters a value in one element, and tells the bot if it wants to hear of it."""
        state = holding(element, self._value(surface, block, element, value))
        if self.desk.enter(surface, block, element, state):
            self.desk.act(self.user, surface, block, element)

    def submit(self) -> dict[str, str]:
        """Submits the modal on top: nothing when it was taken, else what is said at which label."""
        view = self._top()
        if not view.data.get("submit"):
            raise LookupError("this modal has no submit button")
        refused = client_errors(view.blocks, view.entered, view.channel)
        if refused:
            with self.state.changing():
                view.errors = refused
        else:
            refused = self.desk.submit(self.user, view)
        labels = {b["block_id"]: b["label"]["text"] for b in view.blocks if b["type"] == "input"}
        return {labels[block_id]: words for block_id, words in refused.items()}

    def close(self) -> None:
        """Closes every open modal, as the cross in the corner does."""
        self.desk.close(self.user, whole_stack=True)

    def back(self) -> None:
        """Leaves the modal on top for the one below."""
        self.desk.close(self.user, whole_stack=False)

    def upload(self, name: str, content: bytes) -> StoredFile:
        with self.state.changing():
            return keep_file(self.desk.core, self.user.id, name, content)

    # Within

    def room(self, channel: str) -> Channel:
        """A channel by name or id; `sendinvites` is the conversation with the bot."""
        with self.state.condition:
            if channel in ("sendinvites", "@sendinvites"):
                return self.state.direct(self.user.id)
            return self.state.channel(channel)

    def _top(self) -> View:
        view = self.modal
        if view is None:
            raise LookupError("no modal is open")
        return view

    def _surfaces(self, where: Literal["modal", "home"] | Surface | None) -> list[Surface]:
        """Where to look for a button: on top of everything first, then the newest message first."""
        if isinstance(where, Message | View):
            return [where]
        if where == "modal" or (where is None and self.modal):
            return [self._top()]
        if where == "home":
            return [self.home] if self.home else []
        return [*([self.home] if self.home else []), *reversed(self.visible())]

    def _find_button(
        self, label: str, near: str | None, where: Literal["modal", "home"] | Surface | None
    ) -> tuple[Surface, Button]:
        seen: list[str] = []
        for surface in self._surfaces(where):
            for button in surface.pressables:
                seen.append(button.label)
                is_meant = label in (button.label, without_shortcodes(button.label))
                if is_meant and (near is None or near in _neighbourhood(surface.blocks, button.block)):
                    return surface, button
        which = f"{label!r} near {near!r}" if near else repr(label)
        raise LookupError(f"there is no button {which}; buttons: {', '.join(map(repr, seen)) or 'none'}")

    def _value(self, surface: Surface, block: Json, element: Json, value: Any) -> Any:
        kind = element["type"]
        if value is None:
            return held(element, initial({"type": kind}, None))
        if kind == "file_input":
            return self._files(value)
        if kind in {"datepicker", "timepicker", "datetimepicker"}:
            return picked(kind, value)
        if "users_select" in kind or "conversations_select" in kind or "channels_select" in kind:
            find = self._user_id if "users_select" in kind else self._room_id
            return [find(one) for one in value] if kind.startswith("multi_") else find(str(value))
        if "select" in kind or kind in {"radio_buttons", "checkboxes"}:
            wanted = [value] if isinstance(value, str) else value
            chosen = [choose(self._options(surface, block, element, one), one) for one in wanted]
            return chosen if kind.startswith("multi_") or kind == "checkboxes" else chosen[0]
        return str(value)

    def _options(self, surface: Surface, block: Json, element: Json, typed: str) -> list[Json]:
        if "external" in element["type"]:
            return self.desk.suggestions(self.user, surface, block, element, typed)
        groups = element.get("option_groups", [])
        return [*element.get("options", []), *(option for group in groups for option in group["options"])]

    def _files(self, value: Upload | Sequence[Upload]) -> list[Json]:
        uploads = [value] if isinstance(value, tuple) else value
        return [file_json(self.desk.core, self.upload(name, content)) for name, content in uploads]

    def _user_id(self, name: str) -> str:
        return self.state.user(name).id

    def _room_id(self, name: str) -> str:
        return self.room(name).id


def _neighbourhood(blocks: list[Json], block: Json) -> str:
    """The words of a block and of the blocks right before and after it."""
    at = blocks.index(block)
    return "\n".join(plain_block(one) for one in blocks[max(0, at - 1) : at + 2])
