"""One request, one reply, and how far it had come."""

import logging
import threading

import pytest

from mailers.deadline import Deadline
from mailers.google_auth import SEND_MAIL
from mailers.wire import NoReply, Wire
from playground.google_stand_in import GoogleStandIn
from playground.provider_answers import Answer
from tests.fakes.provider_accounts import ANN, google_tokens


@pytest.fixture
def google():
    with GoogleStandIn(lambda *_: None, accounts=[ANN]) as stand_in:
        yield stand_in


@pytest.fixture
def wire():
    made = Wire()
    yield made
    made.close()


def ask(wire, url, seconds=10.0, token="t"):
    return wire.ask("POST", url, token=token, body=b"{}", deadline=Deadline(seconds))


def send_url(google):
    return f"{google.base_url}/gmail/v1/users/me/messages/send"


def test_a_redirect_is_a_reply_and_nobody_else_gets_the_token(wire, google):
    elsewhere = f"{google.base_url}/oauth2/v3/userinfo"
    google.faults.refuse(Answer(307, b"", {"Location": elsewhere}), on="gmail.send")
    assert ask(wire, send_url(google)).status == 307
    assert google.door.calls("userinfo") == []


def test_a_password_for_the_host_in_netrc_does_not_take_the_tokens_place(google, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password wrong\n")
    monkeypatch.setenv("NETRC", str(netrc))
    wire = Wire()
    token = google_tokens(google, SEND_MAIL).access()
    assert ask(wire, send_url(google), token=token).status == 400, "the token was good, the letter was none"
    wire.close()


def test_what_nobody_takes_was_not_handed_over(wire, google):
    google.stop()
    with pytest.raises(NoReply) as caught:
        ask(wire, send_url(google))
    assert not caught.value.handed_over
    google.start()


def test_a_reply_that_does_not_come_in_time_was_handed_over(wire, google):
    google.faults.hold("gmail.send")
    with pytest.raises(NoReply, match="timed out") as caught:
        ask(wire, send_url(google), seconds=0.3)
    assert caught.value.handed_over
    google.faults.release()


def test_when_the_time_is_up_nothing_leaves(wire, google):
    with pytest.raises(NoReply, match="timed out") as caught:
        ask(wire, send_url(google), seconds=0)
    assert not caught.value.handed_over
    assert google.door.calls() == []


def test_a_connection_that_was_idle_for_long_is_not_used_again(google, caplog):
    """A router may have forgotten it without a word: the next invite would vanish and be unsure."""
    caplog.set_level(logging.DEBUG, "urllib3")
    now = [0.0]
    wire = Wire(clock=lambda: now[0])
    opened = []
    for seconds in (0.0, 29.0, 31.0):
        now[0] += seconds
        ask(wire, send_url(google))
        opened.append(sum("Starting new" in record.getMessage() for record in caplog.records))
    wire.close()
    assert opened == [1, 1, 2]


def test_a_connection_is_kept_and_used_by_many_threads(wire, google):
    token = google_tokens(google, SEND_MAIL).access()
    statuses = []

    def work():
        statuses.extend(ask(wire, send_url(google), token=token).status for _ in range(10))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert statuses == [400] * 40
