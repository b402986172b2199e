"""Names of mail servers that people type: where they lead is looked at when the bot goes there."""

import socket

import pytest

from campaigns.errors import Misconfigured
from mailers.imap_account import ImapAccount
from mailers.imap_inbox import ImapInbox
from mailers.server_url import Security
from mailers.smtp import SmtpMailer
from mailers.smtp_account import SmtpAccount
from tests.contract.inbox_suite import SINCE
from tests.fakes.scripted_imap import ScriptedImap
from tests.fakes.scripted_smtp import ScriptedSmtp

NAME = "mail.evil.example"


class Names:
    """A DNS of one name: where NAME leads, and how often that was asked."""

    def __init__(self, real):
        self._real = real
        self.leads_to, self.asked = ["127.0.0.1"], 0

    def getaddrinfo(self, host, port, *rest, **more):
        if host != NAME:
            return self._real(host, port, *rest, **more)
        self.asked += 1
        found = [(one, socket.AF_INET6 if ":" in one else socket.AF_INET) for one in self.leads_to]
        return [(family, socket.SOCK_STREAM, 6, "", (address, port)) for address, family in found]


@pytest.fixture
def names(monkeypatch):
    made = Names(socket.getaddrinfo)
    monkeypatch.setattr(socket, "getaddrinfo", made.getaddrinfo)
    return made


def smtp(port, host=NAME, *, is_typed=True):
    return SmtpMailer(SmtpAccount(host, port, Security.PLAIN, sender="ann@acme.example", is_typed=is_typed))


def imap(port, host=NAME, *, is_typed=True):
    return ImapInbox(ImapAccount(host, port, Security.STARTTLS, "ann", "secret", is_typed=is_typed))


def check(mailer):
    mailer.check()
    mailer.close()


@pytest.fixture
def port():
    """Of a server on this machine that nobody may come to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server.getsockname()[1]
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "169.254.169.254", "::ffff:127.0.0.1"])
def test_a_name_that_leads_to_the_bots_own_machine_is_not_followed(names, port, address):
    """Anybody may let a name of theirs lead to 127.0.0.1."""
    names.leads_to = [address]
    with pytest.raises(Misconfigured, match="own machine"):
        smtp(port).check()
    with pytest.raises(Misconfigured, match="own machine"):
        imap(port).fetch("", since=SINCE, limit=1)


def test_what_the_settings_name_may_be_on_this_machine_and_is_looked_up_once(names):
    """What was looked at is where the bot goes: a second answer of the DNS is not asked for."""
    with ScriptedSmtp() as server:
        check(smtp(server.port, is_typed=False))
    assert names.asked == 1
    with ScriptedImap() as server, pytest.raises(Misconfigured, match="encrypt"):
        imap(server.port, is_typed=False).fetch("", since=SINCE, limit=1)
    assert names.asked == 2


def test_this_machine_by_its_own_name_was_allowed_at_the_door():
    """Only where the page itself is open to this machine alone."""
    with ScriptedSmtp() as server:
        check(smtp(server.port, "localhost"))
