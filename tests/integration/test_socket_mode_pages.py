"""With SLACK_TRANSPORT=socket and a public address: people's pages are served, and nothing of Slack's."""

import urllib.error
import urllib.request

import pytest

from bot.demo_stage import Stage

PATIENCE = 30.0


@pytest.fixture(scope="module")
def stage():
    with Stage(minute_lasts=0.02, rate_limits=None) as stage:
        token = stage.workspace.core.app_token
        yield stage.start_bot(SLACK_TRANSPORT="socket", SLACK_APP_TOKEN=token, SLACK_SIGNING_SECRET="")


def status_of(url, data=None):
    try:
        with urllib.request.urlopen(url, data, timeout=PATIENCE) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize(
    ("path", "status"), [("health", 200), ("connect/no-such-link", 410), ("unsubscribe/1.1.x", 404)]
)
def test_the_pages_for_people_answer(stage, path, status):
    assert status_of(f"{stage.public_url}/{path}") == status


def test_slack_is_not_answered_over_http(stage):
    assert status_of(f"{stage.public_url}/slack/events", b"{}") == 404


def test_slack_is_connected_by_socket_all_the_same(stage):
    stage.workspace.wait_for(lambda: stage.workspace.is_socket_connected, PATIENCE)
    ana = stage.workspace.person("ana")
    ana.open_home()
    stage.workspace.wait_for(lambda: ana.home, PATIENCE)
