"""Invites as events in Google Calendar, which mails the attendees itself and keeps their answers."""

import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from campaigns.errors import Busy, StorageTrouble
from campaigns.invite_clean import checked_address
from campaigns.model import Kind, Letter, Receipt
from campaigns.ports import Tokens
from mailers import google_events as events
from mailers.google_faults import GoogleError, Step, classify, next_step
from mailers.google_rules import Call
from mailers.google_wire import GoogleRefused, GoogleService
from mailers.silence import garbled, silence
from mailers.token_cell import Now, utc_now
from mailers.wire import NoReply

CALENDAR_NAME = "Invites"

KeepCalendar = Callable[[str, str], str]
"""Keeps the id of a new calendar, made instead of one that was deleted ('': there was none).

Returns the one that counts: another's if that was first.
"""

_LIVES = 3
_EVERYBODY = "all"
_OF_THE_SAME = frozenset({Kind.UPDATE, Kind.REMIND})
"""Deeds that change the event which is there already; Google tells the attendee."""
_GONE = GoogleError(410, ("deleted",), "Resource has been deleted")


class GoogleCalendarMailer:
    """The Mailer and Inquirer ports: one event for each attendee, in a calendar of the bot's own.

    The id of an event follows from its invite, so that whatever is repeated has no second effect, and a reply
    that was lost is found again. ``calendar_id`` is what ``keep_calendar`` was given, '' before that.
    """

    def __init__(
        self,
        tokens: Tokens,
        *,
        calendar_id: str,
        keep_calendar: KeepCalendar,
        endpoint: str = "",
        certificate: str = "",
        now: Now = utc_now,
    ) -> None:
        self._service = GoogleService("calendar", "v3", tokens, endpoint=endpoint, certificate=certificate)
        self._events = self._service.resource.events()
        self._calendar_id = calendar_id
        self._gone = ""
        self._keep_calendar = keep_calendar
        self._now = now
        self._making = threading.Lock()
        self._in_doubt: set[str] = set()

    def send(self, letter: Letter) -> Receipt:
        """Does the letter's deed; ``letter.mime`` stays unused. Raises no Unsure: trying again is safe.

        A calendar that somebody deleted is Misconfigured, once: after that a new one is made.
        """
        checked_address(letter.recipient)
        if letter.key in self._in_doubt and (found := self.find(letter)):
            self._in_doubt.discard(letter.key)
            return found
        try:
            receipt = self._cancel(letter) if letter.invite.kind is Kind.CANCEL else self._send(letter)
        except Busy:
            # It may have been done. Doing it again has no second effect on the calendar, but Google does not
            # say whether a second update that changes nothing is one more mail: the next try asks first.
            self._in_doubt.add(letter.key)
            raise
        self._in_doubt.discard(letter.key)
        return receipt

    def find(self, letter: Letter) -> Receipt | None:
        """As in ``campaigns.ports.Inquirer``: whether the attendee holds what ``letter`` says.

        What a CANCEL says is held where there is nothing.
        """
        if letter.invite.kind is Kind.CANCEL:
            return _gone(letter) if self._is_gone(letter) else None
        if not self._calendar_id:
            return None
        for life in range(_LIVES):
            event = events.event_id(letter.invite.uid, life)
            found = self._read(self._calendar_id, event)
            if found is None:
                return None
            if not events.is_deleted(found):
                held = events.is_ours(found, letter.invite) and events.holds(found, letter)
                return _receipt(event) if held else None
        return None

    def check(self) -> None:
        """Renews the token, and looks whether the bot's calendar is still there."""
        self._service.renew()
        if self._calendar_id:
            self._ask(self._service.resource.calendars().get(calendarId=self._calendar_id), Call.CALENDAR, "")

    def close(self) -> None:
        self._service.close()

    def _cancel(self, letter: Letter) -> Receipt:
        """Takes the event off the attendee's calendar, who is told; what is gone already is done."""
        for life in range(_LIVES if self._calendar_id else 0):
            event = events.event_id(letter.invite.uid, life)
            request = self._events.delete(calendarId=self._calendar_id, eventId=event, sendUpdates=_EVERYBODY)
            if self._ask(request, Call.DELETE, letter.recipient) is not Step.DONE:
                break
        return _gone(letter)

    def _is_gone(self, letter: Letter) -> bool:
        for life in range(_LIVES if self._calendar_id else 0):
            found = self._read(self._calendar_id, events.event_id(letter.invite.uid, life))
            if found is None:
                return True
            if not events.is_deleted(found):
                return False
        return True

    def _send(self, letter: Letter) -> Receipt:
        calendar = self._calendar(letter.invite.zone)
        for life in range(_LIVES):
            event = events.event_id(letter.invite.uid, life)
            done = (
                self._update(calendar, event, letter)
                if letter.invite.kind in _OF_THE_SAME
                else self._invite(calendar, event, letter)
            )
            if done:
                return _receipt(event)
        raise classify(_GONE, Call.PATCH, now=self._now())

    def _invite(self, calendar: str, event: str, letter: Letter) -> bool:
        """False if this id was deleted for good."""
        body = events.event_of(letter) | {"id": event}
        made = self._ask(
            self._events.insert(calendarId=calendar, body=body, sendUpdates=_EVERYBODY),
            Call.INSERT,
            letter.recipient,
        )
        return made is not Step.COMPARE or self._settle(calendar, event, letter)

    def _settle(self, calendar: str, event: str, letter: Letter) -> bool:
        """The event is there: by an earlier try, of an earlier revision, deleted since, or not by us."""
        found = self._read(calendar, event)
        if found is None:
            raise garbled(repeatable=True)
        if events.is_deleted(found):
            return self._patch(calendar, event, events.event_of(letter), letter) is not Step.NEXT_LIFE
        if not events.is_ours(found, letter.invite):
            raise self._taken(letter)
        if events.holds(found, letter) or events.sequence(found) > letter.invite.sequence:
            return True
        if events.sequence(found) == letter.invite.sequence:
            raise self._taken(letter)
        return self._update(calendar, event, letter)

    def _update(self, calendar: str, event: str, letter: Letter) -> bool:
        """False if this id was deleted for good."""
        made = self._patch(calendar, event, events.changes_of(letter), letter)
        if made is Step.ABSENT:
            return self._invite(calendar, event, letter)
        if made is Step.NEXT_LIFE:
            return False
        if not events.is_invited(made, letter.recipient):
            return self._patch(calendar, event, events.event_of(letter), letter) is not Step.NEXT_LIFE
        return True

    def _patch(self, calendar: str, event: str, body: dict[str, Any], letter: Letter) -> Any:
        return self._ask(
            self._events.patch(calendarId=calendar, eventId=event, body=body, sendUpdates=_EVERYBODY),
            Call.PATCH,
            letter.recipient,
        )

    def _read(self, calendar: str, event: str) -> events.Event | None:
        found = self._ask(self._events.get(calendarId=calendar, eventId=event), Call.READ, "")
        return None if found is Step.ABSENT else found

    def _taken(self, letter: Letter) -> Exception:
        error = GoogleError(409, ("duplicate",), "The event holds something else")
        return classify(error, Call.INSERT, now=self._now(), recipient=letter.recipient)

    def _calendar(self, zone: str) -> str:
        """The bot's calendar, made at the first invite: the organizer's own stays clean."""
        with self._making:
            if not self._calendar_id:
                body = {"summary": CALENDAR_NAME, "timeZone": zone}
                made = self._ask(self._service.resource.calendars().insert(body=body), Call.CALENDAR, "")
                try:
                    self._calendar_id = self._keep_calendar(str(made["id"]), self._gone)
                except StorageTrouble:
                    raise Busy("The bot's new calendar could not be noted", whole_account=True) from None
            return self._calendar_id

    def _ask(self, request: Any, call: Call, recipient: str) -> Any:
        """The answer, or the Step that follows from a no that our own ids make harmless."""
        try:
            answer = self._service.ask(request)
        except GoogleRefused as refused:
            step = next_step(refused.error, call)
            if step is None:
                if refused.error.status == HTTPStatus.NOT_FOUND:
                    self._gone, self._calendar_id = self._calendar_id or self._gone, ""
                raise classify(refused.error, call, now=self._now(), recipient=recipient) from None
            return step
        except NoReply as trouble:
            raise silence(trouble, repeatable=True) from None
        if call is not Call.DELETE and not (isinstance(answer, dict) and answer):
            raise garbled(repeatable=True)
        return answer


def _gone(letter: Letter) -> Receipt:
    return _receipt(events.event_id(letter.invite.uid))


def _receipt(event: str) -> Receipt:
    return Receipt(reference=f"calendar {event}")
