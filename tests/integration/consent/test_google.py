"""Google's own at its consent page: one scope, boxes to tick, bots in testing, and access given back."""

from urllib.parse import parse_qs, urlsplit

import pytest

from campaigns.account import Credential, How, Service
from campaigns.errors import Busy, Misconfigured
from mailers.google_auth import FULL_MAIL, OWN_CALENDARS, SEND_MAIL
from playground import google_errors
from playground.google_stand_in import GoogleStandIn
from tests.integration.consent.visits import ANN, BACK, DAY, NOW, Visit, google_consent


@pytest.mark.parametrize(
    ("service", "scope"),
    [
        (Service.GMAIL, SEND_MAIL),
        (Service.GOOGLE_CALENDAR, OWN_CALENDARS),
        (Service.SMTP, FULL_MAIL),
    ],
)
def test_google_is_asked_for_one_scope_and_the_address(google, service, scope):
    visit = Visit(google, google_consent(google), service)
    asked = parse_qs(urlsplit(visit.page()).query)
    assert asked["scope"] == [f"openid email {scope}"]
    assert (asked["access_type"], asked["prompt"]) == (["offline"], ["consent"])
    assert "include_granted_scopes" not in asked
    assert visit.granted().credential.scopes == (scope,)


def test_a_box_left_unticked_is_named(gmail):
    refused = gmail.refused(without=[SEND_MAIL])
    assert "gmail.send" in refused.message
    assert "every box ticked" in refused.hint


def test_access_without_a_way_to_renew_it_is_refused(gmail):
    assert "renew" in gmail.refused(page=gmail.page().replace("offline", "online")).message


def test_google_says_when_a_bot_in_testing_loses_access(google):
    google.sign_in.is_testing = True
    assert Visit(google, google_consent(google), Service.GMAIL).granted().ends_at == NOW + 7 * DAY


def test_the_settings_say_it_where_google_does_not(google):
    visit = Visit(google, google_consent(google, is_testing=True), Service.GMAIL)
    assert visit.granted().ends_at == NOW + 7 * DAY


def test_published_access_has_no_known_end(gmail):
    assert gmail.granted().ends_at is None


def test_the_demo_does_the_same_without_tls():
    with GoogleStandIn(lambda *_: None, accounts=[ANN], redirect_uris=[BACK]) as plain:
        assert Visit(plain, google_consent(plain), Service.GMAIL).granted().address == ANN


@pytest.mark.parametrize("answer", [google_errors.DELETED_CLIENT, google_errors.WRONG_SECRET])
def test_a_bot_that_google_does_not_know_is_the_settings_trouble(gmail, answer):
    gmail.provider.faults.refuse(answer, on="token")
    assert gmail.refused(Misconfigured)


def test_google_takes_the_access_back(gmail):
    credential = gmail.granted().credential
    gmail.consent.revoke(credential)
    assert gmail.provider.tokens.is_revoked()


def test_what_is_gone_already_can_be_given_back(gmail):
    credential = gmail.granted().credential
    gmail.provider.tokens.revoke()
    gmail.consent.revoke(credential)
    assert [call.status for call in gmail.provider.door.calls("revoke")] == [400]


def test_a_revocation_that_google_did_not_take_is_a_fault(gmail):
    credential = gmail.granted().credential
    gmail.provider.faults.refuse(google_errors.TOKEN_SERVER_DOWN, on="revoke", times=1)
    with pytest.raises(Busy):
        gmail.consent.revoke(credential)
    gmail.provider.stop()
    with pytest.raises(Busy):
        gmail.consent.revoke(credential)
    assert not gmail.provider.tokens.is_revoked()


@pytest.mark.parametrize("how", [How.PASSWORD, How.SERVICE_KEY])
def test_a_password_or_key_is_never_sent_to_be_revoked(gmail, how):
    gmail.consent.revoke(Credential(how, "the-password", provider="google"))
    assert gmail.provider.door.calls("revoke") == []
