"""Secrets and addresses are planted in a run in which much goes wrong, and are looked for after it."""

import re

import pytest

from bot.demo_stage import Stage
from playground.mailbox import Mailbox
from playground.script import NewCampaign, create_campaign, prepare_batches, start_batch_sending
from playground.workspace import Workspace
from storage.store import SqlStore
from storage.vault import Vault
from tests.integration.scene import Scene

BOT_TOKEN = "xoxb-4242-canarybottoken"
SIGNING_SECRET = "canarysigningsecret"
PASSWORD = "canary/p@ss:word"
ALERTS_PASSWORD = "canaryalertspass"
SECRETS = (BOT_TOKEN, SIGNING_SECRET, PASSWORD, "canary%2Fp%40ss%3Aword", ALERTS_PASSWORD)
LOCAL_PARTS = ("postmaster.canary", "quinta.canary", "sexta.canary", "septima.canary", "octava.canary")
PEOPLE = "Email,Name\n" + "".join(f"{part}@people.example,Somebody\n" for part in LOCAL_PARTS)
SAYS = "5.1.1 <septima.canary@people.example> unknown here, ask postmaster.canary@people.example"


class Planted(Stage):
    """The stage with secrets of our own, and a log that holds all there is."""

    def __init__(self, log_format):
        super().__init__(minute_lasts=0.02, rate_limits=None)
        self.workspace = Workspace(bot_token=BOT_TOKEN, signing_secret=SIGNING_SECRET, rate_limits=None)
        self.post = Mailbox(username="events@acme.example", password=PASSWORD)
        self.alerts = Mailbox(username="alerts@acme.example", password=ALERTS_PASSWORD)
        self._log_format = log_format

    def _settings(self):
        return super()._settings() | {
            "SMTP_URL": "smtp://events%40acme.example:canary%2Fp%40ss%3Aword@127.0.0.1:"
            f"{self.post.port}?name=Acme%20Events",
            "ALERTS_SMTP_URL": f"smtp://alerts%40acme.example:{ALERTS_PASSWORD}@127.0.0.1:{self.alerts.port}",
            "LOG_LEVEL": "DEBUG",
            "LOG_FORMAT": self._log_format,
        }


def a_bad_day(scene):
    """A refused person, a lost reply, a refused login, a kill, and Slack with errors of its own."""
    workspace, ana, faults = scene.workspace, scene.ana, scene.post.faults
    workspace.fail_next("chat.postMessage", error="internal_error")
    workspace.fail_next("chat.update", status=503)
    faults.refuse_recipients("septima", 550, SAYS)
    faults.drop("after_dot", "sexta")
    wanted = NewCampaign(
        title="Canaries",
        starts_at=scene.in_three_weeks(),
        minutes=60,
        place="Room 1",
        description="For octava.canary@people.example",
        list_name="quinta.canary@people.example.csv",
        list_content=PEOPLE.encode(),
    )
    create_campaign(workspace, ana, wanted)
    prepare_batches(workspace, ana, per_batch="3", gap="0")
    start_batch_sending(workspace, ana)
    ana.close()
    told = scene.told("Canaries", "1 invite failed")
    faults.clear()
    scene.post.faults.refuse_logins(535, f"5.7.8 {PASSWORD} is not the password of events@acme.example")
    scene.post.refuse_connections()
    scene.stage.kill_bot()
    scene.post.refuse_connections(is_refusing=False)
    scene.stage.start_bot()
    ana.press("Retry these 1", where=told)
    scene.told("Canaries", "Sending is paused: the mail account refused the login")
    scene.mail("Action needed", "Canaries")
    scene.stage.stop_bot()


@pytest.fixture(scope="module", params=["console", "json"])
def after(request):
    """What a bad day has left behind: the log, and every byte of the database's files."""
    with Planted(request.param) as stage:
        stage.start_bot()
        store = SqlStore(stage.database_url, Vault([stage.settings["SECRET_KEYS"]]))
        try:
            a_bad_day(Scene(stage, store))
            with store.reading() as work:
                seed = work.campaigns.get(1).seed
        finally:
            store.close()
        stored = b"".join(file.read_bytes() for file in sorted(stage.folder.glob("sendinvites.db*")))
        yield stage.log.read_text(), stored, (*SECRETS, stage.settings["SECRET_KEYS"], seed)


def test_the_log_tells_of_the_day(after):
    """Or the other tests here would prove nothing."""
    log, stored, _ = after
    for event in ("bot_started", "delivery_sent", "bot_stopped", "people.example"):
        assert event in log
    assert b"septima.canary" in stored


def test_no_secret_is_in_the_log(after):
    log, _, secrets = after
    assert not [secret for secret in secrets if secret in log]


def test_nobodys_address_is_in_the_log(after):
    log = after[0]
    whole = re.findall(r"[\w.+-]+@[\w-]+\.\w+", log)
    assert not whole
    assert not [part for part in LOCAL_PARTS if part in log]


def test_no_secret_is_in_the_database(after):
    _, stored, secrets = after
    assert not [secret for secret in secrets if secret.encode() in stored]
