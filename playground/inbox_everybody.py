"""Everybody answers: a mix of yes, maybe, no, bounces and silence, each in the shape of some mail program."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import assert_never

from playground.inbox_glance import Glance, Kind
from playground.inbox_shelf import Shelf
from playground.mailbox import Mailbox
from playground.reply import Program, reply_to
from playground.reply_asked import CannotReply
from playground.reply_bounce import FULL, HARD, BounceKind, bounce_of
from playground.reply_post import Postman

SILENT = "said nothing"
_MIX: tuple[str | BounceKind, ...] = (
    *["ACCEPTED"] * 10,
    *["TENTATIVE"] * 3,
    *["DECLINED"] * 3,
    HARD,
    FULL,
    *[""] * 2,
)
"""In twentieths; '' says nothing."""
_COMMENTS = {
    "ACCEPTED": ("", "", "Looking forward to it."),
    "TENTATIVE": ("", "I may be a little late."),
    "DECLINED": ("", "I am away that week, sorry."),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """What everybody did."""

    counts: Counter[str]

    def words(self) -> str:
        names = ("accepted", "tentative", "declined", "bounced", SILENT)
        said = [f"{self.counts[name]} {name}" for name in names if self.counts[name]]
        return f"{', '.join(said)}." if said else "There is nobody left to answer."


def unanswered(shelf: Shelf, mailbox: Mailbox) -> list[Glance]:
    """Invitations as they stand that nobody has answered, and that did not bounce."""
    own = (mailbox.own_address or "").casefold()
    return [
        one
        for one in shelf.rows(lambda glance: own not in {to.casefold() for to in glance.mail.recipients})
        if one.kind in {Kind.INVITE, Kind.UPDATE}
        and not shelf.has_bounced(one)
        and not (shelf.partstat(one)[0] and shelf.partstat(one)[1])
    ]


def everybody_answers(
    shelf: Shelf, mailbox: Mailbox, *, is_over: Callable[[], bool] = lambda: False, most: int | None = None
) -> Tally:
    """One after the other until ``is_over``, or ``most`` have said something. Raises NotTaken.

    Who does what depends on the address alone.
    """
    counts: Counter[str] = Counter()
    with Postman(mailbox) as postman:
        for glance in unanswered(shelf, mailbox):
            if is_over() or (most is not None and counts.total() - counts[SILENT] >= most):
                break
            counts[_one(shelf, mailbox, glance, postman)] += 1
    return Tally(counts)


def _one(shelf: Shelf, mailbox: Mailbox, glance: Glance, postman: Postman) -> str:
    """What this attendee did."""
    digest = hashlib.sha256(glance.attendee.encode()).digest()
    does, mail = _MIX[digest[0] % len(_MIX)], glance.mail
    match does:
        case BounceKind():
            if not is_from_owner(mailbox, glance):
                return SILENT
            postman.bring("", mail.sender, bounce_of(mail, datetime.now(UTC), does))
            return "bounced"
        case "":
            return SILENT
        case str():
            comments = _COMMENTS[does]
            comment = comments[digest[1] % len(comments)]
            program = tuple(Program)[digest[2] % len(Program)]
            is_said = say(shelf, glance, does, comment, program, postman)
            return does.lower() if is_said else SILENT
        case _:
            assert_never(does)


def is_from_owner(mailbox: Mailbox, glance: Glance) -> bool:
    """Whether somebody reads what is written back to the sender."""
    return (
        bool(glance.mail.sender) and glance.mail.sender.casefold() == (mailbox.own_address or "").casefold()
    )


def say(
    shelf: Shelf, glance: Glance, partstat: str, comment: str, program: Program, postman: Postman
) -> bool:
    """Gives one answer, to the organizer's provider or by mail; False if there is nothing to answer."""
    if shelf.calendars is not None and shelf.calendars.respond(
        glance.uid, glance.attendee, partstat, comment
    ):
        shelf.note_deed()
        return True
    try:
        letter = reply_to(glance.mail, partstat, comment, datetime.now(UTC), program)
    except CannotReply:
        return False
    postman.bring(glance.mail.recipients[0], str(letter["To"]), letter.as_bytes())
    return True
