"""What each attendee holds: what a sent, a doubtful and an abandoned letter change about it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    select,
    update,
)

from campaigns.holding import content_in
from campaigns.model import DeliveryState, Kind
from storage.tables import attendee, delivery, revision

# Bound parameters by the names of what they are about; built once, since building costs more than executing.
_OF_THE_LETTER: ColumnElement[int] = bindparam("of_sequence")
_OF_THE_REVISION: ColumnElement[int] = bindparam("of_revision", type_=Integer())
# word of an older letter may come late; a calendar keeps the newer one, and so does the ledger
_IS_NEWEST = or_(attendee.c.held_sequence.is_(None), attendee.c.held_sequence <= _OF_THE_LETTER)
_SAYS_MORE = or_(_IS_NEWEST, attendee.c.held_revision.is_(None), attendee.c.held_revision < _OF_THE_REVISION)
_HIGHEST = case((_IS_NEWEST, _OF_THE_LETTER), else_=attendee.c.held_sequence)


def _time_of(number: ColumnElement[int]) -> ColumnElement[int]:
    """At which time this revision of the attendee's campaign is: one number for each."""
    of = revision.alias()
    its = (of.c.campaign_id == attendee.c.campaign_id, of.c.number == number)
    # however deep it stands: by itself it finds only the tables of the statement right around it
    return select(of.c.timed_as).where(*its).correlate_except(of).scalar_subquery()


def _is_of_another_time(
    who: ColumnElement[int],
    answered: ColumnElement[int],
    since: ColumnElement[int],
    number: ColumnElement[int],
) -> ColumnElement[bool]:
    """Whether the person answered, or may have, another time than this revision's.

    A letter that may have gone and is tried anew becomes another one, and what it said nobody knows then:
    it was of a revision from ``since`` on.
    """
    letter, said = delivery.alias(), revision.alias()
    its = (letter.c.attendee_id == who, letter.c.sequence == answered)
    the_one = select(func.max(letter.c.revision)).where(*its).correlate_except(letter).scalar_subquery()
    other = select(said.c.number).where(
        said.c.campaign_id == attendee.c.campaign_id,
        said.c.number >= func.coalesce(the_one, since, 0),
        said.c.number <= func.coalesce(the_one, number - 1),
        said.c.timed_as != _time_of(number),
    )
    return other.correlate_except(said).exists()


# whoever said yes to what was cancelled then, or to another time, has said nothing yet of what they hold now;
# the place of that answer stays, so that a mail which comes once more is not taken for a new one
_IS_ASKED_ANEW = and_(
    attendee.c.answer_sequence < _OF_THE_LETTER,
    bindparam("of_cancel").is_(False),
    _SAYS_MORE,
    or_(
        attendee.c.held_cancelled.is_(True),
        _time_of(attendee.c.held_revision) != _time_of(_OF_THE_REVISION),
        _is_of_another_time(
            attendee.c.id, attendee.c.answer_sequence, attendee.c.held_revision, _OF_THE_REVISION
        ),
    ),
)
IS_SENT_AGAIN = and_(delivery.c.state == DeliveryState.SKIPPED, delivery.c.again_in.is_not(None))
"""In doubt when a later run sent it again."""
_POSTED = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNSURE, DeliveryState.BOUNCED)
MAY_HAVE_GONE = and_(
    delivery.c.sequence.is_not(None),
    or_(delivery.c.state.in_(_POSTED), IS_SENT_AGAIN, delivery.c.doubted.is_not(None)),
)
"""A letter that attendees, or their mail servers, may know."""
_UID: ColumnElement[str] = func.coalesce(bindparam("of_uid"), attendee.c.uid)
_PERSON = attendee.c.id == bindparam("of_id")
_HOLD = (
    update(attendee)
    .where(_PERSON)
    .values(
        unsure=case((_IS_NEWEST, False), else_=attendee.c.unsure),
        held_revision=case((_SAYS_MORE, _OF_THE_REVISION), else_=attendee.c.held_revision),
        held_cancelled=case((_SAYS_MORE, bindparam("of_cancel")), else_=attendee.c.held_cancelled),
        held_content=case(
            (_IS_NEWEST, func.coalesce(bindparam("of_content"), attendee.c.held_content)),
            else_=attendee.c.held_content,
        ),
        held_sequence=_HIGHEST,
        uid=_UID,
        answer=case((_IS_ASKED_ANEW, null()), else_=attendee.c.answer),
        answer_before=case(
            (_IS_ASKED_ANEW, func.coalesce(attendee.c.answer, attendee.c.answer_before)),
            else_=attendee.c.answer_before,
        ),
    )
)
_DOUBT = (
    update(attendee)
    .where(_PERSON)
    .values(
        unsure=True,
        held_content=case(
            (_IS_NEWEST, func.coalesce(bindparam("of_content"), attendee.c.content)),
            else_=attendee.c.held_content,
        ),
        held_sequence=_HIGHEST,
        uid=_UID,
    )
)

_LOCKED = select(attendee).where(_PERSON).with_for_update()


def hold(
    connection: Connection,
    attendee_id: int,
    deed: Kind,
    *,
    revision: int,
    sequence: int,
    content: str | None = None,
    uid: str = "",
) -> None:
    """The letter is in this person's calendar. ``content`` None: in words from before they were noted."""
    connection.execute(
        _HOLD,
        {
            "of_id": attendee_id,
            "of_revision": revision,
            "of_sequence": sequence,
            "of_cancel": deed is Kind.CANCEL,
            "of_content": content,
            "of_uid": uid or None,
        },
    )


def believe(connection: Connection, attendee_id: int) -> None:
    """What was in doubt is taken as sent, by word of a person; which letter that was nobody knows."""
    connection.execute(
        update(attendee)
        .where(attendee.c.id == attendee_id)
        .values(unsure=False, held_revision=func.coalesce(attendee.c.held_revision, 0))
    )


def doubt(connection: Connection, letters: Iterable[tuple[int, int, str | None]], *, uid: str = "") -> None:
    """Each (attendee, SEQUENCE, content) may be in their calendar. No content: as the list says now."""
    rows = [
        {"of_id": who, "of_sequence": sequence, "of_content": content, "of_uid": uid or None}
        for who, sequence, content in sorted(letters, key=lambda letter: letter[:2])
    ]
    if rows:
        connection.execute(_DOUBT, rows)


def trust(connection: Connection, attendee_id: int, sequence: int) -> None:
    """The doubtful letter never came: nothing of this person's is in doubt, unless another letter is.

    What they hold was written before that letter.
    """
    the_same = (delivery.c.attendee_id == attendee_id, delivery.c.sequence == sequence)
    connection.execute(update(delivery).where(*the_same).values(again_in=None))
    holds_some = and_(attendee.c.held_revision.is_not(None), attendee.c.held_content.is_not(None))
    newest = connection.execute(_taken(attendee_id).limit(1)).first()
    connection.execute(
        update(attendee)
        .where(attendee.c.id == attendee_id)
        .values(
            unsure=_doubts(attendee_id).exists(),
            held_content=case((holds_some, _content_of(newest)), else_=attendee.c.held_content),
        )
    )


def take_back(connection: Connection, attendee_id: int, sequence: int) -> None:
    """This letter came back: the person holds the newest one that was taken and has not come back.

    A newer one than that is in doubt still. What they said of it counts again, if the one that came back
    asked them anew.
    """
    # whoever settles another letter of this person meanwhile does so before this, or after
    person = connection.execute(_LOCKED, {"of_id": attendee_id}).one()
    newest = connection.execute(_taken(attendee_id).limit(1)).first()
    values: dict[str, Any] = {
        "unsure": _doubts(attendee_id).exists(),
        "held_revision": newest.revision if newest else None,
        "held_cancelled": newest is not None and newest.deed == Kind.CANCEL,
    }
    if person.held_sequence == sequence:
        values["held_content"] = _content_of(newest)
    if person.answer is None and person.answer_before is not None:
        is_asked_anew = was_asked_again(attendee_id, person.answer_sequence)
        values["answer"] = case((is_asked_anew, null()), else_=person.answer_before)
    connection.execute(update(attendee).where(attendee.c.id == attendee_id).values(values))


def was_asked_again(attendee_id: int, sequence: int) -> ColumnElement[bool]:
    """Whether a later letter asked this person anew: of another time, or after a cancellation."""
    later = delivery.alias("later")
    up_to_it = (delivery.c.attendee_id == attendee_id, delivery.c.sequence <= sequence, MAY_HAVE_GONE)
    said_of: ColumnElement[int] = select(func.max(delivery.c.revision)).where(*up_to_it).scalar_subquery()
    is_anew = or_(
        later.c.deed == Kind.CANCEL,
        _is_of_another_time(literal(attendee_id), literal(sequence), said_of, later.c.revision),
    )
    letter = (later.c.attendee_id == attendee_id, later.c.state == DeliveryState.SENT)
    asked = select(later.c.id).where(*letter, later.c.sequence > sequence, is_anew)
    return asked.correlate(attendee).exists()


def _content_of(letter: Row[Any] | None) -> str:
    """The person's own words in it; '' if nobody noted them."""
    return (content_in(letter.words) if letter else None) or ""


def _taken(attendee_id: int) -> Select[Any]:
    """The letters of this person that were taken and have not come back, the newest first."""
    taken = (
        delivery.c.attendee_id == attendee_id,
        delivery.c.state == DeliveryState.SENT,
        delivery.c.sequence.is_not(None),
    )
    return select(delivery).where(*taken).order_by(delivery.c.sequence.desc(), delivery.c.id.desc())


def _doubts(attendee_id: int) -> Select[Any]:
    """The letters that this person may hold, newer than all of which that is known.

    One that was sent again is in doubt as well, if what was sent instead became another letter: the same
    one, once taken or come back, speaks for both.
    """
    newest = _taken(attendee_id).with_only_columns(delivery.c.sequence).limit(1).scalar_subquery()
    back = delivery.alias("back")
    came_back = select(back.c.sequence).where(
        back.c.attendee_id == attendee_id,
        back.c.state == DeliveryState.BOUNCED,
        back.c.sequence == delivery.c.sequence,
    )
    is_open = or_(delivery.c.state == DeliveryState.UNSURE, and_(IS_SENT_AGAIN, ~came_back.exists()))
    return select(delivery.c.id).where(
        delivery.c.attendee_id == attendee_id,
        or_(
            and_(is_open, delivery.c.sequence > func.coalesce(newest, -1)),
            delivery.c.doubted > func.coalesce(newest, -1),
        ),
    )
