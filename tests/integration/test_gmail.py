"""Gmail over real HTTP: what only it can say, and what must not happen twice."""

import logging
import traceback

import pytest

from campaigns.errors import Busy, Misconfigured, NoAccess, OverQuota, Unsure
from mailers.gmail import GmailMailer
from mailers.google_auth import SEND_MAIL
from playground import google_errors
from playground.google_stand_in import GoogleStandIn
from tests.contract.mailer_suite import letter
from tests.fakes.provider_accounts import ANN, google_tokens


@pytest.fixture
def inbox():
    return []


@pytest.fixture
def google(inbox):
    with GoogleStandIn(lambda *mail: inbox.append(mail), accounts=[ANN]) as stand_in:
        yield stand_in


@pytest.fixture
def mailer(google):
    made = GmailMailer(google_tokens(google, SEND_MAIL), endpoint=google.gmail_endpoint)
    yield made
    made.close()


def statuses(google, call="gmail.send"):
    return [one.status for one in google.door.calls(call)]


def test_the_receipt_names_gmails_own_number(mailer, inbox):
    receipt = mailer.send(letter())
    assert receipt.reference.startswith("gmail ")
    assert inbox == [(ANN, ["bob@example.com"], letter().mime)]


def test_a_token_refused_once_is_renewed_and_the_invite_goes(mailer, google, inbox):
    mailer.send(letter())
    google.tokens.expire_access()
    mailer.send(letter(number=1))
    assert statuses(google) == [200, 401, 200]
    assert statuses(google, "token") == [200, 200]
    assert len(inbox) == 2


def test_a_token_refused_twice_is_no_access(mailer, google):
    google.faults.refuse(google_errors.BAD_TOKEN, on="gmail.send")
    with pytest.raises(NoAccess):
        mailer.send(letter())
    assert statuses(google) == [401, 401]


def test_a_revoked_account_is_no_access_within_one_call(mailer, google, inbox):
    mailer.send(letter())
    google.expire_token()
    with pytest.raises(NoAccess) as caught:
        mailer.send(letter(number=1))
    assert "Renew token" in caught.value.hint
    assert statuses(google) == [200, 401]
    google.renew_token()
    mailer.send(letter(number=1))
    assert len(inbox) == 2


@pytest.mark.parametrize("how", ["silent", "cut"])
def test_a_reply_lost_after_the_mail_went_is_unsure_and_asked_once(mailer, google, inbox, how):
    """httplib2, the client's own transport, would have sent a second mail without a word."""
    google.faults.drop("after", on="gmail.send", how=how, times=None)
    with pytest.raises(Unsure) as caught:
        mailer.send(letter())
    assert "calendars merge it" in caught.value.hint
    assert len(inbox) == len(google.door.calls("gmail.send")) == 1


def test_a_reply_lost_on_a_connection_used_before_is_unsure_too(mailer, google, inbox):
    mailer.send(letter())
    google.faults.drop("after", on="gmail.send")
    with pytest.raises(Unsure):
        mailer.send(letter(number=1))
    assert len(inbox) == 2


def test_a_connection_that_grew_old_is_made_anew(mailer, google, inbox):
    mailer.send(letter())
    google.stop()
    google.start()
    mailer.send(letter(number=1))
    assert len(inbox) == 2


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_page_in_the_place_of_a_receipt_is_unsure(mailer, google, when):
    google.faults.garble(on="gmail.send", when=when)
    with pytest.raises(Unsure):
        mailer.send(letter())


def test_a_failing_backend_is_unsure(mailer, google):
    google.faults.refuse(google_errors.BACKEND_ERROR, on="gmail.send", when="after")
    with pytest.raises(Unsure):
        mailer.send(letter())


def test_limits_are_told_apart(mailer, google):
    for answer, fault in (
        (google_errors.QUERIES_PER_MINUTE, Busy),
        (google_errors.TOO_MANY_AT_ONCE, Busy),
        (google_errors.RATE_LIMIT, Busy),
        (google_errors.DAILY_LIMIT, OverQuota),
    ):
        google.faults.refuse(answer, on="gmail.send", times=1)
        with pytest.raises(fault):
            mailer.send(letter())


def test_a_scope_that_is_missing_is_found_by_the_check(google):
    mailer = GmailMailer(google_tokens(google, "openid", needed=[SEND_MAIL]), endpoint=google.gmail_endpoint)
    with pytest.raises(NoAccess, match="not allowed all"):
        mailer.check()


def test_the_check_renews_even_a_good_token(mailer, google):
    mailer.send(letter())
    mailer.check()
    assert statuses(google, "token") == [200, 200]
    google.expire_token()
    with pytest.raises(NoAccess):
        mailer.check()


def test_an_api_that_is_off_is_a_matter_for_the_console(mailer, google):
    google.faults.refuse(google_errors.api_is_off(), on="gmail.send")
    with pytest.raises(Misconfigured) as caught:
        mailer.send(letter())
    assert "console" in caught.value.hint


def test_no_token_shows_in_a_log_or_an_error(mailer, google, caplog):
    caplog.set_level(logging.DEBUG)
    mailer.send(letter())
    said = []
    for answer in (google_errors.BAD_TOKEN, google_errors.BACKEND_ERROR, google_errors.BAD_RAW):
        google.faults.refuse(answer, on="gmail.send", times=2)
        with pytest.raises((NoAccess, Unsure, Misconfigured)) as caught:
            mailer.send(letter())
        google.faults.clear()
        said += traceback.format_exception(caught.value)
    said += [f"{record.getMessage()} {record.args!r}" for record in caplog.records]
    secrets = [*google.tokens._access, *google.tokens._refresh, google.client.client_secret]
    assert [secret for secret in secrets if secret in "".join(said)] == []


def test_a_provider_that_repeats_the_token_is_not_quoted(mailer, google):
    mailer.send(letter())
    [token] = google.tokens._access
    google.faults.refuse(google_errors.error(400, "badRequest", f"Bad Request by {token}"), on="gmail.send")
    with pytest.raises(Misconfigured) as caught:
        mailer.send(letter())
    assert caught.value.evidence == "400 badRequest Bad Request by <secret>"
