"""The tests for people with real accounts, run against the stand-ins: they must work when needed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from playground.google_stand_in import GoogleStandIn
from playground.mailbox import Mailbox
from playground.microsoft_stand_in import MicrosoftStandIn
from playground.oauth_person import answer_consent
from tests.fakes.provider_accounts import ANN

ROOT = Path(__file__).parents[2]
BACK = "http://localhost/connect/callback"
SECONDS = 120
DIALS = {"gmail": "GMAIL", "google-calendar": "CALENDAR", "microsoft365": "MICROSOFT"}


@pytest.fixture
def google():
    with GoogleStandIn(lambda *_: None, accounts=[ANN], redirect_uris=[BACK]) as stand_in:
        yield stand_in


@pytest.fixture
def microsoft():
    with MicrosoftStandIn(lambda *_: None, accounts=[ANN], redirect_uris=[BACK]) as stand_in:
        yield stand_in


@pytest.fixture
def environment(google, microsoft):
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("LIVE_")},
        "PYTHONPATH": str(ROOT),
        "LIVE_GOOGLE_URL": google.base_url,
        "LIVE_GOOGLE_CLIENT_ID": google.client.client_id,
        "LIVE_GOOGLE_CLIENT_SECRET": google.client.client_secret,
        "LIVE_MICROSOFT_URL": microsoft.base_url,
        "LIVE_MICROSOFT_CLIENT_ID": microsoft.client.client_id,
        "LIVE_MICROSOFT_CLIENT_SECRET": microsoft.client.client_secret,
        "LIVE_CERTIFICATE": str(microsoft.certificate),
    }


def connect(service, environment, certificate, **answer):
    """A person at the sign-in script; the settings it prints."""
    command = [sys.executable, "tests/live/get_refresh_token.py", service]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as script:
        page = next(line.strip() for line in script.stdout if line.startswith("http"))
        back = answer_consent(page, certificate=certificate, **answer)
        said, _ = script.communicate(f"{back}\n", timeout=SECONDS)
    return said


def test_with_all_settings_every_live_test_runs_and_passes(environment, microsoft):
    settings = {"LIVE_TO": "bob@example.com"}
    for service, name in DIALS.items():
        said = connect(service, environment, microsoft.certificate)
        settings |= dict(re.findall(rf"^(LIVE_{name}_\w+)=(\S+)$", said, re.MULTILINE))
    with Mailbox(username="ann", password="secret") as mailbox:
        settings["LIVE_SMTP_URL"] = f"smtp://ann:secret@127.0.0.1:{mailbox.port}?from={ANN}"
        command = [sys.executable, "-m", "pytest", "tests/live", "-q", "-p", "no:cacheprovider"]
        run = subprocess.run(
            command,
            cwd=ROOT,
            env=environment | settings,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert len(mailbox.store.by_recipient("bob@example.com")) == 1
    assert re.search(r"^\d+ passed in", run.stdout, re.MULTILINE), run.stdout


def test_who_cancels_gets_no_settings(environment, microsoft):
    said = connect("gmail", environment, microsoft.certificate, is_allowed=False)
    assert "access_denied" in said
    assert "LIVE_GMAIL" not in said
