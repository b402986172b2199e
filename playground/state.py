"""Everything the workspace knows, behind one condition that is notified on every change."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from playground.records import ApiError, Call, Channel, Message, StoredFile, User, View

Seen = TypeVar("Seen")

TEAM = "T0PLAYGRND"
APP = "A0PLAYGRND"
BOT = "B0PLAYGRND"
BOT_USER = "U0SENDINV"

GROUPS = {"S0EVENTS": ["U0ANA", "U0KIM"]}
"""User groups: who is in each, by id."""

PEOPLE = (
    User("U0ANA", "ana", "Ana Souza", "ana@acme.example", "Europe/Madrid", is_owner=True),
    User("U0BEN", "ben", "Ben Okafor", "ben@acme.example", "America/New_York"),
    User("U0KIM", "kim", "Kim Admin", "kim@acme.example", "Asia/Seoul", is_admin=True),
)


class State:
    """Plain collections; whoever changes them does so inside `changing()`."""

    def __init__(self, people: tuple[User, ...] = PEOPLE) -> None:
        self.condition = threading.Condition(threading.RLock())
        self.version = 0
        self.is_stopping = False
        bot = User(BOT_USER, "sendinvites", "sendinvites", "", "Etc/UTC", is_bot=True)
        self.users = {user.id: user for user in (*people, bot)}
        everyone = {user.id for user in people}
        rooms = (
            Channel("C0EVENTS", "events", everyone | {BOT_USER}),
            Channel("C0GENERAL", "general", set(everyone)),
            Channel("C0OLD", "old", everyone | {BOT_USER}, is_archived=True),
        )
        self.channels = {channel.id: channel for channel in rooms}
        self.messages: list[Message] = []
        self.files: dict[str, StoredFile] = {}
        self.stacks: dict[str, list[View]] = {user.id: [] for user in people}
        self.homes: dict[str, View] = {}
        self.groups = {group: list(members) for group, members in GROUPS.items()}
        self.read_up_to: dict[tuple[str, str], str] = {}
        """Until where each person has read each channel on the page: (user, channel) -> ts."""
        self.calls: list[Call] = []
        self._last_ts = 0

    @contextmanager
    def changing(self) -> Iterator[None]:
        with self.condition:
            try:
                yield
            finally:
                self.version += 1
                self.condition.notify_all()

    def wait_for(self, predicate: Callable[[], Seen | None], timeout: float) -> Seen:
        """The first truthy answer of `predicate`; raises TimeoutError when there is none in time."""
        with self.condition:
            seen = self.condition.wait_for(predicate, timeout)
            if not seen:
                raise TimeoutError(f"nothing of the kind happened in {timeout} s")
            return seen

    def new_ts(self) -> str:
        # Slack's message times are unique and rise within a workspace.
        self._last_ts = max(self._last_ts + 1, time.time_ns() // 1000)
        return f"{self._last_ts // 10**6}.{self._last_ts % 10**6:06d}"

    def user(self, key: str) -> User:
        """A user by id or by name."""
        for user in self.users.values():
            if key in (user.id, user.name):
                return user
        raise ApiError("user_not_found")

    def channel(self, key: str) -> Channel:
        """A channel by id or by name, with or without the #."""
        for channel in self.channels.values():
            if key == channel.id or (not channel.is_im and key.removeprefix("#") == channel.name):
                return channel
        raise ApiError("channel_not_found")

    def direct(self, user_id: str) -> Channel:
        """The conversation between the bot and one person, opened if need be."""
        for channel in self.channels.values():
            if channel.user == user_id:
                return channel
        user = self.users[user_id]
        made = Channel(f"D{user_id[1:]}", user.name, {user_id, BOT_USER}, user=user_id)
        self.channels[made.id] = made
        return made

    def message(self, channel: str, ts: str) -> Message:
        for message in self.messages:
            if message.channel == channel and message.ts == ts and not message.is_ephemeral:
                return message
        raise ApiError("message_not_found")

    def add_message(self, message: Message) -> None:
        message.posted_at = time.time()
        self.messages.append(message)
        if message.thread_ts and message.thread_ts != message.ts:
            for parent in self.messages:
                if parent.channel == message.channel and parent.ts == message.thread_ts:
                    parent.thread.append(message)

    def remove_message(self, message: Message) -> None:
        """Takes a message away, and a reply out of its thread."""
        self.messages.remove(message)
        for parent in self.messages:
            if message in parent.thread:
                parent.thread.remove(message)

    def find_view(self, key: str, value: Any) -> View | None:
        """An open view by `id` or `external_id`, wherever it is in a stack."""
        views = [*(view for stack in self.stacks.values() for view in stack), *self.homes.values()]
        return next((view for view in views if value and getattr(view, key) == value), None)


def new_id(letter: str) -> str:
    return letter + secrets.token_hex(5).upper()
