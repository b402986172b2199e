"""The mails of one mailbox as a mail program lists them: an event's mails belong together."""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from playground.inbox_glance import Glance, Kind, glance_at
from playground.mailbox import Mailbox
from playground.reply_calendar import CalendarAnswers

_REPORTS = (Kind.BOUNCE, Kind.COMPLAINT, Kind.DELAY)


class Shelf:
    """What has come to a mailbox; every mail is read once, when somebody looks for the first time.

    Answers come to the mailbox as mails, or stand in ``calendars``, where a provider keeps them itself.
    """

    def __init__(self, mailbox: Mailbox, calendars: CalendarAnswers | None = None) -> None:
        self._mailbox = mailbox
        self.calendars = calendars
        self._lock = threading.Lock()
        self._glances: list[Glance] = []
        self._events: dict[tuple[str, str], list[Glance]] = defaultdict(list)
        self._reported: dict[Kind, set[str]] = {kind: set() for kind in _REPORTS}
        self._unsubscribed: set[str] = set()
        self.deeds = 0
        """How often something was done here that brings no mail."""

    def glances(self) -> list[Glance]:
        """Every mail, oldest first."""
        with self._lock:
            mails = self._mailbox.messages
            was_emptied = self._glances and (not mails or self._glances[0].mail is not mails[0])
            if was_emptied:
                self._glances.clear()
                self._events.clear()
                for about in (*self._reported.values(), self._unsubscribed):
                    about.clear()
            for mail in mails[len(self._glances) :]:
                self._take(glance_at(mail))
            return list(self._glances)

    def _take(self, glance: Glance) -> None:
        if glance.kind is Kind.UPDATE and not self.about_the_same(glance):
            # Whatever its number: who gets it had nothing of this event before.
            glance = replace(glance, kind=Kind.INVITE)
        self._glances.append(glance)
        if glance.uid:
            self._events[glance.thread].append(glance)
        if glance.about_id and glance.kind in _REPORTS:
            self._reported[glance.kind].add(glance.about_id)

    def rows(self, is_shown: Callable[[Glance], bool]) -> list[Glance]:
        """How each event stands in each attendee's calendar, and every other mail; what came last first."""
        threads: dict[tuple[str, str], Glance] = {}
        for glance in reversed(self.glances()):
            if is_shown(glance):
                key = ("", str(glance.number)) if glance.kind is Kind.ANSWER else glance.thread
                first = threads.setdefault(key, glance)
                threads[key] = max(first, glance, key=lambda one: one.age)
        return list(threads.values())

    def about_the_same(self, glance: Glance) -> list[Glance]:
        """The organizer's other mails about this event, newest first."""
        return [
            one
            for one in reversed(self._events.get(glance.thread, []))
            if one.kind is not Kind.ANSWER and one.number != glance.number
        ]

    def successor(self, glance: Glance) -> Glance | None:
        """The mail that supersedes this one: how the event stands in the attendee's calendar."""
        if glance.kind is Kind.ANSWER:
            return None
        newest = max((glance, *self.about_the_same(glance)), key=lambda one: one.age)
        is_newer = (newest.sequence, newest.stamped) > (glance.sequence, glance.stamped)
        return newest if is_newer else None

    def predecessor(self, glance: Glance) -> Glance | None:
        """The version of the event before this one."""
        older = [
            one for one in self.about_the_same(glance) if one.age < glance.age and one.kind is not Kind.CANCEL
        ]
        return max(older, key=lambda one: one.age, default=None)

    def answer(self, glance: Glance) -> Glance | None:
        """What the attendee last answered to this event, as it reached the organizer by mail."""
        answers = [one for one in self._events.get(glance.thread, []) if one.kind is Kind.ANSWER]
        return max(answers, key=lambda one: one.age, default=None)

    def partstat(self, glance: Glance) -> tuple[str, bool]:
        """What the attendee has answered, '' if nothing; and whether to this version of the event."""
        if self.calendars is not None and (said := self.calendars.response(glance.uid, glance.attendee)):
            return said, True
        answer = self.answer(glance)
        return (answer.partstat, answer.sequence >= glance.sequence) if answer else ("", True)

    def has_bounced(self, glance: Glance) -> bool:
        return glance.message_id in self._reported[Kind.BOUNCE]

    def is_delayed(self, glance: Glance) -> bool:
        return glance.message_id in self._reported[Kind.DELAY]

    def has_complained(self, glance: Glance) -> bool:
        return glance.message_id in self._reported[Kind.COMPLAINT]

    def has_unsubscribed(self, glance: Glance) -> bool:
        return glance.message_id in self._unsubscribed

    def note_unsubscribed(self, glance: Glance) -> None:
        self._unsubscribed.add(glance.message_id)
        self.note_deed()

    def note_deed(self) -> None:
        """Wakes who waits for something new to show."""
        with self._mailbox.store.condition:
            self.deeds += 1
            self._mailbox.store.condition.notify_all()
