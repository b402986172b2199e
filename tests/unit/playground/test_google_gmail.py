"""Gmail as google-api-python-client calls it: what is sent, and every way in which it fails."""

import base64
import http.client
import io
import json
import threading
from datetime import UTC, datetime

import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from playground import Mailbox, google_errors
from playground.google_stand_in import GoogleStandIn
from tests.unit.playground.oauth_clients import LETTER, ROOT, SEND, Inbox, delegated, gmail, raw, send

UNTIL = datetime(2026, 11, 23, 15, 4, 5, 678000, tzinfo=UTC)


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def google(inbox):
    with GoogleStandIn(inbox) as stand_in:
        stand_in.service.delegated = {SEND, f"{ROOT}gmail.readonly"}
        yield stand_in


@pytest.fixture
def service(google):
    with gmail(google, delegated(google, SEND)) as made:
        yield made


def refused(service, letter=LETTER):
    """The error as the client library raises it: status, and the body that Google sent."""
    with pytest.raises(HttpError) as caught:
        send(service, letter)
    return caught.value.resp.status, json.loads(caught.value.content)["error"]


def letter_to(*recipients, name=b"To"):
    return LETTER.replace(
        b"To: Ben <ben@beta.example>", name + b": " + b", ".join(one.encode() for one in recipients)
    )


def test_a_letter_is_delivered_byte_for_byte(service, inbox):
    answer = send(service)
    assert inbox == [("ana@acme.example", ["ben@beta.example"], LETTER)]
    assert answer.keys() == {"id", "threadId", "labelIds"}


def test_it_lands_in_the_mailbox_of_the_playground(google):
    box = Mailbox()

    def deliver(sender, recipients, content):
        box.store.keep(sender, recipients, content, None, is_encrypted=True)

    with GoogleStandIn(deliver) as other:
        other.service.delegated = {SEND}
        send(gmail(other, delegated(other, SEND)))
    [mail] = box.by_recipient("ben@beta.example")
    assert (mail.sender, mail.content) == ("ana@acme.example", LETTER)


def test_blind_copies_are_delivered_and_not_shown(service, inbox):
    send(service, LETTER.replace(b"Subject", b"Cc: kim@beta.example\r\nBcc: eve@beta.example\r\nSubject"))
    [(_, recipients, content)] = inbox
    assert recipients == ["ben@beta.example", "kim@beta.example", "eve@beta.example"]
    assert b"eve@" not in content
    assert b"kim@" in content


@pytest.mark.parametrize("body", [None, {"threadId": "t"}], ids=["media", "multipart"])
def test_the_upload_call_works_too_over_tls(inbox, body):
    """The client library uploads to https whatever its endpoint says; with metadata it takes ASCII only."""
    letter = LETTER.replace(b"\xc3\xaf", b"i") + b"--x\r\nmore\r\n"
    with GoogleStandIn(inbox, is_tls=True) as google:
        google.service.delegated = {SEND}
        with gmail(google, delegated(google, SEND)) as service:
            media = MediaIoBaseUpload(io.BytesIO(letter), mimetype="message/rfc822")
            service.users().messages().send(userId="me", body=body, media_body=media).execute()
    assert [content.rstrip(b"\r\n") for _, _, content in inbox] == [letter.rstrip(b"\r\n")]


def test_the_profile_needs_more_than_the_right_to_send(google):
    with gmail(google, delegated(google, f"{ROOT}gmail.readonly")) as reader:
        assert reader.users().getProfile(userId="me").execute()["emailAddress"] == "ana@acme.example"
        status, error = refused(reader)
    assert (status, error["status"], error["errors"][0]["reason"]) == (
        403,
        "PERMISSION_DENIED",
        "insufficientPermissions",
    )
    assert error["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


@pytest.mark.parametrize(
    ("letter", "words"),
    [
        (b"Subject: nobody\r\n\r\nHi\r\n", "Recipient address required"),
        (letter_to("ben@beta"), "Invalid To header"),
        (b"", "payload message string"),
    ],
)
def test_what_gmail_does_not_take(service, inbox, letter, words):
    status, error = refused(service, letter)
    assert (status, error["errors"][0]["reason"], error["status"]) == (
        400,
        "invalidArgument",
        "INVALID_ARGUMENT",
    )
    assert words in error["message"]
    assert inbox == []


def test_what_is_no_base64_is_said_to_be_none(service):
    with pytest.raises(HttpError, match="Invalid value for ByteString"):
        service.users().messages().send(userId="me", body={"raw": "!!"}).execute()


def test_a_service_account_has_no_mailbox_of_its_own(google):
    with gmail(google, delegated(google, SEND, subject="")) as own:
        assert refused(own)[1]["errors"][0]["reason"] == "failedPrecondition"


@pytest.mark.parametrize(
    ("answer", "status", "reason", "words"),
    [
        (
            google_errors.mail_sending_limit(UNTIL),
            429,
            "rateLimitExceeded",
            "User-rate limit exceeded.  Retry after 2026-11-23T15:04:05.678Z (Mail sending)",
        ),
        (google_errors.other_rate_limit(UNTIL), 429, "rateLimitExceeded", "(Send as)"),
        (google_errors.TOO_MANY_AT_ONCE, 429, "rateLimitExceeded", "Too many concurrent requests for user"),
        (google_errors.QUERIES_PER_MINUTE, 429, "rateLimitExceeded", "Queries per minute"),
        (google_errors.RATE_LIMIT, 403, "rateLimitExceeded", "Rate Limit Exceeded"),
        (google_errors.USER_RATE_LIMIT, 403, "userRateLimitExceeded", "User Rate Limit Exceeded"),
        (google_errors.DAILY_LIMIT, 403, "dailyLimitExceeded", "Daily Limit Exceeded"),
        (google_errors.api_is_off(), 403, "accessNotConfigured", "Gmail API has not been used"),
        (google_errors.DOMAIN_POLICY, 403, "domainPolicy", "administrators"),
        (google_errors.DELEGATION_DENIED, 403, "forbidden", "Delegation denied"),
        (google_errors.NO_MAIL_SERVICE, 400, "failedPrecondition", "Mail service not enabled"),
        (google_errors.BACKEND_ERROR, 500, "backendError", "Backend Error"),
        (google_errors.UNAVAILABLE, 503, "backendError", "unavailable"),
    ],
)
def test_each_refusal_reaches_the_client_in_googles_words(
    google, service, inbox, answer, status, reason, words
):
    google.faults.refuse(answer, on="gmail", times=1)
    said, error = refused(service)
    assert (said, error["code"], error["errors"][0]["reason"]) == (status, status, reason)
    assert words in error["message"]
    assert inbox == []
    send(service)
    assert len(inbox) == 1


def test_a_refusal_can_be_meant_for_some_addresses_and_withdrawn(google, service, inbox):
    fault = google.faults.refuse(google_errors.BAD_RECIPIENT, on="gmail.send", pattern="@BETA")
    assert refused(service)[0] == 400
    send(service, letter_to("kim@gamma.example"))
    google.faults.withdraw(fault)
    send(service)
    assert len(inbox) == 2


def test_a_refusal_of_another_call_is_none_of_gmails_business(google, service):
    google.faults.refuse(google_errors.BACKEND_ERROR, on="events")
    google.faults.refuse(google_errors.BACKEND_ERROR, on="gmail.profile")
    send(service)
    google.faults.refuse(google_errors.BACKEND_ERROR)
    assert refused(service)[0] == 500
    google.faults.clear()
    send(service)


def test_a_token_that_is_no_longer_good_comes_before_every_other_refusal(google, service):
    """google-auth renews it by itself, once; then the call meets what was waiting for it."""
    send(service)
    google.tokens.expire_access()
    send(service)
    assert [call.status for call in google.door.calls("gmail.send")] == [200, 401, 200]


def test_garbage_in_the_place_of_an_answer(google, service, inbox):
    """The client library hands a page back as if it were a result: a mailer must look for the id."""
    google.faults.garble(on="gmail.send")
    assert send(service).startswith("<!DOCTYPE html>")
    assert inbox == []
    google.faults.garble(on="gmail.send", when="after")
    assert isinstance(send(service), str)
    assert len(inbox) == 1


def test_an_answer_cut_off_after_the_effect_leaves_the_client_unsure(google, service, inbox):
    google.faults.drop("after", on="gmail.send", how="cut")
    with pytest.raises(http.client.IncompleteRead):
        send(service)
    assert len(inbox) == 1
    assert [call.status for call in google.door.calls("gmail.send")] == [0]


def test_httplib2_sends_a_second_time_when_the_answer_never_comes(google, service, inbox):
    """It takes silence for a stale connection. One fault, no error, two mails: a mailer must know."""
    google.faults.drop("after", on="gmail.send", times=1)
    send(service)
    assert len(inbox) == 2


def test_silence_before_the_effect_is_one_mail_or_none(google, service, inbox):
    google.faults.drop("before", on="gmail.send", times=2)
    with pytest.raises(http.client.RemoteDisconnected):
        send(service)
    assert inbox == []
    send(service)
    assert len(inbox) == 1


def test_a_held_call_waits_and_goes_on_when_released(google, service, inbox):
    google.faults.hold("gmail")
    sender = threading.Thread(target=send, args=(service,))
    sender.start()
    google.faults.traffic.wait_for("gmail.send", 1)
    assert inbox == []
    google.faults.release()
    sender.join(10)
    assert len(inbox) == 1


def test_a_slow_answer_outlasts_a_short_patience(google, inbox):
    credentials = delegated(google, SEND)
    with gmail(google, credentials) as service:
        send(service)
    google.faults.slow_down(60)
    with gmail(google, credentials, timeout=0.05) as hasty, pytest.raises(TimeoutError):
        send(hasty)
    google.faults.clear()


def test_many_at_once_lose_nothing(google, inbox):
    credentials = delegated(google, SEND)
    service = gmail(google, credentials)
    send(service)

    def work(number):
        with gmail(google, credentials) as mine:
            for one in range(5):
                send(mine, letter_to(f"p{number}.{one}@beta.example"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len({recipients[0] for _, recipients, _ in inbox}) == 31
    assert google.gmail.sent == 31


def test_unpadded_base64_is_taken(service, inbox):
    text = base64.urlsafe_b64encode(LETTER + b"x").decode().rstrip("=")
    service.users().messages().send(userId="me", body={"raw": text}).execute()
    assert inbox[0][2] == LETTER + b"x"
    assert raw()["raw"]
