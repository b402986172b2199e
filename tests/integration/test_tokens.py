"""Access to accounts at Google and Microsoft, renewed over real HTTP with the providers' own libraries."""

import logging
import traceback
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.errors import Busy, Misconfigured, NoAccess, StorageTrouble
from mailers.google_auth import OWN_CALENDARS, SEND_MAIL, GoogleTokens
from mailers.microsoft_auth import MicrosoftTokens
from playground import google_errors, microsoft_errors
from playground.google_stand_in import GoogleStandIn
from playground.microsoft_stand_in import MicrosoftStandIn
from tests.fakes.provider_accounts import ANN, google_tokens, microsoft_tokens, refresh_token


@pytest.fixture
def google():
    with GoogleStandIn(lambda *_: None, accounts=[ANN]) as stand_in:
        yield stand_in


@pytest.fixture
def microsoft():
    with MicrosoftStandIn(lambda *_: None, accounts=[ANN]) as stand_in:
        yield stand_in


@pytest.fixture(params=["google", "microsoft"])
def provider(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def tokens(provider):
    made = (
        google_tokens(provider, SEND_MAIL)
        if isinstance(provider, GoogleStandIn)
        else microsoft_tokens(provider)
    )
    yield made
    made.close()


def asked(provider):
    return len(provider.door.calls("token"))


def test_a_token_is_kept_and_renewed_when_asked(provider, tokens):
    first = tokens.access()
    assert tokens.access() == first
    assert asked(provider) == 1
    assert provider.tokens.access(tokens.access(renew=True))
    assert asked(provider) == 2


def test_a_revoked_account_has_no_access_and_a_restored_one_has_it_again(provider, tokens):
    tokens.access()
    provider.expire_token()
    with pytest.raises(NoAccess) as caught:
        tokens.access(renew=True)
    assert "invalid_grant" in caught.value.evidence
    assert caught.value.hint
    assert asked(provider) == 2
    provider.renew_token()
    assert provider.tokens.access(tokens.access())


def test_a_sign_in_that_cannot_be_reached_is_busy_for_the_whole_account(provider, tokens):
    provider.stop()
    with pytest.raises(Busy) as caught:
        tokens.access()
    assert caught.value.whole_account
    provider.start()
    assert tokens.access()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_sign_in_that_hangs_up_is_busy(provider, tokens, when):
    provider.faults.drop(when, on="token", times=None)
    with pytest.raises(Busy) as caught:
        tokens.access()
    assert caught.value.whole_account
    provider.faults.clear()
    assert tokens.access()


def test_a_page_in_the_place_of_a_token_is_busy(provider, tokens):
    provider.faults.garble(on="token", times=None)
    with pytest.raises(Busy):
        tokens.access()


def test_a_failing_sign_in_is_asked_once_and_not_in_a_loop(provider, tokens):
    """google-auth would try three times by itself, sleeping in between."""
    provider.faults.refuse(google_errors.TOKEN_SERVER_DOWN, on="token")
    with pytest.raises(Busy):
        tokens.access()
    assert asked(provider) == 1


def test_a_token_never_shows_in_a_log_or_an_error(provider, tokens, caplog):
    caplog.set_level(logging.DEBUG)
    secrets = [tokens.access()]
    secrets.append(tokens.access(renew=True))
    provider.expire_token()
    with pytest.raises(NoAccess) as caught:
        tokens.access(renew=True)
    secrets += [*provider.tokens._refresh, *provider.tokens._access, provider.client.client_secret]
    said = "".join(traceback.format_exception(caught.value)) + repr(caught.value.args) + repr(tokens)
    said += "".join(f"{record.getMessage()} {record.args!r}" for record in caplog.records)
    assert [secret for secret in secrets if secret in said] == []


# Google's own


def test_a_scope_left_unticked_is_named(google):
    tokens = google_tokens(google, SEND_MAIL, needed=[SEND_MAIL, OWN_CALENDARS])
    with pytest.raises(NoAccess) as caught:
        tokens.access()
    assert caught.value.evidence == f"not granted: {OWN_CALENDARS}"


@pytest.mark.parametrize(
    "answer",
    [google_errors.DELETED_CLIENT, google_errors.NO_DELEGATION, google_errors.SCOPE_NOT_ALLOWED],
    ids=["deleted client", "no delegation", "scope"],
)
def test_a_bot_that_google_does_not_know_needs_a_person(google, answer):
    google.faults.refuse(answer, on="token")
    with pytest.raises(Misconfigured):
        google_tokens(google, SEND_MAIL).access()


def service(google, subject=ANN, **more):
    values = {"key_file": google.service_account_info, "subject": subject, "needed": [SEND_MAIL]}
    return GoogleTokens.of_service(**(values | more))


def test_a_service_account_acts_for_a_person_of_the_domain(google):
    google.service.delegated = {SEND_MAIL}
    token = google.tokens.access(service(google).access())
    assert (token.grant.account, token.scopes) == (ANN, (SEND_MAIL,))


def test_a_service_account_without_delegation_needs_the_administrator(google):
    with pytest.raises(Misconfigured) as caught:
        service(google).access()
    assert "unauthorized_client" in caught.value.evidence
    assert "delegation" in caught.value.hint


@pytest.mark.parametrize("key_file", [{}, {"type": "service_account", "private_key": "nonsense"}])
def test_a_key_that_cannot_be_read_is_said_to_be_one(google, key_file):
    whole = google.service_account_info | key_file if key_file else {}
    with pytest.raises(Misconfigured, match="key cannot be read"):
        service(google, key_file=whole).access()


# Microsoft's own


def test_each_new_refresh_token_is_kept_and_used_next(microsoft):
    kept = []
    tokens = microsoft_tokens(microsoft, keep=kept.append)
    tokens.access()
    tokens.access(renew=True)
    assert len(set(kept)) == 2
    other = microsoft_tokens(microsoft, keep=kept.append, refresh_token=kept[-1])
    assert other.access()


def test_a_refresh_token_that_cannot_be_kept_makes_everybody_wait(microsoft):
    troubles = [StorageTrouble()]

    def keep(_):
        if troubles:
            raise troubles.pop()

    tokens = microsoft_tokens(microsoft, keep=keep)
    with pytest.raises(Busy) as caught:
        tokens.access()
    assert caught.value.whole_account
    assert tokens.access()


def test_a_mended_account_is_not_refused_from_memory(microsoft):
    """msal repeats a refusal for a minute without asking."""
    tokens = microsoft_tokens(microsoft)
    microsoft.tokens.revoke()
    with pytest.raises(NoAccess):
        tokens.access()
    microsoft.tokens.restore()
    assert tokens.access()


def test_a_scope_taken_away_wants_consent_again(microsoft):
    tokens = microsoft_tokens(microsoft)
    microsoft.tokens.narrow(["User.Read", "offline_access", "openid", "profile"])
    with pytest.raises(NoAccess):
        tokens.access()


def test_a_token_for_less_than_asked_is_no_access(microsoft):
    answer = google_errors.json_answer(
        {"access_token": "x" * 20, "expires_in": 3600, "scope": "https://graph.microsoft.com/User.Read"}
    )
    microsoft.faults.refuse(answer, on="token")
    with pytest.raises(NoAccess) as caught:
        microsoft_tokens(microsoft).access()
    assert caught.value.evidence == "not granted: https://graph.microsoft.com/Mail.Send"


def test_a_second_factor_asks_for_the_person(microsoft):
    microsoft.faults.refuse(microsoft_errors.sign_in_needed().answer(datetime.now(UTC)), on="token")
    with pytest.raises(NoAccess) as caught:
        microsoft_tokens(microsoft).access()
    assert "AADSTS50076" in caught.value.evidence


def test_a_wrong_secret_is_the_bots_trouble(microsoft):
    with pytest.raises(Misconfigured) as caught:
        microsoft_tokens(microsoft, client_secret="wrong").access()
    assert "AADSTS7000215" in caught.value.evidence


def test_a_tenant_that_does_not_exist_is_the_settings_trouble(microsoft):
    with pytest.raises(Misconfigured):
        microsoft_tokens(microsoft, authority=f"{microsoft.base_url}/a/b/c").access()


def test_a_certificate_that_is_not_trusted_stops_everything(microsoft):
    tokens = MicrosoftTokens(
        client_id=microsoft.client.client_id,
        client_secret=microsoft.client.client_secret,
        refresh_token=refresh_token(microsoft, "Mail.Send"),
        scopes=["Mail.Send"],
        keep=[].append,
        authority=microsoft.authority,
    )
    with pytest.raises(Misconfigured, match="trusted"):
        tokens.access()
    tokens.close()


def test_an_hour_later_the_token_is_renewed_by_itself(microsoft):
    now = [datetime.now(UTC)]
    tokens = microsoft_tokens(microsoft, now=lambda: now[0])
    first = tokens.access()
    now[0] += timedelta(minutes=56)
    assert tokens.access() != first
