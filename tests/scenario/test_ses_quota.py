"""An account at Amazon SES that others send with too: what is foreseen, where it waits, and when it goes on.

The bot is a process of its own, between stand-ins of Slack, the mail server and Amazon.
"""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from bot.demo_connect import password_form
from bot.demo_stage import Stage
from campaigns.account import Service
from campaigns.service_names import service_name
from playground.script import NewCampaign, create_campaign, prepare_batches, start_batch_sending
from playground.script_connect import ask_for_link, enter
from playground.ses_quota import SesStandIn
from playground.web_visitor import WebVisitor

PEOPLE = [f"person{n:02}@people.example" for n in range(1, 13)]
PATIENCE = 40.0


@pytest.fixture
def amazon():
    with SesStandIn() as stand_in:
        stand_in.per_day, stand_in.per_second, stand_in.sent = 20.0, 5.0, 17.0
        yield stand_in


@pytest.fixture
def stage(amazon):
    with Stage(minute_lasts=0.2, rate_limits=None, service=Service.SMTP) as made:
        made.start_bot(SES_URL=amazon.base_url, LOG_LEVEL="DEBUG")
        yield made
        assert made.workspace.dispatch_failures == []


def connect(stage, amazon):
    link = ask_for_link(stage.workspace, stage.workspace.person("ana"), service_name(Service.SMTP))
    key = {"ses_key_id": amazon.key_id, "ses_secret": amazon.secret}
    return enter(WebVisitor(), link, password_form(stage) | key, "Try it")


def ready(stage, words="Amazon SES allows"):
    """Ana at *Check and start* of a campaign with twelve people; what it says, once it says ``words``."""
    ana = stage.workspace.person("ana")
    ana.close()
    soon = datetime.now(UTC) + timedelta(days=30)
    rows = "\n".join(["email", *PEOPLE]).encode()
    wanted = NewCampaign("Kickoff", soon, 60, "Room 1", "Bring a pen.", "people.csv", rows)
    create_campaign(stage.workspace, ana, wanted)
    prepare_batches(stage.workspace, ana, per_batch="4", gap="1")
    return stage.workspace.wait_for(
        lambda: ana.modal and words in ana.modal.plain() and ana.modal.plain(), PATIENCE
    )


def told(stage, part):
    return [one for one in stage.workspace.person("ana").read("events") if part in one.plain()]


def look_at_services(stage, part):
    """Ana presses *Test* until *Email services* says ``part``: at once, Amazon is not asked again."""
    ana, ends = stage.workspace.person("ana"), time.monotonic() + PATIENCE
    ana.close()
    ana.open_home()
    stage.workspace.wait_for(lambda: ana.home and "Email services" in ana.home.buttons, PATIENCE)
    ana.press("Email services", where="home")
    ana.wait_for_modal("Email services", timeout=PATIENCE)
    while part not in (said := ana.modal.plain()):
        assert time.monotonic() < ends, said
        if "Test" in ana.modal.buttons:
            ana.press("Test", where="modal")
        stage.workspace.wait_for(lambda: "Test" in ana.modal.buttons, PATIENCE)
    return said


def test_others_have_used_most_of_it_so_the_run_waits_and_goes_on_when_there_is_room(stage, amazon):
    page = connect(stage, amazon)
    assert "20 invites in 24 hours, 5 a second" in " ".join(page.text.split())

    check = ready(stage)
    assert "17 of 20 in the last 24 hours are used, 17 of these by others." in check
    assert "*More than this account may send:*" in check
    assert "Amazon SES allows 20 invites in 24 hours, 5 a second." in check

    start_batch_sending(stage.workspace, stage.workspace.person("ana"))
    stage.workspace.wait_for(lambda: told(stage, "This account's limit of 20 invites in 24 hours"), PATIENCE)
    assert len(stage.post.messages) == 3
    assert told(stage, "goes on by itself")

    amazon.sent = 8.0
    said = look_at_services(stage, "5 sent by others count too")
    assert "3 of 20 sent in 24 hours" in said
    stage.post.wait_for_count(12, PATIENCE)
    assert Counter(address for mail in stage.post.messages for address in mail.recipients) == Counter(PEOPLE)


def test_a_key_that_is_taken_away_harms_no_run_and_is_told_where_the_limits_are(stage, amazon):
    connect(stage, amazon)
    amazon.sent = 0.0
    amazon.per_day = 30.0
    look_at_services(stage, "0 of 30 sent")
    amazon.is_allowed = False
    assert "The last known limits stay." in look_at_services(stage, "may not ask for the sending limits")
    check = ready(stage, "may not ask for the sending limits")
    assert "Give the key's user in IAM a policy that allows" in check
    assert "the last known limits count" in check
    start_batch_sending(stage.workspace, stage.workspace.person("ana"))
    stage.post.wait_for_count(12, PATIENCE)


def test_neither_half_of_the_key_is_found_in_the_database_or_the_log(stage, amazon):
    connect(stage, amazon)
    amazon.sent = 16.0
    look_at_services(stage, "16 sent by others count too")
    stage.stop_bot()
    kept = b"".join(path.read_bytes() for path in stage.folder.iterdir() if path.is_file())
    assert b"ana@acme.example" in kept
    assert [half for half in (amazon.key_id, amazon.secret) if half.encode() in kept] == []
