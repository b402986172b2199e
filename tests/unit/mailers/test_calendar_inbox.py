"""What an event of ours in Google Calendar says of its attendee."""

from datetime import UTC, datetime

import pytest

from campaigns.answer import Answer, Said
from campaigns.answer_port import CalendarAnswer
from mailers.calendar_inbox import answer_in

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
EVENT = {
    "id": "abc",
    "status": "confirmed",
    "updated": "2026-12-01T09:00:00Z",
    "attendees": [
        {"email": "bot@group.calendar.google.com", "organizer": True, "responseStatus": "accepted"},
        {"email": "bob@example.com", "responseStatus": "declined"},
    ],
    "extendedProperties": {"private": {"uid": "u@acme.example", "sequence": "3"}},
}


def with_status(status):
    return EVENT | {"attendees": [{"email": "bob@example.com", "responseStatus": status}]}


def test_the_one_guests_answer_is_told_with_what_it_answers():
    assert answer_in(EVENT) == CalendarAnswer(
        "u@acme.example", "bob@example.com", Answer(Said.DECLINED, 3, AT)
    )


def test_a_guest_who_has_not_answered_yet_is_told_so():
    assert answer_in(with_status("needsAction")) == CalendarAnswer("u@acme.example", "bob@example.com", None)


@pytest.mark.parametrize(
    "event",
    [
        EVENT | {"recurringEventId": "abc", "id": "abc_20261208T090000Z"},  # of one date, not of the series
        EVENT | {"status": "cancelled"},
        EVENT | {"extendedProperties": {}},  # not the bot's
        EVENT | {"attendees": []},
        EVENT | {"attendees": [*EVENT["attendees"], {"email": "eve@example.com"}]},
        with_status("delegated"),
    ],
)
def test_what_is_no_answer_to_an_invite_of_ours_is_passed_over(event):
    assert answer_in(event) is None
