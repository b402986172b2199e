"""What attendees answered to events in Google Calendar, read back by what has changed since the last look."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailers import google_events as events
from mailers.google_faults import Step
from mailers.google_rules import Call
from mailers.silence import garbled

_PAGE = 2500

Ask = Callable[[Any, Call, str], Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One attendee's word on the invite ``uid``: accepted, declined, tentative or needsAction."""

    uid: str
    status: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Answers:
    """What was read. ``token`` is for the next look; ``is_all``: not only what has changed."""

    answers: tuple[Answer, ...] = ()
    token: str = ""
    is_all: bool = True


def read_answers(ask: Ask, resource: Any, calendar: str, since: str) -> Answers:
    """Every page. A token that Google no longer knows means reading all of it again."""
    found: list[Answer] = []
    page = ""
    while True:
        asked = {"calendarId": calendar, "maxResults": _PAGE}
        asked |= {"pageToken": page} if page else {}
        asked |= {"syncToken": since} if since else {}
        said = ask(resource.list(**asked), Call.LIST, "")
        if said is Step.AFRESH:
            if not since:
                raise garbled(repeatable=True)
            return read_answers(ask, resource, calendar, "")
        found += [answer for event in said.get("items", []) if (answer := _answer(event))]
        page = str(said.get("nextPageToken", ""))
        if not page:
            return Answers(tuple(found), str(said.get("nextSyncToken", "")), is_all=not since)


def _answer(event: events.Event) -> Answer | None:
    uid = events.mark(event, "uid")
    guests = [one for one in event.get("attendees", []) if not one.get("organizer")]
    if not uid or events.is_deleted(event) or len(guests) != 1:
        return None
    status = str(guests[0].get("responseStatus", ""))
    return Answer(uid, status, datetime.fromisoformat(str(event["updated"])))
