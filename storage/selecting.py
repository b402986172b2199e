"""Whom a run is for, and what it does to each: ``campaigns.holding`` as conditions on ``attendee``."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, and_, case, exists, false, func, literal, not_, or_, select

from campaigns.account_port import Why
from campaigns.model import Campaign, DeliveryState, Kind
from campaigns.ports import Selection, Uninvited
from storage.tables import attendee, delivery, exclusion, suppression

Condition = ColumnElement[bool]

_UNREACHABLE = (Why.BOUNCED, Why.COMPLAINED)
_IS_LISTED = attendee.c.removed_at.is_(None)
WAS_WRITTEN_TO = attendee.c.held_sequence.is_not(None)
"""An invite to this person went once, or may have."""
HOLDS = and_(attendee.c.held_revision.is_not(None), attendee.c.held_cancelled.is_(False))
"""The event is in this person's calendar, as far as the provider's receipts tell."""
BELIEVES_IT_IS_OFF = and_(attendee.c.held_revision.is_not(None), attendee.c.held_cancelled.is_(True))
"""A cancellation took the event out of this person's calendar."""
_IS_UNSURE = attendee.c.unsure.is_(True)
MAY_HOLD_OR_NOT = and_(_IS_UNSURE, not_(HOLDS))
"""A letter went to this person, perhaps; nothing says that they have the event."""
_IS_NEW = attendee.c.is_new.is_(True)


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
    """``needy`` is a condition on ``attendee``, ``deed`` what the run does to each of them.

    ``allowed``: unless a never-invite list forbids it.
    """

    needy: Condition
    deed: ColumnElement[Any]
    allowed: Condition

    @property
    def who(self) -> Condition:
        return and_(self.needy, self.allowed)

    def only(self, more: Condition) -> "Chosen":
        """Those of them of whom this is true as well."""
        return Chosen(and_(self.needy, more), self.deed, self.allowed)


def chosen_people(of: Whose, selection: Selection) -> Chosen:
    """Whom ``selection`` means, and what they get."""
    if selection.from_run is None:
        needy = _in_need(of, selection.kind)
        return needy.only(_IS_NEW) if selection.newcomers else needy
    earlier = select(delivery.c.attendee_id).where(
        delivery.c.run_id == selection.from_run, delivery.c.state == selection.from_state
    )
    # in need still: who was reached since by another run must not be reached again by an old button
    in_need = (
        _in_doubt(of, selection.from_run)
        if selection.from_state is DeliveryState.UNSURE
        else _in_need(of, selection.kind)
    )
    return in_need.only(attendee.c.id.in_(earlier))


def uninvited(connection: Connection, of: Whose) -> Uninvited:
    """See ``campaigns.store_port.Campaigns.uninvited``."""
    taking_back = exists().where(
        delivery.c.attendee_id == attendee.c.id,
        delivery.c.state == DeliveryState.UNSURE,
        delivery.c.deed == Kind.CANCEL,
    )
    stand = case(
        (_on_the_wire(of), "on_the_wire"),
        (and_(_IS_UNSURE, or_(not_(HOLDS), taking_back)), "in_doubt"),
        else_="to_invite",
    )
    new = (attendee.c.campaign_id == of.id, _IS_NEW, _IS_LISTED, _wanted(of))
    is_in_need = or_(not_(HOLDS), stand != "to_invite")
    each = select(stand.label("stand")).select_from(attendee).where(*new, is_in_need).subquery()
    counted = connection.execute(select(each.c.stand, func.count().label("people")).group_by(each.c.stand))
    return Uninvited(**{row.stand: row.people for row in counted})


def at_domains(
    connection: Connection, of: Whose, selection: Selection, domains: Collection[str]
) -> dict[str, int]:
    """See ``campaigns.store_port.Campaigns.at_domains``: one walk over the people for all of them."""
    asked = sorted(set(domains))
    at_each = (attendee.c.key.endswith(f"@{domain}", autoescape=True) for domain in asked)
    counts = (func.count().filter(is_there) for is_there in at_each)
    query = select(func.count(), *counts).select_from(attendee).where(chosen_people(of, selection).who)
    return dict(zip(asked, connection.execute(query).one()[1:], strict=True))


def _in_need(of: Whose, kind: Kind) -> Chosen:
    on_the_wire = _on_the_wire(of)
    may_hold = or_(_IS_UNSURE, on_the_wire)
    invited = and_(_IS_LISTED, not_(HOLDS), not_(may_hold))
    deed: ColumnElement[Any] = literal(kind.value)
    allowed = _wanted(of)
    match kind:
        case Kind.INVITE:
            needy = invited
        case Kind.CANCEL:
            needy, allowed = or_(HOLDS, may_hold), _reachable(of)
        case Kind.REMIND:
            needy = and_(_IS_LISTED, or_(HOLDS, on_the_wire), attendee.c.answer.is_(None))
        case Kind.UPDATE:
            taken_off = and_(not_(_IS_LISTED), or_(HOLDS, may_hold))
            updated = and_(_IS_LISTED, or_(on_the_wire, _outdated(of)))
            needy = or_(taken_off, invited, updated)
            allowed = or_(and_(_IS_LISTED, _wanted(of)), and_(not_(_IS_LISTED), _reachable(of)))
            deed = case(
                (not_(_IS_LISTED), Kind.CANCEL.value), (invited, Kind.INVITE.value), else_=Kind.UPDATE.value
            )
    return Chosen(and_(attendee.c.campaign_id == of.id, needy), deed, allowed)


def _in_doubt(of: Whose, from_run: int) -> Chosen:
    """Those who may hold it, and get the same letter again."""
    deed = (
        select(delivery.c.deed)
        .where(delivery.c.run_id == from_run, delivery.c.attendee_id == attendee.c.id)
        .scalar_subquery()
    )
    is_cancel = deed == Kind.CANCEL.value
    needy = and_(attendee.c.campaign_id == of.id, _IS_UNSURE, or_(_IS_LISTED, is_cancel))
    allowed = or_(and_(_IS_LISTED, _wanted(of)), and_(is_cancel, _reachable(of)))
    return Chosen(needy, deed, allowed)


def _outdated(of: Whose) -> Condition:
    """Holding an older revision or other words than the list has now, or (the unsure) perhaps."""
    written_otherwise = and_(
        attendee.c.held_content.is_not(None), attendee.c.held_content != attendee.c.content
    )
    is_behind = or_(attendee.c.held_revision < of.revision, written_otherwise)
    # they may hold the event; a newer revision settles it for them
    perhaps = MAY_HOLD_OR_NOT if of.revision > 0 else false()
    return or_(and_(HOLDS, is_behind), perhaps)


def _on_the_wire(of: Whose) -> Condition:
    """Having a letter there, of a run that was stopped."""
    other = delivery.alias("other")  # this may stand in a statement on ``delivery``
    sending = select(other.c.attendee_id).where(
        other.c.account_id == of.account_id, other.c.state == DeliveryState.SENDING
    )
    return attendee.c.id.in_(sending)


def _wanted(of: Whose) -> Condition:
    """On no never-invite list."""
    return not_(_entered(of))


def _reachable(of: Whose) -> Condition:
    """On no never-invite list for a reason that forbids even a CANCEL."""
    return not_(_entered(of, *_UNREACHABLE))


def is_never_invited(of: Campaign) -> Condition:
    """On a never-invite list, found from there: for counting, where few of many are."""
    wide = select(suppression.c.key).where(suppression.c.workspace == of.workspace)
    own = select(exclusion.c.key).where(exclusion.c.campaign_id == of.id)
    return attendee.c.key.in_(wide.union(own))


def _entered(of: Whose, *why: Why) -> Condition:
    wide = exists().where(suppression.c.workspace == of.workspace, suppression.c.key == attendee.c.key)
    own = exists().where(exclusion.c.campaign_id == of.id, exclusion.c.key == attendee.c.key)
    if why:
        wide, own = wide.where(suppression.c.why.in_(why)), own.where(exclusion.c.why.in_(why))
    return or_(wide, own)
