"""Readers of mail by IMAP where servers differ or misbehave; what all keep is in tests/contract."""

import base64
from datetime import timedelta

import pytest

from campaigns.errors import Busy, Misconfigured, NoAccess
from mailers.imap_account import ImapAccount
from mailers.imap_inbox import ImapInbox
from mailers.server_url import Security
from playground.imap_server import ImapServer
from playground.mailbox import Mailbox
from tests.contract.inbox_suite import SINCE, mail, put_some, read_on
from tests.contract.test_inbox_contract import PASSWORD, ImapPost
from tests.fakes.provider_accounts import ANN
from tests.fakes.scripted_imap import ScriptedImap
from tests.integration.inboxes.looking import look

SIZE_OF_ONE = b"* 1 FETCH (UID 1 RFC822.SIZE 2)\r\n"


class Tokens:
    """Hands out ``first``, and once that was refused ``newer``."""

    def __init__(self, first, newer):
        self.now, self.newer, self.renewals = first, newer, 0

    def access(self, *, renew=False):
        if renew:
            self.now, self.renewals = self.newer, self.renewals + 1
        return self.now


@pytest.fixture
def post():
    with ImapServer(Mailbox(username=ANN, password=PASSWORD, own_address=ANN), tls="implicit") as server:
        yield ImapPost(server, Security.TLS)


def reader(server, user=ANN, password=PASSWORD):
    return ImapInbox(ImapAccount("127.0.0.1", server.port, Security.PLAIN, user, password))


def test_when_uids_mean_something_else_it_begins_anew(post):
    came = put_some(post, 3)
    inbox = post.open()
    _, cursor = read_on(inbox, limit=2)
    post.server.folder.renumber()
    newer = put_some(post, 1, first=3, at=SINCE + timedelta(hours=1))
    found, after = read_on(inbox, cursor, limit=2)
    assert found == came + newer
    assert read_on(inbox, after)[0] == []


def test_a_server_that_never_tells_the_next_uid_is_read_all_the_same():
    """UIDNEXT is a courtesy: without it, an empty look leaves no cursor."""
    answers = {b"EXAMINE": b"* 0 EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n", b"UID SEARCH": b"* SEARCH\r\n"}
    with ScriptedImap(answers) as server:
        fetched = look(reader(server))
    assert (fetched.cursor, fetched.mails, fetched.is_more) == ("", (), False)


def test_a_server_without_plain_is_logged_in_to_with_quoted_words():
    """The library would send a user with a space as two words."""
    answers = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n", b"LOGIN": b"NO [AUTHENTICATIONFAILED] no\r\n"}
    with ScriptedImap(answers) as server, pytest.raises(NoAccess):
        look(reader(server, 'ann "a" dee', 'pass"word'))
    assert b'LOGIN "ann \\"a\\" dee" "pass\\"word"' in server.heard


def test_a_token_that_has_ended_is_renewed_once():
    mailbox = Mailbox(username=ANN, password=PASSWORD, own_address=ANN)
    with ImapServer(mailbox, tls="implicit", is_good_token=lambda token: token == "new") as server:
        tokens = Tokens("old", "new")
        post = ImapPost(server, Security.TLS, tokens)
        assert look(post.open()).mails == ()
        assert tokens.renewals == 1
        bad = Tokens("old", "bad")
        with pytest.raises(NoAccess) as refused:
            look(ImapPost(server, Security.TLS, bad).open())
        assert bad.renewals == 1
        assert "Renew token" in refused.value.hint


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("[AUTHENTICATIONFAILED] Invalid credentials (Failure)", NoAccess),
        ("[ALERT] Application-specific password required: https://support.google.com (Failure)", NoAccess),
        ("LOGIN failed.", NoAccess),
        ("[ALERT] Too many simultaneous connections. (Failure)", Busy),
        ("[UNAVAILABLE] Temporary authentication failure", Busy),
        ("[INUSE] mailbox is locked", Busy),
        (
            "[ALERT] Your account is not enabled for IMAP use. Please visit your settings. (Failure)",
            Misconfigured,
        ),
        ("AUTHENTICATE failed. BasicAuthBlocked", Misconfigured),
    ],
)
def test_a_refused_login_means_what_the_server_says(post, said, fault):
    post.server.faults.refuse_logins(said)
    with pytest.raises(fault) as refused:
        look(post.open())
    assert PASSWORD not in str(refused.value) + refused.value.evidence


def test_a_password_that_a_server_repeats_is_not_passed_on(post):
    post.server.faults.refuse_logins(f"no such password: {PASSWORD}")
    with pytest.raises(NoAccess) as refused:
        look(post.open())
    assert PASSWORD not in refused.value.evidence


def test_a_mailbox_without_an_inbox_says_so(post):
    post.server.faults.refuse("EXAMINE", "[NONEXISTENT] Unknown Mailbox: INBOX")
    with pytest.raises(Misconfigured, match="no inbox"):
        look(post.open())


def test_a_login_is_never_said_in_clear(post):
    account = ImapAccount("imap.example.com", 143, Security.PLAIN, ANN, PASSWORD)
    with pytest.raises(Misconfigured, match="encryption"):
        look(ImapInbox(account))
    with ImapServer(Mailbox(username=ANN, password=PASSWORD, own_address=ANN)) as server:
        bare = ImapAccount("localhost", server.port, Security.STARTTLS, ANN, PASSWORD)
        with pytest.raises(Misconfigured, match="encryption"):
            look(ImapInbox(bare))
        assert not {"LOGIN", "AUTHENTICATE"}.intersection(server.commands)


def test_a_server_that_announces_gigabytes_is_left():
    size = b"* 1 FETCH (UID 1 RFC822.SIZE 10)\r\n"
    answers = {
        b"UID FETCH 1 (RFC": size,
        b"UID FETCH 1 (BODY": b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\nabc",
    }
    with ScriptedImap(answers) as server, pytest.raises(Busy) as refused:
        look(reader(server))
    assert "more than a mailbox should send" in refused.value.evidence


def test_a_server_that_drips_is_left_when_its_time_is_over():
    """Each octet comes in time: only all of them together do not."""
    with ScriptedImap({b"UID SEARCH": b"* SEARCH\r\n"}, drips=600) as server:
        account = ImapAccount("127.0.0.1", server.port, Security.PLAIN, ANN, PASSWORD)
        with pytest.raises(Busy):
            ImapInbox(account, seconds=1).fetch("", since=SINCE, limit=10)


@pytest.mark.parametrize(
    "answers",
    [
        {b"EXAMINE": b"* x EXISTS\r\n* OK [UIDVALIDITY seven] .\r\n"},
        {b"EXAMINE": b"* OK [UIDVALIDITY\r\n"},
        {b"UID SEARCH": b"* SEARCH one two\r\n"},
        {b"UID FETCH": b"* 1 FETCH (UID one RFC822.SIZE many)\r\n"},
        {b"UID FETCH": b"* 1 FETCH (UID\r\n"},
        {b"UID FETCH": b"* 1 FETCH (UID 1 RFC822.SIZE (1 2))\r\n"},
        {
            b"UID FETCH 1 (BODY": b"* 1 FETCH (UID 1 BODY[] 7)\r\n",
            b"UID FETCH 1 (RFC": b"* 1 FETCH (UID 1 RFC822.SIZE 2)\r\n",
        },
    ],
)
def test_an_answer_that_makes_no_sense_is_busy_or_nothing(answers):
    with ScriptedImap(answers) as server:
        try:
            assert look(reader(server)).mails == ()
        except Busy as fault:
            assert fault.cause  # noqa: PT017 - which of the two is the library's matter


def test_mails_are_peeked_at():
    """Some servers mark what is read even where a mailbox was opened to be read only."""
    body = b"* 1 FETCH (UID 1 BODY[] {2}\r\nhi)\r\n"
    with ScriptedImap({b"UID FETCH 1 (RFC": SIZE_OF_ONE, b"UID FETCH 1 (BODY": body}) as server:
        assert look(reader(server)).mails == (b"hi",)
    assert [said for said in server.heard if b"BODY" in said] == [b"UID FETCH 1 (BODY.PEEK[])"]


@pytest.mark.parametrize("greeting", [b"220 smtp.example.com ESMTP\r\n", b"* BYE too busy\r\n", b""])
def test_whoever_answers_and_is_no_imap_server_is_busy_for_now(greeting):
    with ScriptedImap(greeting=greeting) as server, pytest.raises(Busy):
        look(reader(server))


def test_nothing_of_a_mailbox_gets_into_the_logs(post, caplog):
    """At DEBUG the library logs what it hears and says."""
    caplog.set_level("DEBUG")
    post.put(mail(1, "canary-body"), SINCE + timedelta(minutes=1))
    read_on(post.open())
    login = base64.b64encode(f"\0{ANN}\0{PASSWORD}".encode()).decode()
    assert not [one for one in ("canary-body", login, PASSWORD) if one in caplog.text]
