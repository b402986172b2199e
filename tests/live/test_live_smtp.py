"""A real mail server."""

import dataclasses

import pytest

from campaigns.errors import NoAccess
from mailers.smtp import SmtpMailer
from mailers.smtp_account import parse_smtp_url


@pytest.fixture
def account(settings):
    return parse_smtp_url(*settings("LIVE_SMTP_URL"))


@pytest.fixture
def mailer(account):
    opened = SmtpMailer(account)
    yield opened
    opened.close()


def test_the_mail_server_lets_us_in_and_takes_an_invite(mailer, account, letters):
    mailer.check()
    assert mailer.send(letters(account.sender)).reference


def test_a_wrong_password_is_no_access(account):
    """Once a run only: servers lock accounts out that are tried too often."""
    wrong = SmtpMailer(dataclasses.replace(account, password=f"not-{account.password}"))
    with pytest.raises(NoAccess):
        wrong.check()
    wrong.close()
