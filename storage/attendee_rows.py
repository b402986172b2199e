"""Attendees: a row as a value and back, who is listed, and whom a run is for as a condition."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, insert, literal, or_, select

from campaigns.list_changes import content_of
from campaigns.model import Attendee, Campaign, DeliveryState, Kind
from campaigns.ports import Selection
from storage.tables import attendee, delivery

_INSERTED_AT_ONCE = 10_000


def listed(campaign_id: int) -> Any:
    """The condition on ``attendee``: on the campaign's list now."""
    return and_(attendee.c.campaign_id == campaign_id, attendee.c.removed_at.is_(None))


def selected_attendees(of: Campaign, selection: Selection) -> Any:
    """The condition on ``attendee`` that ``selection`` means."""
    whom = _in_need(of, selection)
    if selection.from_run is None:
        return and_(listed(of.id), whom)
    # in need still: who was reached since by another run must not be reached again by an old button
    earlier = select(delivery.c.attendee_id).where(
        delivery.c.run_id == selection.from_run, delivery.c.state == selection.from_state
    )
    return and_(listed(of.id), attendee.c.id.in_(earlier), whom)


def _in_need(of: Campaign, selection: Selection) -> Any:
    if selection.from_state is DeliveryState.UNSURE:
        return attendee.c.unsure.is_(True)
    if selection.kind is Kind.INVITE:
        return and_(attendee.c.held_revision.is_(None), attendee.c.unsure.is_(False))
    # the unsure may hold the event in their calendar too; a newer revision settles it for them
    maybe = and_(attendee.c.unsure.is_(True), literal(of.revision) > 0)
    return or_(attendee.c.held_revision < of.revision, maybe)


def attendee_of(row: Row[Any]) -> Attendee:
    """An attendee from a row that holds the columns of ``attendee``."""
    return Attendee(
        address=row.address, key=row.key, name=row.name, line=row.line, fields=row.fields, id=row.id
    )


def insert_people(connection: Connection, table: Table, people: Iterable[Attendee], **belonging: int) -> None:
    """New rows of ``attendee`` or ``staged`` in the order of ``people``; ``belonging`` says whose."""
    rows = (_row_of(one, position, belonging) for position, one in enumerate(people))
    while chunk := list(islice(rows, _INSERTED_AT_ONCE)):
        connection.execute(insert(table), chunk)


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
