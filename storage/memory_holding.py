"""What each attendee of the in-memory store holds; see ``storage.held_rows``."""

from dataclasses import replace

from campaigns.errors import NotFound
from campaigns.holding import content_in
from campaigns.model import DeliveryState, Kind
from campaigns.same_time import is_at_the_same_time
from storage.memory_ledger import AttendeeRow, DeliveryRow, Ledger

_POSTED = frozenset({DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNSURE, DeliveryState.BOUNCED})


def hold(ledger: Ledger, row: DeliveryRow, *, uid: str = "") -> None:
    """The letter of ``row`` is in this person's calendar."""
    person = holder(ledger, row)
    if row.sequence is None or row.revision is None:
        # skipped before its first try: the doubt is about an earlier letter, and nobody knows which
        ledger.attendees.put(replace(person, unsure=False, held_revision=person.held_revision or 0))
        return
    is_anew = _is_asked_anew(ledger, person, row.deed, row.revision, row.sequence)
    if _is_newest(person, row.sequence):
        content = content_in(row.words)
        person = replace(person, unsure=False, held_sequence=row.sequence, held_content=content)
        says_more = True
    else:
        says_more = person.held_revision is None or person.held_revision < row.revision
    if says_more:
        person = replace(person, held_revision=row.revision, held_cancelled=row.deed is Kind.CANCEL)
        if is_anew:  # that was said of what was cancelled, or of another time
            person = replace(person, answer=None, answer_before=person.answer)
    ledger.attendees.put(replace(person, uid=uid or person.uid))


def doubt(ledger: Ledger, row: DeliveryRow, *, uid: str = "") -> None:
    """It may be."""
    person = holder(ledger, row)
    if row.sequence is not None and _is_newest(person, row.sequence):
        person = replace(person, held_sequence=row.sequence, held_content=content_in(row.words))
    ledger.attendees.put(replace(person, unsure=True, uid=uid or person.uid))


def trust(ledger: Ledger, row: DeliveryRow) -> None:
    """The doubtful letter never came: nothing of this person's is in doubt, unless another letter is.

    What they hold was written before that letter.
    """
    for other in list(ledger.deliveries.where("attendee", row.attendee_id)):
        if other.sequence == row.sequence:
            ledger.deliveries.put(replace(other, again_in=None))
    person = holder(ledger, row)
    noted = person.held_revision is not None and person.held_content is not None
    content = _content_of(_newest_taken(ledger, person)) if noted else person.held_content
    ledger.attendees.put(replace(person, unsure=_is_in_doubt(ledger, person), held_content=content))


def take_back(ledger: Ledger, row: DeliveryRow) -> None:
    """This letter came back: the person holds the newest one that was taken and has not come back.

    A newer one than that is in doubt still. What they said of it counts again, if the one that came back
    asked them anew.
    """
    person = holder(ledger, row)
    newest, before = _newest_taken(ledger, person), person.answer_before
    if person.answer is None and before and not was_asked_again(ledger, person, before.sequence):
        person = replace(person, answer=before)
    ledger.attendees.put(
        replace(
            person,
            unsure=_is_in_doubt(ledger, person),
            held_revision=newest.revision if newest else None,
            held_cancelled=newest is not None and newest.deed is Kind.CANCEL,
            held_content=_content_of(newest) if person.held_sequence == row.sequence else person.held_content,
        )
    )


def was_asked_again(ledger: Ledger, person: AttendeeRow, sequence: int) -> bool:
    """Whether a later letter asked this person anew: of another time, or after a cancellation."""
    letters = [row for row in ledger.deliveries.where("attendee", person.id) if may_have_gone(row)]
    since = max((row.revision or 0 for row in letters if _number(row) <= sequence), default=0)
    later = [row for row in letters if row.state is DeliveryState.SENT and _number(row) > sequence]
    return any(
        row.deed is Kind.CANCEL or _is_of_another_time(ledger, person, sequence, since, row.revision or 0)
        for row in later
    )


def is_sent_again(row: DeliveryRow) -> bool:
    """In doubt when a later run sent it again."""
    return row.state is DeliveryState.SKIPPED and row.again_in is not None


def free_number(ledger: Ledger, person: AttendeeRow) -> int:
    """Above every number that a letter to this person ever had, also one that nobody knows to have gone."""
    last = max(map(_number, ledger.deliveries.where("attendee", person.id)), default=-1)
    return max(last, -1 if person.held_sequence is None else person.held_sequence) + 1


def holder(ledger: Ledger, row: DeliveryRow) -> AttendeeRow:
    """Whose delivery it is."""
    found = ledger.attendees.get(row.attendee_id)
    if found is None:
        raise NotFound
    return found


def may_have_gone(row: DeliveryRow) -> bool:
    """Whether attendees, or their mail servers, may know its letter."""
    return row.sequence is not None and (
        row.state in _POSTED or is_sent_again(row) or row.doubted is not None
    )


def _is_asked_anew(ledger: Ledger, person: AttendeeRow, deed: Kind, revision: int, sequence: int) -> bool:
    """Whether what they said so far was of something else: cancelled since, or at another time."""
    if deed is Kind.CANCEL or person.answer is None or person.answer.sequence >= sequence:
        return False
    held, answered = person.held_revision, person.answer.sequence
    return (
        person.held_cancelled
        or (held is not None and _is_at_another_time(ledger, person, held, revision))
        or _is_of_another_time(ledger, person, answered, held or 0, revision)
    )


def _is_of_another_time(
    ledger: Ledger, person: AttendeeRow, answered: int, since: int, revision: int
) -> bool:
    """Whether the person answered, or may have, another time than this revision's.

    See ``held_rows._is_of_another_time``.
    """
    letters = [row for row in ledger.deliveries.where("attendee", person.id) if _number(row) == answered]
    the_one = max((row.revision or 0 for row in letters), default=None)
    said = range(since, revision) if the_one is None else (the_one,)
    return any(_is_at_another_time(ledger, person, number, revision) for number in said)


def _is_at_another_time(ledger: Ledger, person: AttendeeRow, *numbers: int) -> bool:
    """Whether these two revisions of the attendee's campaign are not at the same time."""
    campaign = ledger.campaigns.get(person.campaign_id)
    if campaign is None:
        raise NotFound
    one, other = (campaign.revisions[number].event for number in numbers)
    return not is_at_the_same_time(one, other)


def _newest_taken(ledger: Ledger, person: AttendeeRow) -> DeliveryRow | None:
    """The newest letter of this person that was taken and has not come back."""
    rows = ledger.deliveries.where("attendee", person.id)
    taken = [row for row in rows if row.state is DeliveryState.SENT and row.sequence is not None]
    return max(taken, key=lambda row: (_number(row), row.id), default=None)


def _content_of(letter: DeliveryRow | None) -> str:
    """The person's own words in it; '' if nobody noted them."""
    return (content_in(letter.words) if letter else None) or ""


def _is_in_doubt(ledger: Ledger, person: AttendeeRow) -> bool:
    """Whether they may hold a letter newer than all of which that is known; see ``held_rows._doubts``."""
    newest = _newest_taken(ledger, person)
    known = _number(newest) if newest else -1
    rows = list(ledger.deliveries.where("attendee", person.id))
    back = {_number(row) for row in rows if row.state is DeliveryState.BOUNCED}
    is_open = [
        row
        for row in rows
        if row.state is DeliveryState.UNSURE or (is_sent_again(row) and _number(row) not in back)
    ]
    numbers = [_number(row) for row in is_open] + [row.doubted for row in rows if row.doubted is not None]
    return any(number > known for number in numbers)


def _number(row: DeliveryRow) -> int:
    """The SEQUENCE of its letter; -1 before its first claim."""
    return -1 if row.sequence is None else row.sequence


def _is_newest(person: AttendeeRow, sequence: int) -> bool:
    return person.held_sequence is None or person.held_sequence <= sequence
