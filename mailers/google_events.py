"""A letter as an event in Google Calendar. Pure."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.model import InviteFacts, Letter

Event = Mapping[str, Any]

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
    """The event for one attendee, who sees nobody else. None clears what an earlier revision had."""
    facts = letter.invite
    return {
        "status": "confirmed",
        "summary": facts.summary,
        "description": facts.description or None,
        "location": facts.place or None,
        "start": _moment(facts.starts_at, facts.zone),
        "end": _moment(facts.ends_at, facts.zone),
        "attendees": [_attendee(letter)],
        # The first two are true unless said: every guest could read the list and add to it.
        "guestsCanSeeOtherGuests": False,
        "guestsCanInviteOthers": False,
        "guestsCanModify": False,
        "extendedProperties": {
            "private": {"uid": facts.uid, "sequence": str(facts.sequence), "content": _content(letter)}
        },
    }


def changes_of(letter: Letter) -> dict[str, Any]:
    """The event without its attendee: a patch that names one takes back the answer already given."""
    return {name: value for name, value in event_of(letter).items() if name != "attendees"}


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
    facts = letter.invite
    return (
        not is_deleted(event)
        and mark(event, "content") == _content(letter)
        and is_invited(event, letter.recipient)
        and _is_at(event.get("start"), facts.starts_at)
        and _is_at(event.get("end"), facts.ends_at)
    )


def sequence(event: Event) -> int:
    """The revision that ``event`` was written from; -1 if it does not say."""
    said = mark(event, "sequence")
    return int(said) if said.isascii() and said.isdigit() else -1


def mark(event: Event, name: str) -> str:
    """What we left in ``event`` under ``name``, where only this bot looks."""
    return str(event.get("extendedProperties", {}).get("private", {}).get(name, ""))


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
    )
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _attendee(letter: Letter) -> dict[str, str]:
    person = {"email": letter.recipient}
    return person | {"displayName": letter.invite.attendee_name} if letter.invite.attendee_name else person


def _moment(at: datetime, zone: str) -> dict[str, str]:
    return {"dateTime": at.astimezone(ZoneInfo(zone)).isoformat(), "timeZone": zone}


def _is_at(said: Any, at: datetime) -> bool:
    try:
        return datetime.fromisoformat(said["dateTime"]) == at
    except (TypeError, KeyError, ValueError):
        return False
