"""A person at the keyboard: types, presses, fills in and reads what Slack shows."""

from typing import Any, Literal

from playground import finding
from playground.api_files import keep_file
from playground.block_rules import LONGEST_MESSAGE
from playground.entering import entered_value
from playground.forms import client_errors
from playground.inputs import held, holding, initial, triggers_of
from playground.interactions import Desk
from playground.records import Channel, Message, StoredFile, User, View

Json = dict[str, Any]
Surface = Message | View
Where = Literal["modal", "home"] | Message | View | None


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

    def read(self, channel: str = "sendinvites", thread: str | None = None) -> list[Message]:
        """What this person sees in a channel, by default in the bot's direct messages.

        With `thread`, the `ts` of a message: that message and its replies.
        """
        with self.state.condition:
            room = self.room(channel)
            here = [m for m in self.state.messages if m.channel == room.id and m.is_for(self.user.id)]
            if thread is not None:
                return [m for m in here if thread in (m.ts, m.thread_ts)]
            return [m for m in here if not m.is_reply or m.is_broadcast]

    def visible(self) -> list[Message]:
        """Every message this person can see anywhere, replies in threads included."""
        with self.state.condition:
            rooms = [room.id for room in self.state.channels.values() if self.user.id in room.members]
            return [m for m in self.state.messages if m.channel in rooms and m.is_for(self.user.id)]

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

    def wait_for_message(
        self, part: str, channel: str = "sendinvites", timeout: float = 5.0, *, thread: str | None = None
    ) -> Message:
        """The newest message in which these words can be read."""

        def shown() -> Message | None:
            seen = [m for m in self.read(channel, thread) if part in m.plain() or part in m.text]
            return seen[-1] if seen else None

        return self.state.wait_for(shown, timeout)

    def offered(self, near: str | None = None, where: Where = None) -> list[str]:
        """Opens the overflow menu near these words, and reads what it offers; `press` chooses."""
        return finding.overflow_near(self._surfaces(where), near)

    # Doing

    def type(self, line: str, channel: str = "events", *, thread: str | None = None) -> str:
        """Sends a slash command, or says something in a channel or a thread."""
        room = self.room(channel)
        if line.startswith("/"):
            command, _, text = line.partition(" ")
            if thread is not None:
                raise LookupError(f"{command} is not supported in threads. Sorry!")
            return self.desk.command(self.user, room, command, text.strip())
        with self.state.changing():
            said = line[:LONGEST_MESSAGE]
            message = Message(room.id, self.state.new_ts(), self.user.id, said, thread_ts=thread)
            self.state.add_message(message)
        return ""

    def open_home(self) -> View | None:
        """Opens the Home tab; the bot is told, and publishes when it likes."""
        self.desk.open_app(self.user, "home")
        return self.home

    def open_messages(self) -> None:
        """Opens the Messages tab of the app, of which the bot is told as well."""
        self.desk.open_app(self.user, "messages")

    def press(self, label: str, near: str | None = None, where: Where = None) -> str | None:
        """Presses a visible button, or an option of an overflow menu; the address of a link button."""
        surface, button = finding.button_with(self._surfaces(where), label, near)
        self.desk.act(self.user, surface, button.block, button.element, button.option)
        url = (button.option or button.element).get("url")
        return str(url) if url else None

    def fill(self, label: str, value: Any, where: Where = None) -> None:
        """Enters a value in the input with this label, in the form a person would see.

        Where the bot wants to hear of it, Enter is pressed as well.
        """
        self.enter(*finding.input_with(self._one_surface(where), label), value)

    def type_into(self, label: str, text: str, where: Where = None) -> None:
        """Types in a field and leaves it at that: the bot hears of it only if it wants every character."""
        surface, block, element = finding.input_with(self._one_surface(where), label)
        is_dispatching = self.desk.enter(surface, block, element, holding(element, text or None))
        if is_dispatching and "on_character_entered" in triggers_of(element):
            # Once for all the characters: Slack waits for a pause in the typing.
            self.desk.act(self.user, surface, block, element)

    def press_enter(self, label: str, where: Where = None) -> dict[str, str]:
        """Presses Enter in a field: tells the bot if it wants to hear of it, else submits the modal."""
        surface, block, element = finding.input_with(self._one_surface(where), label)
        if block.get("dispatch_action") and "on_enter_pressed" in triggers_of(element):
            self.desk.act(self.user, surface, block, element)
            return {}
        return self.submit() if surface is self.modal else {}

    def select(self, near: str, value: Any, where: Where = None) -> None:
        """Makes a choice in a menu that stands in a section or an actions block with these words."""
        self.enter(*finding.menu_near(self._one_surface(where), near), value)

    def check(self, option: str, near: str | None = None, where: Where = None) -> None:
        """Ticks one check box and leaves the others as they are."""
        self._tick(option, near, where, is_on=True)

    def uncheck(self, option: str, near: str | None = None, where: Where = None) -> None:
        self._tick(option, near, where, is_on=False)

    def enter(self, surface: Surface, block: Json, element: Json, value: Any) -> None:
        """Enters a value in one element, and tells the bot if it wants to hear of it."""
        self._enter(surface, block, element, entered_value(self, surface, block, element, value))

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

    def dismiss(self, message: Message) -> None:
        """Takes a message that only this person sees off the screen."""
        if message.only_for != self.user.id:
            raise LookupError("only a message that is visible to you alone can be dismissed")
        with self.state.changing():
            self.state.remove_message(message)

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

    def _one_surface(self, where: Where) -> Surface:
        if isinstance(where, Message | View):
            return where
        if where != "home":
            return self._top()
        if self.home is None:
            raise LookupError("the bot has not published a Home tab")
        return self.home

    def _surfaces(self, where: Where) -> list[Surface]:
        """Where to look for a button: on top of everything first, then the newest message first."""
        if isinstance(where, Message | View):
            return [where]
        if where == "modal" or (where is None and self.modal):
            return [self._top()]
        if where == "home":
            return [self.home] if self.home else []
        return [*([self.home] if self.home else []), *reversed(self.visible())]

    def _enter(self, surface: Surface, block: Json, element: Json, value: Any) -> None:
        if self.desk.enter(surface, block, element, holding(element, value)):
            self.desk.act(self.user, surface, block, element)

    def _tick(self, option: str, near: str | None, where: Where, *, is_on: bool) -> None:
        (surface, block, element), box = finding.boxes_with(self._one_surface(where), option, near)
        state = surface.entered.get(block["block_id"], {}).get(element["action_id"])
        ticked = held(element, state or initial(element, surface.channel))
        wanted = [one for one in element["options"] if (is_on if one == box else one in ticked)]
        self._enter(surface, block, element, wanted)
