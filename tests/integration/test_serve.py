"""The served bot as a process: its health page, forged requests, and how it ends."""

import hashlib
import hmac
import json
import signal
import time
import urllib.error
import urllib.request

import pytest

from tests.integration.scene import PATIENCE, everybody, served

FORGED = b'{"type":"event_callback","text":"forged-canary ana.canary@people.example"}'


@pytest.fixture(scope="module")
def scene():
    with served() as scene:
        yield scene


def ask(scene, path, body=None, **headers):
    """Status and body of an answer; ``X_Slack_Signature`` is the header X-Slack-Signature."""
    request = urllib.request.Request(
        f"{scene.stage.settings['PUBLIC_URL']}{path}",
        data=body,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


def signature(secret, stamp, body):
    return "v0=" + hmac.new(secret.encode(), b"v0:%s:%s" % (stamp.encode(), body), hashlib.sha256).hexdigest()


def test_the_health_page_says_that_it_is_well(scene):
    status, body = ask(scene, "/health")
    assert (status, json.loads(body)) == (200, {"ok": True})


@pytest.mark.parametrize("path", ["/", "/slack", "/metrics", "/slack/install", "/health/"])
def test_there_is_nothing_else_to_see(scene, path):
    assert ask(scene, path)[0] == 404


def test_the_address_for_slack_answers_to_nothing_but_posts(scene):
    assert ask(scene, "/slack/events")[0] == 405


@pytest.mark.parametrize(
    ("secret", "age", "signed", "headers"),
    [
        ("another-secret", 0, FORGED, {}),
        ("playground-signing-secret", -301, FORGED, {}),
        ("playground-signing-secret", 301, FORGED, {}),
        ("playground-signing-secret", 0, FORGED + b" ", {}),
        ("playground-signing-secret", 0, FORGED, {"X_Slack_Signature": ""}),
        ("playground-signing-secret", 0, FORGED, {"X_Slack_Request_Timestamp": ""}),
        ("playground-signing-secret", 0, FORGED, {"X_Slack_Request_Timestamp": "soon"}),
    ],
    ids=["other secret", "old", "of the future", "other body", "unsigned", "without time", "not a time"],
)
def test_a_forged_request_is_refused_and_nothing_of_it_is_logged(scene, secret, age, signed, headers):
    stamp = str(int(time.time()) + age)
    given = {
        "X_Slack_Signature": signature(secret, stamp, signed),
        "X_Slack_Request_Timestamp": stamp,
        "Content_Type": "application/json",
    }
    status, body = ask(scene, "/slack/events", FORGED, **(given | headers))
    assert status == 401
    assert b"canary" not in body
    log = scene.stage.log.read_text()
    assert "canary" not in log
    assert "Traceback" not in log


def test_a_request_larger_than_any_of_slacks_is_not_read(scene):
    status, _ = ask(scene, "/slack/events", b"x" * (2 * 1024 * 1024 + 1), X_Slack_Request_Timestamp="1")
    assert status == 413


def test_slack_may_prove_the_address(scene):
    assert scene.workspace.verify_url() == "prove-it"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_settles_the_invite_on_the_wire_and_ends_it_with_0(number):
    with served() as scene:
        scene.post.faults.slow_down(0.05)
        scene.send("Interrupted", 30, per_batch=30)
        scene.post.wait_for_count(2, PATIENCE)
        bot = scene.stage._bot
        bot.send_signal(number)
        assert bot.wait(PATIENCE) == 0
        states = scene.states(scene.run_id())
        assert set(states.values()) == {"sent", "queued"}
        assert {who for who, state in states.items() if state == "sent"} == set(scene.sent_to())
        log = scene.stage.log.read_text()
        assert "bot_stopped" in log
        assert "Traceback" not in log
        scene.post.clear_faults()
        scene.stage.start_bot()
        scene.told("Interrupted", "All 30 sent")
        assert scene.sent_to() == dict.fromkeys(everybody(30), 1)


def test_a_port_that_is_taken_is_told_and_ends_it_with_2(scene):
    """The first bot keeps the port; the second has a database of its own."""
    first = scene.stage._bot
    try:
        scene.stage.launch_bot(DATABASE_URL=f"sqlite:///{scene.stage.folder / 'other.db'}")
        assert scene.stage._bot.wait(PATIENCE) == 2
    finally:
        scene.stage._bot = first
    assert "Stop whoever listens there, or change HTTP_HOST and HTTP_PORT." in scene.stage.last_words
