"""Whom a run is for, and what it does to each: ``campaigns.holding`` as conditions on ``attendee``."""

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, case, exists, false, literal, not_, or_, select

from campaigns.account_port import Why
from campaigns.model import DeliveryState, Kind
from campaigns.ports import Selection
from storage.tables import attendee, delivery, exclusion, suppression

Condition = ColumnElement[bool]

_UNREACHABLE = (Why.BOUNCED, Why.COMPLAINED)
_IS_LISTED = attendee.c.removed_at.is_(None)
HOLDS = and_(attendee.c.held_revision.is_not(None), attendee.c.held_cancelled.is_(False))
"""The event is in this person's calendar, as far as the provider's receipts tell."""
_IS_UNSURE = attendee.c.unsure.is_(True)


class Whose(Protocol):
    """What must be known of a campaign to choose its people."""

    @property
    def id(self) -> int: ...
    @property
    def workspace(self) -> str: ...
    @property
    def account_id(self) -> int: ...
    @property
    def revision(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """``who`` is a condition on ``attendee``, ``deed`` what the run does to each of them."""

    who: Condition
    deed: ColumnElement[Any]


def chosen_people(of: Whose, selection: Selection) -> Chosen:
    """Whom ``selection`` means, and what they get."""
    if selection.from_run is None:
        needy = _in_need(of, selection.kind)
        if not selection.untried:
            return needy
        return Chosen(and_(needy.who, ~exists().where(delivery.c.attendee_id == attendee.c.id)), needy.deed)
    earlier = select(delivery.c.attendee_id).where(
        delivery.c.run_id == selection.from_run, delivery.c.state == selection.from_state
    )
    # in need still: who was reached since by another run must not be reached again by an old button
    in_need = (
        _in_doubt(of, selection.from_run)
        if selection.from_state is DeliveryState.UNSURE
        else _in_need(of, selection.kind)
    )
    return Chosen(and_(in_need.who, attendee.c.id.in_(earlier)), in_need.deed)


def _in_need(of: Whose, kind: Kind) -> Chosen:
    on_the_wire = _on_the_wire(of)
    may_hold = or_(_IS_UNSURE, on_the_wire)
    invited = and_(_IS_LISTED, not_(HOLDS), not_(may_hold))
    match kind:
        case Kind.INVITE:
            who = and_(invited, _wanted(of))
        case Kind.CANCEL:
            who = and_(or_(HOLDS, may_hold), _reachable(of))
        case Kind.REMIND:
            asked = and_(or_(HOLDS, on_the_wire), attendee.c.answer.is_(None))
            who = and_(_IS_LISTED, asked, _wanted(of))
        case Kind.UPDATE:
            taken_off = and_(not_(_IS_LISTED), or_(HOLDS, may_hold), _reachable(of))
            updated = and_(_IS_LISTED, or_(on_the_wire, _outdated(of)))
            who = or_(taken_off, and_(or_(invited, updated), _wanted(of)))
            deed = case(
                (not_(_IS_LISTED), Kind.CANCEL.value), (invited, Kind.INVITE.value), else_=Kind.UPDATE.value
            )
            return Chosen(and_(attendee.c.campaign_id == of.id, who), deed)
    return Chosen(and_(attendee.c.campaign_id == of.id, who), literal(kind.value))


def _in_doubt(of: Whose, from_run: int) -> Chosen:
    """Those who may hold it, and get the same letter again."""
    deed = (
        select(delivery.c.deed)
        .where(delivery.c.run_id == from_run, delivery.c.attendee_id == attendee.c.id)
        .scalar_subquery()
    )
    again = or_(and_(_IS_LISTED, _wanted(of)), and_(deed == Kind.CANCEL.value, _reachable(of)))
    return Chosen(and_(attendee.c.campaign_id == of.id, _IS_UNSURE, again), deed)


def _outdated(of: Whose) -> Condition:
    """Holding an older revision or other words than the list has now, or (the unsure) perhaps."""
    written_otherwise = and_(
        attendee.c.held_content.is_not(None), attendee.c.held_content != attendee.c.content
    )
    is_behind = or_(attendee.c.held_revision < of.revision, written_otherwise)
    # they may hold the event; a newer revision settles it for them
    perhaps = and_(_IS_UNSURE, not_(HOLDS)) if of.revision > 0 else false()
    return or_(and_(HOLDS, is_behind), perhaps)


def _on_the_wire(of: Whose) -> Condition:
    """Having a letter there, of a run that was stopped."""
    sending = select(delivery.c.attendee_id).where(
        delivery.c.account_id == of.account_id, delivery.c.state == DeliveryState.SENDING
    )
    return attendee.c.id.in_(sending)


def _wanted(of: Whose) -> Condition:
    """On no never-invite list."""
    return not_(_entered(of))


def _reachable(of: Whose) -> Condition:
    """On no never-invite list for a reason that forbids even a CANCEL."""
    return not_(_entered(of, *_UNREACHABLE))


def _entered(of: Whose, *why: Why) -> Condition:
    wide = exists().where(suppression.c.workspace == of.workspace, suppression.c.key == attendee.c.key)
    own = exists().where(exclusion.c.campaign_id == of.id, exclusion.c.key == attendee.c.key)
    if why:
        wide, own = wide.where(suppression.c.why.in_(why)), own.where(exclusion.c.why.in_(why))
    return or_(wide, own)
