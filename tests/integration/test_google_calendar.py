"""Google Calendar over real HTTP: one event for each attendee, known by our own id."""

import logging
import threading
import traceback

import pytest

from campaigns.errors import Busy, Misconfigured, NoAccess, StorageTrouble
from campaigns.model import Kind
from mailers import google_events
from mailers.google_auth import OWN_CALENDARS
from mailers.google_calendar import GoogleCalendarMailer
from playground import google_errors
from playground.google_stand_in import GoogleStandIn
from playground.mail_store import MailStore
from tests.contract.mailer_suite import letter
from tests.fakes.provider_accounts import ANN, google_tokens


@pytest.fixture
def mail():
    return MailStore()


@pytest.fixture
def google(mail):
    def deliver(sender, recipients, content):
        mail.keep(sender, recipients, content, None, is_encrypted=True)

    with GoogleStandIn(deliver, accounts=[ANN]) as stand_in:
        yield stand_in


@pytest.fixture
def kept():
    return []


@pytest.fixture
def mailer(google, kept):
    def keep(made):
        kept.append(made)
        return kept[0]

    made = GoogleCalendarMailer(
        google_tokens(google, OWN_CALENDARS),
        calendar_id="",
        keep_calendar=keep,
        endpoint=google.calendar_endpoint,
    )
    yield made
    made.close()


def calls(google, on):
    return len(google.door.calls(on))


def subjects(mail, address="bob@example.com"):
    return [one.subject.split(":")[0] for one in mail.by_recipient(address)]


def change(google, kept, event, **body):
    """Somebody changes the event by hand."""
    event = google_events.event_id(event.invite.uid)
    google.calendars._calendars[kept[0]].change(event, body, "", is_whole=False)


def delete(google, kept, event):
    google.calendars._calendars[kept[0]].delete(google_events.event_id(event.invite.uid), "")


def test_the_bots_calendar_is_made_once_however_many_begin(mailer, google, kept):
    threads = [
        threading.Thread(target=mailer.send, args=(letter(f"p{number}@example.com", number),))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert google.calendars.ids == kept
    assert len(kept) == 1
    assert len(google.calendars.events(kept[0])) == 8
    assert google.calendars.events(ANN) == [], "the organizer's own calendar stays clean"


def test_a_calendar_that_another_process_made_first_is_the_one_that_counts(google):
    first = GoogleCalendarMailer(
        google_tokens(google, OWN_CALENDARS),
        calendar_id="",
        keep_calendar=lambda made: made,
        endpoint=google.calendar_endpoint,
    )
    first.send(letter())
    [theirs] = google.calendars.ids
    second = GoogleCalendarMailer(
        google_tokens(google, OWN_CALENDARS),
        calendar_id="",
        keep_calendar=lambda _: theirs,
        endpoint=google.calendar_endpoint,
    )
    second.send(letter(number=1))
    assert len(google.calendars.events(theirs)) == 2


def test_a_calendar_that_cannot_be_noted_makes_everybody_wait(google):
    def keep(_):
        raise StorageTrouble

    mailer = GoogleCalendarMailer(
        google_tokens(google, OWN_CALENDARS),
        calendar_id="",
        keep_calendar=keep,
        endpoint=google.calendar_endpoint,
    )
    with pytest.raises(Busy) as caught:
        mailer.send(letter())
    assert caught.value.whole_account
    assert google.calendars.events() == []


def test_the_attendee_is_told_by_google_and_sees_nobody_else(mailer, mail):
    mailer.send(letter())
    mailer.send(letter("ana@example.com", 1))
    assert subjects(mail) == subjects(mail, "ana@example.com") == ["Invitation"]
    assert b"ana@example.com" not in mail.by_recipient("bob@example.com")[0].content


def test_a_reply_lost_after_the_commit_tells_the_attendee_once(mailer, google, mail):
    mailer.send(letter(number=1))
    google.faults.drop("after", on="events.insert")
    with pytest.raises(Busy) as caught:
        mailer.send(letter())
    assert not caught.value.whole_account
    assert mailer.find(letter())
    assert mailer.send(letter()) == mailer.find(letter())
    assert subjects(mail).count("Invitation") == 2, "one for each of the two invites"


def test_a_failing_backend_that_kept_the_event_is_no_second_invitation(mailer, google, mail):
    google.faults.refuse(google_errors.BACKEND_ERROR, on="events.insert", times=1, when="after")
    with pytest.raises(Busy):
        mailer.send(letter())
    mailer.send(letter())
    assert subjects(mail) == ["Invitation"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_page_in_the_place_of_an_answer_is_tried_again(mailer, google, mail, when):
    google.faults.garble(on="events.insert", when=when)
    with pytest.raises(Busy):
        mailer.send(letter())
    mailer.send(letter())
    assert subjects(mail) == ["Invitation"]


def test_an_event_that_was_deleted_is_put_back(mailer, google, kept, mail):
    mailer.send(letter())
    delete(google, kept, letter())
    assert mailer.find(letter()) is None
    receipt = mailer.send(letter())
    [event] = google.calendars.events(kept[0])
    assert event["status"] == "confirmed"
    assert mailer.find(letter()) == receipt
    assert subjects(mail) == ["Invitation", "Invitation"]


def test_an_event_of_an_earlier_revision_is_brought_up_to_date(mailer, google, kept):
    mailer.send(letter())
    mailer.send(letter(sequence=1, summary="Hi again"))
    [event] = google.calendars.events(kept[0])
    assert event["summary"] == "Hi again"


def test_an_old_try_does_not_overtake_a_newer_revision(mailer, google, kept):
    mailer.send(letter(sequence=1, summary="Hi again"))
    mailer.send(letter())
    [event] = google.calendars.events(kept[0])
    assert event["summary"] == "Hi again"


def test_an_event_moved_by_hand_is_not_taken_for_the_invite(mailer, google, kept):
    mailer.send(letter())
    change(google, kept, letter(), start={"dateTime": "2026-12-01T08:00:00Z"})
    assert mailer.find(letter()) is None
    with pytest.raises(Misconfigured, match="Another event"):
        mailer.send(letter())


def test_somebody_elses_event_in_its_place_is_left_alone(mailer, google, kept):
    mailer.send(letter())
    change(google, kept, letter(), extendedProperties={"private": {"uid": "other"}})
    with pytest.raises(Misconfigured, match="Another event"):
        mailer.send(letter())


def test_an_update_keeps_the_answer_already_given(mailer, google, kept, mail):
    mailer.send(letter())
    event = google_events.event_id(letter().invite.uid)
    google.calendars.answer(event, "bob@example.com", "accepted")
    mailer.send(letter(kind=Kind.UPDATE, sequence=1, place="Hall 3"))
    [event] = google.calendars.events(kept[0])
    assert event["attendees"][0]["responseStatus"] == "accepted"
    assert subjects(mail) == ["Invitation", "Updated invitation"]


def test_an_update_whose_reply_was_lost_is_not_made_again(mailer, google, mail):
    mailer.send(letter())
    update = letter(kind=Kind.UPDATE, sequence=1, place="Hall 3")
    google.faults.drop("after", on="events.patch")
    with pytest.raises(Busy):
        mailer.send(update)
    mailer.send(update)
    assert calls(google, "events.patch") == 1
    assert subjects(mail) == ["Invitation", "Updated invitation"]
    google.faults.refuse(google_errors.BACKEND_ERROR, on="events.patch", times=1)
    with pytest.raises(Busy):
        mailer.send(letter(kind=Kind.UPDATE, sequence=2, place="Hall 4"))
    mailer.send(letter(kind=Kind.UPDATE, sequence=2, place="Hall 4"))
    assert calls(google, "events.patch") == 3


def test_an_update_of_what_never_went_invites(mailer, google, kept, mail):
    mailer.send(letter(kind=Kind.UPDATE, sequence=1))
    assert subjects(mail) == ["Invitation"]


def test_an_update_of_what_was_deleted_invites_again(mailer, google, kept):
    mailer.send(letter())
    delete(google, kept, letter())
    mailer.send(letter(kind=Kind.UPDATE, sequence=1))
    assert [event["status"] for event in google.calendars.events(kept[0])] == ["confirmed"]


def test_an_update_invites_who_was_taken_off_by_hand(mailer, google, kept):
    mailer.send(letter())
    change(google, kept, letter(), attendees=[])
    mailer.send(letter(kind=Kind.UPDATE, sequence=1))
    [event] = google.calendars.events(kept[0])
    assert [one["email"] for one in event["attendees"]] == ["bob@example.com"]


def test_an_id_that_is_gone_for_good_gives_way_to_the_next(mailer, google, kept):
    receipt = mailer.send(letter())
    delete(google, kept, letter())
    google.faults.refuse(google_errors.DELETED, on="events.patch", times=1)
    update = letter(kind=Kind.UPDATE, sequence=1)
    second = mailer.send(update)
    assert second != receipt
    assert mailer.find(update) == second
    mailer.cancel(update)
    assert {event["status"] for event in google.calendars.events(kept[0])} == {"cancelled"}


def test_a_cancel_tells_the_attendee_and_may_be_repeated(mailer, google, kept, mail):
    receipt = mailer.send(letter())
    assert mailer.cancel(letter()) == receipt
    mailer.cancel(letter())
    assert subjects(mail) == ["Invitation", "Canceled event"]
    assert mailer.find(letter()) is None


def test_a_cancel_of_what_never_went_is_done(mailer, google, mail):
    mailer.cancel(letter())
    mailer.send(letter(number=1))
    mailer.cancel(letter())
    assert subjects(mail) == ["Invitation"]


def test_a_deleted_calendar_is_said_to_be_gone(mailer, google, kept):
    mailer.send(letter())
    del google.calendars._calendars[kept[0]]
    for call in (mailer.check, lambda: mailer.send(letter(number=1))):
        with pytest.raises(Misconfigured, match="calendar is gone"):
            call()


def test_a_full_account_waits_for_hours(mailer, google):
    from campaigns.errors import OverQuota

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


def test_a_token_refused_once_is_renewed_and_the_invite_goes(mailer, google):
    mailer.send(letter())
    google.tokens.expire_access()
    mailer.send(letter(number=1))
    assert [call.status for call in google.door.calls("events.insert")] == [200, 401, 200]


def test_answers_are_read_and_then_only_what_is_new(mailer, google):
    assert mailer.answers().answers == ()
    mailer.send(letter())
    mailer.send(letter("ana@example.com", 1))
    google.calendars.answer(google_events.event_id(letter().invite.uid), "bob@example.com", "accepted")
    first = mailer.answers()
    assert first.is_all
    assert {one.uid: one.status for one in first.answers} == {
        letter().invite.uid: "accepted",
        letter("ana@example.com", 1).invite.uid: "needsAction",
    }
    assert mailer.answers(first.token).answers == ()
    google.calendars.answer(google_events.event_id(letter().invite.uid), "bob@example.com", "declined")
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
