"""The Calendar API: secondary calendars, and the events on them."""

import secrets
import threading
from collections.abc import Callable

from flask import Blueprint, Response, request

from playground import google_errors as errors
from playground import google_scopes as scopes
from playground.google_events import Calendar
from playground.google_invitations import Invitations
from playground.google_listing import listed
from playground.google_oauth import GoogleSignIn
from playground.oauth_tokens import AccessToken
from playground.provider_answers import Answer, Json, Refused, json_answer
from playground.provider_door import ProviderDoor

NO_CONTENT = Answer(204)
_ROOT = "/calendar/v3/calendars"


class GoogleCalendars:
    """Everybody's calendars. The primary one of an account is there from the start."""

    def __init__(self, sign_in: GoogleSignIn, door: ProviderDoor, invitations: Invitations) -> None:
        self._sign_in = sign_in
        self._door = door
        self._invitations = invitations
        self._lock = threading.RLock()
        self._calendars = {
            account: Calendar(account, account, account, "UTC", sign_in.tokens.now)
            for account in sign_in.accounts
        }

    # For the tests and the person at the other end

    @property
    def ids(self) -> list[str]:
        """The secondary calendars, in the order in which they were made."""
        with self._lock:
            return [one.id for one in self._calendars.values() if not one.is_primary]

    def events(self, calendar_id: str = "") -> list[Json]:
        """The events of one calendar, or of all, the cancelled too."""
        with self._lock:
            chosen = [self._calendars[calendar_id]] if calendar_id else list(self._calendars.values())
            return [event for calendar in chosen for event in calendar.events()]

    def changed(self, upto: dict[str, int]) -> list[Json]:
        """The events changed since a look before: ``upto`` says which, by calendar, and is brought on."""
        with self._lock:
            news = []
            for calendar in self._calendars.values():
                if calendar.changes > upto.get(calendar.id, 0):
                    news += calendar.events(upto.get(calendar.id, 0))
                    upto[calendar.id] = calendar.changes
            return news

    def answer(self, event_id: str, address: str, status: str, comment: str = "") -> Json:
        """An attendee answers; the event as the organizer then sees it."""
        with self._lock:
            for calendar in self._calendars.values():
                if event_id in calendar:
                    return calendar.answer(event_id, address, status, comment)
        raise LookupError(f"there is no event {event_id}")

    def expire_sync_tokens(self) -> None:
        """Who looks for changes with a token from before must begin anew."""
        with self._lock:
            for calendar in self._calendars.values():
                calendar.changes += 1
                calendar.oldest_sync = calendar.changes

    # The calls

    def call(self, on: str, work: Callable[[AccessToken, Json], Answer]) -> Response:
        """One call with its token, under the lock; its addresses are the attendees that it names."""
        body = request.get_json(silent=True)
        body = body if isinstance(body, dict) else {}
        attendees = body.get("attendees") or []
        addresses = [str(one.get("email", "")) for one in attendees if isinstance(one, dict)]

        def locked() -> Answer:
            token = self._sign_in.bearer(on)
            with self._lock:
                return work(token, body)

        return self._door.answer(on, locked, addresses=addresses)

    def find(self, token: AccessToken, calendar_id: str) -> Calendar:
        owner = token.grant.account
        calendar = self._calendars.get(owner if calendar_id == "primary" else calendar_id)
        if calendar is None or calendar.owner != owner:
            raise Refused(errors.NOT_FOUND)
        if calendar.is_primary and scopes.is_own_calendars_only(token.scopes):
            raise Refused(errors.TOO_FEW_SCOPES)
        return calendar

    def make(self, token: AccessToken, body: Json) -> Answer:
        if not body.get("summary"):
            raise Refused(errors.NO_TITLE)
        calendar_id = f"c_{secrets.token_hex(20)}@group.calendar.google.com"
        zone = str(body.get("timeZone", "UTC"))
        calendar = Calendar(
            calendar_id, token.grant.account, str(body["summary"]), zone, self._sign_in.tokens.now
        )
        self._calendars[calendar_id] = calendar
        return json_answer(calendar.resource)

    def remove(self, token: AccessToken, calendar_id: str) -> Answer:
        calendar = self.find(token, calendar_id)
        if calendar.is_primary:
            raise Refused(errors.error(403, "cannotDeletePrimaryCalendar", "Forbidden", domain="calendar"))
        del self._calendars[calendar.id]
        return NO_CONTENT

    def insert(self, token: AccessToken, calendar_id: str, body: Json) -> Answer:
        self._check_guests(token, body)
        calendar = self.find(token, calendar_id)
        event = calendar.insert(body)
        self._tell(None, event, calendar)
        return json_answer(event)

    def change(
        self, token: AccessToken, calendar_id: str, event_id: str, body: Json, *, is_whole: bool
    ) -> Answer:
        self._check_guests(token, body)
        calendar = self.find(token, calendar_id)
        etag = request.headers.get("If-Match", "")
        before, after = calendar.change(event_id, body, etag, is_whole=is_whole)
        self._tell(before, after, calendar)
        return json_answer(after)

    def delete(self, token: AccessToken, calendar_id: str, event_id: str) -> Answer:
        calendar = self.find(token, calendar_id)
        before = calendar.delete(event_id, request.headers.get("If-Match", ""))
        self._tell(before, calendar.get(event_id), calendar)
        return NO_CONTENT

    def _check_guests(self, token: AccessToken, body: Json) -> None:
        if body.get("attendees") and token.grant.account not in self._sign_in.accounts:
            raise Refused(errors.SERVICE_ACCOUNT)

    def _tell(self, before: Json | None, after: Json, calendar: Calendar) -> None:
        self._invitations.tell(before, after, request.args.get("sendUpdates", "none"), calendar.owner)


def make_pages(google: GoogleCalendars) -> Blueprint:
    pages = Blueprint("google_calendar", __name__)

    @pages.post(_ROOT)
    def calendars_insert() -> Response:
        return google.call("calendars.insert", google.make)

    @pages.get(f"{_ROOT}/<calendar>")
    def calendars_get(calendar: str) -> Response:
        return google.call(
            "calendars.get", lambda token, _: json_answer(google.find(token, calendar).resource)
        )

    @pages.delete(f"{_ROOT}/<calendar>")
    def calendars_delete(calendar: str) -> Response:
        return google.call("calendars.delete", lambda token, _: google.remove(token, calendar))

    @pages.get(f"{_ROOT}/<calendar>/events")
    def events_list(calendar: str) -> Response:
        asked = request.args.to_dict()

        return google.call(
            "events.list", lambda token, _: json_answer(listed(google.find(token, calendar), asked))
        )

    @pages.post(f"{_ROOT}/<calendar>/events")
    def events_insert(calendar: str) -> Response:
        return google.call("events.insert", lambda token, body: google.insert(token, calendar, body))

    @pages.get(f"{_ROOT}/<calendar>/events/<event>")
    def events_get(calendar: str, event: str) -> Response:
        return google.call(
            "events.get", lambda token, _: json_answer(google.find(token, calendar).get(event))
        )

    @pages.patch(f"{_ROOT}/<calendar>/events/<event>")
    def events_patch(calendar: str, event: str) -> Response:
        return google.call(
            "events.patch",
            lambda token, body: google.change(token, calendar, event, body, is_whole=False),
        )

    @pages.put(f"{_ROOT}/<calendar>/events/<event>")
    def events_update(calendar: str, event: str) -> Response:
        return google.call(
            "events.update",
            lambda token, body: google.change(token, calendar, event, body, is_whole=True),
        )

    @pages.delete(f"{_ROOT}/<calendar>/events/<event>")
    def events_delete(calendar: str, event: str) -> Response:
        return google.call("events.delete", lambda token, _: google.delete(token, calendar, event))

    return pages
