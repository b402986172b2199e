"""What each attendee holds, and what a run does about it: the rules of the version ledger.

One rule for every store: the in-memory one asks these functions, ``storage.selecting`` and ``storage.claims``
say the same as SQL.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from campaigns.list_changes import TAKEN_OFF
from campaigns.model import Campaign, Delivery, DeliveryState, Kind, Run
from campaigns.ports import Behind, Settlement, Whom

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


def was_written_to(person: Held) -> bool:
    """Whether an invite to this person ever went, or may have."""
    return person.held_sequence is not None


def believes_it_is_off(person: Held) -> bool:
    """Whether a cancellation took the event out of this person's calendar."""
    return person.held_revision is not None and person.held_cancelled


def is_current(person: Held, revision: int) -> bool:
    """Whether they hold this revision, in the words that the list has for them now."""
    if not holds(person) or is_older(person, revision):
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
    if deed is Kind.REMIND and person.answer is not None:
        return HAS_ANSWERED
    if person.unsure:
        return ""
    if deed in {Kind.CANCEL, Kind.REMIND} and not holds(person):
        return WAS_NEVER_INVITED
    if deed in {Kind.INVITE, Kind.UPDATE} and is_current(person, revision):
        return HOLDS_IT
    return ""


def asks_who_is_behind(campaign: Campaign, run: Run) -> bool:
    """Whether somebody may be, and the run that is on does not tell them already; ``run`` is the latest."""
    tells_them = run.ended_at is None and run.kind in {Kind.UPDATE, Kind.CANCEL}
    return campaign.revision > 0 and campaign.archived_at is None and not tells_them


def words_of(deed: Kind, person: Held, address: str) -> str:
    """What tells a letter from every other one of its revision: of equal ones each byte is the same.

    The person's own words and address, what it does, and what of before it speaks of: an invite of the
    cancellation that it takes back, a reminder of the revision that it may say has changed.
    """
    speaks_of_it = (deed is Kind.INVITE and believes_it_is_off(person)) or (
        deed is Kind.REMIND and holds(person)
    )
    before = person.held_revision if speaks_of_it else None
    return " ".join((person.content, deed, "" if before is None else str(before), address))


def doubted_after(delivery: Delivery, settlement: Settlement) -> int | None:
    """``Delivery.doubted`` after this try: of several letters that may have gone it is the oldest."""
    if settlement.state not in {DeliveryState.QUEUED, DeliveryState.UNSURE}:
        return None
    is_first = delivery.doubted is None and settlement.may_have_gone
    return delivery.sequence if is_first else delivery.doubted


def content_in(words: str | None) -> str | None:
    """The digest of the person's own words in ``words_of``; None: they were not noted yet."""
    return words.partition(" ")[0] if words else None


def behind_of(campaign: Campaign, known: Iterable[tuple[Held, bool]]) -> Behind:
    """Of everybody ever on the list; with each, whether no never-invite list forbids to write to them."""
    if campaign.is_cancelled:
        return Behind(keeping=sum(holds(person) for person, _ in known))
    reached = [person for person, is_wanted in known if is_wanted and person.removed_at is None]
    off = sum(believes_it_is_off(person) for person in reached)
    return Behind(off, sum(holds(person) and is_older(person, campaign.revision) for person in reached))


def is_older(person: Held, revision: int) -> bool:
    """Whether what they hold is of an earlier revision."""
    return (person.held_revision or 0) < revision


def whom_of(counted: Iterable[tuple[Kind, bool, bool, int]]) -> Whom:
    """From (deed, was written to before, no never-invite list forbids it, how many)."""
    deeds: Counter[Kind] = Counter()
    again = left_out = 0
    for deed, was_written_to, is_allowed, people in counted:
        if not is_allowed:
            left_out += people
            continue
        deeds[deed] += people
        again += people if was_written_to and deed is Kind.INVITE else 0
    return Whom(
        deeds[Kind.INVITE], deeds[Kind.UPDATE], deeds[Kind.CANCEL], deeds[Kind.REMIND], again, left_out
    )
