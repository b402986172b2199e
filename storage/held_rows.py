"""What each attendee holds: what a sent, a doubtful and an abandoned letter change about it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, null, or_, select, update

from campaigns.model import DeliveryState, Kind
from storage.tables import attendee, delivery

# Bound parameters by the names of what they are about; built once, since building costs more than executing.
_OF_THE_LETTER: ColumnElement[int] = bindparam("of_sequence")
# word of an older letter may come late; a calendar keeps the newer one, and so does the ledger
_IS_NEWEST = or_(attendee.c.held_sequence.is_(None), attendee.c.held_sequence <= _OF_THE_LETTER)
_SAYS_MORE = or_(
    _IS_NEWEST, attendee.c.held_revision.is_(None), attendee.c.held_revision < bindparam("of_revision")
)
_HIGHEST = case((_IS_NEWEST, _OF_THE_LETTER), else_=attendee.c.held_sequence)
# whoever said yes to what was cancelled then has said nothing yet of what is held after all; the place of
# that answer stays, so that a mail which comes once more is not taken for a new one
_IS_ASKED_ANEW = and_(_IS_NEWEST, attendee.c.held_cancelled.is_(True), bindparam("of_cancel").is_(False))
_UID: ColumnElement[str] = func.coalesce(bindparam("of_uid"), attendee.c.uid)
_PERSON = attendee.c.id == bindparam("of_id")
_HOLD = (
    update(attendee)
    .where(_PERSON)
    .values(
        unsure=case((_IS_NEWEST, False), else_=attendee.c.unsure),
        held_revision=case((_SAYS_MORE, bindparam("of_revision")), else_=attendee.c.held_revision),
        held_cancelled=case((_SAYS_MORE, bindparam("of_cancel")), else_=attendee.c.held_cancelled),
        held_content=case(
            (_IS_NEWEST, func.coalesce(bindparam("of_content"), attendee.c.held_content)),
            else_=attendee.c.held_content,
        ),
        held_sequence=_HIGHEST,
        uid=_UID,
        answer=case((_IS_ASKED_ANEW, null()), else_=attendee.c.answer),
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
    """The letter is in this person's calendar. ``content`` None: in the words noted when it became unsure."""
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


def doubt(
    connection: Connection, letters: Iterable[tuple[int, int]], *, content: str | None = None, uid: str = ""
) -> None:
    """Each (attendee, SEQUENCE) may be in their calendar. ``content`` None: as the list says now."""
    told: dict[str, Any] = {"of_content": content, "of_uid": uid or None}
    rows = [{"of_id": who, "of_sequence": sequence, **told} for who, sequence in sorted(letters)]
    if rows:
        connection.execute(_DOUBT, rows)


def trust(connection: Connection, attendee_id: int) -> None:
    """The doubtful letter never came: nothing of this person's is in doubt, unless another delivery is.

    What they hold was written before that letter, in words that nobody noted.
    """
    doubts = select(delivery.c.id).where(
        delivery.c.attendee_id == attendee_id, delivery.c.state == DeliveryState.UNSURE
    )
    holds_some = and_(attendee.c.held_revision.is_not(None), attendee.c.held_content.is_not(None))
    connection.execute(
        update(attendee)
        .where(attendee.c.id == attendee_id)
        .values(unsure=doubts.exists(), held_content=case((holds_some, ""), else_=attendee.c.held_content))
    )
