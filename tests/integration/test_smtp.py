"""The SMTP mailer against real sockets: what was said, how often it connected, and how it fails."""

import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from campaigns.errors import BadAddress, Busy, Misconfigured, NoAccess, Unsure
from mailers import deadline, smtp_line
from mailers.server_url import Security
from mailers.smtp import SmtpMailer
from mailers.smtp_account import SmtpAccount, parse_smtp_url
from mailers.smtp_transport import SmtpTransport
from playground.mailbox import Mailbox
from tests.contract.mailer_suite import letter
from tests.fakes.scripted_smtp import HANG_UP, ScriptedSmtp


@pytest.fixture
def mailers():
    """Makes mailers and closes them."""
    made = []

    def make(port: int, user: str = "", **account) -> SmtpMailer:
        url = f"smtp://{user}127.0.0.1:{port}?from=ann@acme.example"
        mailer = SmtpMailer(parse_smtp_url(url) if not account else SmtpAccount(**account, port=port))
        made.append(mailer)
        return mailer

    yield make
    for mailer in made:
        mailer.close()


def encrypted(mailbox: Mailbox, security: Security, *, trusted: bool = True) -> SmtpMailer:
    account = SmtpAccount(
        host="localhost",
        port=mailbox.port,
        security=security,
        user="ann",
        password="sécret ü",
        sender="ann@acme.example",
    )
    trust = ssl.create_default_context(cafile=str(mailbox.certificate)) if trusted else None
    return SmtpMailer(account, tls=trust)


@pytest.mark.parametrize(("tls", "security"), [("starttls", Security.STARTTLS), ("implicit", Security.TLS)])
def test_over_tls_it_logs_in_with_a_password_of_any_letters(tls, security):
    with Mailbox(username="ann", password="sécret ü", tls=tls) as mailbox:
        mailer = encrypted(mailbox, security)
        mailer.check()
        mailer.send(letter())
        mailer.close()
        assert [mail.content for mail in mailbox.messages] == [letter().mime]
        assert mailbox.messages[0].is_encrypted


@pytest.mark.parametrize(("tls", "security"), [("starttls", Security.STARTTLS), ("implicit", Security.TLS)])
def test_a_certificate_that_nobody_vouches_for_stops_everything(tls, security):
    with Mailbox(username="ann", password="sécret ü", tls=tls) as mailbox:
        mailer = encrypted(mailbox, security, trusted=False)
        with pytest.raises(Misconfigured, match="cannot be trusted"):
            mailer.check()


def test_without_starttls_no_password_and_no_invite_leaves():
    with ScriptedSmtp() as server:
        mailer = SmtpMailer(
            SmtpAccount("127.0.0.1", server.port, Security.STARTTLS, "ann", "secret", "ann@acme.example")
        )
        with pytest.raises(Misconfigured, match="no encryption"):
            mailer.send(letter())
        assert not [said for said in server.commands if said[:4] in {b"AUTH", b"MAIL"}]


def test_tls_spoken_to_a_plain_port_is_a_matter_of_settings():
    with ScriptedSmtp() as server:
        mailer = SmtpMailer(SmtpAccount("127.0.0.1", server.port, Security.TLS, sender="ann@acme.example"))
        with pytest.raises(Misconfigured, match="no encryption"):
            mailer.check()


def test_a_password_is_not_sent_in_the_clear_to_another_machine(monkeypatch):
    with ScriptedSmtp() as server:
        account = SmtpAccount(
            "mail.invalid", server.port, Security.PLAIN, "ann", "secret", "ann@acme.example"
        )
        monkeypatch.setattr(
            smtp_line.socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", server.port))]
        )
        with pytest.raises(Misconfigured, match="without encryption"):
            SmtpMailer(account).check()
        assert not [command for command in server.commands if command.startswith(b"AUTH")]


def test_one_connection_serves_many_letters(mailers):
    with ScriptedSmtp() as server:
        mailer = mailers(server.port)
        for number in range(5):
            mailer.send(letter(number=number))
        assert server.connections == 1
        assert len(server.messages) == 5


def test_what_is_said_is_what_the_standard_wants(mailers):
    with ScriptedSmtp(ehlo=[b"250-here\r\n250-SIZE 1000000\r\n250 AUTH PLAIN\r\n"]) as server:
        mailers(server.port, "ann:secret@").send(letter())
        assert server.commands[0].lower() == b"ehlo acme.example"
        assert server.commands[1] == b"AUTH PLAIN AGFubgBzZWNyZXQ="
        size = len(letter().mime)
        assert server.commands[2] == b"MAIL FROM:<ann@acme.example> SIZE=%d" % size
        assert server.commands[3] == b"RCPT TO:<bob@example.com>"
        assert server.messages == [letter().mime]


def test_auth_login_is_spoken_where_plain_is_not_offered(mailers):
    with ScriptedSmtp(
        ehlo=[b"250-here\r\n250 AUTH LOGIN\r\n"],
        auth=[b"334 VXNlcm5hbWU6\r\n"],
        other=[b"334 UGFzc3dvcmQ6\r\n", b"235 ok\r\n"],
    ) as server:
        mailers(server.port, "ann:secret@").check()
        assert server.commands[1:4] == [b"AUTH LOGIN", b"YW5u", b"c2VjcmV0"]


def test_a_server_without_password_logins_is_a_matter_of_settings(mailers):
    with (
        ScriptedSmtp(ehlo=[b"250-here\r\n250 AUTH XOAUTH2\r\n"]) as server,
        pytest.raises(Misconfigured, match="no login by password"),
    ):
        mailers(server.port, "ann:secret@").check()


def test_a_server_that_repeats_the_password_does_not_get_it_into_the_evidence(mailers):
    with ScriptedSmtp(auth=[b"535 5.7.8 no: AGFubgBzZWNyZXQ= secret\r\n"]) as server:
        with pytest.raises(NoAccess) as caught:
            mailers(server.port, "ann:secret@").check()
        assert caught.value.evidence == "535 5.7.8 no: <secret> <secret>"


@pytest.mark.parametrize(
    ("step", "death"),
    [
        ("mail", HANG_UP),
        ("rcpt", HANG_UP),
        ("data", HANG_UP),
        ("mail", b"421 4.4.2 idle too long\r\n"),
        ("mail", b"421 4.7.0 20 messages are enough for one connection\r\n"),
    ],
)
def test_a_connection_that_died_of_idleness_is_replaced_unnoticed(mailers, step, death):
    with ScriptedSmtp(**{step: [b"250 ok\r\n" if step != "data" else b"354 go\r\n", death]}) as server:
        mailer = mailers(server.port)
        mailer.send(letter(number=1))
        mailer.send(letter(number=2))
        assert len(server.messages) == 2
        assert server.connections == 2


def test_a_connection_that_was_never_any_good_is_not_tried_twice(mailers):
    with ScriptedSmtp(rcpt=[HANG_UP, HANG_UP]) as server:
        with pytest.raises(Busy):
            mailers(server.port).send(letter())
        assert server.connections == 1


def test_a_drop_after_the_dot_is_unsure_even_on_a_reused_connection(mailers):
    """Trying again here is how people are invited twice."""
    with ScriptedSmtp(dot=[b"250 ok\r\n", HANG_UP]) as server:
        mailer = mailers(server.port)
        mailer.send(letter(number=1))
        with pytest.raises(Unsure):
            mailer.send(letter(number=2))
        assert len(server.messages) == 2
        assert server.connections == 1


@pytest.mark.parametrize(
    "garbage",
    [
        b"hello there\r\n",
        b"\r\n",
        b"250",
        b"999 what\r\n",
        b"354 more?\r\n",
        b"\x00\xff\xfe\r\n",
        b"-12 no\r\n",
        b"250-" + b"x" * 20_000 + b"\r\n",
    ],
)
def test_garbage_before_the_dot_is_busy_and_after_it_unsure(mailers, garbage):
    script = {"mail": [garbage, HANG_UP]}
    with ScriptedSmtp(**script) as server, pytest.raises(Busy):
        mailers(server.port).send(letter())
    with ScriptedSmtp(dot=[garbage, HANG_UP]) as server, pytest.raises(Unsure):
        mailers(server.port).send(letter())


def test_an_unexpected_yes_to_data_sends_nothing(mailers):
    with ScriptedSmtp(data=[b"250 ok\r\n"]) as server:
        with pytest.raises(Busy):
            mailers(server.port).send(letter())
        assert server.messages == []


@pytest.mark.parametrize("greeting", [b"554 5.7.1 not you\r\n"])
def test_a_server_that_refuses_this_machine_is_a_matter_of_settings(mailers, greeting):
    with ScriptedSmtp(greeting=[greeting]) as server, pytest.raises(Misconfigured):
        mailers(server.port).check()


@pytest.mark.parametrize(
    ("setting", "more"),
    [
        ("", ""),
        ("SMTP_URL", " It is entered in SMTP_URL, in the bot's settings; restart the bot after a change."),
    ],
)
def test_a_hint_says_where_to_enter_it_for_an_account_of_the_settings_only(setting, more):
    with Mailbox(username="ann", password="right") as mailbox:
        account = parse_smtp_url(f"smtp://ann:wrong@127.0.0.1:{mailbox.port}?from=ann@acme.example")
        mailer = SmtpMailer(replace(account, setting=setting))
        for act in (mailer.check, lambda: mailer.send(letter())):
            with pytest.raises(NoAccess) as refused:
                act()
            assert refused.value.hint == f"Make a new password or app password at the mail provider.{more}"
        mailer.close()


def test_nobody_listening_is_busy_for_the_whole_account(mailers):
    with ScriptedSmtp() as server:
        port = server.port
    with pytest.raises(Busy) as caught:
        mailers(port).send(letter())
    assert caught.value.whole_account


def test_after_a_refused_address_the_connection_is_reset_and_used_again(mailers):
    with ScriptedSmtp(rcpt=[b"550 5.1.1 no\r\n"]) as server:
        mailer = mailers(server.port)
        with pytest.raises(BadAddress):
            mailer.send(letter(number=1))
        mailer.send(letter(number=2))
        assert server.connections == 1
        assert b"RSET" in server.commands
        assert len(server.messages) == 1


def send_together(mailer, *, threads: int) -> None:
    """Each sends five, as the workers of several runs do; what goes wrong is raised."""
    ready = threading.Barrier(threads)

    def work(which: int) -> None:
        ready.wait(10)
        for number in range(5):
            mailer.send(letter(number=5 * which + number))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))


def test_runs_together_use_no_more_connections_than_the_account_has():
    """Exchange answers 432 to the fourth, and that would hold up everybody."""
    with ScriptedSmtp() as server:
        account = SmtpAccount("127.0.0.1", server.port, Security.PLAIN, sender="ann@acme.example")
        mailer = SmtpMailer(account)
        mailer.allow(2)
        send_together(mailer, threads=6)
        assert len(server.messages) == 30
        assert server.connections <= 2
        mailer.allow(3)
        send_together(mailer, threads=6)
        assert server.connections <= 3
        mailer.close()


class _Clock:
    """A clock by which every look takes ``step`` seconds."""

    def __init__(self) -> None:
        self.now, self.step = 0.0, 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def transport(server: ScriptedSmtp, clock: _Clock) -> SmtpTransport:
    account = SmtpAccount("127.0.0.1", server.port, Security.PLAIN, sender="ann@acme.example")
    return SmtpTransport(account, clock=clock)


def deliver(over: SmtpTransport) -> str:
    return over.deliver("ann@acme.example", "bob@example.com", letter().mime)


def test_slow_steps_add_up_to_one_deadline():
    """Each step is in time for its own time-out; all together would outlive the lease."""
    clock = _Clock()
    clock.step = 9.0
    with ScriptedSmtp() as server:
        over = transport(server, clock)
        with pytest.raises(Busy, match="before the invite"):
            deliver(over)
        assert clock.now < 120
    assert server.messages == []
    assert server.unfinished == [b""], "a QUIT would have become part of the message"


def test_a_connection_that_lay_idle_for_long_is_not_used_again():
    """A firewall may have forgotten it without telling; finding out would cost a time-out."""
    clock = _Clock()
    with ScriptedSmtp() as server:
        over = transport(server, clock)
        deliver(over)
        clock.now += 29
        deliver(over)
        assert server.connections == 1
        clock.now += 31
        deliver(over)
        over.close()
        assert server.connections == 2


def test_all_time_outs_together_are_shorter_than_the_lease():
    from campaigns.hand_over import LEASE

    assert LEASE.total_seconds() > deadline.TOTAL_SECONDS
    assert deadline.CONNECT_SECONDS < deadline.STEP_SECONDS < deadline.TOTAL_SECONDS


@pytest.mark.parametrize("end", [b"\n", b"\r"])
def test_a_bare_line_end_cannot_smuggle_a_second_message(mailers, end):
    evil = b"Subject: x\r\n\r\nhi|.|MAIL FROM:<eve@evil.example>|.|bye".replace(b"|", end)
    with ScriptedSmtp() as server:
        mailers(server.port).send(replace(letter(), mime=evil))
    assert server.messages == [b"Subject: x\r\n\r\nhi\r\n.\r\nMAIL FROM:<eve@evil.example>\r\n.\r\nbye\r\n"]
    assert len([said for said in server.commands if said.startswith(b"MAIL")]) == 1


def test_after_close_the_server_has_seen_quit(mailers):
    with ScriptedSmtp() as server:
        mailer = mailers(server.port)
        mailer.send(letter())
        mailer.close()
    assert server.commands[-1] == b"QUIT"
