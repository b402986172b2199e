"""Secrets and addresses are planted in a run in which much goes wrong, and are looked for after it."""

import re

import pytest

from bot.demo_stage import Stage
from campaigns.history import Deed
from playground.mailbox import Mailbox
from playground.script import NewCampaign, create_campaign, prepare_batches, start_batch_sending
from playground.workspace import Workspace
from storage.store import SqlStore
from storage.vault import Vault
from tests.integration.scene import PATIENCE, Scene
from tests.scenario.editing import change_list, open_hub

BOT_TOKEN = "xoxb-4242-canarybottoken"
SIGNING_SECRET = "canarysigningsecret"
PASSWORD = "canary/p@ss:word"
ALERTS_PASSWORD = "canaryalertspass"
SECRETS = (BOT_TOKEN, SIGNING_SECRET, PASSWORD, "canary%2Fp%40ss%3Aword", ALERTS_PASSWORD)
LOCAL_PARTS = ("postmaster.canary", "quinta.canary", "sexta.canary", "septima.canary", "octava.canary")
MORE_PARTS = ("nona.canary", "vicesima.canary", "undecima.canary", "duodecima.canary")
"""Of a test invite, of one that was refused, of a second list, and of what was typed after a command."""
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


def a_careful_look(scene):
    """Test invites, one of them refused; another list, shown and applied; a campaign looked for by a name."""
    ana = scene.ana
    scene.post.faults.refuse_recipients(
        "vicesima", 550, "5.1.1 <vicesima.canary@people.example> unknown here"
    )
    for part, title in (("nona.canary", "Test sent"), ("vicesima.canary", "Test not sent")):
        open_hub(ana, "Canaries")
        ana.press("Send test invite to me")
        ana.wait_for_modal("Send test invite")
        ana.fill("Send to", f"{part}@people.example")
        assert ana.submit() == {}
        ana.wait_for_modal(title, PATIENCE)
    open_hub(ana, "Canaries")
    change_list(
        ana, "Add these people", ["undecima.canary@people.example,Somebody", "duodecima.canary@,None"]
    )
    ana.press("Apply changes")
    ana.wait_for_modal("List changed", PATIENCE)
    ana.close()
    for word in ("status", "report", "pause", "duodecima"):
        ana.type(f"/sendinvites {word} duodecima.canary@people.example")
    scene.workspace.fail_next("views.publish", error="internal_error")
    ana.open_home()


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
    a_careful_look(scene)
    ana.type("/sendinvites")
    ana.wait_for_modal("Campaign List", PATIENCE)
    ana.press("Send Invite", near="Canaries")
    ana.wait_for_modal("Send Invite", PATIENCE)
    prepare_batches(workspace, ana, per_batch="3", gap="0")
    start_batch_sending(workspace, ana)
    ana.close()
    told, first = scene.told("Canaries", "1 invite failed"), scene.run_id()
    faults.clear()
    scene.post.faults.refuse_recipients(".*", 451, "4.7.1 Not now")
    ana.press("Retry these 1", where=told)
    scene.workspace.wait_for(lambda: scene.run_id() != first, PATIENCE)
    scene.tried_in_vain()
    scene.stage.kill_bot()
    faults.clear()
    scene.post.faults.refuse_logins(535, f"5.7.8 {PASSWORD} is not the password of events@acme.example")
    scene.stage.start_bot()
    scene.told("Canaries", "no longer lets sendinvites in")
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
                history = work.history.of_campaign(1, limit=50)
        finally:
            store.close()
        stored = b"".join(file.read_bytes() for file in sorted(stage.folder.glob("sendinvites.db*")))
        yield stage.log.read_text(), stored, (*SECRETS, stage.settings["SECRET_KEYS"], seed), history


def test_the_log_tells_of_the_day(after):
    """Or the other tests here would prove nothing."""
    log, stored, *_ = after
    for event in ("bot_started", "delivery_sent", "bot_stopped", "people.example"):
        assert event in log
    assert b"septima.canary" in stored


def test_no_secret_is_in_the_log(after):
    log, _, secrets, _ = after
    assert not [secret for secret in secrets if secret in log]


def test_nobodys_address_is_in_the_log(after):
    log = after[0]
    whole = re.findall(r"[\w.+-]+@[\w-]+\.\w+", log)
    assert not whole
    assert not [part for part in LOCAL_PARTS + MORE_PARTS if part in log]


def test_nobodys_address_is_in_the_history(after):
    """It is shown to whoever may look at the campaign, and kept for as long as the campaign is."""
    history = after[3]
    assert {Deed.TEST_SENT, Deed.LIST_CHANGED} <= {entry.deed for entry in history}
    assert not [entry for entry in history if "@" in "".join(entry.facts.values())]


def test_no_secret_is_in_the_database(after):
    _, stored, secrets, _ = after
    assert not [secret for secret in secrets if secret.encode() in stored]
