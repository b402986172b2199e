"""What each attendee of the in-memory store holds; see ``storage.held_rows``."""

from dataclasses import replace

from campaigns.errors import NotFound
from campaigns.model import Kind
from storage.memory_ledger import AttendeeRow, DeliveryRow, Ledger


def hold(ledger: Ledger, row: DeliveryRow, *, content: str | None = None, uid: str = "") -> None:
    """The letter of ``row`` is in this person's calendar; ``content`` None: in the words noted before."""
    person = holder(ledger, row)
    if row.sequence is None or row.revision is None:
        # skipped before its first try: the doubt is about an earlier letter, and nobody knows which
        ledger.attendees.put(replace(person, unsure=False, held_revision=person.held_revision or 0))
        return
    if _is_newest(person, row.sequence):
        if person.held_cancelled and row.deed is not Kind.CANCEL:
            person = replace(person, answer=None)  # that was said of what was cancelled then
        kept = person.held_content if content is None else content
        person = replace(person, unsure=False, held_sequence=row.sequence, held_content=kept)
        says_more = True
    else:
        says_more = person.held_revision is None or person.held_revision < row.revision
    if says_more:
        person = replace(person, held_revision=row.revision, held_cancelled=row.deed is Kind.CANCEL)
    ledger.attendees.put(replace(person, uid=uid or person.uid))


def doubt(ledger: Ledger, row: DeliveryRow, *, content: str | None = None, uid: str = "") -> None:
    """It may be; ``content`` None: in the words that the list has for them now."""
    person = holder(ledger, row)
    if row.sequence is not None and _is_newest(person, row.sequence):
        said = person.content if content is None else content
        person = replace(person, held_sequence=row.sequence, held_content=said)
    ledger.attendees.put(replace(person, unsure=True, uid=uid or person.uid))


def trust(ledger: Ledger, row: DeliveryRow) -> None:
    """The doubtful letter never came: nothing of this person's is in doubt, unless another delivery is.

    What they hold was written before that letter, in words that nobody noted.
    """
    person = holder(ledger, row)
    doubts = ledger.deliveries.where("unsure_for", row.attendee_id)
    noted = person.held_revision is not None and person.held_content is not None
    content = "" if noted else person.held_content
    ledger.attendees.put(replace(person, unsure=any(True for _ in doubts), held_content=content))


def holder(ledger: Ledger, row: DeliveryRow) -> AttendeeRow:
    """Whose delivery it is."""
    found = ledger.attendees.get(row.attendee_id)
    if found is None:
        raise NotFound
    return found


def _is_newest(person: AttendeeRow, sequence: int) -> bool:
    return person.held_sequence is None or person.held_sequence <= sequence
