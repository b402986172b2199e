"""What every part of the workspace shares: its secrets, its state, its clock and its addresses."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.rate_limits import RateLimits
from playground.records import ApiError
from playground.slash_commands import COMMANDS, SlashCommand
from playground.state import State
from playground.triggers import Triggers

Clock = Callable[[], float]

SCOPES = frozenset(
    {
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "im:write",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)


@dataclass
class Failure:
    """One answer that a test or a demo has asked to go wrong."""

    method: str
    error: str | None = None
    status: int | None = None
    retry_after: int | None = None
    after_effect: bool = False
    times: int = 1


@dataclass
class ReplyAddress:
    """A response_url: five uses in thirty minutes."""

    user: str
    channel: str
    made_at: float
    message_ts: str | None = None
    uses: int = 0


@dataclass
class Core:
    signing_secret: str
    bot_token: str
    app_token: str
    team_name: str
    domain: str
    rate_scale: float | None
    ack_timeout: float = 3.0
    trigger_lifetime: float = 3.0
    clock: Clock = time.monotonic
    scopes: frozenset[str] = SCOPES
    """What the bot's token may do."""
    commands: tuple[SlashCommand, ...] = COMMANDS
    state: State = field(default_factory=State)
    base_url: str = ""
    socket_url: str = ""
    failures: list[Failure] = field(default_factory=list)
    replies: dict[str, ReplyAddress] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=set)
    """Socket Mode addresses handed out and not yet used."""

    def __post_init__(self) -> None:
        self.triggers = Triggers(self.clock, self.trigger_lifetime)
        self.limits = RateLimits(self.rate_scale, self.clock)

    def take_failure(self, method: str) -> Failure | None:
        """The failure ordered for this call, if one is."""
        for failure in self.failures:
            if failure.method == method:
                failure.times -= 1
                if failure.times <= 0:
                    self.failures.remove(failure)
                return failure
        return None

    def use_reply(self, token: str) -> ReplyAddress:
        reply = self.replies.get(token)
        if reply is None or reply.uses >= 5 or self.clock() - reply.made_at > 30 * 60:
            raise ApiError("used_url" if reply else "invalid_url")
        reply.uses += 1
        return reply
