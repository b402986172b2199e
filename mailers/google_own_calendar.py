"""The bot's own calendar in an account: made once, and never again without a person's word.

Google takes no id of ours for a calendar, and the scope ``calendar.app.created`` does not allow
``calendarList.list`` (the API's discovery document, revision 20261030): a calendar whose id was lost cannot
be looked for. So the intent is noted before one is made, and where the answer is lost a person decides.
"""

import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from campaigns import calendar_note as notes
from campaigns.errors import FAULTS, AnyFault, Busy, StorageTrouble
from mailers.google_faults import GoogleError, classify
from mailers.google_rules import Call
from mailers.google_wire import GoogleRefused, GoogleService
from mailers.silence import garbled, silence
from mailers.token_cell import Now
from mailers.verdicts import Verdict, evidence_of, fault_of
from mailers.wire import NoReply

CALENDAR_NAME = "Invites"

KeepCalendar = Callable[[str, str], str]
"""Notes the first in the place of the second, or of nothing (''); see ``campaigns.calendar_note``.

Returns what is noted then, which is another's if that was first.
"""

_MAKING_TAKES = timedelta(minutes=2)  # whoever has not noted it by then never will
_LOOK_AGAIN = timedelta(seconds=5)
_NOT_FOUND = GoogleError(HTTPStatus.NOT_FOUND, ("notFound",), "Not Found")


class OwnCalendar:
    """Threads may share it, and processes: what is noted decides. ``note`` was so when it was opened."""

    def __init__(self, service: GoogleService, note: str, keep: KeepCalendar, now: Now) -> None:
        self._service = service
        self._calendars = service.resource.calendars()
        self._note = note
        self._keep = keep
        self._now = now
        self._unnoted: tuple[str, str] | None = None
        self._turn = threading.Lock()

    @property
    def id(self) -> str:
        """As far as is known here; '' if there is none."""
        return notes.calendar_in(self._note)

    def open(self, zone: str) -> str:
        """Its id; made if it never was, or a person lets another be made. Raises faults, but never Unsure."""
        with self._turn:
            if not self.id:
                self._read_note()
            if not self.id:
                self._make(zone)
            return self.id

    def look(self) -> None:
        """Raises Misconfigured if it is gone, or a person's word is awaited. Changes nothing."""
        with self._turn:
            self._read_note()
            if notes.awaits_a_person(self._note):
                raise self._awaiting()
            calendar = self.id
        if calendar and not self._is_known(calendar):
            raise self._gone()

    def require_there(self, calendar: str) -> None:
        """For whoever found no event in it: if Google knows no such calendar, that is noted and raised."""
        if not self._is_known(calendar):
            raise self.lose(calendar)

    def lose(self, calendar: str) -> AnyFault:
        """Google does not know ``calendar`` any more: that is noted. Returns the fault of it."""
        with self._turn:
            self._change(notes.GONE, calendar)
            # Another process may have met it before: then a person may have spoken, or a new one be there.
            return self._awaiting() if notes.awaits_a_person(self._note) else _being_made()

    def _make(self, zone: str) -> None:
        before = self._note
        begun_at = notes.making_since(before)
        if begun_at is not None and self._now() - begun_at >= _MAKING_TAKES:
            self._change(notes.LOST, before)
        if self.id:
            return
        if notes.awaits_a_person(self._note):
            raise self._awaiting()
        mark = notes.making(self._now(), secrets.token_hex(4))
        if begun_at is None:
            self._change(mark, before)
        if self._note == mark:
            self._unnoted = self._insert(zone, before), mark
            self._read_note()
        elif not self.id:
            raise _being_made()

    def _insert(self, zone: str, before: str) -> str:
        mark = self._note
        body = {"summary": CALENDAR_NAME, "timeZone": zone}
        try:
            made = self._service.ask(self._calendars.insert(body=body))
        except GoogleRefused as refused:
            error = refused.error
            if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise self._lost(mark, evidence_of(error.status, error.message)) from None
            self._take_back(mark, before)
            raise classify(error, Call.CALENDAR, now=self._now()) from None
        except NoReply as trouble:
            if trouble.handed_over:
                raise self._lost(mark, trouble.said) from None
            self._take_back(mark, before)
            raise silence(trouble, repeatable=True) from None
        except FAULTS:  # the tokens': nothing was asked for
            self._take_back(mark, before)
            raise
        calendar = str(made.get("id", "")) if isinstance(made, dict) else ""
        if not calendar:
            raise self._lost(mark, "an answer that cannot be read")
        return calendar

    def _lost(self, mark: str, evidence: str) -> AnyFault:
        self._change(notes.LOST, mark)
        return self._awaiting(evidence)

    def _take_back(self, mark: str, before: str) -> None:
        with suppress(Busy):  # it counts as lost in a while
            self._change(before, mark)

    def _is_known(self, calendar: str) -> bool:
        try:
            answer: Any = self._service.ask(self._calendars.get(calendarId=calendar))
        except GoogleRefused as refused:
            if refused.error.status == HTTPStatus.NOT_FOUND:
                return False
            raise classify(refused.error, Call.CALENDAR, now=self._now()) from None
        except NoReply as trouble:
            raise silence(trouble, repeatable=True) from None
        if not isinstance(answer, dict):
            raise garbled(repeatable=True)
        return True

    def _read_note(self) -> None:
        """How it stands now: other processes change it, and people. What could not be noted then, is."""
        self._change(*(self._unnoted or (self._note, self._note)))
        self._unnoted = None

    def _change(self, note: str, instead_of: str) -> None:
        try:
            self._note = self._keep(note, instead_of)
        except StorageTrouble:
            raise Busy("The bot's calendar could not be noted", whole_account=True) from None

    def _awaiting(self, evidence: str = "") -> AnyFault:
        if self._note == notes.GONE:
            return self._gone()
        return fault_of(
            Verdict.BROKEN,
            "It is not known whether Google has made the bot's calendar",
            hint=f"Nobody was invited. If Google Calendar shows an empty calendar “{CALENDAR_NAME}”, delete "
            "it. Then press Resume: the bot makes one and goes on.",
            evidence=evidence,
        )

    def _gone(self) -> AnyFault:
        return classify(_NOT_FOUND, Call.CALENDAR, now=self._now())


def _being_made() -> Busy:
    return Busy("The bot's calendar is being made", after=_LOOK_AGAIN, whole_account=True)
