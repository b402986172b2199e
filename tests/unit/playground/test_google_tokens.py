"""How long what was allowed is good for, as google-auth sees it."""

from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import requests
from google.auth.exceptions import RefreshError, TransportError
from google.oauth2.credentials import Credentials

from playground.google_stand_in import GoogleStandIn
from playground.oauth_person import answer_consent
from tests.unit.playground.oauth_clients import (
    BACK,
    OWN_CALENDARS,
    SEND,
    consented,
    exchange,
    flow,
    gmail,
    send,
)


def test_an_access_token_is_good_for_an_hour_and_renews_itself(google, clock):
    made = consented(google, SEND)
    first = made.token
    clock.at += timedelta(seconds=3600)
    send(gmail(google, made))
    assert made.token != first
    assert [call.status for call in google.door.calls("gmail.send")] == [401, 200]


def test_a_revoked_account_says_so_in_googles_words(google, web):
    made = consented(google, SEND)
    google.expire_token()
    assert google.is_token_expired
    with pytest.raises(RefreshError) as refused:
        send(gmail(google, made))
    assert refused.value.args == (
        "invalid_grant: Token has been expired or revoked.",
        {"error": "invalid_grant", "error_description": "Token has been expired or revoked."},
    )
    assert not refused.value.retryable
    google.renew_token()
    send(gmail(google, made))


def test_consent_given_anew_mends_an_expired_account(google):
    consented(google, SEND)
    google.expire_token()
    send(gmail(google, consented(google, SEND)))
    assert not google.is_token_expired


def test_access_tokens_can_expire_alone(google):
    made = consented(google, SEND)
    google.tokens.expire_access()
    send(gmail(google, made))
    assert len(google.door.calls("token")) == 2


def test_the_program_can_revoke_its_token(google, web):
    made = consented(google, SEND)
    answer = requests.post(f"{google.base_url}/revoke", params={"token": made.refresh_token}, timeout=10)
    assert answer.status_code == 200
    with pytest.raises(RefreshError):
        made.refresh(web)
    again = requests.post(f"{google.base_url}/revoke", params={"token": made.refresh_token}, timeout=10)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_token")


@pytest.mark.usefixtures("plain_http")
def test_in_testing_mode_consent_ends_after_seven_days(inbox, clock, web):
    with GoogleStandIn(inbox, redirect_uris=[BACK], now=clock, is_testing=True) as google:
        made = flow(google, SEND)
        url, _ = made.authorization_url(access_type="offline", prompt="consent")
        body = made.fetch_token(authorization_response=answer_consent(url))
        assert body["refresh_token_expires_in"] == 7 * 86400
        clock.at += timedelta(days=6)
        made.credentials.refresh(web)
        clock.at += timedelta(days=1)
        with pytest.raises(RefreshError, match="expired or revoked"):
            made.credentials.refresh(web)


def test_a_refresh_token_unused_for_half_a_year_is_gone(google, clock, web):
    made = consented(google, SEND)
    for days, is_good in ((179, True), (179, True), (180, False)):
        clock.at += timedelta(days=days)
        if is_good:
            made.refresh(web)
        else:
            with pytest.raises(RefreshError):
                made.refresh(web)


def test_a_scope_taken_away_is_missing_from_the_refresh(google, web):
    made = consented(google, SEND, OWN_CALENDARS)
    google.tokens.narrow([OWN_CALENDARS])
    made.refresh(web)
    assert made.granted_scopes == [OWN_CALENDARS]


def test_a_scope_never_granted_cannot_be_refreshed_into(google, web):
    made = consented(google, SEND)
    wider = Credentials(
        None,
        refresh_token=made.refresh_token,
        token_uri=made.token_uri,
        client_id=made.client_id,
        client_secret=made.client_secret,
        scopes=[SEND, OWN_CALENDARS],
    )
    with pytest.raises(RefreshError, match="invalid_scope"):
        wider.refresh(web)


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "another"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"refresh_token": "nonsense"}, 400, "invalid_grant"),
    ],
)
def test_the_token_endpoint_refuses_as_google_does(google, form, status, error):
    answer = exchange(google, **({"grant_type": "refresh_token", "refresh_token": "x"} | form))
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_dropped_token_answer_is_a_fault_of_transport(google, web):
    made = consented(google, SEND)
    google.faults.drop("before", on="token", times=None)
    with pytest.raises(TransportError):
        made.refresh(web)


def test_a_silent_caller_keeps_nobody_waiting(inbox):
    """Over TLS, a connection that never shakes hands is not in the way of the next."""
    with GoogleStandIn(inbox, redirect_uris=[BACK], is_tls=True) as google:
        parts = urlsplit(google.base_url)
        silent = HTTPConnection(parts.hostname, parts.port, timeout=10)
        silent.connect()
        assert consented(google, SEND).refresh_token
        silent.close()


def test_it_comes_back_at_the_same_place_and_knows_its_tokens(google, web):
    made = consented(google, SEND)
    url = google.base_url
    google.stop()
    with pytest.raises(TransportError):
        made.refresh(web)
    google.start()
    assert google.base_url == url
    made.refresh(web)
