"""The organizer's mail is read as IMAP clients read it: real sockets, two real client libraries, no mercy."""

import base64
import imaplib
import socket
import ssl
from datetime import UTC, date, datetime

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from playground import Mailbox
from playground.imap_login import GOOGLE_SAYS, MICROSOFT_SAYS
from playground.imap_server import ImapServer

OWNER, PASSWORD = "events@acme.example", 's3"cr\\et'
LETTER = b"From: kim@people.example\r\nSubject: Accepted: Launch\r\n\r\nHi (there) {3}\r\nYes\r\n"
GONE = (imaplib.IMAP4.abort, OSError)


def bearer(user, token):
    return base64.b64encode(f"user={user}\x01auth=Bearer {token}\x01\x01".encode()) + b"\r\n"


@pytest.fixture
def box():
    with Mailbox(username=OWNER, password=PASSWORD, own_address=OWNER) as mailbox:
        yield mailbox


@pytest.fixture
def imap(box):
    with ImapServer(box) as server:
        yield server


def dialled(server, **more):
    context = ssl.create_default_context(cafile=server.certificate) if server.certificate else None
    is_implicit = server.tls == "implicit"
    return IMAPClient(server.host, server.port, ssl=is_implicit, ssl_context=context, timeout=10, **more)


@pytest.fixture
def line(imap):
    with dialled(imap) as client:
        client.login(OWNER, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        yield client


@pytest.fixture
def bare(imap):
    """A socket after the greeting, for what no client library would say."""
    with Bare(imap) as raw:
        yield raw


class Bare:
    def __init__(self, server):
        self.socket = socket.create_connection((server.host, server.port), timeout=10)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        assert self.file.readline().startswith(b"* OK [CAPABILITY IMAP4rev1 ")
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def say(self, words):
        self.socket.sendall(words)
        return self.file.readline()

    def login(self):
        assert self.say(b'a LOGIN %b "s3\\"cr\\\\et"\r\n' % OWNER.encode()).startswith(b"a OK")
        self.socket.sendall(b"b EXAMINE INBOX\r\n")
        while not self.file.readline().startswith(b"b OK [READ-ONLY]"):
            pass


def test_mail_to_the_owner_is_read_byte_for_byte_and_mail_to_others_is_not(box, line):
    box.deliver("kim@people.example", [OWNER], LETTER)
    box.deliver(OWNER, ["kim@people.example"], b"Subject: Invite\r\n\r\n")
    box.deliver(
        "ben@people.example", [OWNER.upper()], b"Subject: B\r\n\r\n" + b"\r\n".join([b"x" * 70] * 900)
    )
    line.noop()
    assert line.search("ALL") == [1, 2]
    got = line.fetch([1, 2], ["BODY.PEEK[]", "RFC822.SIZE", "INTERNALDATE", "FLAGS"])
    assert got[1][b"BODY[]"] == LETTER
    assert got[2][b"BODY[]"] == box.messages[2].content
    assert (got[1][b"RFC822.SIZE"], got[1][b"FLAGS"]) == (len(LETTER), ())
    came = got[1][b"INTERNALDATE"]
    assert abs((came.astimezone(UTC) - box.messages[0].received_at).total_seconds()) < 2


def test_a_range_beyond_the_last_mail_names_the_last_mail(box, imap, line):
    """As in real servers: a reader that asks for 4:* must look at the numbers that come."""
    for number in range(3):
        imap.folder.put(b"Subject: %d\r\n\r\n" % number)
    assert line.search(["UID", "4:*"]) == [3]
    assert line.search(["UID", "2:*"]) == [2, 3]
    assert line.search(["UID", "1:1,3"]) == [1, 3]


def test_a_search_by_day_goes_by_when_the_mail_came(imap, line):
    for day in (20, 21, 22):
        imap.folder.put(LETTER, datetime(2026, 11, day, 23, 59, tzinfo=UTC))
    line.noop()
    assert line.search(["SINCE", date(2026, 11, 21)]) == [2, 3]
    assert line.search(["BEFORE", date(2026, 11, 21)]) == [1]
    assert line.search(["ON", date(2026, 11, 21)]) == [2]
    assert line.search(["NOT", "ON", date(2026, 11, 21)]) == [1, 3]
    assert line.search(["OR", "UID", "1", ["SINCE", date(2026, 11, 22), "SUBJECT", "launch"]]) == [1, 3]
    assert line.search(["SMALLER", "10"]) == []
    assert line.search(["LARGER", "10", "UNSEEN"]) == [1, 2, 3]


def test_parts_of_a_mail_can_be_had_alone(imap, line):
    imap.folder.put(LETTER)
    line.noop()
    names = ["BODY.PEEK[HEADER]", "BODY.PEEK[TEXT]", "BODY.PEEK[HEADER.FIELDS (SUBJECT)]", "BODY.PEEK[]<6.3>"]
    got = line.fetch([1], names)[1]
    head, _, text = LETTER.partition(b"\r\n\r\n")
    assert got[b"BODY[HEADER]"] == head + b"\r\n\r\n"
    assert got[b"BODY[TEXT]"] == text
    assert got[b"BODY[HEADER.FIELDS (SUBJECT)]"] == b"Subject: Accepted: Launch\r\n\r\n"
    assert got[b"BODY[]<6>"] == LETTER[6:9]


def test_reading_leaves_no_trace_unless_it_is_asked_to(imap, line):
    imap.folder.put(LETTER)
    line.noop()
    line.fetch([1], ["BODY[]"])
    assert imap.folder.seen == frozenset()
    line.select_folder("INBOX")
    line.fetch([1], ["BODY.PEEK[]"])
    assert line.search("UNSEEN") == [1]
    line.fetch([1], ["BODY[]"])
    assert (imap.folder.seen, line.search("SEEN")) == ({1}, [1])


@pytest.mark.parametrize("work", ["add_flags", "copy", "expunge", "append"])
def test_nothing_can_be_changed(imap, line, work):
    imap.folder.put(LETTER)
    line.noop()
    does = {
        "add_flags": lambda: line.add_flags([1], ["\\Deleted"]),
        "copy": lambda: line.copy([1], "Other"),
        "expunge": line.expunge,
        "append": lambda: line.append("INBOX", b"Subject: x\r\n\r\n"),
    }
    with pytest.raises(IMAPClientError, match="Nothing is changed here"):
        does[work]()
    assert imap.commands[-1] in {"UID STORE", "UID COPY", "EXPUNGE", "APPEND"}


def test_what_was_deleted_meanwhile_is_left_out(imap, line):
    for _ in range(3):
        imap.folder.put(LETTER)
    line.noop()
    imap.folder.expunge(2)
    assert sorted(line.fetch([1, 2, 3], ["RFC822.SIZE"])) == [1, 3]
    assert line.search("ALL") == [1, 3]


def test_new_mail_is_told_to_who_waits_for_it(imap, line):
    line.idle()
    imap.folder.put(LETTER)
    assert line.idle_check(timeout=10) == [(1, b"EXISTS")]
    imap.folder.expunge(1)
    assert line.idle_check(timeout=10) == [(1, b"EXPUNGE")]
    line.idle_done()
    assert line.search("ALL") == []


def test_a_folder_made_anew_counts_from_one_under_another_validity(box, imap, line):
    for _ in range(3):
        imap.folder.put(LETTER)
    imap.folder.expunge(1)
    before = line.select_folder("INBOX", readonly=True)
    assert (before[b"EXISTS"], before[b"UIDNEXT"], line.search("ALL")) == (2, 4, [2, 3])
    imap.folder.renumber()
    with pytest.raises(GONE):
        line.search("ALL")
    with dialled(imap) as again:
        again.login(OWNER, PASSWORD)
        after = again.select_folder("INBOX", readonly=True)
        assert after[b"UIDVALIDITY"] > before[b"UIDVALIDITY"]
        assert (after[b"UIDNEXT"], again.search("ALL")) == (3, [1, 2])
        box.forget()
    with dialled(imap) as once_more:
        once_more.login(OWNER, PASSWORD)
        emptied = once_more.select_folder("INBOX", readonly=True)
        assert (emptied[b"EXISTS"], emptied[b"UIDNEXT"]) == (0, 1)
        assert emptied[b"UIDVALIDITY"] > after[b"UIDVALIDITY"]


def test_there_is_one_folder(line):
    assert [name for _, _, name in line.list_folders()] == ["INBOX"]
    with pytest.raises(IMAPClientError, match="NONEXISTENT"):
        line.select_folder("Sent", readonly=True)


def test_a_wrong_password_is_refused_and_a_new_one_is_good_at_once(box, imap):
    with dialled(imap) as line:
        with pytest.raises(LoginError, match="AUTHENTICATIONFAILED"):
            line.login(OWNER, "wrong")
        with pytest.raises(LoginError):
            line.login("somebody@acme.example", PASSWORD)
        box.change_password("pässword")
        line.plain_login(OWNER, "pässword")
        assert b"AUTH=PLAIN" not in line.capabilities()


@pytest.mark.parametrize("said", [None, MICROSOFT_SAYS])
def test_a_token_opens_the_owners_mailbox_alone(box, said):
    more = {"token_refusal": said} if said else {}
    with ImapServer(box, is_good_token=lambda token: token == "good", **more) as imap:
        for user, token in ((OWNER, "bad"), ("ben@acme.example", "good")):
            with Bare(imap) as bare:
                assert bare.say(b"a AUTHENTICATE XOAUTH2\r\n") == b"+ \r\n"
                assert bare.say(bearer(user, token)).startswith(b"+ eyJzdGF0dXMiOiAiNDAwIi")
                assert bare.say(b"\r\n") == f"a NO {said or GOOGLE_SAYS}\r\n".encode()
        with dialled(imap) as line:
            line.oauth2_login(OWNER, "good")
            line.select_folder("INBOX", readonly=True)
            box.faults.expire_token()
            with pytest.raises(GONE):
                line.noop()
        with Bare(imap) as bare:
            bare.say(b"a AUTHENTICATE XOAUTH2\r\n")
            assert bare.say(bearer(OWNER, "good")).startswith(b"+ ")


def test_a_token_is_taken_with_the_first_line_too(box):
    with ImapServer(box, is_good_token=lambda token: token == "good") as imap, Bare(imap) as bare:
        assert bare.say(b"a AUTHENTICATE XOAUTH2 dXNlcj14\r\n").startswith(b"+ ")
        assert bare.say(b"\r\n") == b"a NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n"
        assert bare.say(b"b AUTHENTICATE XOAUTH2 dXNlcj14\r\n").startswith(b"+ ")
        assert bare.say(b"no\r\n").startswith(b"b BAD")


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_mail_is_read_over_tls(box, tls):
    with ImapServer(box, tls=tls) as imap:
        imap.folder.put(LETTER)
        with dialled(imap) as line:
            if tls == "starttls":
                assert b"LOGINDISABLED" in line.capabilities()
                with pytest.raises(LoginError, match="PRIVACYREQUIRED"):
                    line.login(OWNER, PASSWORD)
                line.starttls(ssl.create_default_context(cafile=imap.certificate))
                assert b"LOGINDISABLED" not in line.capabilities()
            line.login(OWNER, PASSWORD)
            line.select_folder("INBOX", readonly=True)
            assert line.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"] == LETTER
            line.logout()


def test_what_is_said_in_clear_after_starttls_counts_for_nothing(box):
    with ImapServer(box, tls="starttls") as imap, Bare(imap) as bare:
        assert bare.say(b"a STARTTLS\r\nb NOOP\r\n").startswith(b"a OK")
        context = ssl.create_default_context(cafile=imap.certificate)
        bare.socket.settimeout(10)
        with context.wrap_socket(bare.socket, server_hostname="localhost") as safe:
            safe.sendall(b"c NOOP\r\n")
            assert safe.recv(100).startswith(b"c OK")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (b"a NOOP\n", b"* BAD"),
        (b"a  NOOP\r\n", b"a BAD"),
        (b"a\r\n", b"a BAD"),
        (b"a NOOP more\r\n", b"a BAD"),
        (b"a SELECT INBOX\r\n", b"a BAD"),
        (b"a UID SEARCH ALL\r\n", b"a BAD"),
        (b'a LOGIN "x\r\n', b"a BAD"),
        (b"a LOGIN (x) y\r\n", b"a BAD"),
        (b"a LOGIN x {3+}\r\n", b"* BAD"),
        (b"a LOGIN x\r\n", b"a BAD"),
        (b"a AUTHENTICATE PLAIN !!\r\n", b"a BAD"),
        (b"a AUTHENTICATE CRAM-MD5\r\n", b"a NO"),
        (b"a" * 70_000, b"* BAD"),
    ],
)
def test_before_the_login_only_the_language_is_understood(bare, words, answer):
    assert bare.say(words).startswith(answer)


@pytest.mark.parametrize(
    "words",
    [
        b"UID SEARCH",
        b"UID SEARCH SINCE 2026-11-22",
        b"UID SEARCH SINCE 31-Feb-2026",
        b"UID SEARCH UID 0:*",
        b"UID SEARCH UID 1,",
        b"UID SEARCH FLAVOUR",
        b"UID SEARCH OR ALL",
        b"UID FETCH 1 ALL",
        b"UID FETCH 1 (BODY.PEEK[)",
        b"UID FETCH 1 ()",
        b"UID FETCH 1",
        b"UID",
        b"LOGIN x y",
        b"FETCH (1) UID",
    ],
)
def test_what_is_not_the_language_is_bad(bare, words):
    bare.login()
    assert bare.say(b"c " + words + b"\r\n").startswith(b"c BAD")
    assert bare.say(b"d NOOP\r\n").startswith(b"d OK")


def test_a_literal_is_asked_for(bare):
    assert bare.say(b"a LOGIN {%d}\r\n" % len(OWNER)) == b"+ Go ahead\r\n"
    assert bare.say(OWNER.encode() + b" {8}\r\n") == b"+ Go ahead\r\n"
    assert bare.say(PASSWORD.encode() + b"\r\n").startswith(b"a OK [CAPABILITY ")


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


def test_every_command_is_counted(imap, line):
    imap.folder.put(LETTER)
    line.search("ALL")
    line.logout()
    expected = ["LOGIN", "EXAMINE", "UID SEARCH", "LOGOUT"]
    assert [name for name in imap.commands if name != "CAPABILITY"] == expected
