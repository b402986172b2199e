"""What each attendee holds, and what a run does about it: the rules of the version ledger.

One rule for every store: the in-memory one asks these functions, ``storage.selecting`` and ``storage.claims``
say the same as SQL.
"""

from datetime import datetime
from typing import Protocol

from campaigns.list_changes import TAKEN_OFF
from campaigns.model import Kind

WAS_NEVER_INVITED = "Was never invited"
HOLDS_IT = "Holds this version already"
BACK_ON_THE_LIST = "Is on the list again"
HAS_ANSWERED = "Has answered"


class Held(Protocol):
    """An attendee with what their calendar holds, as ``storage.tables`` names it.

    ``held_content`` None: as ``content``, from before it was noted.
    """

    @property
    def held_revision(self) -> int | None: ...
    @property
    def held_sequence(self) -> int | None: ...
    @property
    def held_content(self) -> str | None: ...
    @property
    def held_cancelled(self) -> bool: ...
    @property
    def unsure(self) -> bool: ...
    @property
    def removed_at(self) -> datetime | None: ...
    @property
    def content(self) -> str: ...
    @property
    def answer(self) -> object | None: ...


def holds(person: Held) -> bool:
    """Whether the event is in this person's calendar, as far as the provider's receipts tell."""
    return person.held_revision is not None and not person.held_cancelled


def is_current(person: Held, revision: int) -> bool:
    """Whether they hold this revision, in the words that the list has for them now."""
    if not holds(person) or (person.held_revision or 0) < revision:
        return False
    return person.held_content is None or person.held_content == person.content


def deed_for(kind: Kind, person: Held, revision: int, *, is_on_the_wire: bool) -> Kind | None:
    """What a run of ``kind`` would do to this person's calendar; None: nothing.

    ``is_on_the_wire``: a letter of theirs is, of a run that was stopped. What becomes of it is known before
    the new one goes, and then looked at again.
    """
    is_listed, has_some, may = person.removed_at is None, holds(person), person.unsure or is_on_the_wire
    match kind:
        case Kind.INVITE:
            return Kind.INVITE if is_listed and not has_some and not may else None
        case Kind.CANCEL:
            return Kind.CANCEL if has_some or may else None
        case Kind.REMIND:
            is_asked = has_some or is_on_the_wire
            return Kind.REMIND if is_listed and is_asked and person.answer is None else None
        case Kind.UPDATE:
            pass
    if not is_listed:
        return Kind.CANCEL if has_some or may else None
    if is_on_the_wire:
        return Kind.UPDATE
    if person.unsure:
        # they may hold the event; a newer revision settles it for them
        is_behind = revision > 0 or has_some
        return Kind.UPDATE if is_behind and not is_current(person, revision) else None
    if not has_some:
        return Kind.INVITE
    return None if is_current(person, revision) else Kind.UPDATE


def why_not(deed: Kind, person: Held, revision: int, *, is_event_cancelled: bool) -> str:
    """Why a delivery that is claimed now has become pointless since its run was made; '' if it has not."""
    is_listed = person.removed_at is None
    if not is_listed and deed is not Kind.CANCEL:
        return TAKEN_OFF
    if is_listed and deed is Kind.CANCEL and not is_event_cancelled:
        return BACK_ON_THE_LIST
    if person.unsure:
        return ""
    if deed in {Kind.CANCEL, Kind.REMIND} and not holds(person):
        return WAS_NEVER_INVITED
    if deed is Kind.REMIND and person.answer is not None:
        return HAS_ANSWERED
    if deed in {Kind.INVITE, Kind.UPDATE} and is_current(person, revision):
        return HOLDS_IT
    return ""
