"""Consent, as a person, a browser and google-auth's flow see it."""

import base64
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from google.auth.exceptions import RefreshError
from oauthlib.oauth2 import OAuth2Error

from playground.oauth_person import answer_consent
from tests.unit.playground.oauth_clients import (
    BACK,
    EMAIL,
    OWN_CALENDARS,
    SEND,
    consented,
    exchange,
    flow,
    gmail,
    send,
)


def consent_url(google, *scopes, **ask):
    return flow(google, *scopes).authorization_url(**ask)[0]


def test_consent_brings_an_account_that_can_send_and_be_renewed(google, inbox, web):
    made = consented(google, "openid", EMAIL, SEND)
    assert set(made.scopes) == {"openid", EMAIL, SEND}
    assert send(gmail(google, made))["labelIds"] == ["SENT"]
    first = made.token
    made.refresh(web)
    assert made.token != first
    send(gmail(google, made))
    assert len(inbox.to("ben@beta.example")) == 2
    who = requests.get(
        f"{google.base_url}/oauth2/v3/userinfo", headers={"Authorization": f"Bearer {made.token}"}, timeout=10
    ).json()
    assert (who["email"], who["email_verified"]) == ("ana@acme.example", True)


def test_the_id_token_names_the_account(google):
    claims = base64.urlsafe_b64decode(consented(google, "openid", EMAIL).id_token.split(".")[1] + "==")
    assert json.loads(claims)["email"] == "ana@acme.example"


def test_the_page_says_in_words_what_is_asked(google):
    page = requests.get(consent_url(google, EMAIL, SEND, OWN_CALENDARS), timeout=10).text
    assert "sendinvites wants to use your account" in page
    assert "Send email on your behalf" in page
    assert "Make secondary calendars" in page
    assert page.count('type="checkbox"') == 2, "an address is not a choice"


def test_what_is_left_unticked_is_not_granted(google):
    made = consented(google, SEND, OWN_CALENDARS, without=[OWN_CALENDARS])
    assert made.granted_scopes == [SEND]


def test_a_person_who_cancels_is_sent_back_without_a_code(google):
    back = answer_consent(consent_url(google, SEND, state="s-1"), is_allowed=False)
    assert parse_qs(urlsplit(back).query) == {"error": ["access_denied"], "state": ["s-1"]}
    assert back.startswith(BACK)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        ({"redirect_uri": "http://evil.example/"}, "redirect_uri_mismatch"),
        ({"client_id": "another"}, "No program is registered"),
        ({"response_type": "token"}, "response_type must be code"),
        ({"scope": "https://www.googleapis.com/auth/nonsense"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "must be S256"),
    ],
)
def test_a_wrong_request_is_explained_and_goes_nowhere(google, ask, words):
    parts = urlsplit(consent_url(google, SEND))
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | ask
    answer = requests.get(f"{google.base_url}{parts.path}", params=query, allow_redirects=False, timeout=10)
    assert answer.status_code == 400
    assert words in answer.text


@pytest.mark.parametrize("ask", [{"access_type": "online"}, {"access_type": "offline", "prompt": "none"}])
def test_without_offline_access_and_a_prompt_there_is_no_refresh_token(google, ask):
    assert consented(google, SEND, **({"prompt": "consent"} | ask)).refresh_token is None


def test_a_code_is_good_once_and_its_second_use_ends_what_it_brought(google, web):
    made = flow(google, SEND)
    url, _ = made.authorization_url(access_type="offline", prompt="consent")
    back = answer_consent(url)
    made.fetch_token(authorization_response=back)
    code = parse_qs(urlsplit(back).query)["code"][0]
    again = exchange(
        google,
        grant_type="authorization_code",
        code=code,
        redirect_uri=BACK,
        code_verifier=made.code_verifier,
    )
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    with pytest.raises(RefreshError, match="expired or revoked"):
        made.credentials.refresh(web)


def test_a_code_without_its_verifier_is_worth_nothing(google):
    for verifier, words in (("", "Missing code verifier."), ("x" * 50, "Invalid code verifier.")):
        made = flow(google, SEND)
        url, _ = made.authorization_url()
        made.code_verifier = verifier or None
        with pytest.raises(OAuth2Error, match=words):
            made.fetch_token(authorization_response=answer_consent(url))


def test_a_code_is_good_for_ten_minutes(google, clock):
    made = flow(google, SEND)
    back = answer_consent(made.authorization_url()[0])
    clock.at += timedelta(minutes=11)
    with pytest.raises(OAuth2Error, match="Malformed auth code"):
        made.fetch_token(authorization_response=back)
