"""Secrets and addresses are planted in a run in which much goes wrong, and are looked for after it."""

import http.client
import json
import re
import time
from base64 import b64encode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from icalendar import vCalAddress

from bot.demo_stage import Stage
from campaigns.history import Deed, Entry
from playground.imap_server import ImapServer
from playground.mailbox import Mailbox
from playground.reply import plain_letter
from playground.reply_asked import Saying, read_invite
from playground.reply_bounce import bounce_of
from playground.reply_post import deliver
from playground.script import NewCampaign, create_campaign, prepare_batches, start_batch_sending
from playground.workspace import Workspace
from storage.store import SqlStore
from storage.vault import Vault
from tests.integration.scene import PATIENCE, Scene
from tests.scenario.editing import change_list, open_hub

BOT_TOKEN = "xoxb-4242-canarybottoken"
SIGNING_SECRET = "canarysigningsecret"
PASSWORD = "canary/p@ss:word"
READING_PASSWORD = "canary/in@box:word"
ALERTS_PASSWORD = "canaryalertspass"
API_TOKEN = "canaryapitoken-of-more-than-32-letters"
WRONG_TOKEN = "canarywrongtoken-of-more-than-32-letters"
SENDER = "events@acme.example"
SECRETS = (
    BOT_TOKEN,
    SIGNING_SECRET,
    PASSWORD,
    "canary%2Fp%40ss%3Aword",
    READING_PASSWORD,
    "canary%2Fin%40box%3Aword",
    ALERTS_PASSWORD,
    API_TOKEN,
    WRONG_TOKEN,
    *(b64encode(f"\0{SENDER}\0{password}".encode()).decode() for password in (PASSWORD, READING_PASSWORD)),
)
"""The last two as AUTH PLAIN says them."""
LOCAL_PARTS = ("postmaster.canary", "quinta.canary", "sexta.canary", "septima.canary", "octava.canary")
MORE_PARTS = ("nona.canary", "vicesima.canary", "undecima.canary", "duodecima.canary")
"""Of a test invite, of one that was refused, of a second list, and of what was typed after a command."""
STRANGERS = ("tertia.canary", "quarta.canary", "prima.canary")
"""Of a program's call, of one that was refused, and of somebody who answers in another's place."""
EVERYBODY = LOCAL_PARTS + MORE_PARTS + STRANGERS
ALL_READ = ("chat.postMessage", "chat.update", "chat.postEphemeral", "views.publish")
"""What is read by others than whoever has typed the address."""
PEOPLE = "Email,Name\n" + "".join(f"{part}@people.example,Somebody\n" for part in LOCAL_PARTS)
SAYS = "5.1.1 <septima.canary@people.example> unknown here, ask postmaster.canary@people.example"


class Planted(Stage):
    """The stage with secrets of our own, and a log that holds all there is."""

    def __init__(self, log_format):
        super().__init__(minute_lasts=0.02, rate_limits=None)
        self.workspace = Workspace(bot_token=BOT_TOKEN, signing_secret=SIGNING_SECRET, rate_limits=None)
        self.post = Mailbox(username=SENDER, password=PASSWORD, own_address=SENDER)
        # the same mails behind another password
        reading = Mailbox(username=SENDER, password=READING_PASSWORD)
        reading.store = self.post.store
        self.imap = ImapServer(reading)
        self.alerts = Mailbox(username="alerts@acme.example", password=ALERTS_PASSWORD)
        self._log_format = log_format

    def _settings(self):
        return super()._settings() | {
            "SMTP_URL": "smtp://events%40acme.example:canary%2Fp%40ss%3Aword@127.0.0.1:"
            f"{self.post.port}?name=Acme%20Events",
            "IMAP_URL": f"imap://events%40acme.example:canary%2Fin%40box%3Aword@127.0.0.1:{self.imap.port}",
            "API_TOKEN": API_TOKEN,
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


def logged(stage, event):
    """Wait until ``event`` is in the log; the tick is a wait for the bot's death."""
    deadline = time.monotonic() + PATIENCE
    while event not in stage.log.read_text():
        assert not stage.bot_has_ended(0.05), stage.last_words
        assert time.monotonic() < deadline, stage.last_words


def answers_come_in(scene):
    """The inbox refuses the bot at first; then an answer, one in another's place, and a bounce are read."""
    stage, post = scene.stage, scene.post
    logged(stage, "mailbox_refused")
    assert "Answers cannot be read now" in open_hub(scene.ana, "Canaries").plain()
    scene.ana.close()
    letters = {mail.recipients[0].partition(".")[0]: mail for mail in post.messages}
    invite = read_invite(letters["quinta"])
    said = Saying("ACCEPTED", "Ask tertia.canary@people.example", datetime.now(UTC))
    prima = "prima.canary@elsewhere.example"
    deliver(post, "quinta.canary@people.example", SENDER, plain_letter(invite, said).as_bytes())
    forged = plain_letter(replace(invite, attendee=vCalAddress(f"mailto:{prima}")), said)
    deliver(post, prima, SENDER, forged.as_bytes())
    deliver(post, "", SENDER, bounce_of(letters["octava"], datetime.now(UTC)))
    assert stage.restart_bot() == ""
    logged(stage, "mail_not_taken")
    scene.told("Canaries", "Answers: 1 yes")


def programs_call(scene):
    """One that may, and some that may not or talk nonsense; returns all that was answered to the latter."""
    tertia, quarta = ({"email": f"{part}@people.example"} for part in STRANGERS[:2])
    path, right = "/api/v1/campaigns/1/attendees", {"Authorization": f"Bearer {API_TOKEN}"}
    assert asked(scene, path, right, {"attendees": [tertia]}).startswith("200")
    wrong = {"Authorization": f"Bearer {WRONG_TOKEN}"}
    said = [
        asked(scene, path, wrong, {"attendees": [quarta]}),
        asked(scene, f"{path}?token={API_TOKEN}", {}, {"attendees": [quarta]}),
        asked(scene, f"/api/v1/campaigns/{quarta['email']}", wrong),
        asked(scene, path, right, {"attendees": [{"name": quarta["email"]}]}),
        asked(scene, path.replace("1/a", "999/a"), right, {"attendees": [quarta]}),
        asked(scene, "/api/v1/openapi.json", {}),
        asked(scene, "/health", {}),
        asked(scene, "/metrics", {}),
    ]
    assert [int(one[:3]) for one in said] == [401, 401, 401, 400, 404, 200, 200, 404]
    return "\n".join(said)


def asked(scene, path, headers, body=None):
    """Status, headers and text of the answer."""
    line = http.client.HTTPConnection(urlsplit(scene.stage.public_url).netloc, timeout=PATIENCE)
    try:
        told = None if body is None else json.dumps(body)
        line.request("POST" if told else "GET", path, told, {"Content-Type": "application/json"} | headers)
        answer = line.getresponse()
        return f"{answer.status} {answer.headers} {answer.read().decode()}"
    finally:
        line.close()


def a_bad_day(scene):
    """A refused person, a lost reply, refused logins, a kill, and Slack with errors of its own.

    Returns what was answered to programs that had no right to more.
    """
    workspace, ana, faults = scene.workspace, scene.ana, scene.post.faults
    scene.stage.imap.faults.refuse_logins(
        f"[AUTHENTICATIONFAILED] {READING_PASSWORD} is wrong, ask postmaster.canary@people.example", times=1
    )
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
    answers_come_in(scene)
    answered = programs_call(scene)
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
    return answered


@dataclass(frozen=True, slots=True)
class After:
    """What a bad day has left behind.

    ``stored`` is every byte of the database's files, ``called`` all that was sent to Slack, by method,
    ``files`` what was uploaded there, and ``answered`` what was said to programs that had no right to more.
    """

    log: str
    stored: bytes = field(repr=False)
    called: list[tuple[str, str]] = field(repr=False)
    files: list[bytes] = field(repr=False)
    answered: str
    secrets: tuple[str, ...]
    history: list[Entry]


@pytest.fixture(scope="module", params=["console", "json"])
def after(request):
    with Planted(request.param) as stage:
        stage.start_bot()
        store = SqlStore(stage.database_url, Vault([stage.settings["SECRET_KEYS"]]))
        try:
            answered = a_bad_day(Scene(stage, store))
            with store.reading() as work:
                seed = work.campaigns.get(1).seed
                history = work.history.of_campaign(1, limit=50)
        finally:
            store.close()
        yield After(
            log=stage.log.read_text(),
            stored=b"".join(file.read_bytes() for file in sorted(stage.folder.glob("sendinvites.db*"))),
            called=[(one.method, json.dumps(one.args, ensure_ascii=False)) for one in stage.workspace.calls],
            files=[file.content for file in stage.workspace.files if file.user != "U0ANA"],
            answered=answered,
            secrets=(*SECRETS, stage.settings["SECRET_KEYS"], seed),
            history=history,
        )


def test_the_log_tells_of_the_day(after):
    """Or the other tests here would prove nothing."""
    for event in (
        "bot_started",
        "delivery_sent",
        "mailbox_refused",
        "mailbox_read",
        "mail_not_taken",
        "attendees_added_by_api",
        "api_call_without_token_refused",
        "bot_stopped",
        "people.example",
    ):
        assert event in after.log
    assert b"septima.canary" in after.stored
    assert b"tertia.canary" in after.stored
    assert "chat.postMessage" in dict(after.called)


def test_no_secret_is_in_the_log(after):
    assert not [secret for secret in after.secrets if secret in after.log]


def test_nobodys_address_is_in_the_log(after):
    whole = re.findall(r"[\w.+-]+@[\w-]+\.\w+", after.log)
    assert not whole
    assert not [part for part in EVERYBODY if part in after.log]


def test_nobodys_address_is_in_the_history(after):
    """It is shown to whoever may look at the campaign, and kept for as long as the campaign is."""
    assert {Deed.TEST_SENT, Deed.LIST_CHANGED} <= {entry.deed for entry in after.history}
    assert not [entry for entry in after.history if "@" in "".join(entry.facts.values())]


def test_no_secret_is_in_the_database(after):
    assert not [secret for secret in after.secrets if secret.encode() in after.stored]


def test_no_secret_is_told_to_slack(after):
    said = "\n".join(args for _, args in after.called)
    assert not [secret for secret in after.secrets if secret in said]
    assert not [secret for secret in after.secrets for file in after.files if secret.encode() in file]


def test_nobodys_address_is_in_a_message(after):
    """Whoever may read the channel need not be somebody who may see the list: names are in its files."""
    said = [args for method, args in after.called if method in ALL_READ]
    assert said
    assert not [(part, args) for part in EVERYBODY for args in said if part in args]


def test_a_program_without_right_is_told_nothing(after):
    assert not [secret for secret in after.secrets if secret in after.answered]
    assert not [part for part in EVERYBODY if part in after.answered]
