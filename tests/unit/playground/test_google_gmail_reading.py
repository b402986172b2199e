"""An account's mail as google-api-python-client reads it: newest first, in pages, and nothing is changed."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from playground import Mailbox, google_errors
from playground.google_stand_in import GoogleStandIn
from tests.unit.playground.oauth_clients import LETTER, ROOT, SEND, delegated, gmail, refusal, send

ANA = "ana@acme.example"
READ = f"{ROOT}gmail.readonly"
EVERYTHING = "https://mail.google.com/"
METADATA = f"{ROOT}gmail.metadata"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def box():
    return Mailbox()


@pytest.fixture
def google(box):
    with GoogleStandIn(box.deliver, store=box.store) as stand_in:
        stand_in.service.delegated = {SEND, READ, EVERYTHING, METADATA}
        yield stand_in


@pytest.fixture
def messages(google):
    with gmail(google, delegated(google, READ)) as service:
        yield service.users().messages()


def ids(answer):
    return [one["id"] for one in answer.get("messages", [])]


def listed(messages, **asked):
    return ids(messages.list(userId="me", **asked).execute())


def content(messages, mail_id):
    got = messages.get(userId="me", id=mail_id, format="raw", fields="id,internalDate,raw").execute()
    assert got.keys() == {"id", "internalDate", "raw"}
    return base64.urlsafe_b64decode(got["raw"])


def test_what_comes_to_the_address_is_read_byte_for_byte(box, messages):
    box.deliver("kim@people.example", [ANA.upper()], LETTER)
    box.deliver("kim@people.example", ["ben@acme.example"], b"Subject: not hers\r\n\r\n")
    [mail_id] = listed(messages)
    assert content(messages, mail_id) == LETTER
    got = messages.get(userId=ANA, id=mail_id, format="minimal").execute()
    assert (got["labelIds"], got["sizeEstimate"]) == (["INBOX", "UNREAD"], len(LETTER))
    assert int(got["internalDate"]) == int(box.messages[0].received_at.timestamp() * 1000)


def test_the_newest_come_first_and_pages_lose_nothing_to_new_mail(google, messages):
    """The list shifts while it is read: what was on the next page is still there."""
    made = [google.mail.put(ANA, LETTER, NOW + timedelta(minutes=number)) for number in range(7)]
    google.reading.page_size = 3
    first = messages.list(userId="me", maxResults=500).execute()
    assert ids(first) == made[6:3:-1]
    google.mail.put(ANA, LETTER, NOW + timedelta(hours=1))
    second = messages.list(userId="me", maxResults=500, pageToken=first["nextPageToken"]).execute()
    third = messages.list(userId="me", pageToken=second["nextPageToken"]).execute()
    assert ids(second) + ids(third) == made[3::-1]
    assert "nextPageToken" not in third
    assert refusal(messages.list(userId="me", pageToken="x").execute)[0] == 400


def test_mails_of_one_millisecond_are_not_lost_between_pages(google, messages):
    made = {google.mail.put(ANA, LETTER, NOW) for _ in range(5)}
    google.reading.page_size = 2
    seen, token = [], None
    while True:
        page = messages.list(userId="me", **({"pageToken": token} if token else {})).execute()
        seen += ids(page)
        token = page.get("nextPageToken")
        if not token:
            break
    assert (len(seen), set(seen)) == (5, made)


def test_a_search_is_by_when_how_large_and_where(google, messages):
    old = google.mail.put(ANA, LETTER, NOW - timedelta(days=3))
    large = google.mail.put(ANA, LETTER + b"x" * 2_000, NOW)
    draft = google.mail.put(ANA, LETTER, NOW, labels=("DRAFT",))
    spam = google.mail.put(ANA, LETTER, NOW, labels=("SPAM",))
    assert set(listed(messages)) == {old, large, draft}
    assert listed(messages, q=f"after:{int(NOW.timestamp())} -in:drafts") == [large]
    assert listed(messages, q=f"after:{int(NOW.timestamp()) + 1}") == []
    assert listed(messages, q="smaller:1000 -in:sent -in:drafts") == [old]
    assert listed(messages, q="before:2026/11/22") == [old]
    assert listed(messages, q="in:spam") == [spam]
    assert listed(messages, labelIds="DRAFT") == [draft]
    assert set(listed(messages, includeSpamTrash=True)) == {old, large, draft, spam}
    assert listed(messages, q="larger:1000 is:unread") == [large]
    assert listed(messages, q="no-such-word") == []


def test_what_was_sent_lies_in_the_mailbox_too(google, messages):
    sent = send(gmail(google, delegated(google, SEND)))["id"]
    assert listed(messages, q="in:sent") == [sent]
    assert content(messages, sent) == LETTER
    assert listed(messages, q="-in:sent") == []


def test_an_empty_list_has_no_messages_at_all(google, messages):
    fields = "messages/id,nextPageToken"
    assert messages.list(userId="me", fields=fields).execute() == {}
    google.mail.put(ANA, LETTER)
    google.mail.put(ANA, LETTER)
    page = messages.list(userId="me", fields=fields, maxResults=1).execute()
    assert (page.keys(), page["messages"][0].keys()) == ({"messages", "nextPageToken"}, {"id"})
    grouped = messages.list(userId="me", fields="messages(id,threadId)").execute()
    assert grouped["messages"][0].keys() == {"id", "threadId"}
    for bad in ("messages/", "messages(id", "a b", ""):
        assert refusal(messages.list(userId="me", fields=bad).execute)[1] == "invalidParameter"


def test_what_was_deleted_is_not_found(google, messages):
    mail_id = google.mail.put(ANA, LETTER)
    google.mail.delete(mail_id)
    assert listed(messages) == []
    status, reason, words = refusal(messages.get(userId="me", id=mail_id, format="raw").execute)
    assert (status, reason, words) == (404, "notFound", "Requested entity was not found.")


def test_the_right_to_send_is_not_the_right_to_read(google):
    mail_id = google.mail.put(ANA, LETTER)
    with gmail(google, delegated(google, SEND)) as sender:
        mail = sender.users().messages()
        for call in (mail.list(userId="me"), mail.get(userId="me", id=mail_id, format="raw")):
            assert refusal(call.execute)[:2] == (403, "insufficientPermissions")
    with gmail(google, delegated(google, EVERYTHING)) as all_mail:
        assert content(all_mail.users().messages(), mail_id) == LETTER
    with gmail(google, delegated(google, METADATA)) as metadata:
        mail = metadata.users().messages()
        assert listed(mail) == [mail_id]
        assert refusal(mail.list(userId="me", q="in:inbox").execute)[0] == 403
        assert refusal(mail.get(userId="me", id=mail_id, format="raw").execute)[0] == 403


def test_nobody_reads_anybody_elses_mail(google, messages):
    assert refusal(messages.list(userId="ben@acme.example").execute)[:2] == (403, "forbidden")
    assert refusal(messages.list(userId="me", maxResults=0).execute)[0] == 400
    with gmail(google, delegated(google, READ, subject="")) as own:
        assert refusal(own.users().messages().list(userId="me").execute)[1] == "failedPrecondition"


def test_reading_can_be_refused_while_sending_goes_on(google, messages):
    google.faults.refuse(google_errors.USER_RATE_LIMIT, on="gmail.list", times=1)
    assert refusal(messages.list(userId="me").execute)[1] == "userRateLimitExceeded"
    assert listed(messages) == []
    assert [call.status for call in google.door.calls("gmail.list")] == [403, 200]


def test_an_emptied_mailbox_gives_no_old_id_to_a_new_mail(box, google, messages):
    box.deliver("", [ANA], LETTER)
    [before] = listed(messages)
    box.forget()
    box.deliver("", [ANA], LETTER)
    [after] = listed(messages)
    assert before != after
