"""A letter as an event in Google Calendar. Pure."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from campaigns import model
from campaigns.hand_over import InviteFacts, Letter
from campaigns.ical_times import recurrence_lines

Event = Mapping[str, Any]

DELETED: Event = {"status": "cancelled"}
"""What is there no more stands for."""

_ID_OCTETS = 20


def event_id(uid: str, life: int = 0) -> str:
    """The id of the event of ``uid``, in Google's alphabet (0-9, a-v).

    From the UID and not from the letter's key: an update is another letter about the same event. An id that
    was deleted for good is never free again, so each later ``life`` of the event has another.
    """
    name = f"{uid}\0{life}" if life else uid
    octets = hashlib.sha256(name.encode()).digest()[:_ID_OCTETS]
    return base64.b32hexencode(octets).decode("ascii").lower()


def event_of(letter: Letter) -> dict[str, Any]:
    """The event for one attendee, who sees nobody else. None clears what an earlier revision had.

    It has no reminders: at Google they are private to who sets them, so the account would be reminded once
    for each attendee, and no attendee at all.
    """
    facts = letter.invite
    return {
        "status": "confirmed",
        "summary": facts.summary,
        "description": facts.description or None,
        "location": facts.place or None,
        "start": _moment(facts, facts.starts_at),
        "end": _moment(facts, facts.ends_at),
        "recurrence": _recurrence(facts) or None,
        "attendees": [_attendee(letter)],
        # The first two are true unless said: every guest could read the list and add to it.
        "guestsCanSeeOtherGuests": False,
        "guestsCanInviteOthers": False,
        "guestsCanModify": False,
        "extendedProperties": {
            "private": {
                "uid": facts.uid,
                "sequence": str(facts.sequence),
                "content": _content(letter),
                "time": _time(facts),
            }
        },
    }


def changes_of(letter: Letter, found: Event) -> dict[str, Any]:
    """What makes ``found`` say what ``letter`` says.

    A patch that names the attendee takes back the answer already given: so does this one, if the event is
    deleted, does not invite them, or is at another time. Whoever said yes to that says nothing of this.
    """
    changes = event_of(letter)
    keeps_answer = not is_deleted(found) and is_invited(found, letter.recipient)
    if keeps_answer and not _is_at_another_time(found, letter.invite):
        del changes["attendees"]
    return changes


def is_ours(event: Event, facts: InviteFacts) -> bool:
    return mark(event, "uid") == facts.uid


def is_deleted(event: Event) -> bool:
    return event.get("status") == "cancelled"


def is_invited(event: Event, address: str) -> bool:
    guests = [str(one.get("email", "")) for one in event.get("attendees", [])]
    return address.casefold() in map(str.casefold, guests)


def holds(event: Event, letter: Letter) -> bool:
    """Whether ``event`` says to its attendee what ``letter`` says.

    Texts are compared by the mark we left, as Google tidies them; times and attendee as they are.
    """
    return has_words_of(event, letter) and _stands(event, letter)


def is_of(event: Event, letter: Letter) -> bool:
    """Whether ``event`` was written from ``letter``, whose number says so where its words are forgotten."""
    is_that_time = mark(event, "time") == _time(letter.invite)
    return sequence(event) == letter.invite.sequence and is_that_time and _stands(event, letter)


def has_words_of(event: Event, letter: Letter) -> bool:
    """Whether it was written in the words of ``letter``, whatever became of it."""
    return mark(event, "content") == _content(letter)


def sequence(event: Event) -> int:
    """The number of the letter that ``event`` was written from; -1 if it does not say."""
    said = mark(event, "sequence")
    return int(said) if said.isascii() and said.isdigit() else -1


def is_one_of_many(event: Event) -> bool:
    """Whether it is one date of a repeating event, with what was changed or answered for that one alone."""
    return bool(event.get("recurringEventId"))


def mark(event: Event, name: str) -> str:
    """What we left in ``event`` under ``name``, where only this bot looks."""
    return str(event.get("extendedProperties", {}).get("private", {}).get(name, ""))


def _stands(event: Event, letter: Letter) -> bool:
    """Whether it is there, for this attendee and at this time."""
    facts = letter.invite
    return (
        not is_deleted(event)
        and is_invited(event, letter.recipient)
        and _is_at(event.get("start"), facts, facts.starts_at)
        and _is_at(event.get("end"), facts, facts.ends_at)
    )


def _is_at_another_time(event: Event, facts: InviteFacts) -> bool:
    if said := mark(event, "time"):
        return said != _time(facts)
    # written before it was marked
    return not (
        _is_at(event.get("start"), facts, facts.starts_at) and _is_at(event.get("end"), facts, facts.ends_at)
    )


def _time(facts: InviteFacts) -> str:
    """When it is, in a form that Google does not tidy."""
    days = ["all day"] if facts.is_all_day else []
    times = (facts.starts_at.isoformat(), facts.ends_at.isoformat(), facts.zone, *days, *_recurrence(facts))
    return hashlib.sha256("\0".join(times).encode()).hexdigest()[:32]


def _content(letter: Letter) -> str:
    facts = letter.invite
    parts = (
        facts.summary,
        facts.description,
        facts.place,
        facts.starts_at.isoformat(),
        facts.ends_at.isoformat(),
        facts.zone,
        letter.recipient,
        facts.attendee_name,
        # Only where there are such: what was written before they existed is still known.
        *(["all day"] if facts.is_all_day else []),
        *_recurrence(facts),
    )
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _attendee(letter: Letter) -> dict[str, str]:
    person = {"email": letter.recipient}
    return person | {"displayName": letter.invite.attendee_name} if letter.invite.attendee_name else person


def _recurrence(facts: InviteFacts) -> list[str]:
    event = model.Event(
        title=facts.summary,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        zone=facts.zone,
        is_all_day=facts.is_all_day,
        recurrence=facts.recurrence,
    )
    return recurrence_lines(event)


def _moment(facts: InviteFacts, at: datetime) -> dict[str, str | None]:
    """Patches merge: a day takes away the hour that an earlier revision had, and the other way round."""
    local = at.astimezone(ZoneInfo(facts.zone))
    if facts.is_all_day:
        return {"date": local.date().isoformat(), "dateTime": None, "timeZone": None}
    # The zone also where the offset says the instant: without it Google takes no event that repeats.
    return {"date": None, "dateTime": local.isoformat(), "timeZone": facts.zone}


def _is_at(said: Any, facts: InviteFacts, at: datetime) -> bool:
    try:
        if facts.is_all_day:
            return date.fromisoformat(said["date"]) == at.astimezone(ZoneInfo(facts.zone)).date()
        return datetime.fromisoformat(said["dateTime"]) == at
    except (TypeError, KeyError, ValueError):
        return False
