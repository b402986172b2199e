"""Google Calendar with one account that sends invites, and hands that change events behind the bot's back."""

import threading
from types import TracebackType
from typing import Self

from campaigns.calendar_note import ANEW, awaits_a_person, calendar_in
from mailers import google_events
from mailers.google_auth import OWN_CALENDARS
from mailers.google_calendar import GoogleCalendarMailer
from playground.google_stand_in import GoogleStandIn
from playground.mail_store import MailStore
from tests.fakes.provider_accounts import ANN, google_tokens


class CalendarScene:
    """``note`` is noted of the bot's calendar, for all mailers; ``kept`` is that calendar if there is one."""

    def __init__(self):
        self.mail = MailStore()
        self.google = GoogleStandIn(self._deliver, accounts=[ANN])
        self.note = ""
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self.google.__enter__()
        self.mailer = self.open_mailer()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.mailer.close()
        self.google.__exit__(kind, error, trace)

    def open_mailer(self, keep=None, **how):
        """Another process's, with the same account."""
        return GoogleCalendarMailer(
            google_tokens(self.google, OWN_CALENDARS),
            calendar_id=self.note,
            keep_calendar=keep or self._keep,
            endpoint=self.google.calendar_endpoint,
            **how,
        )

    @property
    def kept(self):
        return [calendar_in(self.note)] if calendar_in(self.note) else []

    def resume(self):
        """What a person's Resume does; see ``campaigns.steering``."""
        if awaits_a_person(self.note):
            self.note = ANEW

    @property
    def events(self):
        return self.google.calendars.events(self.kept[0])

    def calls(self, on):
        return [call.status for call in self.google.door.calls(on)]

    def subjects(self, address="bob@example.com"):
        """What Google wrote to an attendee."""
        return [one.subject.split(":")[0] for one in self.mail.by_recipient(address)]

    def answer(self, letter, status):
        self.google.calendars.answer(google_events.event_id(letter.invite.uid), letter.recipient, status)

    def change(self, letter, **body):
        """Somebody changes the event by hand."""
        event = google_events.event_id(letter.invite.uid)
        self.google.calendars._calendars[self.kept[0]].change(event, body, "", is_whole=False)

    def delete(self, letter):
        self.google.calendars._calendars[self.kept[0]].delete(google_events.event_id(letter.invite.uid), "")

    def delete_calendar(self):
        del self.google.calendars._calendars[self.kept[0]]

    def _keep(self, note, instead_of):
        """As the store's ``keep_calendar``."""
        with self._lock:
            if self.note in {"", instead_of}:
                self.note = note
            return self.note

    def _deliver(self, sender, recipients, content):
        self.mail.keep(sender, recipients, content, None, is_encrypted=True)
