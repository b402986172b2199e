"""Events that are updated, cancelled and answered in Google Calendar, over real HTTP."""

from datetime import UTC, date, datetime

import pytest

from campaigns.errors import Busy
from campaigns.model import Kind
from campaigns.recurrence import Frequency, Recurrence
from playground import google_errors
from tests.contract.mailer_suite import letter
from tests.fakes.calendar_scene import CalendarScene

CANCEL = letter(kind=Kind.CANCEL, sequence=2)
WEEKLY = Recurrence(Frequency.WEEKLY, until=date(2027, 6, 30), except_on=(date(2026, 12, 29),))


@pytest.fixture
def scene():
    with CalendarScene() as opened:
        yield opened


@pytest.fixture
def mailer(scene):
    return scene.mailer


@pytest.fixture
def google(scene):
    return scene.google


def test_an_update_keeps_the_answer_already_given(scene, mailer):
    mailer.send(letter())
    scene.answer(letter(), "accepted")
    mailer.send(letter(kind=Kind.UPDATE, sequence=1, place="Hall 3"))
    [event] = scene.events
    assert event["attendees"][0]["responseStatus"] == "accepted"
    assert scene.subjects() == ["Invitation", "Updated invitation"]


def test_an_update_whose_reply_was_lost_is_not_made_again(scene, mailer, google):
    mailer.send(letter())
    update = letter(kind=Kind.UPDATE, sequence=1, place="Hall 3")
    google.faults.drop("after", on="events.patch")
    with pytest.raises(Busy):
        mailer.send(update)
    mailer.send(update)
    assert len(scene.calls("events.patch")) == 1
    assert scene.subjects() == ["Invitation", "Updated invitation"]
    google.faults.refuse(google_errors.BACKEND_ERROR, on="events.patch", times=1)
    with pytest.raises(Busy):
        mailer.send(letter(kind=Kind.UPDATE, sequence=2, place="Hall 4"))
    mailer.send(letter(kind=Kind.UPDATE, sequence=2, place="Hall 4"))
    assert len(scene.calls("events.patch")) == 3


def test_an_update_of_what_never_went_invites(scene, mailer):
    mailer.send(letter(kind=Kind.UPDATE, sequence=1))
    assert scene.subjects() == ["Invitation"]


def test_an_update_of_what_was_deleted_invites_again(scene, mailer):
    mailer.send(letter())
    scene.delete(letter())
    mailer.send(letter(kind=Kind.UPDATE, sequence=1))
    assert [event["status"] for event in scene.events] == ["confirmed"]


def test_an_update_invites_who_was_taken_off_by_hand(scene, mailer):
    mailer.send(letter())
    scene.change(letter(), attendees=[])
    mailer.send(letter(kind=Kind.UPDATE, sequence=1))
    [event] = scene.events
    assert [one["email"] for one in event["attendees"]] == ["bob@example.com"]


def test_an_id_that_is_gone_for_good_gives_way_to_the_next(scene, mailer, google):
    receipt = mailer.send(letter())
    scene.delete(letter())
    google.faults.refuse(google_errors.DELETED, on="events.patch", times=1)
    update = letter(kind=Kind.UPDATE, sequence=1)
    second = mailer.send(update)
    assert second != receipt
    assert mailer.find(update) == second
    mailer.send(letter(kind=Kind.CANCEL, sequence=2))
    assert {event["status"] for event in scene.events} == {"cancelled"}


def test_a_cancel_tells_the_attendee_and_may_be_repeated(scene, mailer):
    receipt = mailer.send(letter())
    assert mailer.send(CANCEL) == receipt
    assert mailer.send(CANCEL) == receipt
    assert scene.subjects() == ["Invitation", "Canceled event"]
    assert mailer.find(letter()) is None
    assert mailer.find(CANCEL) == receipt


def test_a_cancel_of_what_never_went_is_done(scene, mailer):
    mailer.send(CANCEL)
    mailer.send(letter(number=1))
    mailer.send(CANCEL)
    assert scene.subjects() == ["Invitation"]


def test_a_cancel_whose_reply_was_lost_is_found_done(scene, mailer, google):
    receipt = mailer.send(letter())
    google.faults.drop("after", on="events.delete", times=1)
    with pytest.raises(Busy):
        mailer.send(CANCEL)
    assert mailer.send(CANCEL) == receipt
    assert len(scene.calls("events.delete")) == 1
    assert scene.subjects() == ["Invitation", "Canceled event"]


def test_a_cancelled_attendee_may_be_invited_again(scene, mailer):
    receipt = mailer.send(letter())
    mailer.send(CANCEL)
    again = letter(sequence=3)
    assert mailer.send(again) == receipt == mailer.find(again)
    assert mailer.find(CANCEL) is None
    assert scene.subjects() == ["Invitation", "Canceled event", "Invitation"]


def test_a_reminder_asks_again_and_keeps_the_answer(scene, mailer):
    mailer.send(letter())
    scene.answer(letter(), "tentative")
    remind = letter(kind=Kind.REMIND, sequence=1, description="Please answer.")
    mailer.send(remind)
    mailer.send(remind)
    [event] = scene.events
    assert event["attendees"][0]["responseStatus"] == "tentative"
    assert event["description"] == "Please answer."
    assert len(scene.calls("events.insert")) == 1, "it is known to be there"
    assert scene.subjects() == ["Invitation", "Updated invitation"]


def test_an_event_that_repeats_keeps_its_hour_in_its_zone(scene, mailer):
    repeating = letter(recurrence=WEEKLY)
    receipt = mailer.send(repeating)
    [event] = scene.events
    assert event["recurrence"] == [
        "RRULE:FREQ=WEEKLY;UNTIL=20270630T080000Z;BYDAY=TU",
        "EXDATE;TZID=Europe/Paris:20261229T100000",
    ]
    assert event["start"] == {"dateTime": "2026-12-01T10:00:00+01:00", "timeZone": "Europe/Paris"}
    assert mailer.find(repeating) == receipt
    assert mailer.find(letter()) is None


def test_an_event_becomes_all_day_and_has_hours_again(scene, mailer):
    """Google merges a patch: the hour stays beside the day unless it is taken away, and both are refused."""
    mailer.send(letter(recurrence=WEEKLY))
    days = {
        "starts_at": datetime(2026, 11, 30, 23, tzinfo=UTC),
        "ends_at": datetime(2026, 12, 2, 23, tzinfo=UTC),
        "is_all_day": True,
    }
    mailer.send(letter(kind=Kind.UPDATE, sequence=1, **days))
    [event] = scene.events
    assert (event["start"], event["end"]) == ({"date": "2026-12-01"}, {"date": "2026-12-03"})
    assert "recurrence" not in event
    assert mailer.find(letter(sequence=1, **days))
    mailer.send(letter(kind=Kind.UPDATE, sequence=2))
    [event] = scene.events
    assert event["start"] == {"dateTime": "2026-12-01T10:00:00+01:00", "timeZone": "Europe/Paris"}
