"""Answers out of a Google calendar: page by page, and then only what has changed."""

from datetime import UTC, datetime

import pytest

from campaigns import calendar_note as notes
from campaigns.answer import Said
from campaigns.errors import NoAccess
from mailers.calendar_inbox import CalendarInbox
from mailers.google_auth import OWN_CALENDARS
from mailers.google_calendar import GoogleCalendarMailer
from mailers.google_events import event_id
from playground import google_errors
from tests.contract.mailer_suite import letter
from tests.fakes.provider_accounts import google_tokens
from tests.integration.inboxes.looking import look


@pytest.fixture
def calendar(google):
    tokens = google_tokens(google, OWN_CALENDARS)
    made = []
    mailer = GoogleCalendarMailer(
        tokens,
        calendar_id="",
        keep_calendar=lambda calendar_id, _: made.append(calendar_id) or calendar_id,
        endpoint=google.calendar_endpoint,
    )
    guests = [letter(f"guest{number}@example.com", number) for number in range(5)]
    for one in guests:
        mailer.send(one)
    inbox = CalendarInbox(tokens, calendar_id=made[-1], endpoint=google.calendar_endpoint)
    yield guests, inbox
    mailer.close()
    inbox.close()


def answer(google, guest, status):
    google.calendars.answer(event_id(guest.invite.uid), guest.recipient, status, "")


def all_answers(inbox, cursor="", limit=2):
    found = []
    while True:
        fetched = look(inbox, cursor, limit)
        found += fetched.answers
        cursor = fetched.cursor
        if not fetched.is_more:
            return found, cursor


def test_a_calendars_answers_come_page_by_page_and_then_only_what_has_changed(google, calendar):
    guests, inbox = calendar
    answer(google, guests[1], "accepted")
    found, cursor = all_answers(inbox)
    assert len(found) == 5
    said = {one.address: one.answer.said if one.answer else None for one in found}
    assert said[guests[1].recipient] is Said.ACCEPTED
    assert said[guests[0].recipient] is None
    assert all_answers(inbox, cursor)[0] == []
    answer(google, guests[2], "declined")
    ((only,), _) = all_answers(inbox, cursor)
    assert (only.uid, only.address) == (guests[2].invite.uid, guests[2].recipient)
    assert only.answer.said is Said.DECLINED
    assert only.answer.stamped_at <= datetime.now(UTC)


def test_a_token_that_google_has_forgotten_begins_anew(google, calendar):
    _, inbox = calendar
    _, cursor = all_answers(inbox)
    google.faults.refuse(google_errors.FULL_SYNC, on="events.list", times=1)
    assert len(all_answers(inbox, cursor)[0]) == 5


@pytest.mark.parametrize("note", ["", notes.GONE, notes.LOST, notes.ANEW])
def test_where_there_is_no_calendar_none_is_read(google, note):
    inbox = CalendarInbox(
        google_tokens(google, OWN_CALENDARS), calendar_id=note, endpoint=google.calendar_endpoint
    )
    assert look(inbox).cursor == ""


def test_a_calendar_that_may_not_be_read_is_no_access(google, calendar):
    _, inbox = calendar
    google.expire_token()
    with pytest.raises(NoAccess):
        look(inbox)
