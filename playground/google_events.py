"""One calendar: its events, each change numbered, nothing ever forgotten."""

import base64
import secrets
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime

from playground import google_errors as errors
from playground.google_event_rules import ANSWERS, ID, checked, is_told, patched, stamp
from playground.provider_answers import Json, Refused


@dataclass
class Calendar:
    """Hands out copies: what is kept changes only here, under the lock of its keeper."""

    id: str
    owner: str
    summary: str
    time_zone: str
    now: Callable[[], datetime]
    changes: int = 0
    oldest_sync: int = 0
    """Sync tokens from before this change are no longer good."""
    _events: dict[str, Json] = field(default_factory=dict)
    _changed: dict[str, int] = field(default_factory=dict)

    @property
    def is_primary(self) -> bool:
        return self.id == self.owner

    @property
    def resource(self) -> Json:
        return {
            "kind": "calendar#calendar",
            "etag": '"1"',
            "id": self.id,
            "summary": self.summary,
            "timeZone": self.time_zone,
        }

    @property
    def organizer(self) -> Json:
        if self.is_primary:
            return {"email": self.owner, "self": True}
        return {"email": self.id, "displayName": self.summary, "self": True}

    def events(self, after: int = 0) -> list[Json]:
        """The events changed after this change, the cancelled too, the last changed at the end."""
        changed = [one for one in self._events if self._changed[one] > after]
        return [deepcopy(self._events[one]) for one in sorted(changed, key=self._changed.__getitem__)]

    def __contains__(self, event_id: str) -> bool:
        return event_id in self._events

    def change_of(self, event_id: str) -> int:
        return self._changed[event_id]

    def get(self, event_id: str) -> Json:
        """An event, cancelled or not. Raises Refused."""
        if event_id not in self._events:
            raise Refused(errors.NOT_FOUND)
        return deepcopy(self._events[event_id])

    def insert(self, body: Json) -> Json:
        event_id = body.get("id") or _new_id()
        if not isinstance(event_id, str) or not ID.fullmatch(event_id):
            raise Refused(errors.BAD_ID)
        event = checked(body, self.organizer)
        if event_id in self._events:
            raise Refused(errors.DUPLICATE)
        fixed = {
            "kind": "calendar#event",
            "id": event_id,
            "htmlLink": f"https://www.google.com/calendar/event?eid={_link(event_id, self.id)}",
            "created": stamp(self.now()),
            "creator": {"email": self.owner} | ({"self": True} if self.is_primary else {}),
            "organizer": self.organizer,
            "iCalUID": body.get("iCalUID") or f"{event_id}@google.com",
            "sequence": 0,
            "eventType": "default",
        }
        return self._keep(fixed | event)

    def change(self, event_id: str, body: Json, etag: str, *, is_whole: bool) -> tuple[Json, Json]:
        """Patches an event, or replaces all of it; before and after. Raises Refused."""
        before = self.get(event_id)
        self._check(before, etag)
        is_brought_back = body.get("status") in {"confirmed", "tentative"}
        if before["status"] == "cancelled" and not is_brought_back:
            raise Refused(errors.DELETED)
        asked = body if is_whole else patched(before, body)
        after = {name: before[name] for name in before.keys() & _kept()} | checked(asked, self.organizer)
        if is_told(before, after):
            after["sequence"] = before["sequence"] + 1
        return before, self._keep(after)

    def delete(self, event_id: str, etag: str) -> Json:
        """Cancels an event; as it was before. Raises Refused."""
        before = self.get(event_id)
        self._check(before, etag)
        if before["status"] == "cancelled":
            raise Refused(errors.DELETED)
        self._keep(before | {"status": "cancelled", "sequence": before["sequence"] + 1})
        return before

    def answer(self, event_id: str, address: str, status: str, comment: str = "") -> Json:
        """What an attendee's click on Yes, Maybe or No does to the organizer's copy."""
        if status not in ANSWERS:
            raise ValueError(f"an answer is one of {', '.join(sorted(ANSWERS))}")
        event = self.get(event_id)
        for attendee in event.get("attendees", []):
            if attendee["email"].casefold() == address.casefold():
                attendee["responseStatus"] = status
                if comment:
                    attendee["comment"] = comment
                return self._keep(event)
        raise LookupError(f"{address} is not invited to {event_id}")

    def _check(self, event: Json, etag: str) -> None:
        if etag and etag not in {"*", event["etag"]}:
            raise Refused(errors.CHANGED)

    def _keep(self, event: Json) -> Json:
        self.changes += 1
        kept = deepcopy(event) | {"updated": stamp(self.now()), "etag": f'"{self.changes:016d}"'}
        self._events[kept["id"]] = kept
        self._changed[kept["id"]] = self.changes
        return deepcopy(kept)


def _kept() -> set[str]:
    return {"kind", "id", "htmlLink", "created", "creator", "organizer", "iCalUID", "sequence", "eventType"}


def _new_id() -> str:
    return base64.b32hexencode(secrets.token_bytes(15)).decode().lower().rstrip("=")[:26]


def _link(event_id: str, calendar_id: str) -> str:
    return base64.urlsafe_b64encode(f"{event_id} {calendar_id}".encode()).decode().rstrip("=")
