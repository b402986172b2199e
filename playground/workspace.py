"""A Slack workspace on your own machine, as strict as the real one."""

import time
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from flask import Blueprint, Flask

from playground import payloads
from playground.bot_line import BotLine
from playground.core import SCOPES, Clock, Core, Failure
from playground.http_server import LocalServer
from playground.interactions import Desk
from playground.mailbox import Mailbox
from playground.person import Person
from playground.records import Call, Channel, DispatchFailed, Message, StoredFile
from playground.reply_calendar import CalendarAnswers
from playground.slack_api import make_api
from playground.slack_ui import add_page
from playground.slash_commands import COMMANDS, commands_from
from playground.socket_mode import SocketHub
from playground.state import BOT_USER

Seen = TypeVar("Seen")
Json = dict[str, Any]


class Workspace:
    """Serves the Web API, and Socket Mode, and sends to the bot what people do.

    `rate_limits` multiplies Slack's limits (1.0 is as Slack; None switches them off);
    `clock` is what trigger ids, response_urls and rate limits age by;
    the page shows `mailbox` as its inbox, and offers `commands` (as a manifest has them) in its composer;
    invites of the events in `calendars` are answered in that inbox as their provider has it done;
    `scopes` are what the bot's token may do.
    """

    def __init__(
        self,
        *,
        signing_secret: str = "playground-signing-secret",  # noqa: S107 - nothing of value is behind it
        bot_token: str = "xoxb-playground",  # noqa: S107
        app_token: str = "xapp-playground",  # noqa: S107
        team_name: str = "Acme",
        domain: str = "acme",
        rate_limits: float | None = 1.0,
        ack_timeout: float = 3.0,
        trigger_lifetime: float = 3.0,
        clock: Clock = time.monotonic,
        mailbox: Mailbox | None = None,
        calendars: CalendarAnswers | None = None,
        extra_pages: Sequence[Blueprint] = (),
        commands: Sequence[Json] | None = None,
        scopes: Iterable[str] = SCOPES,
        host: str = "127.0.0.1",
        port: int = 0,
        socket_port: int = 0,
    ) -> None:
        self.core = Core(
            signing_secret=signing_secret,
            bot_token=bot_token,
            app_token=app_token,
            team_name=team_name,
            domain=domain,
            rate_scale=rate_limits,
            ack_timeout=ack_timeout,
            trigger_lifetime=trigger_lifetime,
            clock=clock,
            scopes=frozenset(scopes),
            commands=COMMANDS if commands is None else commands_from(commands),
        )
        self.state = self.core.state
        self._hub = SocketHub(self.core)
        self.line = BotLine(self.core, self._hub)
        self.desk = Desk(self.core, self.line)
        self.app = Flask("playground")
        self.app.register_blueprint(make_api(self.core))
        add_page(self.app, self.core, self.person, mailbox, extra_pages, calendars)
        self._host, self._port, self._socket_port = host, port, socket_port
        self._server: LocalServer | None = None

    # Life

    def start(self) -> Self:
        self._server = LocalServer(self.app, self._host, self._port)
        self.core.base_url = f"http://{self._host}:{self._server.port}"
        self._hub.start(self._host, self._socket_port)
        self._server.start()
        return self

    def stop(self) -> None:
        with self.state.changing():
            self.state.is_stopping = True
        self._hub.stop()
        if self._server:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # Addresses

    @property
    def url(self) -> str:
        """The page."""
        return f"{self.core.base_url}/"

    @property
    def base_url(self) -> str:
        """What a WebClient needs as its base_url."""
        return f"{self.core.base_url}/api/"

    def connect_bot(self, url: str) -> None:
        """Where the bot listens for Slack; a Socket Mode connection goes before it."""
        self.line.url = url

    @property
    def is_socket_connected(self) -> bool:
        return self._hub.is_connected

    def refresh_sockets(self) -> None:
        self._hub.refresh()

    # The people and the place

    def person(self, name: str) -> Person:
        return Person(self.desk, self.state.user(name))

    def channel(self, name: str) -> Channel:
        return self.state.channel(name)

    def archive(self, name: str) -> None:
        with self.state.changing():
            self.state.channel(name).is_archived = True

    def remove_bot(self, name: str) -> None:
        """Takes the bot out of a channel."""
        with self.state.changing():
            self.state.channel(name).members.discard(BOT_USER)

    @property
    def messages(self) -> list[Message]:
        with self.state.condition:
            return list(self.state.messages)

    @property
    def files(self) -> list[StoredFile]:
        with self.state.condition:
            return list(self.state.files.values())

    @property
    def calls(self) -> list[Call]:
        """Every call of the Web API so far."""
        with self.state.condition:
            return list(self.state.calls)

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    @property
    def dispatch_failures(self) -> list[DispatchFailed]:
        return list(self.line.failures)

    def wait_for(self, predicate: Callable[[], Seen | None], timeout: float = 5.0) -> Seen:
        """Waits until something that happened makes this true; raises TimeoutError."""
        return self.state.wait_for(predicate, timeout)

    # What can go wrong

    def fail_next(
        self,
        method: str,
        *,
        error: str | None = None,
        status: int | None = None,
        retry_after: int | None = None,
        times: int = 1,
        after_effect: bool = False,
    ) -> None:
        """The next calls of a method fail; with `after_effect` they take effect and the answer is lost."""
        with self.state.changing():
            self.core.failures.append(
                Failure(method, error, status, retry_after, after_effect=after_effect, times=times)
            )

    # Raw requests to the bot

    def verify_url(self) -> str:
        """Asks the bot's address to prove itself; hands back the challenge it repeated."""
        challenge = {"type": "url_verification", "token": "playground", "challenge": "prove-it"}
        return str((self.line.send("events_api", challenge) or {}).get("challenge", ""))

    def send_command(self, user: str, command: str, text: str = "", channel: str = "events") -> Json | None:
        """A slash command with nothing of a person around it; hands back the raw acknowledgement."""
        with self.state.changing():
            who, where = self.state.user(user), self.state.channel(channel)
            payload = payloads.slash_command(self.core, who, where, command, text)
        return self.line.send("slash_commands", payload)
