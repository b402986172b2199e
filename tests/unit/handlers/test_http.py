import logging
import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from handlers.http import LARGEST_REQUEST, make_flask
from handlers.log_filter import SAID_INSTEAD, drop_bodies
from handlers.repeats import Repeats
from playground import Workspace
from playground.bot_line import signature
from tests.fakes.clocks import HandClock

SECRET = "s" * 32
CANARY = "canary-in-the-body"
BODY = urlencode({"command": "/nothing", "text": CANARY, "team_id": "T1", "user_id": "U1"}).encode()


@pytest.fixture
def calls():
    return []


@pytest.fixture
def slack():
    with Workspace(rate_limits=None) as made:
        yield made


@pytest.fixture
def web(calls, slack):
    client = WebClient("xoxb-playground", base_url=slack.base_url, retry_handlers=[])
    app = App(client=client, signing_secret=SECRET)
    drop_bodies()
    drop_bodies()
    app.middleware(lambda body, next_: calls.append(body) or next_())

    @app.command("/nothing")
    def nothing(ack):
        ack()

    return make_flask(app).test_client()


def send(web, body=BODY, *, secret=SECRET, at=0, signed=None, headers=None):
    stamp = str(int(time.time()) + at)
    made = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(secret, stamp, signed if signed is not None else body),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return web.post("/slack/events", data=body, headers=made if headers is None else headers)


@pytest.mark.parametrize(
    "forgery",
    [
        {"secret": "another"},
        {"at": -301},
        {"at": 301},
        {"signed": b"another body"},
    ],
)
def test_a_forged_request_is_refused_and_leaves_nothing_of_itself_in_the_log(web, calls, caplog, forgery):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("slack_bolt.RequestVerification").setLevel(logging.DEBUG)
    assert send(web, **forgery).status_code == 401
    assert calls == []
    assert CANARY not in caplog.text
    assert SAID_INSTEAD in caplog.text


@pytest.mark.parametrize("stamp", [None, "", "x", "-1", "1.5"])
def test_a_request_that_does_not_say_when_is_refused(web, calls, caplog, stamp):
    caplog.set_level(logging.DEBUG)
    headers = {"X-Slack-Signature": "v0=0"} | ({} if stamp is None else {"X-Slack-Request-Timestamp": stamp})
    assert send(web, headers=headers).status_code == 401
    assert calls == []
    assert CANARY not in caplog.text


def test_an_honest_request_is_let_through(web, calls):
    assert send(web).status_code == 200
    assert [body["text"] for body in calls] == [CANARY]


def test_more_than_slack_ever_sends_is_not_read(web):
    assert send(web, b"x" * (LARGEST_REQUEST + 1)).status_code == 413


def test_health_tells_whether_we_are_well():
    app = App(client=WebClient("xoxb-x"), signing_secret=SECRET, token_verification_enabled=False)
    well = make_flask(app).test_client().get("/health")
    ill = make_flask(app, is_healthy=lambda: False).test_client().get("/health")
    assert (well.status_code, well.json) == (200, {"ok": True})
    assert (ill.status_code, ill.json) == (503, {"ok": False})


def press(**changes):
    action = {"action_id": "pause_run", "value": "1", "action_ts": "1.5", **changes}
    return {"type": "block_actions", "user": {"id": "U1"}, "actions": [action]}


def count(repeats, body):
    done = []
    repeats(body, lambda: done.append(1))
    return len(done)


def test_one_press_acts_once_and_another_press_acts_again():
    repeats = Repeats(HandClock().now)
    assert [count(repeats, press()) for _ in range(3)] == [1, 0, 0]
    assert count(repeats, press(action_ts="2.5")) == 1
    assert count(repeats, press(action_id="resume_run")) == 1


def test_what_is_no_press_is_not_held_back():
    repeats = Repeats(HandClock().now)
    assert [count(repeats, {"type": "view_submission"}) for _ in range(2)] == [1, 1]
    assert [count(repeats, press(action_ts=None)) for _ in range(2)] == [1, 1]


def test_presses_are_forgotten_when_their_signature_is_too_old_to_pass():
    clock = HandClock()
    repeats = Repeats(clock.now)
    count(repeats, press())
    clock.advance(timedelta(minutes=11))
    assert count(repeats, press(action_ts="2.5")) == 1
    assert len(repeats._seen) == 1
