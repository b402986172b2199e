"""The stage of the demo: a workspace, two mail servers and the real bot, all on this machine."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.demo_provider import PERSON, StandIn, make_stand_in, settings_of
from bot.settings import Settings
from campaigns.account import Service
from campaigns.errors import ConfigError
from playground.break_pages import make_break_pages
from playground.break_panel import BotSwitch
from playground.google_stand_in import GoogleStandIn
from playground.imap_server import ImapServer
from playground.inbox_pages import make_inbox_pages
from playground.mailbox import Mailbox
from playground.reply_calendar import CalendarAnswers
from playground.workspace import Workspace
from storage.vault import new_key

ORGANIZER = "events@acme.example"
ALERTS = "alerts@acme.example"
PASSWORD = "playground"  # noqa: S105 - of the mail servers on this stage
_START = 30.0
_STOP = 20.0
BOT_COMMAND = (sys.executable, "-m", "bot.demo_bot")


class Stage:
    """Everything the main job needs; the bot is a process of its own, ``bot_command`` says which.

    With a ``service`` the settings name no account: Ana connects hers, at the stand-in of its provider.
    """

    def __init__(
        self,
        *,
        minute_lasts: float,
        port: int = 0,
        bot_command: Sequence[str] = BOT_COMMAND,
        rate_limits: float | None = 1.0,
        service: Service | None = None,
    ) -> None:
        self.organizer = PERSON if service else ORGANIZER
        self.post = Mailbox(username=self.organizer, password=PASSWORD, own_address=self.organizer)
        self.alerts = Mailbox(username=ALERTS, password=PASSWORD)
        self._port = _free_port()
        self.public_url = f"http://127.0.0.1:{self._port}"
        self.service = service
        self.provider: StandIn | None = (
            make_stand_in(service, self.post, self.public_url) if service else None
        )
        # answers come back to the mail server of the stage, or to the provider
        self.imap = None if self.provider else ImapServer(self.post)
        switch = BotSwitch(restart=self.restart_bot, kill=self.replace_bot, is_alive=self.has_bot)
        self.workspace = Workspace(
            port=port,
            rate_limits=rate_limits,
            mailbox=self.post,
            calendars=self.calendars,
            extra_pages=(
                make_inbox_pages(self.alerts, at="/inbox/alerts", title="Alerts"),
                make_break_pages(self.post, switch, self.provider, self.provider or self.imap),
            ),
        )
        self._command = [*bot_command, "--minute-lasts", str(minute_lasts)]
        self._open = ExitStack()
        self._bot: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()
        self._more_settings: dict[str, str] = {}
        self._is_ending = False

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            self.folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="sendinvites-demo-")))
            for server in (self.workspace, self.post, self.alerts):
                opened.enter_context(server)
            for answering in (self.provider, self.imap):
                if answering is not None:
                    opened.enter_context(answering)
            self.settings = self._settings()
            opened.callback(self._end)
            self._open = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def calendars(self) -> CalendarAnswers | None:
        """Where attendees answer what Google Calendar has sent; elsewhere answers are mails."""
        return self.provider.answers if isinstance(self.provider, GoogleStandIn) else None

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.folder / 'sendinvites.db'}"

    @property
    def log(self) -> Path:
        """What the bot logged."""
        return self.folder / "bot.log"

    @property
    def last_words(self) -> str:
        """The end of the bot's log."""
        return self.log.read_text(errors="replace")[-2_000:]

    @property
    def bot_pid(self) -> int:
        """The process id of the bot started last; 0 before that."""
        return self._bot.pid if self._bot else 0

    def has_bot(self) -> bool:
        """Whether the bot's process is alive."""
        return self._bot is not None and self._bot.poll() is None

    def _settings(self) -> dict[str, str]:
        self.workspace.connect_bot(f"{self.public_url}/slack/events")
        alerts_user = ALERTS.replace("@", "%40")
        return {
            "SLACK_BOT_TOKEN": self.workspace.core.bot_token,
            "SLACK_SIGNING_SECRET": self.workspace.core.signing_secret,
            "SLACK_TRANSPORT": "http",
            "SLACK_API_URL": self.workspace.base_url.rstrip("/"),
            "HTTP_PORT": str(self._port),
            "PUBLIC_URL": self.public_url,
            "DATABASE_URL": self.database_url,
            "ALERTS_SMTP_URL": f"smtp://{alerts_user}:{PASSWORD}@127.0.0.1:{self.alerts.port}",
            "ALERTS_FROM": ALERTS,
            "SECRET_KEYS": new_key(),
        } | self._account_settings()

    def _account_settings(self) -> dict[str, str]:
        if self.provider is not None:
            return settings_of(self.provider)
        if self.service is not None:
            return {}
        user = ORGANIZER.replace("@", "%40")
        settings = {"SMTP_URL": f"smtp://{user}:{PASSWORD}@127.0.0.1:{self.post.port}?name=Acme%20Events"}
        if self.imap is not None:
            settings["IMAP_URL"] = f"imap://{user}:{PASSWORD}@127.0.0.1:{self.imap.port}"
        return settings

    def start_bot(self, **more_settings: str) -> Self:
        """Start the bot and wait until it answers. Raises ConfigError with its words if it ends instead."""
        self.launch_bot(**more_settings)
        self._wait_until_it_answers()
        return self

    def launch_bot(self, **more_settings: str) -> None:
        """Start the bot and return at once."""
        self._more_settings = more_settings
        environment = _environment() | self.settings | more_settings
        with self.log.open("ab") as log:
            self._bot = subprocess.Popen(  # noqa: S603 - our own module, our own interpreter
                self._command, env=environment, stdout=log, stderr=log
            )

    def kill_bot(self) -> None:
        """As kill -9 does."""
        if self._bot is not None:
            self._bot.kill()
            self._bot.wait()

    def bot_has_ended(self, within: float) -> bool:
        """Whether the bot's process ends ``within`` so many seconds."""
        try:
            return self._bot is not None and self._bot.wait(within) is not None
        except subprocess.TimeoutExpired:
            return False

    def _wait_until_it_answers(self) -> None:
        """Raises ConfigError with the bot's own words if it ends instead."""
        for _attempt in range(round(_START * 20)):
            if not self.has_bot():
                break
            try:
                with socket.create_connection(("127.0.0.1", int(self.settings["HTTP_PORT"])), timeout=1):
                    return
            except OSError:
                self.bot_has_ended(0.05)
        raise ConfigError("The bot did not start.", hint=self.last_words)

    def stop_bot(self) -> None:
        """As SIGTERM does: the invite on the wire is settled first."""
        if self._bot is None:
            return
        self._bot.terminate()
        if not self.bot_has_ended(_STOP):
            self.kill_bot()

    def restart_bot(self) -> str:
        """Stop the bot as SIGTERM does and start it again; returns what went wrong, or ''."""
        return self._start_again_after(self.stop_bot)

    def replace_bot(self) -> str:
        """Kill the bot as kill -9 does and start it again; returns what went wrong, or ''."""
        return self._start_again_after(self.kill_bot)

    def _start_again_after(self, end: Callable[[], None]) -> str:
        with self._turn:
            if self._is_ending:
                return "The demo is ending."
            end()
            try:
                self.start_bot(**self._more_settings)
            except ConfigError as error:
                return f"{error.message} {error.hint}"
        return ""

    def _end(self) -> None:
        with self._turn:  # a bot that is being started again must not outlive the stage
            self._is_ending = True
            self.stop_bot()


def _environment() -> dict[str, str]:
    # nothing of a real installation on this machine may reach the stage
    ours = {name.upper() for name in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name.upper() not in ours}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
