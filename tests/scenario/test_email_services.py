"""An account's access ends in the middle of its runs: for each service, over the stand-in of its provider.

The bot is a process of its own; the link, the consent page and the way back are walked as a browser does.
"""

import json
import re
import urllib.request
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from bot.demo_connect import connect_account, follow_link
from bot.demo_stage import Stage
from campaigns.account import Service
from playground.script import NewCampaign, create_campaign, prepare_batches, start_batch_sending
from playground.script_connect import ask_for_renewal
from playground.web_visitor import WebVisitor

PEOPLE = 12
PER_BATCH = 2
PATIENCE = 40.0
LOST = "no longer lets sendinvites in"
BACK = "is renewed"


@pytest.fixture(params=list(Service))
def stage(request):
    with Stage(minute_lasts=0.4, rate_limits=None, service=request.param) as made:
        made.start_bot()
        yield made
        assert made.workspace.dispatch_failures == []


def people(name):
    return [f"{name}{n:02}@people.example" for n in range(1, PEOPLE + 1)]


def send(stage, title):
    """Ana makes a campaign from the account she has connected, and starts it in batches."""
    ana = stage.workspace.person("ana")
    ana.close()
    soon = datetime.now(UTC) + timedelta(days=30)
    rows = "\n".join(["email", *people(title.split()[0].lower())]).encode()
    wanted = NewCampaign(title, soon, 60, "Room 1", "Bring a pen.", "people.csv", rows)
    create_campaign(stage.workspace, ana, wanted)
    prepare_batches(stage.workspace, ana, per_batch=str(PER_BATCH), gap="1")
    start_batch_sending(stage.workspace, ana)


def press(stage, deed):
    """A button of the panel on the playground's page."""
    asked = urllib.request.Request(
        f"{stage.workspace.url}break",
        json.dumps({"deed": deed}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
        return json.load(answer)["said"]


def told(stage, part, room="events"):
    return [one for one in stage.workspace.person("ana").read(room) if part in one.plain()]


def mails(stage, part):
    return [mail for mail in stage.alerts.by_recipient("ana@acme.example") if part in mail.subject]


def invited(stage):
    return Counter(address for mail in stage.post.messages for address in mail.recipients)


def renew_at_the_provider(stage):
    """Where access is a password, the person makes a new one there; elsewhere consent is enough."""
    if stage.provider is None:
        stage.post.change_password("another password")


def wait_until_done(stage, title):
    def is_done():
        return [one for one in told(stage, f"All {PEOPLE} sent") if title in one.plain()]

    stage.workspace.wait_for(is_done, PATIENCE)


def test_access_that_ends_is_told_once_and_once_renewed_everything_goes_on(stage):
    ana = stage.workspace.person("ana")
    connect_account(stage, ana)
    send(stage, "Kickoff")
    send(stage, "Retro")
    stage.post.wait_for_count(5, PATIENCE)

    press(stage, "expire_token")
    stage.workspace.wait_for(lambda: told(stage, LOST) and told(stage, LOST, "sendinvites"), PATIENCE)
    stage.alerts.wait_for(lambda: mails(stage, "renew ana@acme.example"), PATIENCE)
    (alert,) = told(stage, LOST)
    assert "Renew token" in alert.buttons
    stage.workspace.wait_for(lambda: "Nobody is lost" in told(stage, LOST)[0].plain(), PATIENCE)
    assert sum(invited(stage).values()) < 2 * PEOPLE

    renew_at_the_provider(stage)
    assert follow_link(stage, ask_for_renewal(stage.workspace, ana, stage.organizer)).status == 200

    wait_until_done(stage, "Kickoff")
    wait_until_done(stage, "Retro")
    assert invited(stage) == Counter(people("kickoff") + people("retro"))
    stage.workspace.wait_for(lambda: told(stage, f"ana@acme.example {BACK}"), PATIENCE)
    assert len(told(stage, LOST)) == 1
    assert len(told(stage, LOST, "sendinvites")) == 1
    assert len(mails(stage, "renew ana@acme.example")) == 1


@pytest.mark.parametrize("stage", [Service.GMAIL, Service.SMTP], indirect=True)
def test_the_link_in_the_alert_mail_renews_the_account_as_well(stage):
    ana = stage.workspace.person("ana")
    connect_account(stage, ana)
    send(stage, "Kickoff")
    stage.post.wait_for_count(3, PATIENCE)
    press(stage, "expire_token")
    (mail,) = stage.alerts.wait_for(lambda: mails(stage, "renew ana@acme.example"), PATIENCE)
    text = mail.message.get_body(("plain",)).get_content()
    (link,) = set(re.findall(rf"{re.escape(stage.public_url)}/renew/[\w.=-]+", text))
    renew_at_the_provider(stage)

    page = follow_link(stage, link)
    assert "ana@acme.example" in page.text

    wait_until_done(stage, "Kickoff")
    assert invited(stage) == Counter(people("kickoff"))
    assert "renewed or disconnected already" in WebVisitor().open(link).text


@pytest.mark.parametrize("stage", [Service.GOOGLE_CALENDAR], indirect=True)
def test_the_calendar_of_the_bot_is_made_once_and_the_organizers_own_stays_clean(stage):
    connect_account(stage, stage.workspace.person("ana"))
    send(stage, "Kickoff")
    wait_until_done(stage, "Kickoff")
    assert len(stage.provider.calendars.ids) == 1
    assert stage.provider.calendars.events("ana@acme.example") == []


@pytest.mark.parametrize("stage", [Service.MICROSOFT_365], indirect=True)
def test_no_token_and_no_password_is_found_in_the_database_or_the_log(stage):
    connect_account(stage, stage.workspace.person("ana"))
    send(stage, "Kickoff")
    wait_until_done(stage, "Kickoff")
    stage.stop_bot()
    kept = b"".join(path.read_bytes() for path in stage.folder.iterdir() if path.is_file())
    secrets = [*stage.provider.tokens._refresh, *stage.provider.tokens._access]
    secrets.append(stage.provider.client.client_secret)
    assert [secret for secret in secrets if secret.encode() in kept] == []
