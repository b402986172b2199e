"""A letter as an event: what is in it, and how it is known again."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.recurrence import Frequency, Recurrence
from mailers import google_events as events
from tests.contract.mailer_suite import letter


def kept(of=None):
    """The event as Google gives it back."""
    return without_nulls(events.event_of(of or letter()))


def without_nulls(value):
    return {
        name: without_nulls(one) if isinstance(one, dict) else one
        for name, one in value.items()
        if one is not None
    }


def test_the_id_is_in_googles_alphabet_and_holds_no_address():
    ids = {events.event_id(f"{number}@acme.example") for number in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch(r"[0-9a-v]{32}", one) for one in ids)


def test_the_id_stays_through_updates_and_changes_with_each_life():
    assert events.event_id("u@acme.example") == events.event_id("u@acme.example", 0)
    assert len({events.event_id("u@acme.example", life) for life in range(3)}) == 3


def test_guests_see_nobody_and_invite_nobody():
    event = kept()
    assert [one["email"] for one in event["attendees"]] == ["bob@example.com"]
    assert [event[f"guestsCan{what}"] for what in ("SeeOtherGuests", "InviteOthers", "Modify")] == [False] * 3


def test_times_are_said_in_the_organizers_zone():
    assert kept()["start"] == {"dateTime": "2026-12-01T10:00:00+01:00", "timeZone": "Europe/Paris"}


def test_an_all_day_event_is_in_days_and_takes_the_hours_of_earlier_away():
    of = letter(
        starts_at=datetime(2026, 11, 30, 23, tzinfo=UTC),
        ends_at=datetime(2026, 12, 2, 23, tzinfo=UTC),
        is_all_day=True,
    )
    assert events.event_of(of)["start"] == {"date": "2026-12-01", "dateTime": None, "timeZone": None}
    assert kept(of)["end"] == {"date": "2026-12-03"}
    assert events.holds(kept(of), of)
    assert not events.holds(kept(of) | {"end": {"date": "2026-12-02"}}, of)
    assert not events.holds(kept(of) | {"end": {"dateTime": "2026-12-02T23:00:00Z"}}, of)


def test_an_event_that_takes_place_once_takes_the_rule_of_earlier_away():
    assert events.changes_of(letter(), events.event_of(letter()))["recurrence"] is None


def test_nobody_is_reminded_by_an_event_of_ours():
    """Google keeps reminders to who sets them: the account would hear of each attendee's event."""
    assert "reminders" not in events.event_of(letter(reminder_minutes=15))


def test_what_was_written_before_events_could_repeat_is_still_known():
    """The mark is read back at the next try, which may be made by a newer version of this program."""
    assert events.mark(kept(), "content") == "54394eaa726305a19c3ce8c28c58b3fe"


def test_what_an_update_no_longer_has_is_cleared():
    changes = events.changes_of(letter(place="", description=""), events.event_of(letter()))
    assert changes["location"] is None
    assert changes["description"] is None
    assert "attendees" not in changes


def test_an_attendee_without_a_name_has_none():
    assert kept(letter(attendee_name=""))["attendees"] == [{"email": "bob@example.com"}]


def test_an_event_holds_the_letter_it_was_made_from():
    assert events.holds(kept(), letter())
    tidied = kept() | {
        "summary": "hi",
        "start": {"dateTime": "2026-12-01T09:00:00Z", "timeZone": "UTC"},
        "attendees": [{"email": "BOB@example.com", "responseStatus": "accepted"}],
    }
    assert events.holds(tidied, letter())


@pytest.mark.parametrize(
    "change",
    [
        {"status": "cancelled"},
        {"start": {"dateTime": "2026-12-01T09:30:00Z"}},
        {"end": {"date": "2026-12-01"}},
        {"end": None},
        {"attendees": []},
        {"attendees": [{"email": "eve@example.com"}]},
        {"extendedProperties": {}},
        {"extendedProperties": {"private": {"content": "x"}}},
    ],
    ids=str,
)
def test_an_event_that_was_changed_does_not_hold_it(change):
    assert not events.holds(kept() | change, letter())


@pytest.mark.parametrize(
    "facts",
    [
        {"summary": "x"},
        {"description": "x"},
        {"place": "x"},
        {"zone": "UTC"},
        {"attendee_name": "x"},
        {"starts_at": datetime(2026, 12, 1, 8, tzinfo=UTC)},
        {"ends_at": datetime(2026, 12, 1, 9, tzinfo=UTC) + timedelta(hours=2)},
        {"recurrence": Recurrence(Frequency.WEEKLY)},
        {"is_all_day": True},
    ],
    ids=str,
)
def test_another_letter_is_not_held(facts):
    assert not events.holds(kept(), letter(**facts))


def test_the_revision_is_read_back():
    assert events.sequence(kept(letter(sequence=12))) == 12
    assert events.sequence({}) == -1
    assert events.sequence({"extendedProperties": {"private": {"sequence": "²"}}}) == -1
