"""What has changed in a calendar since the last look."""

from datetime import UTC, datetime, timedelta

import pytest

from playground.google_stand_in import GoogleStandIn
from tests.unit.playground.oauth_clients import (
    OWN_CALENDARS,
    TALK,
    Events,
    Inbox,
    calendar,
    delegated,
    refusal,
)


@pytest.fixture
def google():
    with GoogleStandIn(Inbox()) as stand_in:
        stand_in.service.delegated = {OWN_CALENDARS}
        yield stand_in


@pytest.fixture
def events(google):
    with calendar(google, delegated(google, OWN_CALENDARS)) as service:
        yield Events(service, service.calendars().insert(body={"summary": "Invites"}).execute()["id"])


def pages(events, **args):
    """All the pages of a list: the events, and the sync token at the end."""
    found, page = [], events.list(**args)
    while "nextPageToken" in page:
        assert "nextSyncToken" not in page
        found += page["items"]
        page = events.list(**args, pageToken=page["nextPageToken"])
    return found + page["items"], page["nextSyncToken"]


def test_a_list_comes_in_pages_and_goes_on_from_its_sync_token(google, events):
    for number in range(5):
        events.insert(TALK | {"id": f"talk{number}"})
    found, token = pages(events, maxResults=2)
    assert [one["id"] for one in found] == [f"talk{number}" for number in range(5)]
    assert pages(events, syncToken=token)[0] == []
    google.calendars.answer("talk3", "ben@beta.example", "tentative")
    events.delete(eventId="talk1")
    changed, token = pages(events, syncToken=token, maxResults=1)
    assert [(one["id"], one["status"]) for one in changed] == [("talk3", "confirmed"), ("talk1", "cancelled")]
    assert pages(events, syncToken=token)[0] == []
    assert len(pages(events)[0]) == 4
    assert len(pages(events, showDeleted=True)[0]) == 5


def test_a_sync_token_that_is_too_old_asks_for_a_new_beginning(google, events):
    token = events.list()["nextSyncToken"]
    google.calendars.expire_sync_tokens()
    assert refusal(events.list, syncToken=token)[:2] == (410, "fullSyncRequired")
    assert pages(events, syncToken=events.list()["nextSyncToken"])[0] == []
    assert refusal(events.list, syncToken="nonsense")[0] == 410


def test_changes_can_be_asked_for_since_a_moment(events):
    events.insert()
    events.insert(TALK | {"id": "fffff", "extendedProperties": {"private": {"campaign": "7"}}})
    events.delete(eventId="fffff")
    now = datetime.now(UTC)
    assert len(events.list(updatedMin=(now - timedelta(hours=1)).isoformat())["items"]) == 2
    assert events.list(updatedMin=(now + timedelta(hours=1)).isoformat())["items"] == []
    assert refusal(events.list, updatedMin="2020-01-01T00:00:00Z")[:2] == (410, "updatedMinTooLongAgo")
    tagged = events.list(showDeleted=True, privateExtendedProperty="campaign=7")["items"]
    assert [one["id"] for one in tagged] == ["fffff"]
    assert len(events.list(iCalUID="abc0123456789@google.com")["items"]) == 1
