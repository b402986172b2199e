"""Google Calendar over real HTTP: one event for each attendee, known by our own id."""

import logging
import threading
import traceback

import pytest

from campaigns.errors import Busy, Misconfigured, NoAccess, OverQuota
from playground import google_errors
from tests.contract.mailer_suite import letter
from tests.fakes.calendar_scene import CalendarScene
from tests.fakes.provider_accounts import ANN


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


def test_the_bots_calendar_is_made_once_however_many_begin(scene, mailer, google):
    threads = [
        threading.Thread(target=mailer.send, args=(letter(f"p{number}@example.com", number),))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert google.calendars.ids == scene.kept
    assert len(scene.kept) == 1
    assert len(scene.events) == 8
    assert google.calendars.events(ANN) == [], "the organizer's own calendar stays clean"


def test_the_attendee_is_told_by_google_and_sees_nobody_else(scene, mailer):
    mailer.send(letter())
    mailer.send(letter("ana@example.com", 1))
    assert scene.subjects() == scene.subjects("ana@example.com") == ["Invitation"]
    assert b"ana@example.com" not in scene.mail.by_recipient("bob@example.com")[0].content


def test_a_reply_lost_after_the_commit_tells_the_attendee_once(scene, mailer, google):
    mailer.send(letter(number=1))
    google.faults.drop("after", on="events.insert")
    with pytest.raises(Busy) as caught:
        mailer.send(letter())
    assert not caught.value.whole_account
    assert mailer.find(letter())
    assert mailer.send(letter()) == mailer.find(letter())
    assert scene.subjects().count("Invitation") == 2, "one for each of the two invites"


def test_a_failing_backend_that_kept_the_event_is_no_second_invitation(scene, mailer, google):
    google.faults.refuse(google_errors.BACKEND_ERROR, on="events.insert", times=1, when="after")
    with pytest.raises(Busy):
        mailer.send(letter())
    mailer.send(letter())
    assert scene.subjects() == ["Invitation"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_page_in_the_place_of_an_answer_is_tried_again(scene, mailer, google, when):
    google.faults.garble(on="events.insert", when=when)
    with pytest.raises(Busy):
        mailer.send(letter())
    mailer.send(letter())
    assert scene.subjects() == ["Invitation"]


def test_an_event_that_was_deleted_is_put_back(scene, mailer):
    mailer.send(letter())
    scene.delete(letter())
    assert mailer.find(letter()) is None
    receipt = mailer.send(letter())
    [event] = scene.events
    assert event["status"] == "confirmed"
    assert mailer.find(letter()) == receipt
    assert scene.subjects() == ["Invitation", "Invitation"]


def test_an_event_of_an_earlier_revision_is_brought_up_to_date(scene, mailer):
    mailer.send(letter())
    mailer.send(letter(sequence=1, summary="Hi again"))
    [event] = scene.events
    assert event["summary"] == "Hi again"


def test_an_old_try_does_not_overtake_a_newer_revision(scene, mailer):
    mailer.send(letter(sequence=1, summary="Hi again"))
    mailer.send(letter())
    [event] = scene.events
    assert event["summary"] == "Hi again"


def test_an_event_moved_by_hand_is_not_taken_for_the_invite(scene, mailer):
    mailer.send(letter())
    scene.change(letter(), start={"dateTime": "2026-12-01T08:00:00Z"})
    assert mailer.find(letter()) is None
    with pytest.raises(Misconfigured, match="Another event"):
        mailer.send(letter())


def test_somebody_elses_event_in_its_place_is_left_alone(scene, mailer):
    mailer.send(letter())
    scene.change(letter(), extendedProperties={"private": {"uid": "other"}})
    with pytest.raises(Misconfigured, match="Another event"):
        mailer.send(letter())


def test_a_full_account_waits_for_hours(mailer, google):
    google.faults.refuse(google_errors.USAGE_LIMITS, on="events.insert", times=1)
    with pytest.raises(OverQuota) as caught:
        mailer.send(letter())
    assert caught.value.after.total_seconds() == 6 * 3600


def test_a_revoked_account_is_no_access_within_one_call(mailer, google):
    mailer.send(letter())
    google.expire_token()
    with pytest.raises(NoAccess):
        mailer.send(letter(number=1))
    google.renew_token()
    mailer.send(letter(number=1))


def test_a_token_refused_once_is_renewed_and_the_invite_goes(scene, mailer, google):
    mailer.send(letter())
    google.tokens.expire_access()
    mailer.send(letter(number=1))
    assert scene.calls("events.insert") == [200, 401, 200]


def test_no_token_shows_in_a_log_or_an_error(mailer, google, caplog):
    caplog.set_level(logging.DEBUG)
    mailer.send(letter())
    said = []
    for answer in (google_errors.BAD_TOKEN, google_errors.BACKEND_ERROR, google_errors.BAD_ID):
        google.faults.refuse(answer, on="events.insert", times=2)
        with pytest.raises((NoAccess, Busy, Misconfigured)) as caught:
            mailer.send(letter(number=1))
        google.faults.clear()
        said += traceback.format_exception(caught.value)
    said += [f"{record.getMessage()} {record.args!r}" for record in caplog.records]
    secrets = [*google.tokens._access, *google.tokens._refresh, google.client.client_secret]
    assert [secret for secret in secrets if secret in "".join(said)] == []
