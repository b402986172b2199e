"""Calendar as google-api-python-client calls it."""

import pytest

from playground import google_errors
from tests.unit.playground.oauth_clients import (
    OWN_CALENDARS,
    ROOT,
    TALK,
    calendar,
    delegated,
    refusal,
)

ALL_DAY = {"start": {"date": "2026-12-01"}, "end": {"date": "2026-12-02"}}
PAIR = [{"email": "ben@beta.example"}, {"email": "kim@acme.example", "displayName": "Kim"}]


@pytest.fixture
def google(calendar_google):
    return calendar_google


def test_a_secondary_calendar_is_made_found_and_removed(service, own, google):
    assert own.endswith("@group.calendar.google.com")
    assert service.calendars().get(calendarId=own).execute()["summary"] == "Invites"
    assert google.calendars.ids == [own]
    assert service.calendars().delete(calendarId=own).execute() == ""
    assert refusal(service.calendars().get(calendarId=own).execute) == (404, "notFound", "Not Found")


def test_the_narrow_scope_reaches_only_what_the_program_has_made(google, service):
    assert refusal(service.events().list(calendarId="primary").execute)[:2] == (
        403,
        "insufficientPermissions",
    )
    with calendar(google, delegated(google, f"{ROOT}calendar.events")) as wide:
        assert wide.events().list(calendarId="primary").execute()["items"] == []


def test_somebody_elses_calendar_is_not_found(google, own):
    with calendar(google, delegated(google, OWN_CALENDARS, subject="lou@acme.example")) as other:
        assert refusal(other.events().list(calendarId=own).execute)[0] == 404


def test_an_event_comes_back_as_google_completes_it(events, own):
    made = events.insert()
    assert made == events.get(eventId=TALK["id"])
    assert (made["status"], made["sequence"], made["iCalUID"]) == ("confirmed", 0, "abc0123456789@google.com")
    assert made["organizer"] == {"email": own, "displayName": "Invites", "self": True}
    assert made["creator"] == {"email": "ana@acme.example"}
    assert made["attendees"] == [{"email": "ben@beta.example", "responseStatus": "needsAction"}]
    assert "guestsCanSeeOtherGuests" not in made, "as usual, which is yes, is left out"


def test_the_same_id_again_is_a_duplicate_even_once_deleted(events):
    events.insert()
    duplicate = (409, "duplicate", "The requested identifier already exists.")
    assert refusal(events.insert) == duplicate
    events.delete(eventId=TALK["id"])
    assert events.get(eventId=TALK["id"])["status"] == "cancelled"
    assert refusal(events.insert) == duplicate
    assert refusal(events.delete, eventId=TALK["id"]) == (410, "deleted", "Resource has been deleted")
    assert refusal(events.patch, eventId=TALK["id"], body={"summary": "x"})[0] == 410
    assert events.patch(eventId=TALK["id"], body={"status": "confirmed"})["status"] == "confirmed"


@pytest.mark.parametrize(
    ("change", "reason", "words"),
    [
        ({"id": "abcd"}, "invalid", "Invalid resource id value."),
        ({"id": "wxyz-w"}, "invalid", "Invalid resource id value."),
        ({"id": "a" * 1025}, "invalid", "Invalid resource id value."),
        ({"end": None}, "required", "Missing end time."),
        ({"end": {"dateTime": "2026-12-01T08:00:00Z"}}, "timeRangeEmpty", "time range is empty"),
        ({"start": {"dateTime": "soon"}}, "invalid", "start"),
        ({"attendees": [{"email": "nonsense"}]}, "invalid", "Invalid attendee email."),
        ({"start": TALK["start"] | {"date": "2026-12-01"}}, "invalid", "Invalid start time."),
        ({"start": {"date": "2026-12-01", "timeZone": "UTC"}}, "invalid", "Invalid start time."),
        ({"end": {"date": "2026-12-02"}}, "invalid", "Invalid end time."),
        (ALL_DAY | {"end": {"date": "2026-12-01"}}, "timeRangeEmpty", "time range is empty"),
        (
            {"end": TALK["end"] | {"timeZone": "CET+1"}},
            "invalid",
            "Invalid time zone definition for end time.",
        ),
        (
            {"start": {"dateTime": "2026-12-01T10:00:00+01:00"}, "recurrence": ["RRULE:FREQ=DAILY"]},
            "required",
            "Missing time zone definition for start time.",
        ),
        *(
            ({"recurrence": [line]}, "invalid", "Invalid recurrence rule.")
            for line in (
                "FREQ=DAILY",
                "RRULE:FREQ=SOMETIMES",
                "RRULE:INTERVAL=2",
                "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20271231T100000Z",
                "RRULE:FREQ=DAILY;COUNT=0",
                "RRULE:FREQ=DAILY;UNTIL=20271231",
                "RRULE:FREQ=DAILY;FREQ=WEEKLY",
                "RRULE:FREQ=WEEKLY;BYDAY=XX",
                "DTSTART:20261201T090000Z",
                "EXDATE;VALUE=DATE:20261202",
                "EXDATE:20261202T100000",
            )
        ),
        (ALL_DAY | {"recurrence": ["RRULE:FREQ=DAILY;UNTIL=20271231T000000Z"]}, "invalid", "recurrence"),
        (ALL_DAY | {"recurrence": ["EXDATE;TZID=Europe/Paris:20261202T100000"]}, "invalid", "recurrence"),
        ({"recurrence": "RRULE:FREQ=DAILY"}, "invalid", "Invalid recurrence rule."),
    ],
)
def test_what_google_does_not_take_as_an_event(google, events, change, reason, words):
    status, said, message = refusal(events.insert, body=TALK | change)
    assert (status, said) == (400, reason)
    assert words in message
    assert google.calendars.events() == []


def test_an_event_may_repeat_and_an_empty_list_ends_that(events):
    lines = ["RRULE:FREQ=WEEKLY;UNTIL=20270630T080000Z;BYDAY=TU", "EXDATE;TZID=Europe/Paris:20261208T100000"]
    assert events.insert(TALK | {"recurrence": lines})["recurrence"] == lines
    for nothing in (None, []):
        assert "recurrence" not in events.patch(eventId=TALK["id"], body={"recurrence": nothing})


def test_a_patch_to_a_day_must_take_the_hour_away(events):
    events.insert()
    patch = {"start": {"date": "2026-12-01"}, "end": {"date": "2026-12-02"}}
    assert refusal(events.patch, eventId=TALK["id"], body=patch)[2] == "Invalid start time."
    for day in patch.values():
        day |= {"dateTime": None, "timeZone": None}
    assert events.patch(eventId=TALK["id"], body=patch)["start"] == {"date": "2026-12-01"}


def test_an_id_of_the_whole_alphabet_is_taken(events):
    assert events.insert(TALK | {"id": "0123456789abcdefghijklmnopqrstuv"})["id"].endswith("stuv")
    assert len(events.insert({**TALK, "id": None})["id"]) == 24


def test_a_patch_merges_objects_and_replaces_lists(events):
    events.insert(TALK | {"description": "Come", "attendees": PAIR})
    made = events.patch(
        eventId=TALK["id"],
        body={"start": {"timeZone": "UTC"}, "attendees": [PAIR[1]], "description": None},
    )
    assert made["start"] == {"dateTime": "2026-12-01T10:00:00+01:00", "timeZone": "UTC"}
    assert [one["email"] for one in made["attendees"]] == ["kim@acme.example"]
    assert "description" not in made
    assert (made["summary"], made["sequence"]) == ("Town hall", 1)


def test_an_update_replaces_all_of_it(events):
    events.insert(TALK | {"location": "Hall 2"})
    made = events.update(eventId=TALK["id"], body=TALK | {"summary": "Town hall 2"})
    assert "location" not in made
    assert made["sequence"] == 1


def test_an_event_changed_meanwhile_is_not_overwritten(service, own, events, google):
    first = events.insert()
    google.calendars.answer(TALK["id"], "BEN@beta.example", "accepted")
    for call in (
        service.events().patch(calendarId=own, eventId=TALK["id"], body={"summary": "x"}),
        service.events().delete(calendarId=own, eventId=TALK["id"]),
    ):
        call.headers["If-Match"] = first["etag"]
        assert refusal(call.execute) == (412, "conditionNotMet", "Precondition Failed")
    now = events.get(eventId=TALK["id"])
    assert now["attendees"][0]["responseStatus"] == "accepted"
    call = service.events().patch(calendarId=own, eventId=TALK["id"], body={"summary": "x"})
    call.headers["If-Match"] = now["etag"]
    assert call.execute()["summary"] == "x"


def test_an_answer_is_read_back(google, events):
    events.insert(TALK | {"attendees": PAIR})
    google.calendars.answer(TALK["id"], "kim@acme.example", "declined")
    statuses = [one["responseStatus"] for one in events.get(eventId=TALK["id"])["attendees"]]
    assert statuses == ["needsAction", "declined"]
    with pytest.raises(LookupError):
        google.calendars.answer(TALK["id"], "eve@beta.example", "accepted")
    with pytest.raises(ValueError, match="one of"):
        google.calendars.answer(TALK["id"], "kim@acme.example", "perhaps")


def test_a_service_account_invites_nobody_for_itself(google):
    with calendar(google, delegated(google, f"{ROOT}calendar", subject="")) as own:
        made = own.calendars().insert(body={"summary": "Mine"}).execute()["id"]
        call = own.events().insert(calendarId=made, body=TALK)
        assert refusal(call.execute)[:2] == (403, "forbiddenForServiceAccounts")


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (google_errors.USAGE_LIMITS, 403, "quotaExceeded"),
        (google_errors.RATE_LIMIT, 403, "rateLimitExceeded"),
        (google_errors.USER_RATE_LIMIT, 403, "userRateLimitExceeded"),
        (google_errors.CALENDAR_RATE_LIMIT, 429, "rateLimitExceeded"),
        (google_errors.DAILY_LIMIT, 403, "dailyLimitExceeded"),
        (google_errors.NOT_ORGANIZER, 403, "forbiddenForNonOrganizer"),
        (
            google_errors.api_is_off("Google Calendar", "calendar-json.googleapis.com"),
            403,
            "accessNotConfigured",
        ),
        (google_errors.BACKEND_ERROR, 500, "backendError"),
    ],
)
def test_each_refusal_reaches_the_client_and_changes_nothing(google, events, answer, status, reason):
    google.faults.refuse(answer, on="events.insert", pattern="beta", times=1)
    assert refusal(events.insert)[:2] == (status, reason)
    assert google.calendars.events() == []
    events.insert()


def test_a_reply_lost_after_the_commit_turns_up_as_a_duplicate(google, events, mail):
    """httplib2 asks again by itself, and is told that the event is there."""
    google.faults.drop("after", on="events.insert")
    assert refusal(events.insert, sendUpdates="all")[:2] == (409, "duplicate")
    assert len(google.calendars.events()) == len(mail.messages) == 1
    google.faults.refuse(google_errors.BACKEND_ERROR, on="events.insert", times=1, when="after")
    assert refusal(events.insert, body=TALK | {"id": "fffff"})[0] == 500
    assert events.get(eventId="fffff")["status"] == "confirmed"
