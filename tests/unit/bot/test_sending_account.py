"""What becomes of a campaign whose account the settings no longer name."""

import pytest

from bot.wiring import OneMailer
from campaigns.account import Account
from campaigns.errors import Misconfigured
from mailers.recording import RecordingMailer


def test_the_account_of_the_settings_sends():
    mailer = RecordingMailer()
    assert OneMailer(mailer).for_account(Account(1, "smtp", "events@acme.example", "Acme")) is mailer


def test_an_account_that_left_the_settings_does_not_send_under_another_address():
    retired = Account(1, "smtp", "old@acme.example", "Acme", is_current=False)
    with pytest.raises(Misconfigured) as refused:
        OneMailer(RecordingMailer()).for_account(retired)
    assert "old@acme.example" in refused.value.hint
