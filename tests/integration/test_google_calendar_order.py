"""Which version of an event stands when hands cross: an older try of ours, an answer, another process."""

from datetime import UTC, datetime

import pytest

from campaigns.errors import Busy
from campaigns.model import Kind
from playground import google_errors
from tests.contract.mailer_suite import letter
from tests.fakes.calendar_scene import CalendarScene

NEWER = letter(kind=Kind.UPDATE, sequence=2, place="Hall 9")
LATER = {"starts_at": datetime(2026, 12, 2, 9, tzinfo=UTC), "ends_at": datetime(2026, 12, 2, 10, tzinfo=UTC)}

DAYS = {"starts_at": datetime(2026, 11, 30, 23, tzinfo=UTC), "ends_at": datetime(2026, 12, 1, 23, tzinfo=UTC)}


@pytest.fixture
def scene():
    with CalendarScene() as opened:
        yield opened


@pytest.fixture
def mailer(scene):
    return scene.mailer


def answers(scene):
    return [one["responseStatus"] for event in scene.events for one in event["attendees"]]


def crossing(scene, deed):
    """``deed`` happens after the event was read, and before it is changed."""
    read = scene.mailer._read

    def read_and_wait(*event):
        found = read(*event)
        scene.mailer._read = read
        deed()
        return found

    scene.mailer._read = read_and_wait


@pytest.mark.parametrize("kind", [Kind.UPDATE, Kind.REMIND, Kind.CANCEL])
def test_an_older_try_changes_nothing_of_a_newer_version(scene, mailer, kind):
    mailer.send(letter())
    mailer.send(NEWER)
    mailer.send(letter(kind=kind, sequence=1, place="Hall 3"))
    [event] = scene.events
    assert (event["status"], event["location"]) == ("confirmed", "Hall 9")
    assert scene.subjects() == ["Invitation", "Updated invitation"]


@pytest.mark.parametrize("kind", [Kind.UPDATE, Kind.CANCEL])
def test_a_newer_version_that_comes_in_between_stays(scene, mailer, kind):
    mailer.send(letter())
    other = scene.open_mailer()
    crossing(scene, lambda: other.send(NEWER))
    older = letter(kind=kind, sequence=1, place="Hall 3")
    with pytest.raises(Busy):
        mailer.send(older)
    mailer.send(older)
    other.close()
    [event] = scene.events
    assert (event["status"], event["location"]) == ("confirmed", "Hall 9")


def test_an_answer_that_comes_in_between_is_not_lost(scene, mailer):
    mailer.send(letter())
    crossing(scene, lambda: scene.answer(letter(), "accepted"))
    with pytest.raises(Busy):
        mailer.send(NEWER)
    mailer.send(NEWER)
    [event] = scene.events
    assert (event["location"], answers(scene)) == ("Hall 9", ["accepted"])


@pytest.mark.parametrize("change", [LATER, {"zone": "UTC"}, {**DAYS, "is_all_day": True}])
def test_an_answer_to_another_time_is_taken_back(scene, mailer, change):
    mailer.send(letter())
    scene.answer(letter(), "accepted")
    mailer.send(letter(kind=Kind.UPDATE, sequence=1, **change))
    assert answers(scene) == ["needsAction"]


def test_an_answer_stays_where_no_time_was_marked_and_it_is_the_same(scene, mailer):
    """Events that were made before times were marked."""
    mailer.send(letter())
    scene.answer(letter(), "accepted")
    scene.change(letter(), extendedProperties={"private": {"time": None}})
    mailer.send(NEWER)
    assert answers(scene) == ["accepted"]
    scene.change(letter(), extendedProperties={"private": {"time": None}})
    mailer.send(letter(kind=Kind.UPDATE, sequence=3, **LATER))
    assert answers(scene) == ["needsAction"]


def test_an_event_that_cannot_even_be_read_any_more_gives_way_to_the_next(scene, mailer):
    first = mailer.send(letter())
    scene.delete(letter())
    scene.google.faults.refuse(google_errors.DELETED, on="events.get", times=1)
    scene.google.faults.refuse(google_errors.DELETED, on="events.patch", times=1)
    assert mailer.send(NEWER) != first


@pytest.mark.parametrize(
    ("on", "kind", "trouble"),
    [
        *(("events.insert", Kind.INVITE, trouble) for trouble in ("drop", "fail", "garble")),
        *(("events.patch", Kind.UPDATE, trouble) for trouble in ("drop", "fail", "garble")),
        # any yes to a deletion is one
        *(("events.delete", Kind.CANCEL, trouble) for trouble in ("drop", "fail")),
    ],
)
def test_a_change_without_a_receipt_may_have_been_made(scene, mailer, on, kind, trouble):
    faults = scene.google.faults
    if kind is not Kind.INVITE:
        mailer.send(letter())
    match trouble:
        case "drop":
            faults.drop("after", on=on)
        case "fail":
            faults.refuse(google_errors.BACKEND_ERROR, on=on, when="after")
        case "garble":
            faults.garble(on=on, when="after")
    with pytest.raises(Busy) as caught:
        mailer.send(letter(kind=kind, sequence=1, place="Hall 9"))
    assert caught.value.may_have_gone


@pytest.mark.parametrize("answer", [google_errors.RATE_LIMIT, google_errors.USER_RATE_LIMIT])
def test_a_change_that_google_refuses_for_its_haste_was_not_made(scene, mailer, answer):
    mailer.send(letter(number=1))
    scene.google.faults.refuse(answer, on="events.insert")
    with pytest.raises(Busy) as caught:
        mailer.send(letter())
    assert not caught.value.may_have_gone


def test_a_look_without_an_answer_has_changed_nothing(scene, mailer):
    mailer.send(letter())
    scene.google.faults.refuse(google_errors.BACKEND_ERROR, on="events.get")
    with pytest.raises(Busy) as caught:
        mailer.send(NEWER)
    assert not caught.value.may_have_gone
