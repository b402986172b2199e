"""An account's inbox as Graph lists it: by when mail came, in pages to be followed, as MIME."""

from datetime import UTC, datetime, timedelta

import pytest

from playground import Mailbox, microsoft_errors
from playground.microsoft_stand_in import MicrosoftStandIn
from tests.unit.playground.oauth_clients import BACK, LETTER, Msal

ANA = "ana@acme.example"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SINCE = "receivedDateTime ge 2026-11-22T10:00:00Z"
BY_TIME = "receivedDateTime asc"
SIZE = "singleValueExtendedProperties($filter=id eq 'Integer 0x0E08')"


@pytest.fixture
def box():
    return Mailbox()


@pytest.fixture
def microsoft(box):
    with MicrosoftStandIn(box.deliver, redirect_uris=[BACK], store=box.store) as stand_in:
        yield stand_in


class Reader(Msal):
    scopes = ("Mail.Read",)

    def __init__(self, microsoft):
        super().__init__(microsoft)
        self.token = self.consented()["access_token"]

    def get(self, path, **asked):
        url = path if path.startswith("https:") else f"{self.microsoft.graph_endpoint}/me/{path}"
        head = {"Authorization": f"Bearer {self.token}", "Prefer": 'IdType="ImmutableId"'}
        params = {f"${name}": value for name, value in asked.items()}
        return self.session.get(url, params=params, headers=head, timeout=10)

    def inbox(self, **asked):
        answer = self.get("mailFolders/inbox/messages", **asked)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def reader(microsoft):
    made = Reader(microsoft)
    with made.session:
        yield made


def refused(answer):
    return answer.status_code, answer.json()["error"]["code"]


def test_a_mail_is_listed_with_its_size_and_read_byte_for_byte(box, reader):
    box.deliver("kim@people.example", [ANA], LETTER)
    box.deliver("kim@people.example", ["ben@acme.example"], LETTER)
    [one] = reader.inbox(select="id,receivedDateTime", expand=SIZE)["value"]
    assert one.keys() == {"@odata.etag", "id", "receivedDateTime", "singleValueExtendedProperties"}
    assert one["receivedDateTime"] == f"{box.messages[0].received_at:%Y-%m-%dT%H:%M:%SZ}"
    assert one["singleValueExtendedProperties"] == [{"id": "Integer 0xe08", "value": str(len(LETTER))}]
    answer = reader.get(f"messages/{one['id']}/$value")
    assert (answer.content, answer.headers["Content-Type"]) == (LETTER, "text/plain")
    assert reader.inbox(select="isRead")["value"][0]["isRead"] is False


def test_pages_are_followed_to_the_end_oldest_first(microsoft, reader):
    microsoft.mail.put(ANA, LETTER, NOW - timedelta(days=2))
    made = [microsoft.mail.put(ANA, LETTER, NOW + timedelta(seconds=number // 2)) for number in range(7)]
    microsoft.reading.page_size = 3
    page = reader.inbox(filter=SINCE, orderby=BY_TIME, top=50, select="id,receivedDateTime", expand=SIZE)
    seen = [page]
    while "@odata.nextLink" in page:
        assert page["@odata.nextLink"].startswith(microsoft.graph_endpoint)
        page = reader.get(page["@odata.nextLink"]).json()
        seen.append(page)
    found = [one for page in seen for one in page["value"]]
    assert (len(seen), {one["id"] for one in found}) == (3, set(made))
    assert [one["receivedDateTime"] for one in found] == sorted(one["receivedDateTime"] for one in found)
    assert all("singleValueExtendedProperties" in one for one in found)


def test_the_bound_is_of_whole_seconds(microsoft, reader):
    microsoft.mail.put(ANA, LETTER, NOW.replace(microsecond=900_000))
    asked = {"orderby": BY_TIME}
    assert len(reader.inbox(filter="receivedDateTime ge 2026-11-23T12:00:00Z", **asked)["value"]) == 1
    assert reader.inbox(filter="receivedDateTime gt 2026-11-23T12:00:00Z", **asked)["value"] == []
    both = "receivedDateTime ge 2026-11-23T12:00:00Z and receivedDateTime le 2026-11-23T12:00:00Z"
    assert len(reader.inbox(filter=both, **asked)["value"]) == 1


def test_without_an_order_the_newest_come_first_and_ten_at_most(microsoft, reader):
    made = [microsoft.mail.put(ANA, LETTER, NOW + timedelta(minutes=number)) for number in range(12)]
    page = reader.inbox()
    assert [one["id"] for one in page["value"]] == made[:1:-1]
    assert "%24skip=10" in page["@odata.nextLink"] or "$skip=10" in page["@odata.nextLink"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"filter": "receivedDateTime ge yesterday"}, "ErrorInvalidUrlQueryFilter"),
        ({"filter": SINCE, "orderby": "subject asc"}, "InefficientFilter"),
        ({"orderby": "subject asc"}, "ErrorInvalidProperty"),
        ({"top": "0"}, "ErrorInvalidUrlQuery"),
        ({"top": "all"}, "ErrorInvalidUrlQuery"),
        ({"select": "id,flavour"}, "ErrorInvalidUrlQuery"),
        ({"expand": "attachments"}, "ErrorInvalidUrlQuery"),
        ({"count": "true"}, "ErrorInvalidUrlQuery"),
    ],
)
def test_what_graph_does_not_understand_it_refuses(reader, asked, code):
    assert refused(reader.get("mailFolders/inbox/messages", **asked)) == (400, code)


def test_what_was_deleted_is_not_found(microsoft, reader):
    mail_id = microsoft.mail.put(ANA, LETTER)
    microsoft.mail.delete(mail_id)
    assert reader.inbox()["value"] == []
    assert refused(reader.get(f"messages/{mail_id}/$value")) == (404, "ErrorItemNotFound")


def test_the_right_to_send_is_not_the_right_to_read(microsoft, reader):
    mail_id = microsoft.mail.put(ANA, LETTER)
    sender = Msal(microsoft)
    reader.token = sender.consented()["access_token"]
    sender.session.close()
    assert refused(reader.get("mailFolders/inbox/messages")) == (403, "ErrorAccessDenied")
    assert refused(reader.get(f"messages/{mail_id}/$value")) == (403, "ErrorAccessDenied")


def test_both_rights_are_allowed_together_and_renewed_apart(microsoft):
    """The mailer and the inbox each hold a refresh token of the same consent; neither ends the other's."""
    client = Msal(microsoft)
    client.scopes = ("Mail.Send", "Mail.Read")
    first = client.consented()["refresh_token"]
    for scopes in (("Mail.Read",), ("Mail.Send",), ("Mail.Read",)):
        got = client.app.acquire_token_by_refresh_token(first, list(scopes))
        assert got["access_token"]
        assert set(scopes) <= set(got["scope"].split())
    client.session.close()


def test_reading_can_be_refused_while_sending_goes_on(microsoft, reader):
    microsoft.faults.refuse(microsoft_errors.throttled(7), on="messages.list", times=1)
    answer = reader.get("mailFolders/inbox/messages")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert reader.inbox()["value"] == []


def test_a_mail_server_of_the_provider_can_ask_what_a_token_allows(microsoft, reader):
    assert microsoft.tokens.allows(reader.token, "Mail.Read")
    assert not microsoft.tokens.allows(reader.token, "https://outlook.office.com/IMAP.AccessAsUser.All")
    microsoft.expire_token()
    assert not microsoft.tokens.allows(reader.token, "Mail.Read")
