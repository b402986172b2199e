"""The readers of mail, over real sockets, against the playground's stand-ins."""

import ssl

import pytest

from mailers.gmail_inbox import GmailInbox
from mailers.google_auth import READ_MAIL as READ_GMAIL
from mailers.graph_inbox import GraphInbox
from mailers.imap_account import ImapAccount
from mailers.imap_inbox import ImapInbox
from mailers.microsoft_auth import READ_MAIL as READ_BY_GRAPH
from mailers.server_url import Security
from playground import google_errors, microsoft_errors
from playground.google_stand_in import GoogleStandIn
from playground.imap_server import ImapServer
from playground.mailbox import Mailbox
from playground.microsoft_stand_in import MicrosoftStandIn
from tests.contract.inbox_suite import InboxContract
from tests.fakes.provider_accounts import ANN, GRANTED, google_tokens, microsoft_tokens, refresh_token

PASSWORD = 'pä ss"wörd\\'
ONLY_READS = {
    "CAPABILITY",
    "STARTTLS",
    "LOGIN",
    "AUTHENTICATE",
    "EXAMINE",
    "UID SEARCH",
    "UID FETCH",
    "LOGOUT",
}


class ImapPost:
    """A mailbox at an IMAP server."""

    def __init__(self, server, security, tokens=None):
        self.server, self.security, self.tokens = server, security, tokens

    def open(self, *, trusts=True):
        context = ssl.create_default_context(cafile=str(self.server.certificate)) if trusts else None
        account = ImapAccount("localhost", self.server.port, self.security, ANN, PASSWORD, self.tokens)
        return ImapInbox(account, tls=context)

    def put(self, content, at):
        self.server.folder.put(content, at)

    def delete_first(self):
        self.server.folder.expunge(self.server.folder.mails()[0].uid)

    def refuse_login(self):
        self.server.faults.refuse_logins()

    def be_busy(self):
        self.server.faults.refuse("LOGIN", "[UNAVAILABLE] Temporary authentication failure")

    def break_off(self):
        self.server.hang_up()
        self.server.faults.drop("FETCH", "middle")

    def recover(self):
        self.server.faults.clear()

    def stop(self):
        self.server.stop()

    def state(self):
        assert set(self.server.commands) <= ONLY_READS
        return self.server.folder.seen, [(one.uid, one.mail.content) for one in self.server.folder.mails()]


class WebPost:
    """A mailbox behind a web API; ``make`` opens a reader of it with a certificate."""

    def __init__(self, stand_in, busy, call, make):
        self.stand_in, self._busy, self._call, self._make = stand_in, busy, call, make
        self.opened = []

    def open(self, *, trusts=True):
        inbox = self._make(str(self.stand_in.certificate) if trusts else "")
        self.opened.append(inbox)
        return inbox

    def put(self, content, at):
        self.stand_in.mail.put(ANN, content, at)

    def delete_first(self):
        self.stand_in.mail.delete(self.stand_in.mail.of(ANN)[0].id)

    def refuse_login(self):
        self.stand_in.expire_token()

    def be_busy(self):
        self.stand_in.faults.refuse(self._busy)

    def break_off(self):
        self.stand_in.faults.drop("after", on=self._call)

    def recover(self):
        self.stand_in.faults.clear()

    def stop(self):
        self.stand_in.stop()

    def state(self):
        return self.stand_in.mail.of(ANN)


class TestImapWithAPassword(InboxContract):
    @pytest.fixture
    def post(self):
        mailbox = Mailbox(username=ANN, password=PASSWORD, own_address=ANN)
        with ImapServer(mailbox, tls="implicit") as server:
            yield ImapPost(server, Security.TLS)


class TestImapWithATokenOverStartTls(InboxContract):
    @pytest.fixture
    def post(self):
        mailbox = Mailbox(username=ANN, password=PASSWORD, own_address=ANN)
        with ImapServer(mailbox, tls="starttls", is_good_token=lambda token: token == "good") as server:
            yield ImapPost(server, Security.STARTTLS, _GoodTokens())


class TestGmail(InboxContract):
    @pytest.fixture
    def post(self):
        with GoogleStandIn(lambda *_: None, accounts=[ANN], is_tls=True) as google:
            certificate = str(google.certificate)
            tokens = google_tokens(google, READ_GMAIL, certificate=certificate)
            google.reading.page_size = 3
            yield WebPost(
                google,
                google_errors.USER_RATE_LIMIT,
                "gmail.get",
                lambda trusted: GmailInbox(tokens, endpoint=google.gmail_endpoint, certificate=trusted),
            )


class TestGraph(InboxContract):
    @pytest.fixture
    def post(self):
        with MicrosoftStandIn(lambda *_: None, accounts=[ANN]) as microsoft:
            granted = refresh_token(microsoft, *GRANTED, "Mail.Read")
            tokens = microsoft_tokens(microsoft, scopes=(READ_BY_GRAPH,), refresh_token=granted)
            microsoft.reading.page_size = 3
            yield WebPost(
                microsoft,
                microsoft_errors.throttled(1),
                "messages.mime",
                lambda trusted: GraphInbox(tokens, endpoint=microsoft.graph_endpoint, certificate=trusted),
            )


class _GoodTokens:
    def access(self, *, renew=False):
        return "good"
