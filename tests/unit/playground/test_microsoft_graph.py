"""Graph's sendMail, as requests calls it."""

import base64
import threading

import pytest
import requests

from playground import microsoft_errors
from playground.microsoft_stand_in import MicrosoftStandIn
from tests.unit.playground.oauth_clients import BACK, LETTER, Inbox, Msal


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def microsoft(inbox):
    with MicrosoftStandIn(inbox, redirect_uris=[BACK]) as stand_in:
        yield stand_in


@pytest.fixture
def client(microsoft):
    made = Msal(microsoft)
    with made.session:
        yield made


@pytest.fixture
def token(client):
    return client.consented()["access_token"]


def code_of(answer):
    body = answer.json()["error"]
    assert body["innerError"].keys() == {"request-id", "client-request-id"}
    return answer.status_code, body["code"]


def test_a_token_without_the_scope_may_not_send(client, inbox):
    client.scopes = ("User.Read",)
    assert code_of(client.send(client.consented()["access_token"])) == (403, "ErrorAccessDenied")
    assert inbox == []


@pytest.mark.parametrize(
    ("letter", "status", "code"),
    [
        (b"From: ana@acme.example\r\n\r\nHi\r\n", 400, "ErrorInvalidRecipients"),
        (LETTER.replace(b"ben@beta.example", b"ben@beta"), 400, "ErrorInvalidRecipients"),
        (LETTER.replace(b"From: ana", b"From: boss"), 403, "ErrorSendAsDenied"),
        (LETTER + b"x" * 4 * 1024 * 1024, 413, "RequestEntityTooLarge"),
    ],
)
def test_what_graph_does_not_send(client, token, inbox, letter, status, code):
    assert code_of(client.send(token, letter)) == (status, code)
    assert inbox == []


def test_what_is_not_base64_or_not_mime_is_refused(client, token, inbox):
    url = f"{client.microsoft.graph_endpoint}/me/sendMail"
    head = {"Authorization": f"Bearer {token}", "Content-Type": "text/plain"}
    answer = client.session.post(url, data=b"!not base64!", headers=head, timeout=10)
    assert code_of(answer) == (400, "ErrorMimeContentInvalidBase64String")
    answer = client.session.post(
        url, json={"message": {}}, headers=head | {"Content-Type": "application/json"}, timeout=10
    )
    assert answer.status_code == 415
    assert code_of(client.session.post(url, data=b"", timeout=10)) == (401, "InvalidAuthenticationToken")
    assert inbox == []


def test_base64_in_lines_is_taken_and_blind_copies_stay_blind(client, token, inbox):
    letter = LETTER.replace(b"Subject", b"Bcc: eve@beta.example\r\nSubject")
    client.session.post(
        f"{client.microsoft.graph_endpoint}/me/sendMail",
        data=base64.encodebytes(letter),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "text/plain"},
        timeout=10,
    ).raise_for_status()
    [(_, recipients, content)] = inbox
    assert recipients == ["ben@beta.example", "eve@beta.example"]
    assert b"eve@" not in content


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (microsoft_errors.throttled(7), 429, "ApplicationThrottled"),
        (microsoft_errors.ACCESS_DENIED, 403, "ErrorAccessDenied"),
        (microsoft_errors.SEND_AS_DENIED, 403, "ErrorSendAsDenied"),
        (microsoft_errors.BAD_RECIPIENT, 400, "ErrorInvalidRecipients"),
        (microsoft_errors.MESSAGE_LIMIT, 400, "ErrorExceededMessageLimit"),
        (microsoft_errors.QUOTA, 400, "ErrorQuotaExceeded"),
        (microsoft_errors.SUBMISSION_BLOCKED, 400, "ErrorMessageSubmissionBlocked"),
        (microsoft_errors.NO_MAILBOX, 404, "MailboxNotEnabledForRESTAPI"),
        (microsoft_errors.BACKEND_ERROR, 500, "ErrorInternalServerError"),
        (microsoft_errors.UNAVAILABLE, 503, "serviceNotAvailable"),
    ],
)
def test_each_refusal_reaches_the_client_in_graphs_words(client, token, inbox, answer, status, code):
    client.microsoft.faults.refuse(answer, on="sendMail", pattern="@beta", times=1)
    said = client.send(token)
    assert code_of(said) == (status, code)
    assert said.headers.get("Retry-After") == ("7" if status == 429 else None)
    assert inbox == []
    assert client.send(token).status_code == 202


def test_a_fifth_message_at_once_is_one_too_many(client, token, inbox):
    microsoft = client.microsoft
    microsoft.faults.hold("sendMail")
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(client.send(token))) for _ in range(4)]
    for thread in threads:
        thread.start()
    microsoft.faults.traffic.wait_for("sendMail", 4)
    fifth = client.send(token)
    assert code_of(fifth) == (429, "ApplicationThrottled")
    assert "MailboxConcurrency" in fifth.json()["error"]["message"]
    assert fifth.headers["Retry-After"] == "1"
    microsoft.faults.release()
    for thread in threads:
        thread.join(10)
    assert [answer.status_code for answer in answers] == [202] * 4
    assert len(inbox) == 4


@pytest.mark.parametrize(("when", "delivered"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize("how", ["silent", "cut"])
def test_a_reply_that_never_comes_whole_leaves_the_client_unsure(client, token, inbox, when, delivered, how):
    """requests does not ask a second time, as httplib2 does."""
    client.microsoft.faults.drop(when, on="sendMail", how=how)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        client.send(token)
    assert len(inbox) == delivered
    assert [call.status for call in client.microsoft.door.calls("sendMail")] == [0]


def test_a_page_in_the_place_of_a_receipt_is_no_receipt(client, token, inbox):
    client.microsoft.faults.garble(on="sendMail")
    assert client.send(token).status_code == 200, "a receipt is 202"
    assert inbox == []


def test_it_stops_while_a_call_is_held(client, token):
    client.microsoft.faults.hold("sendMail")
    outcome = []

    def work():
        try:
            outcome.append(client.send(token).status_code)
        except requests.ConnectionError:
            outcome.append("hung up")

    thread = threading.Thread(target=work)
    thread.start()
    client.microsoft.faults.traffic.wait_for("sendMail", 1)
    client.microsoft.stop()
    thread.join(10)
    assert outcome
    client.microsoft.faults.release()
    client.microsoft.start()
    assert client.send(token).status_code == 202
