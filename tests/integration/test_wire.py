"""One request, one reply, and how far it had come."""

import logging
import socket
import threading
from contextlib import contextmanager

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


@contextmanager
def dripping(head):
    """Answers with ``head`` and then a byte now and then, as long as anybody listens; yields its address."""
    hung_up = threading.Event()

    def drip(listener):
        line, _ = listener.accept()
        with line:
            line.recv(65536)
            line.sendall(head)
            line.settimeout(0.02)
            for _ in range(500):
                try:
                    line.sendall(b"x")
                    if not line.recv(1):
                        break
                except TimeoutError:
                    continue
                except OSError:
                    break
            else:
                return
        hung_up.set()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", hung_up
        thread.join(20)


@pytest.mark.parametrize("length", [b"Content-Length: 500", b"Connection: close"])
def test_a_reply_that_drips_does_not_outlast_the_deadline(wire, length):
    """Each byte begins the socket's own patience anew; a worker's lease on the invite would run out."""
    with dripping(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n\r\n") as (url, hung_up):
        with pytest.raises(NoReply, match="timed out") as caught:
            ask(wire, url, seconds=0.5)
        assert caught.value.handed_over
        assert hung_up.wait(10), "the connection is given up, not only the reply"


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
