"""Events that are updated, cancelled and answered in Google Calendar, over real HTTP."""

import pytest

from campaigns.errors import Busy
from campaigns.model import Kind
from playground import google_errors
from tests.contract.mailer_suite import letter
from tests.fakes.calendar_scene import CalendarScene


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
    mailer.cancel(update)
    assert {event["status"] for event in scene.events} == {"cancelled"}


def test_a_cancel_tells_the_attendee_and_may_be_repeated(scene, mailer):
    receipt = mailer.send(letter())
    assert mailer.cancel(letter()) == receipt
    mailer.cancel(letter())
    assert scene.subjects() == ["Invitation", "Canceled event"]
    assert mailer.find(letter()) is None


def test_a_cancel_of_what_never_went_is_done(scene, mailer):
    mailer.cancel(letter())
    mailer.send(letter(number=1))
    mailer.cancel(letter())
    assert scene.subjects() == ["Invitation"]


def test_answers_are_read_and_then_only_what_is_new(scene, mailer):
    assert mailer.answers().answers == ()
    mailer.send(letter())
    mailer.send(letter("ana@example.com", 1))
    scene.answer(letter(), "accepted")
    first = mailer.answers()
    assert first.is_all
    assert {one.uid: one.status for one in first.answers} == {
        letter().invite.uid: "accepted",
        letter("ana@example.com", 1).invite.uid: "needsAction",
    }
    assert mailer.answers(first.token).answers == ()
    scene.answer(letter(), "declined")
    second = mailer.answers(first.token)
    assert [one.status for one in second.answers] == ["declined"]
    assert not second.is_all


def test_answers_are_read_from_the_start_when_the_last_look_is_too_long_ago(mailer, google):
    mailer.send(letter())
    token = mailer.answers().token
    google.calendars.expire_sync_tokens()
    again = mailer.answers(token)
    assert again.is_all
    assert len(again.answers) == 1
