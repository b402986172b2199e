"""SMTP with a provider's token in the place of a password (XOAUTH2)."""

import dataclasses
import logging
import traceback

import pytest

from campaigns.errors import Busy, Misconfigured, NoAccess
from mailers.google_auth import FULL_MAIL
from mailers.smtp import SmtpMailer
from mailers.smtp_account import parse_smtp_url
from playground.google_stand_in import GoogleStandIn
from playground.mailbox import Mailbox
from tests.contract.mailer_suite import letter
from tests.fakes.provider_accounts import ANN, google_tokens
from tests.fakes.scripted_smtp import ScriptedSmtp
from tests.fakes.token_mailbox import TokenMailbox


class FixedTokens:
    """Implements ``campaigns.mailer_port.Tokens``: t1 until it is renewed, then t2."""

    def __init__(self):
        self.renewed = 0

    def access(self, *, renew=False):
        self.renewed += renew
        return f"t{self.renewed + 1}"


@pytest.fixture
def tokens():
    return FixedTokens()


@pytest.fixture
def mailer_for():
    made = []

    def make(port, tokens):
        account = parse_smtp_url(f"smtp://127.0.0.1:{port}?from={ANN}")
        made.append(SmtpMailer(dataclasses.replace(account, user=ANN, tokens=tokens)))
        return made[-1]

    yield make
    for mailer in made:
        mailer.close()


def test_a_token_refused_once_is_renewed_and_the_invite_goes(mailer_for, tokens):
    with TokenMailbox(lambda token: token == "t2", username=ANN, password="unused") as mailbox:
        mailer = mailer_for(mailbox.port, tokens)
        mailer.send(letter())
        mailer.close()
        assert [mail.content for mail in mailbox.messages] == [letter().mime]
        assert (tokens.renewed, mailbox.tries) == (1, 2)


def test_a_token_refused_twice_is_no_access_and_says_to_renew_it(mailer_for, tokens):
    with TokenMailbox(lambda _: False, username=ANN, password="unused") as mailbox:
        mailer = mailer_for(mailbox.port, tokens)
        with pytest.raises(NoAccess) as caught:
            mailer.send(letter())
        assert "Renew token" in caught.value.hint
        assert (tokens.renewed, mailbox.tries) == (1, 2)


def test_a_revoked_account_is_no_access_within_one_call(mailer_for):
    with (
        GoogleStandIn(lambda *_: None, accounts=[ANN]) as google,
        TokenMailbox(google.tokens.access, username=ANN, password="unused") as mailbox,
    ):
        tokens = google_tokens(google, FULL_MAIL)
        mailer_for(mailbox.port, tokens).check()
        google.expire_token()
        with pytest.raises(NoAccess) as caught:
            mailer_for(mailbox.port, tokens).send(letter())
        assert "invalid_grant" in caught.value.evidence
        assert mailbox.tries == 2
        assert not mailbox.messages


def test_a_server_that_takes_no_tokens_is_not_given_one(mailer_for, tokens):
    with Mailbox(username=ANN, password="secret") as mailbox, pytest.raises(Misconfigured, match="by token"):
        mailer_for(mailbox.port, tokens).send(letter())


def test_the_conversation_is_as_google_writes_it(mailer_for, tokens):
    """developers.google.com/workspace/gmail/imap/xoauth2-protocol: an empty line answers the explanation."""
    explanation = b"334 eyJzdGF0dXMiOiI0MDEifQ==\r\n"
    no = b"535 5.7.8 Username and Password not accepted.\r\n"
    with ScriptedSmtp(
        ehlo=[b"250-here\r\n250 AUTH XOAUTH2 PLAIN\r\n"] * 2,
        auth=[explanation, explanation],
        other=[no, no],
    ) as server:
        with pytest.raises(NoAccess) as caught:
            mailer_for(server.port, tokens).send(letter())
        said = [line.strip() for line in server.commands]
    assert said[1] == b"AUTH XOAUTH2 dXNlcj1hbm5AYWNtZS5leGFtcGxlAWF1dGg9QmVhcmVyIHQxAQE="
    assert said[2] == b""
    assert caught.value.evidence == "535 5.7.8 Username and Password not accepted."


def test_a_login_that_is_busy_is_not_tried_with_another_token(mailer_for, tokens):
    busy = b"454 4.7.0 Temporary authentication failure\r\n"
    with ScriptedSmtp(ehlo=[b"250-here\r\n250 AUTH XOAUTH2\r\n"], auth=[busy]) as server:
        with pytest.raises(Busy):
            mailer_for(server.port, tokens).send(letter())
        assert server.connections == 1
    assert tokens.renewed == 0


def test_a_mailbox_without_smtp_is_a_matter_for_the_administrator(mailer_for, tokens):
    no = b"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.\r\n"
    with (
        ScriptedSmtp(ehlo=[b"250-here\r\n250 AUTH XOAUTH2\r\n"], auth=[no]) as server,
        pytest.raises(Misconfigured),
    ):
        mailer_for(server.port, tokens).send(letter())
    assert tokens.renewed == 0


def test_a_token_never_shows_in_a_log_an_error_or_a_repr(mailer_for, tokens, caplog):
    caplog.set_level(logging.DEBUG)
    step = "dXNlcj1hbm5AYWNtZS5leGFtcGxlAWF1dGg9QmVhcmVyIHQyAQE="
    no = f"535 5.7.8 not accepted: AUTH XOAUTH2 {step} by t2\r\n".encode()
    with ScriptedSmtp(ehlo=[b"250-here\r\n250 AUTH XOAUTH2\r\n"] * 2, auth=[no, no]) as server:
        mailer = mailer_for(server.port, tokens)
        with pytest.raises(NoAccess) as caught:
            mailer.send(letter())
    cause = caught.value.__cause__
    said = (
        "".join(traceback.format_exception(caught.value)) + repr(cause.args) + repr(mailer._transport.account)
    )
    said += "".join(record.getMessage() for record in caplog.records if record.name.startswith("mailers"))
    assert step not in said
    assert "by <secret>" in said
