"""Attendees: a row as a value and back, who is listed, and how people come onto a list."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, bindparam, func, insert, literal, select, update

from campaigns.list_changes import content_of, merged
from campaigns.model import Attendee
from campaigns.uploaded_list import ListPurpose
from storage.tables import attendee, campaign

_INSERTED_AT_ONCE = 10_000
_ASKED_AT_ONCE = 500


def listed(campaign_id: int) -> Any:
    """The condition on ``attendee``: on the campaign's list now."""
    return and_(attendee.c.campaign_id == campaign_id, attendee.c.removed_at.is_(None))


def takes_in(campaign_id: int) -> Any:
    """What ``is_new`` is of somebody who comes onto the campaign's list now."""
    return select(campaign.c.takes_in).where(campaign.c.id == campaign_id).scalar_subquery()


def attendee_of(row: Row[Any]) -> Attendee:
    """An attendee from a row that holds the columns of ``attendee``."""
    return Attendee(
        address=row.address, key=row.key, name=row.name, line=row.line, fields=row.fields, id=row.id
    )


def insert_people(
    connection: Connection, table: Table, people: Iterable[Attendee], *, first: int = 0, **belonging: int
) -> None:
    """New rows of ``attendee`` or ``staged`` in the order of ``people``; ``belonging`` says whose."""
    rows = (_row_of(one, position, belonging) for position, one in enumerate(people, first))
    while chunk := list(islice(rows, _INSERTED_AT_ONCE)):
        connection.execute(insert(table), chunk)


def add_people(connection: Connection, campaign_id: int, people: Sequence[Attendee]) -> list[Attendee]:
    """See ``campaigns.store_port.Campaigns.add_people``."""
    # two who add to one list: the second waits, and then sees whom the first one added
    locked = select(campaign.c.id).where(campaign.c.id == campaign_id).with_for_update(key_share=True)
    connection.execute(locked)
    new = {one.key: one for one in reversed(people)}
    known = _known(connection, campaign_id, list(new))
    back = [(row, new[row.key]) for row in known if row.removed_at is not None]
    for row in known:
        del new[row.key]
    last = select(func.max(attendee.c.position)).where(attendee.c.campaign_id == campaign_id)
    first = (connection.execute(last).scalar() or 0) + 1
    arrived = [one for one in people if new.pop(one.key, None) is not None]
    is_new: bool = connection.execute(select(takes_in(campaign_id))).scalar_one()
    insert_people(connection, attendee, arrived, first=first, campaign_id=campaign_id, is_new=is_new)
    for row, one in back:
        stands = merged(attendee_of(row), one, ListPurpose.APPEND)
        values = {**_row_of(stands, row.position, {}), "removed_at": None, "is_new": is_new}
        connection.execute(update(attendee).where(attendee.c.id == row.id).values(values))
    added = [*(one.key for one in arrived), *(row.key for row, _ in back)]
    # not counted anew: one is added as fast to a long list as to a short one
    grown = {"attendees": campaign.c.attendees + len(added)}
    connection.execute(update(campaign).where(campaign.c.id == campaign_id).values(grown))
    stand = sorted(_known(connection, campaign_id, added), key=lambda row: int(row.position))
    return [attendee_of(row) for row in stand]


def _known(connection: Connection, campaign_id: int, keys: list[str]) -> list[Row[Any]]:
    """Those of these keys who are, or were, on the list."""
    asked = select(attendee).where(
        attendee.c.campaign_id == campaign_id, attendee.c.key.in_(bindparam("keys", expanding=True))
    )
    chunks = (keys[at : at + _ASKED_AT_ONCE] for at in range(0, len(keys), _ASKED_AT_ONCE))
    return [row for chunk in chunks for row in connection.execute(asked, {"keys": chunk})]


def copy_people(connection: Connection, source_id: int, campaign_id: int) -> int:
    """Everybody on the list of ``source_id``, for a campaign that has nobody yet; returns how many."""
    same = ("position", "line", "address", "key", "name", "fields", "content")
    people = select(literal(campaign_id), *(attendee.c[name] for name in same)).where(listed(source_id))
    copied = connection.execute(
        insert(attendee).from_select(["campaign_id", *same], people),
        # SQLAlchemy keeps the count of an INSERT only if asked: PostgreSQL's would be -1
        execution_options={"preserve_rowcount": True},
    )
    return copied.rowcount


def _row_of(one: Attendee, position: int, belonging: Mapping[str, int]) -> dict[str, Any]:
    return {
        **belonging,
        "position": position,
        "line": one.line,
        "address": one.address,
        "key": one.key,
        "name": one.name,
        "fields": dict(one.fields),
        "content": content_of(one),
    }
