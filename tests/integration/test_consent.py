"""A person at Google's and Microsoft's consent pages, over real HTTP: what comes of it, and what does not."""

import base64
import json
import logging
import traceback
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from campaigns.account import Credential, How, Service
from campaigns.consent_port import ConsentRefused
from campaigns.errors import Busy, Misconfigured
from mailers.consent_answers import nonce
from mailers.google_auth import FULL_MAIL, OWN_CALENDARS, READ_MAIL, SEND_MAIL, GoogleTokens
from mailers.google_consent import GoogleConsent
from mailers.microsoft_auth import READ_IMAP, SEND_SMTP, MicrosoftTokens
from mailers.microsoft_auth import READ_MAIL as GRAPH_READ
from mailers.microsoft_auth import SEND_MAIL as GRAPH_MAIL
from mailers.microsoft_consent import MicrosoftConsent
from playground import google_errors, microsoft_errors
from playground.google_stand_in import GoogleStandIn
from playground.microsoft_stand_in import MicrosoftStandIn
from playground.oauth_person import answer_consent
from playground.provider_answers import json_answer

ANN = "ann@acme.example"
BEA = "bea@acme.example"
BACK = "https://invites.example.com/connect/callback"
VERIFIER = "verifier-" + "v" * 40
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


class Visit:
    """One person's way through the page: where they come back, and with what."""

    def __init__(self, provider, consent, service):
        self.provider, self.consent, self.service = provider, consent, service

    def page(self, **more):
        return self.consent.page(self.service, **({"state": "s1", "verifier": VERIFIER} | more))

    def back(self, *, page=None, **answer):
        url = answer_consent(page or self.page(), certificate=self.provider.certificate, **answer)
        assert url.startswith(f"{BACK}?")
        return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}

    def granted(self, *, code=None, verifier=VERIFIER, **answer):
        return self.consent.accept(self.service, code=code or self.back(**answer)["code"], verifier=verifier)

    def refused(self, kind=ConsentRefused, **more):
        with pytest.raises(kind) as caught:
            self.granted(**more)
        return caught.value


def google_consent(google, **more):
    client = google.client
    where = {"base_url": google.base_url, "certificate": str(google.certificate or "")}
    return GoogleConsent(client.client_id, client.client_secret, BACK, now=lambda: NOW, **(where | more))


def microsoft_consent(microsoft, client_secret="", **more):
    client = microsoft.client
    where = {"base_url": microsoft.base_url, "certificate": str(microsoft.certificate)}
    return MicrosoftConsent(
        client.client_id,
        client_secret or client.client_secret,
        BACK,
        now=lambda: NOW,
        **({"tenant": "organizations"} | where | more),
    )


@pytest.fixture
def google():
    made = GoogleStandIn(lambda *_: None, accounts=[ANN, BEA], redirect_uris=[BACK], is_tls=True)
    with made as stand_in:
        yield stand_in


@pytest.fixture
def microsoft():
    with MicrosoftStandIn(lambda *_: None, accounts=[ANN, BEA], redirect_uris=[BACK]) as stand_in:
        yield stand_in


@pytest.fixture
def gmail(google):
    return Visit(google, google_consent(google), Service.GMAIL)


@pytest.fixture
def office(microsoft):
    return Visit(microsoft, microsoft_consent(microsoft), Service.MICROSOFT_365)


@pytest.fixture(params=["gmail", "office"])
def visit(request):
    return request.getfixturevalue(request.param)


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


# Both


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


# Google's own


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


def test_mail_over_smtp_knows_where_to_go(google, microsoft):
    sent_by = Visit(google, google_consent(google), Service.SMTP).granted().credential
    assert (sent_by.host, sent_by.port, sent_by.security) == ("smtp.gmail.com", 587, "starttls")
    sent_by = Visit(microsoft, microsoft_consent(microsoft), Service.SMTP).granted().credential
    assert (sent_by.host, sent_by.port, sent_by.security) == ("smtp.office365.com", 587, "starttls")


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


# Microsoft's own


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


# Whose account it is


def identity(visit, **claims):
    """The provider's answer with other claims in its identity."""
    standard = {"aud": visit.provider.client.client_id, "nonce": nonce(VERIFIER), "email": ANN}
    body = json.dumps(standard | claims).encode()
    scope = f"{SEND_MAIL} {GRAPH_MAIL}"
    token = f"e30.{base64.urlsafe_b64encode(body).rstrip(b'=').decode()}.c2ln"
    answer = {
        "access_token": "x",
        "refresh_token": "y",
        "scope": scope,
        "expires_in": 3599,
        "id_token": token,
    }
    visit.provider.faults.refuse(json_answer(answer), on="token")


def test_an_identity_for_another_program_is_refused(visit):
    identity(visit, aud="somebody-else")
    assert "another program" in visit.refused().message


@pytest.mark.parametrize(
    "address", ["", "not an address", "ann@acme.example\r\nBcc: all@acme.example", "a@b, c@d"]
)
def test_an_identity_without_a_usable_address_is_refused(visit, address):
    identity(visit, email=address)
    assert "whose account" in visit.refused().message


def test_an_address_that_nobody_verified_is_refused(visit):
    identity(visit, email_verified=False)
    assert "not verified" in visit.refused().message


def test_the_mail_address_comes_before_the_name_to_sign_in_with(office):
    identity(office, email="events@acme.example", preferred_username="ann@acme.onmicrosoft.example")
    assert office.granted().address == "events@acme.example"


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "a.!.c", f"a.{base64.urlsafe_b64encode(b'[]').decode()}.c"]
)
def test_an_identity_that_cannot_be_read_is_refused(gmail, token):
    answer = {"access_token": "x", "refresh_token": "y", "scope": SEND_MAIL, "id_token": token}
    gmail.provider.faults.refuse(json_answer(answer), on="token")
    assert gmail.refused()


# Reading answers and bounces


READING = [
    (Service.GMAIL, READ_MAIL),
    (Service.SMTP, FULL_MAIL),
]


@pytest.mark.parametrize(("service", "scope"), READING)
def test_google_is_asked_to_read_only_when_that_is_wanted(google, service, scope):
    consent = google_consent(google)
    visit = Visit(google, consent, service)
    assert consent.reading(service).scope == scope
    asked = parse_qs(urlsplit(visit.page(reads=True)).query)["scope"][0].split()
    assert asked.count(scope) == 1
    code = visit.back(page=visit.page(reads=True))["code"]
    credential = consent.accept(service, code=code, verifier=VERIFIER, reads=True).credential
    assert credential.reads
    assert scope in credential.scopes
    assert (credential.imap is not None) == (service is Service.SMTP)


def test_a_calendar_needs_no_more_to_be_read(google):
    assert google_consent(google).reading(Service.GOOGLE_CALENDAR) is None


def test_google_without_the_box_reads_nothing(google):
    credential = Visit(google, google_consent(google), Service.SMTP).granted().credential
    assert not credential.reads
    assert credential.imap is None


def test_whoever_unticks_reading_at_google_can_send_all_the_same(google):
    consent = google_consent(google)
    visit = Visit(google, consent, Service.GMAIL)
    code = visit.back(page=visit.page(reads=True), without=[READ_MAIL])["code"]
    credential = consent.accept(Service.GMAIL, code=code, verifier=VERIFIER, reads=True).credential
    assert not credential.reads
    assert credential.scopes == (SEND_MAIL,)


@pytest.mark.parametrize(
    ("service", "scope"), [(Service.MICROSOFT_365, GRAPH_READ), (Service.SMTP, READ_IMAP)]
)
def test_microsoft_is_asked_to_read_only_when_that_is_wanted(microsoft, service, scope):
    consent = microsoft_consent(microsoft)
    visit = Visit(microsoft, consent, service)
    assert consent.reading(service).scope == scope
    assert scope not in parse_qs(urlsplit(visit.page()).query)["scope"][0].split()
    code = visit.back(page=visit.page(reads=True))["code"]
    credential = consent.accept(service, code=code, verifier=VERIFIER, reads=True).credential
    assert credential.reads
    assert credential.scopes[1:] == (scope,)
    assert (credential.imap is not None) == (service is Service.SMTP)
    assert not visit.granted().credential.reads
