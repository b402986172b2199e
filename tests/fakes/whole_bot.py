"""The bot as `serve` wires it, in this process, between stand-ins for Slack and for two mail servers."""

import socket
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from bot.settings import Settings
from bot.wiring import build
from playground import Mailbox, Workspace
from playground.script import NewCampaign, create_campaign
from scheduler.clock import SystemClock
from storage.vault import new_key

SENDER = "events@acme.example"
ALERTS = "alerts@acme.example"


def free_port():
    """A port that nobody listens on now; a restarted bot comes back to it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def people(count):
    rows = [f"person{n:03}@mail.acme.com,Person {n:03}" for n in range(1, count + 1)]
    return "\n".join(["email,name", *rows]).encode()


class WholeBot:
    """A minute of the organizer's lasts ``minute`` seconds; stop and start it as often as you like.

    ``settings`` are instead of the usual ones, or besides them.
    """

    def __init__(self, folder, *, minute=0.02, **settings):
        self._open = ExitStack()
        self._minute = timedelta(seconds=minute)
        self.workspace = self._open.enter_context(Workspace(rate_limits=None))
        self.post = self._open.enter_context(Mailbox(username=SENDER, password="pw-of-events"))
        self.alerts = self._open.enter_context(Mailbox(username=ALERTS, password="pw-of-alerts"))
        usual = {
            "slack_bot_token": "xoxb-playground",
            "slack_signing_secret": "playground-signing-secret",
            "slack_transport": "http",
            "slack_api_url": self.workspace.base_url.rstrip("/"),
            "public_url": "http://127.0.0.1",
            "http_port": free_port(),
            "database_url": f"sqlite:///{folder / 'bot.db'}",
            "smtp_url": f"smtp://events%40acme.example:pw-of-events@127.0.0.1:{self.post.port}",
            "alerts_smtp_url": f"smtp://alerts%40acme.example:pw-of-alerts@127.0.0.1:{self.alerts.port}",
            "alerts_from": ALERTS,
            "secret_keys": new_key(),
        }
        self.settings = Settings(_env_file=None, **usual | settings)
        self.ana, self.ben, self.kim = (self.workspace.person(name) for name in ("ana", "ben", "kim"))
        self._app = None
        self._open.callback(self.stop)

    def start(self):
        self._app = build(self.settings, SystemClock(minute=self._minute)).start()
        self.workspace.connect_bot(f"http://127.0.0.1:{self.settings.http_port}/slack/events")
        return self

    def stop(self):
        if self._app is not None:
            self._app.stop()
            self._app = None

    def close(self):
        self._open.close()

    def campaign(self, person, count, *, title="Team Day", greeting=None):
        """``person`` makes a campaign over ``count`` people; the modal stands at *Campaign ready*."""
        soon = datetime.now(UTC) + timedelta(days=30)
        wanted = NewCampaign(title, soon, 60, "Room 1", "Bring a pen.", "people.csv", people(count))
        return create_campaign(self.workspace, person, wanted)

    def message(self, part, *, channel="events", timeout=20.0):
        """The newest message in which these words can be read: of the channel, else of a thread."""

        def shown():
            room = self.workspace.channel(channel)
            seen = [m for m in self.workspace.messages if m.channel == room.id and part in m.plain()]
            return ([m for m in seen if not m.is_reply] or seen or [None])[-1]

        return self.workspace.wait_for(shown, timeout)

    def recipients(self):
        return sorted(address for mail in self.post.messages for address in mail.recipients)
