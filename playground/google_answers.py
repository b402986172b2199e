"""Guests' answers as the inbox page gives and shows them: they stand in the organizer's calendar."""

import threading

from playground.google_calendar import GoogleCalendars

_STATUSES = {"ACCEPTED": "accepted", "TENTATIVE": "tentative", "DECLINED": "declined"}
_PARTSTATS = {status: partstat for partstat, status in _STATUSES.items()}


class GoogleAnswers:
    """Looks only at what has changed since the last look: a page asks for a hundred guests at once."""

    def __init__(self, calendars: GoogleCalendars) -> None:
        self._calendars = calendars
        self._lock = threading.Lock()
        self._upto: dict[str, int] = {}
        self._ids: dict[str, str] = {}
        self._guests: dict[str, dict[str, str]] = {}

    def respond(self, uid: str, address: str, partstat: str, comment: str) -> bool:
        """See ``reply_calendar.CalendarAnswers``."""
        with self._lock:
            self._look()
            if address.casefold() not in self._guests.get(uid, {}):
                return False
        self._calendars.answer(self._ids[uid], address, _STATUSES[partstat], comment)
        return True

    def response(self, uid: str, address: str) -> str:
        """See ``reply_calendar.CalendarAnswers``."""
        with self._lock:
            self._look()
            return _PARTSTATS.get(self._guests.get(uid, {}).get(address.casefold(), ""), "")

    def _look(self) -> None:
        for event in self._calendars.changed(self._upto):
            uid = event["iCalUID"]
            self._ids[uid] = event["id"]
            self._guests[uid] = {
                one["email"].casefold(): one["responseStatus"] for one in event.get("attendees", [])
            }
