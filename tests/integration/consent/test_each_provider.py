"""What comes of a consent at either provider, and what does not."""

import logging
import traceback
from urllib.parse import parse_qs, urlsplit

import pytest

from campaigns.account import How, Service
from campaigns.consent_port import ConsentRefused
from campaigns.errors import Busy, Misconfigured
from mailers.consent_answers import nonce
from mailers.google_auth import GoogleTokens
from mailers.microsoft_auth import MicrosoftTokens
from playground import google_errors
from playground.oauth_person import answer_consent
from playground.provider_answers import json_answer
from tests.integration.consent.visits import BACK, BEA, VERIFIER, Visit, google_consent, microsoft_consent


def tokens_of(visit, credential):
    """As the mailers will open it."""
    client = visit.provider.client
    values = {"client_id": client.client_id, "client_secret": client.client_secret}
    values |= {"refresh_token": credential.secret, "certificate": str(visit.provider.certificate or "")}
    if credential.provider == "google":
        token_uri = f"{visit.provider.base_url}/token"
        return GoogleTokens.of_person(needed=credential.scopes, token_uri=token_uri, **values)
    authority = visit.provider.authority
    return MicrosoftTokens(scopes=credential.scopes, keep=[].append, authority=authority, **values)


def test_what_was_granted_opens_the_account_later(visit):
    granted = visit.granted(account=BEA)
    assert granted.address == granted.credential.user == BEA
    assert granted.credential.how is How.CONSENT
    tokens = tokens_of(visit, granted.credential)
    assert visit.provider.tokens.access(tokens.access()).grant.account == BEA
    tokens.close()


def test_the_page_proves_itself_with_s256_and_shows_no_secret(visit):
    asked = parse_qs(urlsplit(visit.page()).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["state"] == ["s1"]
    assert asked["redirect_uri"] == [BACK]
    assert VERIFIER not in visit.page()
    assert visit.provider.client.client_secret not in visit.page()


def test_the_page_suggests_the_account_that_is_renewed(visit):
    assert parse_qs(urlsplit(visit.page(address=BEA)).query)["login_hint"] == [BEA]
    assert "login_hint" not in visit.page()


def test_who_presses_cancel_comes_back_without_a_code(visit):
    back = visit.back(is_allowed=False)
    assert back["error"] == "access_denied"
    assert back["state"] == "s1"
    assert "code" not in back


def test_a_code_is_good_once(visit):
    code = visit.back()["code"]
    visit.granted(code=code)
    refused = visit.refused(code=code)
    assert "used up" in refused.message
    assert "new link" in refused.hint


def test_a_code_nobody_gave_is_refused(visit):
    assert visit.refused(code="made-up")


def test_another_verifier_gets_nothing(visit):
    """A code that was caught on its way is of no use without the verifier."""
    assert visit.refused(verifier="another-" + "v" * 40)


def test_an_identity_of_another_visit_is_refused(visit):
    """The code and its proof fit; the identity does not carry this visit's nonce."""
    page = visit.page().replace(nonce(VERIFIER), nonce("another"))
    assert "another visit" in visit.refused(page=page).message


def test_a_code_for_another_address_is_refused(visit):
    """The provider compares where the code went with where it is said to have gone."""
    page = visit.page()
    elsewhere = "https://elsewhere.example/connect/callback"
    visit.provider.sign_in.redirect_uris.append(elsewhere)
    url = answer_consent(
        page.replace("invites.example.com", "elsewhere.example"), certificate=visit.provider.certificate
    )
    code = parse_qs(urlsplit(url).query)["code"][0]
    assert visit.refused((ConsentRefused, Misconfigured), code=code)


def test_a_provider_that_is_silent_is_busy_and_the_person_may_try_again(visit):
    code = visit.back()["code"]
    visit.provider.stop()
    assert "new link" in visit.refused(Busy, code=code).hint


@pytest.mark.parametrize("how", ["silent", "cut"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_provider_that_hangs_up_is_busy(visit, when, how):
    visit.provider.faults.drop(when, on="token", times=None, how=how)
    assert "new link" in visit.refused(Busy).hint


def test_a_page_in_the_place_of_a_token_is_busy(visit):
    visit.provider.faults.garble(on="token", times=None)
    assert visit.refused(Busy)


@pytest.mark.parametrize("body", [[], {}, {"access_token": "x"}, {"error": ["?"]}, {"access_token": None}])
def test_an_answer_that_makes_no_sense_connects_nothing(visit, body):
    visit.provider.faults.refuse(json_answer(body), on="token")
    assert visit.refused((ConsentRefused, Busy, Misconfigured))


def test_a_provider_with_trouble_of_its_own_is_busy_and_asked_once(visit):
    visit.provider.faults.refuse(google_errors.TOKEN_SERVER_DOWN, on="token")
    visit.refused(Busy)
    assert len(visit.provider.door.calls("token")) == 1


def test_no_secret_shows_in_a_log_or_an_error(visit, caplog):
    caplog.set_level(logging.DEBUG)
    code = visit.back()["code"]
    granted = visit.granted(code=code)
    refused = visit.refused(code=code)
    secrets = [code, VERIFIER, visit.provider.client.client_secret]
    secrets += [*visit.provider.tokens._refresh, *visit.provider.tokens._access]
    said = "".join(traceback.format_exception(refused)) + repr(refused.args) + repr(granted)
    said += "".join(f"{record.getMessage()} {record.args!r}" for record in caplog.records)
    assert [secret for secret in secrets if secret in said] == []


@pytest.mark.parametrize("visit", ["gmail", "office"], indirect=True)
def test_each_permission_is_explained(visit):
    asked = parse_qs(urlsplit(visit.page()).query)["scope"][0].split()
    explained = visit.consent.permissions(visit.service)
    assert sorted(" ".join(one.scope for one in explained).split()) == sorted(asked)
    assert all(one.why.endswith(".") for one in explained)


def test_mail_over_smtp_knows_where_to_go(google, microsoft):
    sent_by = Visit(google, google_consent(google), Service.SMTP).granted().credential
    assert (sent_by.host, sent_by.port, sent_by.security) == ("smtp.gmail.com", 587, "starttls")
    sent_by = Visit(microsoft, microsoft_consent(microsoft), Service.SMTP).granted().credential
    assert (sent_by.host, sent_by.port, sent_by.security) == ("smtp.office365.com", 587, "starttls")
