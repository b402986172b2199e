"""`sendinvites doctor` against a Slack workspace and two mail servers that are really there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.demo_stage import Stage
from bot.doctor import examine
from bot.settings import Settings, load_settings
from playground.imap_server import ImapServer
from playground.mailbox import Mailbox
from storage.vault import new_key
from tests.unit.bot.complete import a_campaign

COMMAND = Path(sys.executable).with_name("sendinvites")


@pytest.fixture(scope="module")
def stage():
    """Only its servers; no bot is started."""
    with Stage(minute_lasts=1) as stage:
        yield stage


@pytest.fixture
def looked(stage, monkeypatch):
    """What is found with the stage's settings but for these: findings by the thing that was looked at."""

    def look(**changes):
        for name in Settings.model_fields:
            monkeypatch.delenv(name.upper(), raising=False)
        for name, value in (stage.settings | changes).items():
            monkeypatch.setenv(name, value)
        return {finding.what.partition(":")[0]: finding for finding in examine(load_settings(env_file=None))}

    return look


def only_wrong(found, what):
    """The one finding that is not fine."""
    assert [name for name, finding in found.items() if not finding.is_fine] == [what]
    finding = found[what]
    assert finding.advice
    assert "playground" not in finding.what.partition(":")[2]
    return finding


def doctor(folder, settings):
    clean = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    return subprocess.run(
        [COMMAND, "doctor"],
        env=clean | settings,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_command_says_ok_to_everything_and_ends_with_0(stage, tmp_path):
    ended = doctor(tmp_path, stage.settings)
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert [line[:6] for line in lines] == ["ok    "] * 7
    assert "sendinvites in Acme" in lines[1]
    assert "events@acme.example, no known limit" in lines[3]


def test_the_command_says_fail_with_advice_and_ends_with_1(stage, tmp_path):
    wrong = {"SMTP_URL": stage.settings["SMTP_URL"].replace(":playground@", ":wrong-canary@")}
    ended = doctor(tmp_path, stage.settings | wrong)
    assert (ended.returncode, ended.stderr) == (1, "")
    lines = ended.stdout.splitlines()
    (at,) = [number for number, line in enumerate(lines) if line.startswith("FAIL")]
    assert lines[at].startswith("FAIL  Sending account: ")
    assert "SMTP_URL" in lines[at + 1]
    assert "wrong-canary" not in ended.stdout


def test_a_wrong_password_of_the_sending_account(looked, stage):
    found = looked(SMTP_URL=stage.settings["SMTP_URL"].replace(":playground@", ":wrong@"))
    assert "It is entered in SMTP_URL" in only_wrong(found, "Sending account").advice


def test_a_wrong_password_of_the_alerts_account(looked, stage):
    found = looked(ALERTS_SMTP_URL=stage.settings["ALERTS_SMTP_URL"].replace(":playground@", ":wrong@"))
    assert "It is entered in ALERTS_SMTP_URL" in only_wrong(found, "Alerts account").advice


def test_a_mail_server_that_is_not_there(looked, stage):
    found = looked(SMTP_URL="smtp://events%40acme.example:playground@127.0.0.1:1")
    advice = only_wrong(found, "Sending account").advice
    assert "Check the server's name and port" in advice
    assert "It is entered in SMTP_URL" in advice


def test_a_wrong_bot_token(looked):
    finding = only_wrong(looked(SLACK_BOT_TOKEN="xoxb-wrong-canary"), "Slack bot token")
    assert "invalid_auth" in finding.what
    assert "xoxb-wrong-canary" not in finding.what
    assert "SLACK_BOT_TOKEN" in finding.advice


def test_a_slack_that_cannot_be_reached(looked):
    only_wrong(looked(SLACK_API_URL="http://127.0.0.1:1/api"), "Slack bot token")


def test_a_database_whose_folder_is_not_there(looked):
    found = looked(DATABASE_URL="sqlite:////no/such/folder/bot.db")
    assert "DATABASE_URL" in only_wrong(found, "Database").advice


def test_a_key_that_does_not_open_the_database(looked, tmp_path):
    a_campaign(tmp_path / "other.db", new_key())
    found = looked(DATABASE_URL=f"sqlite:///{tmp_path / 'other.db'}")
    assert "Put the old key back" in only_wrong(found, "Database").advice


def test_socket_mode_is_tried(looked):
    found = looked(SLACK_TRANSPORT="socket", SLACK_APP_TOKEN="xapp-playground")
    assert found["Slack transport"].what == "Slack transport: Socket Mode is on"


def test_a_wrong_app_token(looked):
    found = looked(SLACK_TRANSPORT="socket", SLACK_APP_TOKEN="xapp-wrong-canary")
    finding = only_wrong(found, "Slack transport")
    assert "xapp-wrong-canary" not in finding.what
    assert "SLACK_APP_TOKEN" in finding.advice


def test_limits_that_were_set_are_shown(looked):
    found = looked(SMTP_PER_DAY="1500", SMTP_PER_MINUTE="30")
    assert "30 a minute and 1,500 in 24 hours" in found["Sending account"].what


def test_the_user_group_is_looked_at_if_one_is_set(looked):
    assert "Slack user group" not in looked()
    found = looked(SLACK_USER_GROUP="S0EVENTS")
    assert found["Slack user group"].what == "Slack user group: S0EVENTS, 2 members"


def test_a_user_group_that_is_not_there(looked):
    finding = only_wrong(looked(SLACK_USER_GROUP="S0NOBODY"), "Slack user group")
    assert "no_such_subteam" in finding.what
    assert "usergroups:read" in finding.advice


def test_without_an_account_of_the_settings_people_need_a_page_to_connect_theirs(looked):
    assert looked(SMTP_URL="", IMAP_URL="")["Sending account"].is_fine
    found = looked(
        SMTP_URL="", IMAP_URL="", PUBLIC_URL="", SLACK_TRANSPORT="socket", SLACK_APP_TOKEN="xapp-playground"
    )
    assert "PUBLIC_URL" in only_wrong(found, "Sending account").advice
    assert "off" in found["Email services"].what


def test_the_redirect_uri_to_enter_at_the_provider_is_said(looked):
    found = looked(
        PUBLIC_URL="https://invites.acme.example",
        GOOGLE_CLIENT_ID="canary-client",
        GOOGLE_CLIENT_SECRET="canary-secret",
    )
    said = found["Email services"].what
    assert said == (
        "Email services: SMTP, Google; the redirect URI there is https://invites.acme.example/connect/callback"
    )


def test_a_provider_that_cannot_send_people_back_is_said(looked):
    found = looked(
        PUBLIC_URL="",
        SLACK_TRANSPORT="socket",
        SLACK_APP_TOKEN="xapp-playground",
        MICROSOFT_CLIENT_ID="canary-client",
        MICROSOFT_CLIENT_SECRET="canary-secret",
    )
    assert "PUBLIC_URL" in only_wrong(found, "Email services").advice


def test_the_mailbox_of_the_settings_is_opened_if_there_is_one(looked):
    with ImapServer(Mailbox(username="ann@acme.example", password="right")) as server:
        where = f"@127.0.0.1:{server.port}"
        found = looked(IMAP_URL=f"imap://ann%40acme.example:right{where}")
        assert found["Answers"].is_fine
        assert "EXAMINE" in server.commands
        only_wrong(looked(IMAP_URL=f"imap://ann%40acme.example:wrong{where}"), "Answers")


def test_a_mailbox_without_a_sending_account_is_said(looked):
    found = looked(
        IMAP_URL="imaps://ann:pw@imap.example.com", SMTP_URL="", PUBLIC_URL="https://invites.example.com"
    )
    only_wrong(found, "Answers")
