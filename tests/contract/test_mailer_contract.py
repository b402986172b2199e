import pytest

from mailers.smtp import SmtpMailer
from mailers.smtp_account import parse_smtp_url
from playground.mailbox import Mailbox
from tests.contract.mailer_suite import PostContract, SilentProviderContract
from tests.fakes.clocks import HandClock
from tests.fakes.mailers import ScriptedMailer


class TestScriptedMailer(PostContract):
    """What most tests send with."""

    @pytest.fixture
    def mailer(self):
        return ScriptedMailer(HandClock())

    @pytest.fixture
    def took(self, mailer):
        return lambda: [one.letter.mime for one in mailer.accepted]


class TestSmtpMailer(PostContract, SilentProviderContract):
    @pytest.fixture
    def mailbox(self):
        with Mailbox(username="ann", password="secret") as mailbox:
            yield mailbox

    @pytest.fixture
    def mailer(self, mailbox):
        mailer = SmtpMailer(
            parse_smtp_url(f"smtp://ann:secret@127.0.0.1:{mailbox.port}?from=ann@acme.example")
        )
        yield mailer
        mailer.close()

    @pytest.fixture
    def took(self, mailbox):
        return lambda: [mail.content for mail in mailbox.messages]

    @pytest.fixture
    def provider(self, mailbox):
        return MailboxProvider(mailbox)


class MailboxProvider:
    bad_address = "The mailbox doesn't exist"

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._faults = mailbox.faults

    def refuse_address(self) -> None:
        self._faults.refuse_recipients("bob", 550, "5.1.1 <bob@example.com>: no such user")

    def refuse_login(self) -> None:
        self._faults.refuse_logins()

    def reach_quota(self) -> None:
        self._faults.refuse_content("", 550, "5.4.5 Daily user sending limit exceeded.")

    def talk_garbage(self) -> None:
        self._faults.refuse_senders("", 999, "what?")

    def drop_before_taking(self) -> None:
        # Not drop("before_dot"): that one comes after the 354, when a small letter is already on its way, dot
        # and all, and nobody can tell. Drops at each earlier step are in tests/integration/test_smtp.py.
        self._faults.limit_connection(0)

    def drop_after_taking(self) -> None:
        self._faults.drop("after_dot", times=None)

    def recover(self) -> None:
        self._faults.clear()

    def restart(self) -> None:
        self._mailbox.stop()
        self._mailbox.start()
