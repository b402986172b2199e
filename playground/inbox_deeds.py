"""What the attendee's side does with a mail: each is a mail over the wire, or what a provider is told."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from playground.inbox_everybody import everybody_answers
from playground.inbox_folders import Folder, has_left
from playground.inbox_glance import Glance
from playground.mail_store import StoredMail
from playground.reply import Program, reply_to
from playground.reply_asked import CannotReply
from playground.reply_bounce import BOUNCES, bounce_of
from playground.reply_complaint import complaint_about
from playground.reply_post import NotTaken, deliver
from playground.reply_unsubscribe import CannotUnsubscribe, unsubscribe

_LONGEST_COMMENT = 500
_AT_ONCE = 300
"""Answers of one press: a browser waits for them."""
Opened = Callable[[int, str], str]
"""The page with this mail open, and what went wrong."""


def glance_of(folder: Folder, number: int) -> Glance:
    glances = folder.shelf.glances()
    if not 1 <= number <= len(glances):
        abort(404)
    return glances[number - 1]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the mails of one folder are dealt with."""

    pages: Blueprint
    folder: Folder
    opened: Opened

    def back_to(self, number: int) -> ResponseReturnValue:
        asked = request.query_string.decode()
        return redirect(f"{self.pages.url_prefix}/{number}{f'?{asked}' if asked else ''}", 303)

    def sent(self, number: int, sender: str, recipient: str, letter: bytes) -> ResponseReturnValue:
        try:
            deliver(self.folder.mailbox, sender, recipient, letter)
        except NotTaken as error:
            return self.opened(number, _not_taken(error)), 502
        return self.back_to(number)

    def answer(self, number: int, partstat: str, comment: str, program: Program) -> ResponseReturnValue:
        glance, shelf = glance_of(self.folder, number), self.folder.shelf
        try:
            letter = reply_to(glance.mail, partstat, comment, datetime.now(UTC), program)
        except CannotReply as error:
            return self.opened(number, str(error)), 409
        if shelf.calendars and shelf.calendars.respond(glance.uid, glance.attendee, partstat, comment):
            shelf.note_deed()
            return self.back_to(number)
        return self.sent(number, glance.mail.recipients[0], str(letter["To"]), letter.as_bytes())

    def report(self, number: int, write: Callable[[StoredMail, datetime], bytes]) -> ResponseReturnValue:
        """What a mail server tells the sender; a report itself has none (RFC 5321, 4.5.5)."""
        mail = glance_of(self.folder, number).mail
        if not mail.sender:
            return self.opened(number, "This is a report itself; nobody is told of it."), 409
        return self.sent(number, "", mail.sender, write(mail, datetime.now(UTC)))

    def unsubscribe(self, number: int) -> ResponseReturnValue:
        glance = glance_of(self.folder, number)
        try:
            unsubscribe(glance.mail)
        except CannotUnsubscribe as error:
            return self.opened(number, str(error)), 502
        self.folder.shelf.note_unsubscribed(glance)
        return self.back_to(number)


def add_deeds(desk: Desk) -> None:
    pages = desk.pages

    @pages.post("/<int:number>/answer")
    def answer(number: int) -> ResponseReturnValue:
        said, program = request.form, request.form.get("program", Program.PLAIN)
        if program not in set(Program):
            abort(400)
        comment = said.get("comment", "").strip()[:_LONGEST_COMMENT]
        return desk.answer(number, said.get("partstat", ""), comment, Program(program))

    @pages.post("/<int:number>/bounce")
    def bounce(number: int) -> ResponseReturnValue:
        kind = BOUNCES.get(request.form.get("kind", "hard"))
        if kind is None:
            abort(400)
        return desk.report(number, lambda mail, now: bounce_of(mail, now, kind))

    @pages.post("/<int:number>/complain")
    def complain(number: int) -> ResponseReturnValue:
        return desk.report(number, complaint_about)

    @pages.post("/<int:number>/unsubscribe")
    def leave(number: int) -> ResponseReturnValue:
        return desk.unsubscribe(number)


def add_everybody(pages: Blueprint, folder: Folder, drawn: Callable[[str], str]) -> None:
    """The whole list answers; ``drawn`` shows the list with what came of it."""
    turn = threading.Lock()

    @pages.post("/everybody")
    def everybody() -> ResponseReturnValue:
        if not turn.acquire(blocking=False):
            return drawn("Answers are being written already."), 409
        try:
            tally = everybody_answers(
                folder.shelf, folder.mailbox, is_over=lambda: has_left(request.environ), most=_AT_ONCE
            )
            return drawn(tally.words())
        except NotTaken as error:
            return drawn(_not_taken(error)), 502
        finally:
            turn.release()


def _not_taken(error: NotTaken) -> str:
    return f"The organizer's mail server did not take it: {error}. Try again when it is well."
