"""Entra's sign-in as msal sees it, over TLS."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import msal
import pytest
import requests

from playground import microsoft_errors
from playground.microsoft_stand_in import MicrosoftStandIn
from playground.oauth_person import answer_consent
from tests.unit.playground.oauth_clients import BACK, LETTER, Msal


@pytest.fixture
def microsoft(inbox, clock):
    with MicrosoftStandIn(inbox, redirect_uris=[BACK], now=clock) as stand_in:
        yield stand_in


@pytest.fixture
def client(microsoft):
    made = Msal(microsoft)
    with made.session:
        yield made


def afresh(client):
    """Another application object, which remembers no refusal."""
    other = Msal(client.microsoft)
    other.session.close()
    return other


def code_of(answer):
    body = answer.json()["error"]
    assert body["innerError"].keys() == {"request-id", "client-request-id"}
    return answer.status_code, body["code"]


@pytest.fixture
def token(client):
    return client.consented()["access_token"]


def test_consent_brings_an_account_that_can_send(client, inbox):
    made = client.consented()
    assert made["id_token_claims"]["preferred_username"] == "ana@acme.example"
    assert {"Mail.Send", "User.Read", "offline_access"} <= set(made["scope"].split())
    assert client.app.get_accounts()[0]["username"] == "ana@acme.example"
    answer = client.send(made["access_token"])
    assert (answer.status_code, answer.content) == (202, b"")
    assert inbox == [("ana@acme.example", ["ben@beta.example"], LETTER)]
    me = client.session.get(
        f"{client.microsoft.graph_endpoint}/me",
        headers={"Authorization": f"Bearer {made['access_token']}"},
        timeout=10,
    ).json()
    assert (me["mail"], me["displayName"]) == ("ana@acme.example", "Ana")


def test_whoever_does_not_trust_the_certificate_gets_nowhere(microsoft):
    with pytest.raises(requests.exceptions.SSLError), requests.Session() as session:
        session.get(f"{microsoft.graph_endpoint}/me", timeout=10)


def test_the_environment_can_name_the_certificate(microsoft, monkeypatch):
    """The recipe without any code: msal and requests both read it."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(microsoft.certificate))
    app = msal.ConfidentialClientApplication(
        microsoft.client.client_id,
        client_credential=microsoft.client.client_secret,
        authority=microsoft.authority,
        instance_discovery=False,
    )
    assert app.acquire_token_by_refresh_token("nonsense", ["Mail.Send"])["error"] == "invalid_grant"


def test_the_answer_can_come_back_as_a_form_or_in_the_address(client):
    by_form = client.start()
    with pytest.warns(UserWarning, match="form_post"):
        in_address = client.start(response_mode="query")
    for begun in (by_form, in_address):
        back = answer_consent(begun["auth_uri"], certificate=client.microsoft.certificate)
        assert client.finish(begun, back)["access_token"]


def test_a_person_who_cancels_is_sent_back_with_microsofts_words(client):
    begun = client.start()
    back = answer_consent(begun["auth_uri"], is_allowed=False, certificate=client.microsoft.certificate)
    said = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    assert (said["error"], said["error_subcode"]) == ("access_denied", "cancel")
    assert client.app.acquire_token_by_auth_code_flow(begun, said)["error"] == "access_denied"


def test_the_page_names_what_is_asked_and_leaves_no_choice(client):
    page = client.session.get(client.start()["auth_uri"], timeout=10).text
    assert "Send mail as you" in page
    assert "Keep this access until you take it away" in page
    assert 'type="checkbox"' not in page


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        ({"redirect_uri": "http://evil.example/"}, "AADSTS50011"),
        ({"scope": "Nonsense.Read"}, "AADSTS70011"),
        ({"client_id": "x"}, "No program is registered"),
    ],
)
def test_a_wrong_request_is_explained_and_goes_nowhere(client, ask, words):
    parts = urlsplit(client.start()["auth_uri"])
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | ask
    answer = client.session.get(f"{client.microsoft.base_url}{parts.path}", params=query, timeout=10)
    assert answer.status_code == 400
    assert words in answer.text


def test_each_refresh_brings_a_new_token_and_the_old_one_stays_good(client):
    first = client.consented()["refresh_token"]
    second = client.refreshed(first)
    assert second["refresh_token"] != first
    assert client.send(second["access_token"]).status_code == 202
    third = client.refreshed(first)
    assert third["refresh_token"] not in {first, second["refresh_token"]}


def test_msal_finds_its_token_and_renews_it_silently(client):
    client.consented()
    account = client.app.get_accounts()[0]
    assert client.app.acquire_token_silent(["Mail.Send"], account=account)["token_source"] == "cache"
    renewed = client.app.acquire_token_silent(["Mail.Send"], account=account, force_refresh=True)
    assert client.send(renewed["access_token"]).status_code == 202


def test_a_code_is_good_once_and_for_ten_minutes(client, clock):
    begun = client.start()
    back = answer_consent(begun["auth_uri"], certificate=client.microsoft.certificate)
    assert "access_token" in client.finish(begun, back)
    again = client.finish(begun, back)
    assert (again["error"], again["error_codes"]) == ("invalid_grant", [54005])
    begun = client.start()
    back = answer_consent(begun["auth_uri"], certificate=client.microsoft.certificate)
    clock.at += timedelta(minutes=11)
    assert client.finish(begun, back)["error_codes"] == [70008]


def test_a_code_needs_the_verifier_that_was_promised(client):
    begun = client.start()
    back = answer_consent(begun["auth_uri"], certificate=client.microsoft.certificate)
    assert client.finish(begun | {"code_verifier": "x" * 43}, back)["error_codes"] == [501481]


def test_a_revoked_account_says_so_in_microsofts_words(client):
    made = client.consented()
    client.microsoft.expire_token()
    assert client.microsoft.is_token_expired
    assert code_of(client.send(made["access_token"])) == (401, "InvalidAuthenticationToken")
    refused = client.refreshed(made["refresh_token"])
    assert (refused["error"], refused["suberror"], refused["error_codes"]) == (
        "invalid_grant",
        "bad_token",
        [50173],
    )
    assert (
        "AADSTS50173: The provided grant has expired due to it being revoked" in refused["error_description"]
    )
    client.microsoft.renew_token()
    assert "access_token" in afresh(client).refreshed(made["refresh_token"])


def test_consent_given_anew_mends_an_expired_account(client):
    client.consented()
    client.microsoft.expire_token()
    assert client.send(client.consented()["access_token"]).status_code == 202
    assert not client.microsoft.is_token_expired


def test_a_refresh_token_unused_for_ninety_days_is_gone(client, clock):
    made = client.consented()
    clock.at += timedelta(days=89)
    newer = client.refreshed(made["refresh_token"])
    clock.at += timedelta(days=2)
    refused = client.refreshed(made["refresh_token"])
    assert (refused["error_codes"], refused["suberror"]) == ([700082], "token_expired")
    assert "access_token" in client.refreshed(newer["refresh_token"])


def test_an_access_token_is_good_for_an_hour(client, token, clock):
    clock.at += timedelta(seconds=3599)
    assert client.send(token).status_code == 202
    clock.at += timedelta(seconds=1)
    assert code_of(client.send(token)) == (401, "InvalidAuthenticationToken")


def test_a_scope_taken_away_wants_consent_again(client):
    made = client.consented()
    client.microsoft.tokens.narrow(["User.Read", "offline_access", "openid", "profile"])
    refused = client.refreshed(made["refresh_token"])
    assert (refused["error_codes"], refused["suberror"]) == ([65001], "consent_required")


def test_a_rule_of_the_administrator_can_ask_for_the_person(client, clock):
    made = client.consented()
    client.microsoft.faults.refuse(microsoft_errors.sign_in_needed().answer(clock()), on="token", times=1)
    assert client.refreshed(made["refresh_token"])["error"] == "interaction_required"
    assert "access_token" in afresh(client).refreshed(made["refresh_token"])


def test_msal_repeats_a_refusal_for_a_minute_without_asking(client, clock):
    """A mailer that waits for the account to be mended must ask with a new application object."""
    made = client.consented()
    client.microsoft.expire_token()
    client.refreshed(made["refresh_token"])
    client.microsoft.renew_token()
    before = len(client.microsoft.door.calls("token"))
    assert client.refreshed(made["refresh_token"])["error"] == "invalid_grant"
    assert len(client.microsoft.door.calls("token")) == before


def test_a_program_that_is_not_known_or_not_proven_gets_no_token(microsoft):
    for more, error, number in (
        ({"secret": "wrong"}, "invalid_client", 7000215),
        ({"client_id": "another"}, "unauthorized_client", 700016),
    ):
        client = Msal(microsoft, **more)
        with client.session:
            refused = client.refreshed("nonsense")
        assert (refused["error"], refused["error_codes"]) == (error, [number])


def test_a_grant_type_that_is_not_offered(client):
    answer = client.session.post(
        f"{client.microsoft.authority}/oauth2/v2.0/token",
        data={
            "grant_type": "password",
            "client_id": client.microsoft.client.client_id,
            "client_secret": client.microsoft.client.client_secret,
        },
        timeout=10,
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")
