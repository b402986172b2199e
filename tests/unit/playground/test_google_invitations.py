"""The mails that guests get from Google Calendar, and who gets none."""

from datetime import UTC, datetime

import pytest
from icalendar import Calendar as ICalendar

from tests.unit.playground.oauth_clients import ROOT, TALK, calendar, delegated

PAIR = [{"email": "ben@beta.example"}, {"email": "kim@acme.example", "displayName": "Kim"}]


@pytest.fixture
def google(calendar_google):
    return calendar_google


def ical(letter):
    return next(iter(ICalendar.from_ical(letter.calendar).walk("VEVENT")))


def test_an_event_that_repeats_is_written_on_the_clock_of_its_zone(events, mail):
    lines = ["RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=TU", "EXDATE;TZID=Europe/Paris:20261208T100000"]
    events.insert(TALK | {"recurrence": lines}, sendUpdates="all")
    [letter] = mail.messages
    entry = ical(letter)
    assert entry["RRULE"].to_ical() == b"FREQ=WEEKLY;COUNT=4;BYDAY=TU"
    assert entry["EXDATE"].dts[0].dt.isoformat() == "2026-12-08T10:00:00+01:00"
    assert str(entry["DTSTART"].dt.tzinfo) == "Europe/Paris"
    assert "BEGIN:VTIMEZONE" in str(letter.calendar)


def test_nobody_is_told_unless_asked(events, mail):
    events.insert()
    events.insert(TALK | {"id": "fffff"}, sendUpdates="none")
    assert mail.messages == []


def test_guests_get_an_invitation_an_update_and_a_cancellation(events, mail, own):
    events.insert(sendUpdates="all")
    events.patch(eventId=TALK["id"], body={"location": "Hall 2"}, sendUpdates="all")
    events.delete(eventId=TALK["id"], sendUpdates="all")
    letters = mail.by_recipient("ben@beta.example")
    assert [letter.subject.split(":")[0] for letter in letters] == [
        "Invitation",
        "Updated invitation",
        "Canceled event",
    ]
    assert {letter.sender for letter in letters} == {"calendar-notification@google.com"}
    methods = [ICalendar.from_ical(letter.calendar)["METHOD"] for letter in letters]
    assert methods == ["REQUEST", "REQUEST", "CANCEL"]
    assert [ical(letter)["SEQUENCE"] for letter in letters] == [0, 1, 2]
    assert {str(ical(letter)["UID"]) for letter in letters} == {"abc0123456789@google.com"}
    first = ical(letters[0])
    assert first["DTSTART"].dt == datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert str(first["ORGANIZER"]) == f"mailto:{own}"


def test_only_those_outside_are_told_if_asked_so(events, mail):
    events.insert(TALK | {"attendees": PAIR}, sendUpdates="externalOnly")
    assert [letter.recipients for letter in mail.messages] == [("ben@beta.example",)]


def test_who_is_taken_off_is_told_and_who_stays_is_not_bothered(events, mail):
    events.insert(TALK | {"attendees": PAIR}, sendUpdates="all")
    mail.forget()
    new = {"email": "new@beta.example"}
    events.patch(eventId=TALK["id"], body={"attendees": [PAIR[0], new]}, sendUpdates="all")
    assert {(letter.recipients[0], letter.subject.split(":")[0]) for letter in mail.messages} == {
        ("new@beta.example", "Invitation"),
        ("kim@acme.example", "Canceled event"),
    }


@pytest.mark.parametrize(("said", "seen"), [({}, 2), ({"guestsCanSeeOtherGuests": False}, 1)])
def test_guests_see_each_other_unless_told_otherwise(events, mail, said, seen):
    made = events.insert(TALK | {"attendees": PAIR} | said, sendUpdates="all")
    assert made.get("guestsCanSeeOtherGuests") is said.get("guestsCanSeeOtherGuests")
    named = ical(mail.by_recipient("ben@beta.example")[0])["ATTENDEE"]
    assert (len(named) if isinstance(named, list) else 1) == seen


def test_the_organizer_among_the_guests_is_known_for_who_they_are(google, mail):
    with calendar(google, delegated(google, f"{ROOT}calendar.events")) as wide:
        body = TALK | {"attendees": [{"email": "ana@acme.example"}, *PAIR]}
        made = wide.events().insert(calendarId="primary", body=body, sendUpdates="all").execute()
    assert made["attendees"][0] == {
        "email": "ana@acme.example",
        "responseStatus": "needsAction",
        "organizer": True,
        "self": True,
    }
    assert not mail.by_recipient("ana@acme.example")
