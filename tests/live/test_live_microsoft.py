"""Microsoft 365 as it really is, and not as the stand-in has it."""

import os

import pytest

from campaigns.account import Service
from campaigns.consent_port import ConsentRefused
from campaigns.errors import Misconfigured, NoAccess
from mailers.microsoft365 import ENDPOINT, Microsoft365Mailer
from mailers.microsoft_auth import SEND_MAIL, MicrosoftTokens
from mailers.microsoft_consent import SIGN_IN, MicrosoftConsent

CLIENT = ("LIVE_MICROSOFT_CLIENT_ID", "LIVE_MICROSOFT_CLIENT_SECRET")
VERIFIER = "v" * 43


def tenant():
    return os.environ.get("LIVE_MICROSOFT_TENANT", "organizations")


@pytest.fixture
def client(settings):
    return settings(*CLIENT)


@pytest.fixture
def open_tokens(client, stand_in):
    """Tokens with this refresh token; the newer ones that Microsoft gives are dropped, the old stays good."""
    opened = []

    def make(refresh_token, client_secret=client[1]):
        tokens = MicrosoftTokens(
            client_id=client[0],
            client_secret=client_secret,
            refresh_token=refresh_token,
            scopes=[SEND_MAIL],
            keep=lambda _: None,
            authority=f"{stand_in['microsoft'] or SIGN_IN}/{tenant()}",
            certificate=stand_in["certificate"],
        )
        opened.append(tokens)
        return tokens

    yield make
    for tokens in opened:
        tokens.close()


def test_microsoft_365_lets_us_in_and_takes_an_invite(open_tokens, letters, settings, stand_in):
    refresh_token, sender = settings("LIVE_MICROSOFT_REFRESH_TOKEN", "LIVE_MICROSOFT_ADDRESS")
    endpoint = f"{stand_in['microsoft']}/v1.0" if stand_in["microsoft"] else ENDPOINT
    mailer = Microsoft365Mailer(
        open_tokens(refresh_token), endpoint=endpoint, certificate=stand_in["certificate"]
    )
    mailer.check()
    receipt = mailer.send(letters(sender))
    mailer.close()
    assert receipt.reference.startswith("accepted")


def test_a_refresh_token_that_microsoft_never_gave_is_no_access(open_tokens):
    with pytest.raises(NoAccess) as caught:
        open_tokens("never-given").access()
    assert "AADSTS" in caught.value.evidence


def test_a_wrong_secret_is_the_settings_trouble(open_tokens, settings):
    with pytest.raises(Misconfigured) as caught:
        open_tokens(*settings("LIVE_MICROSOFT_REFRESH_TOKEN"), client_secret="wrong").access()
    assert "AADSTS" in caught.value.evidence


def test_a_code_that_microsoft_never_gave_is_refused(client, stand_in):
    consent = MicrosoftConsent(
        *client,
        "http://localhost/connect/callback",
        tenant=tenant(),
        base_url=stand_in["microsoft"],
        certificate=stand_in["certificate"],
    )
    with pytest.raises(ConsentRefused):
        consent.accept(Service.MICROSOFT_365, code="never-given", verifier=VERIFIER)
