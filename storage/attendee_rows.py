"""Attendees: a row as a value, and whom a run is for as a condition."""

from typing import Any

from sqlalchemy import Row, and_, literal, or_, select

from campaigns.model import Attendee, Campaign, DeliveryState, Kind
from campaigns.ports import Selection
from storage.tables import attendee, delivery


def selected_attendees(of: Campaign, selection: Selection) -> Any:
    """The condition on ``attendee`` that ``selection`` means."""
    whom = _in_need(of, selection)
    if selection.from_run is None:
        return and_(attendee.c.campaign_id == of.id, whom)
    # in need still: who was reached since by another run must not be reached again by an old button
    earlier = select(delivery.c.attendee_id).where(
        delivery.c.run_id == selection.from_run, delivery.c.state == selection.from_state
    )
    return and_(attendee.c.campaign_id == of.id, attendee.c.id.in_(earlier), whom)


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
