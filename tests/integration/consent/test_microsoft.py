"""Microsoft's own at its consent page: which account, ninety days, and its error codes in plain words."""

from urllib.parse import parse_qs, urlsplit

import pytest

from campaigns.account import Service
from campaigns.errors import Misconfigured
from mailers.microsoft_auth import SEND_MAIL as GRAPH_MAIL
from mailers.microsoft_auth import SEND_SMTP
from playground import microsoft_errors
from tests.integration.consent.visits import ANN, DAY, NOW, Visit, microsoft_consent


@pytest.mark.parametrize(
    ("service", "scope"), [(Service.MICROSOFT_365, GRAPH_MAIL), (Service.SMTP, SEND_SMTP)]
)
def test_microsoft_is_asked_for_one_scope_the_address_and_to_stay(microsoft, service, scope):
    visit = Visit(microsoft, microsoft_consent(microsoft), service)
    asked = parse_qs(urlsplit(visit.page()).query)
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email", "offline_access", scope}
    assert asked["response_mode"] == ["query"]
    assert visit.granted().credential.scopes == (scope,)


def test_microsoft_asks_which_account_unless_it_is_known(office):
    """Otherwise it takes whichever is signed in, without a word."""
    assert parse_qs(urlsplit(office.page()).query)["prompt"] == ["select_account"]
    assert "prompt" not in parse_qs(urlsplit(office.page(address=ANN)).query)


def test_an_unused_microsoft_account_lasts_ninety_days(office):
    assert office.granted().ends_at == NOW + 90 * DAY


def test_a_microsoft_account_that_may_not_send_is_refused(office):
    page = office.page().replace("https%3A%2F%2Fgraph.microsoft.com%2FMail.Send", "User.Read")
    refused = office.refused(page=page)
    assert "Mail.Send" in refused.message
    assert "administrator" in refused.hint


def test_microsoft_access_that_cannot_be_renewed_is_refused(office):
    assert "renew" in office.refused(page=office.page().replace("offline_access", "")).message


def test_a_wrong_secret_is_the_settings_trouble(microsoft):
    visit = Visit(microsoft, microsoft_consent(microsoft, client_secret="wrong"), Service.MICROSOFT_365)
    assert "AADSTS7000215" in visit.refused(Misconfigured).evidence


def test_a_code_that_is_used_twice_at_microsoft_says_so_in_plain_words(office):
    office.provider.faults.refuse(microsoft_errors.code_used().answer(NOW), on="token")
    assert "AADSTS" not in str(office.refused())


def test_a_certificate_that_is_not_trusted_stops_everything(microsoft):
    consent = microsoft_consent(microsoft, certificate="")
    code = Visit(microsoft, consent, Service.MICROSOFT_365).back()["code"]
    assert (
        "trusted"
        in Visit(microsoft, consent, Service.MICROSOFT_365).refused(Misconfigured, code=code).message
    )


def test_microsoft_is_not_asked_to_revoke(office):
    credential = office.granted().credential
    asked = len(office.provider.door.calls())
    office.consent.revoke(credential)
    assert len(office.provider.door.calls()) == asked
