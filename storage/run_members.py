"""Who is in a run: made with it, taken over from an earlier one, or taken in later."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, insert, literal, select, update

from campaigns.lifecycle import ACTIVE
from campaigns.list_changes import TAKEN_OFF
from campaigns.model import Campaign, DeliveryState, Run
from campaigns.ports import Selection
from storage.selecting import Chosen, chosen_people
from storage.tables import attendee, campaign, delivery, run


@dataclass(frozen=True, slots=True)
class _Whose:
    id: int
    workspace: str
    account_id: int
    revision: int


def add_members(connection: Connection, run_id: int, of: Campaign, selection: Selection) -> int:
    """A delivery for everybody whom ``selection`` means; returns how many."""
    added = _insert(connection, run_id, of.account_id, chosen_people(of, selection))
    if selection.from_state is DeliveryState.UNSURE and selection.from_run is not None:
        _take_over_unsure(connection, run_id, selection.from_run)
    _wait_for_the_wire(connection, run_id, of.account_id)
    _are_in(connection, run_id, of.id)
    return added


def take_in(connection: Connection, into: Run) -> int:
    """See ``campaigns.run_port.Runs.take_in``."""
    # whoever ends it waits, and whoever has ended it was waited for
    active = select(run.c.id).where(run.c.id == into.id, run.c.state.in_(ACTIVE))
    if connection.execute(active.with_for_update(key_share=True)).first() is None:
        return 0
    of = _whose(connection, into)
    chosen = chosen_people(of, Selection(into.kind, newcomers=True))
    again = _queue_again(connection, into.id, chosen)
    added = _insert(connection, into.id, of.account_id, chosen.only(~_is_in(into.id)))
    if added or again:
        _wait_for_the_wire(connection, into.id, of.account_id)
        connection.execute(update(run).where(run.c.id == into.id).values(total=run.c.total + added))
        _are_in(connection, into.id, of.id)
    return added + again


def joining(connection: Connection, into: Run) -> int:
    """See ``campaigns.run_port.Runs.joining``."""
    chosen = chosen_people(_whose(connection, into), Selection(into.kind, newcomers=True))
    counted = select(func.count()).select_from(attendee).where(chosen.only(~_is_in(into.id)).who)
    return int(connection.execute(counted).scalar_one())


def _whose(connection: Connection, into: Run) -> _Whose:
    facts = (campaign.c.id, campaign.c.workspace, campaign.c.account_id, campaign.c.revision)
    return _Whose(*connection.execute(select(*facts).where(campaign.c.id == into.campaign_id)).one())


def _is_in(run_id: int) -> ColumnElement[bool]:
    """Having a delivery in the run, whatever became of it."""
    return exists().where(delivery.c.run_id == run_id, delivery.c.attendee_id == attendee.c.id)


def _are_in(connection: Connection, run_id: int, campaign_id: int) -> None:
    """Who is queued in the run is no newcomer any more."""
    members = select(delivery.c.attendee_id).where(
        delivery.c.run_id == run_id, delivery.c.state == DeliveryState.QUEUED
    )
    new = (attendee.c.campaign_id == campaign_id, attendee.c.is_new.is_(True), attendee.c.id.in_(members))
    connection.execute(update(attendee).where(*new).values(is_new=False))


def _queue_again(connection: Connection, run_id: int, chosen: Chosen) -> int:
    """The delivery that was skipped since its attendee was off the list; number and date of a try stay."""
    came_back = select(attendee.c.id).where(chosen.who)
    skipped = (
        delivery.c.run_id == run_id,
        delivery.c.state == DeliveryState.SKIPPED,
        delivery.c.cause == TAKEN_OFF,
        delivery.c.attendee_id.in_(came_back),
    )
    anew: dict[str, Any] = {
        "state": DeliveryState.QUEUED,
        "deed": select(chosen.deed).where(attendee.c.id == delivery.c.attendee_id).scalar_subquery(),
        "batch_seq": None,
        "not_before": None,
        "cause": "",
        "hint": "",
        "settled_at": None,
    }
    return connection.execute(update(delivery).where(*skipped).values(anew)).rowcount


def _insert(connection: Connection, run_id: int, account_id: int, chosen: Chosen) -> int:
    people = select(
        literal(run_id),
        attendee.c.id,
        literal(account_id),
        attendee.c.position,
        literal(DeliveryState.QUEUED.value),
        chosen.deed,
    ).where(chosen.who)
    columns = ["run_id", "attendee_id", "account_id", "position", "state", "deed"]
    added = connection.execute(
        insert(delivery).from_select(columns, people),
        # SQLAlchemy keeps the count of an INSERT only if asked: PostgreSQL's would be -1
        execution_options={"preserve_rowcount": True},
    )
    return added.rowcount


def _take_over_unsure(connection: Connection, run_id: int, from_run: int) -> None:
    """Keep date and SEQUENCE, so the letter is the same to the byte; the old row says where it went."""
    earlier = delivery.alias("earlier")
    same = (earlier.c.run_id == from_run, earlier.c.attendee_id == delivery.c.attendee_id)
    kept = ("first_claimed_at", "revision", "sequence", "words", "doubted")
    values = {name: select(earlier.c[name]).where(*same).scalar_subquery() for name in kept}
    connection.execute(update(delivery).where(delivery.c.run_id == run_id).values(values))
    taken_over = select(earlier.c.attendee_id).where(earlier.c.run_id == run_id)
    connection.execute(
        update(delivery)
        .where(
            delivery.c.run_id == from_run,
            delivery.c.state == DeliveryState.UNSURE,
            delivery.c.attendee_id.in_(taken_over),
        )
        .values(state=DeliveryState.SKIPPED, cause=f"Sent again in run {run_id}", again_in=run_id)
    )


def _wait_for_the_wire(connection: Connection, run_id: int, account_id: int) -> None:
    """Whoever has an older letter on the wire gets the new one when what became of that one is known."""
    older = delivery.alias("older")
    sending = (older.c.account_id == account_id, older.c.state == DeliveryState.SENDING)
    ends = select(func.max(older.c.lease_until)).where(
        *sending, older.c.attendee_id == delivery.c.attendee_id
    )
    concerned = delivery.c.attendee_id.in_(select(older.c.attendee_id).where(*sending))
    waiting = (delivery.c.run_id == run_id, delivery.c.state == DeliveryState.QUEUED, concerned)
    connection.execute(update(delivery).where(*waiting).values(not_before=ends.scalar_subquery()))
