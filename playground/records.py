"""What the playground's workspace is made of."""

from dataclasses import dataclass, field
from typing import Any

from playground.plain import Button, buttons_of, plain_blocks

Json = dict[str, Any]


class ApiError(Exception):
    """Slack answers `{"ok": false, "error": code}`, and `more` beside it."""

    def __init__(self, code: str, *messages: str, **more: str) -> None:
        super().__init__(code, *messages)
        self.code = code
        self.messages = list(messages)
        self.more = more


class DispatchFailed(Exception):
    """The bot did not answer in three seconds, or answered with an error."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


@dataclass
class User:
    id: str
    name: str
    real_name: str
    email: str
    tz: str
    is_admin: bool = False
    is_owner: bool = False
    is_bot: bool = False


@dataclass
class Channel:
    id: str
    name: str
    members: set[str] = field(default_factory=set)
    is_archived: bool = False
    user: str | None = None
    """Set on a direct conversation with the bot: the person on the other side."""

    @property
    def is_im(self) -> bool:
        return self.user is not None


@dataclass
class StoredFile:
    id: str
    name: str
    user: str
    created: int
    size: int
    content: bytes = field(default=b"", repr=False)
    title: str = ""
    shared_in: list[str] = field(default_factory=list)
    is_complete: bool = True
    alt_text: str = ""
    """What the picture shows, for whoever cannot see it."""


@dataclass
class Message:
    """One message as a reader of the channel has it before the eyes."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    files: list[StoredFile] = field(default_factory=list)
    edits: int = 0
    only_for: str | None = None
    """Set on an ephemeral message: the one person who sees it."""
    is_broadcast: bool = False
    """A reply that is shown in the channel as well as in its thread."""
    posted_at: float = 0.0
    entered: Json = field(default_factory=dict)
    thread: list["Message"] = field(default_factory=list)

    @property
    def is_ephemeral(self) -> bool:
        return self.only_for is not None

    @property
    def is_reply(self) -> bool:
        return self.thread_ts not in (None, self.ts)

    def is_for(self, user: str) -> bool:
        return self.only_for in (None, user)

    @property
    def buttons(self) -> list[str]:
        return [button.label for button in self.pressables]

    @property
    def pressables(self) -> list[Button]:
        return buttons_of(self.blocks)

    def plain(self) -> str:
        """All the words a person sees: of the blocks, or of the text where there are none."""
        names = [file.name for file in self.files]
        return "\n".join([plain_blocks(self.blocks) if self.blocks else self.text, *names])


@dataclass
class View:
    """An open modal, or somebody's Home tab, with what has been entered so far."""

    id: str
    user: str
    data: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    external_id: str = ""
    channel: str | None = None
    """Where the modal was opened from, for selects that default to the current conversation."""
    entered: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""

    @property
    def type(self) -> str:
        return str(self.data["type"])

    @property
    def blocks(self) -> list[Json]:
        return list(self.data["blocks"])

    @property
    def title(self) -> str:
        return str((self.data.get("title") or {}).get("text", ""))

    @property
    def callback_id(self) -> str:
        return str(self.data.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        return str(self.data.get("private_metadata", ""))

    @property
    def buttons(self) -> list[str]:
        return [button.label for button in self.pressables]

    @property
    def pressables(self) -> list[Button]:
        return buttons_of(self.blocks)

    @property
    def labels(self) -> list[str]:
        """The labels of its inputs, in order."""
        return [block["label"]["text"] for block in self.blocks if block["type"] == "input"]

    def plain(self) -> str:
        """All the words a person sees."""
        frame = [(self.data.get(key) or {}).get("text", "") for key in ("title", "submit", "close")]
        return "\n".join(part for part in (frame[0], plain_blocks(self.blocks), *frame[1:]) if part)


@dataclass(frozen=True)
class Call:
    """One call of the Web API, kept for the tests. The token is left out."""

    method: str
    args: Json
    at: float
    result: Json
