"""The interface for programs as `serve` wires it, in a process of its own, over either way to Slack."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.demo_stage import Stage
from playground.script import NewCampaign, create_campaign

PATIENCE = 30.0
TOKEN = "a-token-of-more-than-thirty-two-characters"
COMMAND = Path(sys.executable).with_name("sendinvites")


def ask(stage, path, body=None, *, token=TOKEN):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body is not None else None
    try:
        with urllib.request.urlopen(
            urllib.request.Request(f"{stage.public_url}{path}", data, headers), timeout=PATIENCE
        ) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.mark.parametrize("transport", ["socket", "http"])
def test_a_program_adds_people_and_slack_shows_them(transport):
    with Stage(minute_lasts=0.02, rate_limits=None) as stage:
        more = {"API_TOKEN": TOKEN}
        if transport == "socket":
            token = stage.workspace.core.app_token
            more |= {"SLACK_TRANSPORT": "socket", "SLACK_APP_TOKEN": token, "SLACK_SIGNING_SECRET": ""}
            more |= {"PUBLIC_URL": ""}
        stage.start_bot(**more)
        if transport == "socket":
            stage.workspace.wait_for(lambda: stage.workspace.is_socket_connected, PATIENCE)
        ana = stage.workspace.person("ana")
        soon = datetime.now(UTC) + timedelta(days=30)
        rows = b"email,name\nfirst@people.example,First\n"
        create_campaign(stage.workspace, ana, NewCampaign("Kickoff", soon, 60, "", "", "people.csv", rows))

        assert ask(stage, "/api/v1/campaigns/1", token="x" * 40)[0] == 401
        status, said = ask(
            stage, "/api/v1/campaigns/1/attendees", {"attendees": [{"email": "second@people.example"}]}
        )
        assert (status, said["added"], said["attendees"]) == (200, 1, 2)
        ended = subprocess.run(
            [COMMAND, "attendees", "add", "1", "--email", "third@people.example", "--url", stage.public_url],
            env=os.environ | {"API_TOKEN": TOKEN},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ask(stage, "/api/v1/campaigns/1")[1]["attendees"] == 3
        ana.close()
        ana.type("/sendinvites")
        ana.wait_for_modal("Campaign List")
        ana.press("Edit", near="Kickoff")
        assert "3 people on the list" in ana.wait_for_modal("Edit campaign").plain()
        assert TOKEN not in stage.log.read_text()
        assert b"second@people.example" not in stage.log.read_bytes()


def test_without_a_token_in_the_settings_there_is_nothing():
    with Stage(minute_lasts=0.02, rate_limits=None) as stage:
        stage.start_bot()
        assert ask(stage, "/api/v1/campaigns/1")[0] == 404
        assert ask(stage, "/api/v1/openapi.json")[0] == 404
