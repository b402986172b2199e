"""One of the two media takes the call and never answers: the other tells what has to be told, and at once."""

import contextlib
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.account import Account
from campaigns.conduct import RunService
from campaigns.model import Kind
from campaigns.ports import Selection
from campaigns.roles import Actor
from campaigns.timing import Pace
from playground.state import TEAM
from scheduler.alarm import WakeUp
from scheduler.clock import SystemClock
from storage.migrate import migrate
from storage.store import SqlStore
from storage.vault import Vault
from tests.fakes.campaigns import SUMMIT, form_for, roster_of
from tests.fakes.whole_bot import SENDER, WholeBot
from tests.integration.scene import PATIENCE

OWNER = "U0ANA"


class Silence:
    """Takes connections, reads what is said, and answers nobody until ``let_go``."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._callers = []
        self._has_caller = threading.Event()
        self._thread = threading.Thread(target=self._take, name="silence")
        self._thread.start()

    def _take(self):
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                caller.setblocking(False)
                self._callers.append(caller)
                self._has_caller.set()

    def wait_for_caller(self):
        assert self._has_caller.wait(PATIENCE)

    def holds_its_first_caller(self):
        """Whether it still waits, patiently: it has not hung up, and nobody has called after it."""
        (first,) = self._callers
        try:
            while first.recv(65_536):
                pass
        except BlockingIOError:
            return True
        return False

    def let_go(self):
        """Hang up on everybody, now and from now on."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for caller in self._callers:
            caller.close()


@pytest.fixture
def silence():
    made = Silence()
    yield made
    made.let_go()


@pytest.fixture
def start(tmp_path):
    opened = []

    def start_one(**settings):
        bot = WholeBot(tmp_path, **settings)
        opened.append(bot)
        begin_a_run(bot)
        bot.post.faults.refuse_logins()
        return bot.start()

    yield start_one
    for bot in opened:
        bot.close()


def begin_a_run(bot):
    """Ana's run over three people, as it stands in the database when the bot starts."""
    store, clock = SqlStore(bot.settings.database_url, Vault(bot.settings.keys)), SystemClock()
    migrate(store.engine)
    starts_at = datetime.now(UTC) + timedelta(days=30)
    event = replace(SUMMIT, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    with store.writing() as work:
        account = work.accounts.upsert(Account(0, "smtp", SENDER, "Events"))
        campaign = work.campaigns.add(
            form_for(account.id, event=event),
            workspace=TEAM,
            owner=OWNER,
            roster=roster_of(3),
            missing_values=0,
            now=clock.now(),
        )
    RunService(store, clock, WakeUp()).start(
        Actor(TEAM, OWNER),
        campaign.id,
        Selection(Kind.INVITE),
        Pace(1, 0),
        channel="C0EVENTS",
        submission="press",
    )
    store.close()


def threads_of_outboxes():
    return [one.name for one in threading.enumerate() if one.name.startswith("outbox")]


def test_the_alert_mail_is_there_while_slack_still_hangs(start, silence):
    bot = start(slack_api_url=f"http://127.0.0.1:{silence.port}/api")
    silence.wait_for_caller()
    renew = f"renew {SENDER}"
    bot.alerts.wait_for(lambda: [mail for mail in bot.alerts.messages if renew in mail.subject], PATIENCE)
    assert silence.holds_its_first_caller(), "the mail waited until the bot had given up on Slack"


def test_the_alert_is_in_slack_while_the_mail_server_still_hangs(start, silence):
    bot = start(alerts_smtp_url=f"smtp://alerts%40acme.example:pw@127.0.0.1:{silence.port}")
    silence.wait_for_caller()
    bot.message("no longer lets sendinvites in", timeout=PATIENCE)
    assert silence.holds_its_first_caller(), "Slack waited until the bot had given up on the mail server"


def test_a_bot_that_is_stopped_while_slack_hangs_ends_clean(start, silence):
    bot = start(slack_api_url=f"http://127.0.0.1:{silence.port}/api")
    silence.wait_for_caller()
    stopping = threading.Thread(target=bot.stop)
    stopping.start()
    silence.let_go()
    stopping.join(PATIENCE)
    assert not stopping.is_alive()
    assert threads_of_outboxes() == []
