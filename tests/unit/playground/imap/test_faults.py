"""An IMAP server in trouble: it refuses, breaks off, is slow, stops and comes back."""

import imaplib
import socket

import pytest
from imapclient.exceptions import IMAPClientError, LoginError

from playground.imap_server import ImapServer
from tests.unit.playground.imap.clients import GONE, LETTER, OWNER, PASSWORD, Bare, dialled


def test_logins_are_refused_for_as_long_as_it_was_said(imap):
    imap.faults.refuse_logins("[UNAVAILABLE] Try again later", times=1)
    with dialled(imap) as line:
        with pytest.raises(LoginError, match="UNAVAILABLE"):
            line.login(OWNER, PASSWORD)
        line.login(OWNER, PASSWORD)
    imap.faults.refuse("GREETING", "[UNAVAILABLE] Too many connections")
    with pytest.raises(imaplib.IMAP4.error, match="Too many connections"):
        dialled(imap)
    imap.faults.clear()
    refusal = imap.faults.refuse("EXAMINE", "[NONEXISTENT] No such mailbox")
    with dialled(imap) as line:
        line.login(OWNER, PASSWORD)
        with pytest.raises(IMAPClientError, match="NONEXISTENT"):
            line.select_folder("INBOX", readonly=True)
        imap.faults.withdraw(refusal)
        line.select_folder("INBOX", readonly=True)


@pytest.mark.parametrize("when", ["before", "middle", "after"])
def test_a_connection_is_cut_where_it_was_asked(imap, line, when):
    imap.folder.put(LETTER)
    line.noop()
    imap.faults.drop("UID FETCH", when)
    if when == "after":
        assert line.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"] == LETTER
        with pytest.raises(GONE):
            line.noop()
    else:
        with pytest.raises(GONE):
            line.fetch([1], ["BODY.PEEK[]"])
    with dialled(imap) as again:
        again.login(OWNER, PASSWORD)
        again.select_folder("INBOX", readonly=True)
        assert again.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"] == LETTER


def test_a_slow_server_outlasts_a_short_patience(imap):
    imap.faults.slow_down(1.0)
    with Bare(imap) as bare:
        bare.socket.settimeout(0.05)
        with pytest.raises(TimeoutError):
            bare.say(b"a NOOP\r\n")


def test_a_server_that_shuts_down_says_goodbye(imap, line):
    imap.faults.is_shutting_down = True
    with pytest.raises(GONE):
        line.noop()


def test_it_stops_under_a_client_that_waits_and_comes_back_at_its_place(imap, line):
    line.idle()
    port = imap.port
    imap.stop()
    assert imap.is_refusing_connections
    with pytest.raises(ConnectionRefusedError):
        dialled(imap)
    imap.start()
    assert imap.port == port
    with dialled(imap) as again:
        again.login(OWNER, PASSWORD)


def test_a_client_that_never_shakes_hands_does_not_hold_up_the_end(box):
    with ImapServer(box, tls="implicit") as imap:
        silent = socket.create_connection((imap.host, imap.port), timeout=10)
        with dialled(imap) as line:
            line.login(OWNER, PASSWORD)
    silent.close()
