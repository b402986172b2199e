"""What attendees answered to events in Google Calendar, read back by what has changed since the last look."""

from datetime import datetime
from typing import Any

from campaigns.answer import Answer, Said
from campaigns.answer_port import CalendarAnswer, Fetched
from campaigns.calendar_note import calendar_in
from campaigns.mailer_port import Tokens
from mailers import google_events as events
from mailers.google_faults import Step, next_step
from mailers.google_rules import Call
from mailers.google_wire import GoogleRefused, GoogleService
from mailers.inbox_faults import odd, of_google, unread
from mailers.token_cell import Now, utc_now
from mailers.wire import NoReply

_SAID = {
    "accepted": Said.ACCEPTED,
    "declined": Said.DECLINED,
    "tentative": Said.TENTATIVE,
    "needsAction": None,
}
_BETWEEN = " "
"""Of the two tokens in a cursor: the sync token of this look, and its next page."""


class CalendarInbox:
    """The Inbox port over ``events.list`` of the bot's own calendar. One page is one fetch."""

    def __init__(
        self,
        tokens: Tokens,
        *,
        calendar_id: str,
        endpoint: str = "",
        certificate: str = "",
        now: Now = utc_now,
    ) -> None:
        self._service = GoogleService("calendar", "v3", tokens, endpoint=endpoint, certificate=certificate)
        self._events = self._service.resource.events()
        self._calendar_id = calendar_in(calendar_id)
        self._now = now

    def fetch(self, cursor: str, *, since: datetime, limit: int) -> Fetched:
        """As the port has it; what Google does not know any more is read again from the beginning."""
        if not self._calendar_id:  # made at the first invite, or gone
            return Fetched("")
        token, _, page = cursor.partition(_BETWEEN)
        asked: dict[str, Any] = {"calendarId": self._calendar_id, "maxResults": limit}
        asked |= {"syncToken": token} if token else {}
        asked |= {"pageToken": page} if page else {}
        said = self._ask(self._events.list(**asked))
        if said is None:
            if not cursor:
                raise odd()
            return Fetched("", is_more=True)
        answers = tuple(answer for event in said.get("items", []) if (answer := answer_in(event)))
        if page := str(said.get("nextPageToken", "")):
            return Fetched(f"{token}{_BETWEEN}{page}", answers=answers, is_more=True)
        return Fetched(str(said.get("nextSyncToken", "")), answers=answers)

    def close(self) -> None:
        self._service.close()

    def _ask(self, request: Any) -> dict[str, Any] | None:
        """None: too long ago, what has changed since is no longer known."""
        try:
            answer = self._service.ask(request)
        except GoogleRefused as refused:
            if next_step(refused.error, Call.LIST) is Step.AFRESH:
                return None
            raise of_google(refused.error, self._now) from None
        except NoReply as trouble:
            raise unread(trouble) from None
        if not isinstance(answer, dict):
            raise odd()
        return answer


def answer_in(event: events.Event) -> CalendarAnswer | None:
    """Of an event of ours; an answer to one date of a series is none to the whole."""
    uid = events.mark(event, "uid")
    guests = [one for one in event.get("attendees", []) if not one.get("organizer")]
    if not uid or events.is_deleted(event) or events.is_one_of_many(event) or len(guests) != 1:
        return None
    status = guests[0].get("responseStatus")
    if status not in _SAID:
        return None
    said = _SAID[status]
    sequence = events.mark(event, "sequence")
    stamped_at = datetime.fromisoformat(str(event["updated"]))
    answer = Answer(said, int(sequence) if sequence.isdecimal() else 0, stamped_at) if said else None
    return CalendarAnswer(uid, str(guests[0].get("email", "")), answer)
