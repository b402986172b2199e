"""Invites as events in Google Calendar, which mails the attendees itself and keeps their answers."""

from typing import Any

from campaigns.errors import AnyFault, Busy
from campaigns.hand_over import Letter, Receipt
from campaigns.invite_clean import checked_address
from campaigns.mailer_port import Tokens
from campaigns.model import Kind
from mailers import google_events as events
from mailers.google_faults import GoogleError, Step, classify, next_step
from mailers.google_own_calendar import KeepCalendar, OwnCalendar
from mailers.google_rules import Call
from mailers.google_wire import GoogleRefused, GoogleService
from mailers.silence import garbled, silence
from mailers.token_cell import Now, utc_now
from mailers.wire import NoReply

_LIVES = 3
_EVERYBODY = "all"
_OF_THE_SAME = frozenset({Kind.UPDATE, Kind.REMIND})
"""Deeds that change the event which is there already; Google tells the attendee."""
_CHANGES = frozenset({Call.INSERT, Call.PATCH, Call.DELETE})
_NO_WORD = frozenset({408, *range(500, 600)})
"""Statuses that leave open whether it was done."""
_GONE = GoogleError(410, ("deleted",), "Resource has been deleted")


class GoogleCalendarMailer:
    """The Mailer and Inquirer ports: one event for each attendee, in a calendar of the bot's own.

    The id of an event follows from its invite, so that whatever is repeated has no second effect, and a reply
    that was lost is found again. ``calendar_id`` is what was noted with ``keep_calendar``, '' before that.
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
        self._own = OwnCalendar(self._service, calendar_id, keep_calendar, now)
        self._now = now
        self._in_doubt: set[str] = set()

    def send(self, letter: Letter) -> Receipt:
        """Does the letter's deed; ``letter.mime`` stays unused. Raises no Unsure: trying again is safe.

        Busy says whether it may have been done.

        A calendar that somebody deleted is Misconfigured, and so is one of which nobody knows whether it was
        made, until a person has resumed a run that paused for it: then a new one is made.
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
        """As in ``campaigns.mailer_port.Inquirer``: whether the attendee holds what ``letter`` says.

        What a CANCEL says is held where there is nothing.
        """
        if letter.invite.kind is Kind.CANCEL:
            return _gone(letter) if self._is_gone(letter) else None
        calendar = self._own.id
        if not calendar:
            return None
        for life in range(_LIVES):
            event = events.event_id(letter.invite.uid, life)
            found = self._read(calendar, event)
            if found is None:
                return None
            if not events.is_deleted(found):
                held = events.holds(found, letter) or events.is_of(found, letter)
                return _receipt(event) if held and events.is_ours(found, letter.invite) else None
        return None

    def check(self) -> None:
        """Renews the token, and looks whether the bot's calendar is still there. Changes nothing."""
        self._service.renew()
        self._own.look()

    def close(self) -> None:
        self._service.close()

    def _cancel(self, letter: Letter) -> Receipt:
        """Takes the event off the attendee's calendar, who is told; what is gone already is done."""
        if not self._own.id:
            self._own.look()
        calendar = self._own.id
        for life in range(_LIVES if calendar else 0):
            event = events.event_id(letter.invite.uid, life)
            found = self._read(calendar, event)
            if found is None and not life:
                self._own.require_there(calendar)  # or nobody would be told, and it would count as done
            if found is None or events.is_deleted(found):
                continue
            if events.sequence(found) > letter.invite.sequence:
                break
            request = self._events.delete(calendarId=calendar, eventId=event, sendUpdates=_EVERYBODY)
            done = self._ask(_if_still(found, request), Call.DELETE, letter.recipient)
            if done not in {Step.DONE, Step.ABSENT}:
                break
        return _gone(letter)

    def _is_gone(self, letter: Letter) -> bool:
        calendar = self._own.id
        for life in range(_LIVES if calendar else 0):
            found = self._read(calendar, events.event_id(letter.invite.uid, life))
            if found is None:
                return True
            if not events.is_deleted(found):
                return False
        return True

    def _send(self, letter: Letter) -> Receipt:
        calendar = self._own.open(letter.invite.zone)
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
        if made is Step.ABSENT:
            raise self._own.lose(calendar)
        return made is not Step.COMPARE or self._settle(calendar, event, letter)

    def _settle(self, calendar: str, event: str, letter: Letter) -> bool:
        """The event is there: by an earlier try, of an earlier revision, deleted since, or not by us."""
        found = self._read(calendar, event)
        if found is None:
            raise garbled(repeatable=True)
        if events.is_deleted(found):
            return self._change(calendar, event, found, letter)
        if not events.is_ours(found, letter.invite):
            raise self._taken(letter)
        if events.holds(found, letter) or events.sequence(found) > letter.invite.sequence:
            return True
        if events.sequence(found) == letter.invite.sequence and events.has_words_of(found, letter):
            raise self._taken(letter)  # somebody changed it by hand
        return self._change(calendar, event, found, letter)

    def _update(self, calendar: str, event: str, letter: Letter) -> bool:
        """False if this id was deleted for good."""
        found = self._read(calendar, event)
        if found is None:
            return self._invite(calendar, event, letter)
        if not events.is_deleted(found) and events.sequence(found) > letter.invite.sequence:
            return True  # an older try must not replace what a newer one wrote
        return self._change(calendar, event, found, letter)

    def _change(self, calendar: str, event: str, found: events.Event, letter: Letter) -> bool:
        """False if this id was deleted for good."""
        body = events.changes_of(letter, found)
        request = self._events.patch(calendarId=calendar, eventId=event, body=body, sendUpdates=_EVERYBODY)
        made = self._ask(_if_still(found, request), Call.PATCH, letter.recipient)
        if made is Step.ABSENT:
            return self._invite(calendar, event, letter)
        return made is not Step.NEXT_LIFE

    def _read(self, calendar: str, event: str) -> events.Event | None:
        found = self._ask(self._events.get(calendarId=calendar, eventId=event), Call.READ, "")
        if found is Step.NEXT_LIFE:
            return events.DELETED
        return None if found is Step.ABSENT else found

    def _taken(self, letter: Letter) -> Exception:
        error = GoogleError(409, ("duplicate",), "The event holds something else")
        return classify(error, Call.INSERT, now=self._now(), recipient=letter.recipient)

    def _ask(self, request: Any, call: Call, recipient: str) -> Any:
        """The answer, or the Step that follows from a no that our own ids make harmless."""
        try:
            answer = self._service.ask(request)
        except GoogleRefused as refused:
            step = next_step(refused.error, call)
            if step is None:
                fault = classify(refused.error, call, now=self._now(), recipient=recipient)
                raise _open(fault, call, is_open=refused.error.status in _NO_WORD) from None
            return step
        except NoReply as trouble:
            # the wire knows by the body that a request has begun to leave, and a deletion has none
            is_open = trouble.handed_over or call is Call.DELETE
            raise _open(silence(trouble, repeatable=True), call, is_open=is_open) from None
        if call is not Call.DELETE and not (isinstance(answer, dict) and answer):
            raise _open(garbled(repeatable=True), call)
        return answer


def _if_still(found: events.Event, request: Any) -> Any:
    """The request is refused (412) if the event was changed since it was read."""
    if etag := found.get("etag"):
        request.headers["If-Match"] = str(etag)
    return request


def _open(fault: AnyFault, call: Call, *, is_open: bool = True) -> AnyFault:
    """``fault``, which says so if the event may have been changed all the same."""
    if isinstance(fault, Busy) and call in _CHANGES and is_open:
        fault.may_have_gone = True
    return fault


def _gone(letter: Letter) -> Receipt:
    return _receipt(events.event_id(letter.invite.uid))


def _receipt(event: str) -> Receipt:
    return Receipt(reference=f"calendar {event}")
