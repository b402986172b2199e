"""The statements that matter: who gets which row. Each is one conditional UPDATE whose rows are the answer.

``FOR UPDATE SKIP LOCKED`` stands in a CTE, which PostgreSQL runs once (as a sub-select in ``IN`` it may run
again and pass its LIMIT); SQLite's dialect leaves it out, since its writers are one at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    Row,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import ReturnTypeFromArgs

from campaigns.checkpoint import checkpoint
from campaigns.endings import try_again
from campaigns.hand_over import LEASE
from campaigns.model import DeliveryState, Kind, Reason, RunState
from campaigns.ports import DueBatch
from storage.home_rows import HomeRows
from storage.notice_rows import NoticeRows
from storage.run_values import run_of
from storage.tables import UtcDateTime, attendee, batch, campaign, delivery, run

CLAIMED_AT_ONCE = 20

# looked up row by row: a join, where PostgreSQL has no statistics, reads the whole list for one invite
_HOLDER = attendee.c.id == delivery.c.attendee_id
_NONE: ColumnElement[int] = literal_column("0", Integer)
_ONE: ColumnElement[int] = literal_column("1", Integer)


def _said(word: str) -> ColumnElement[str]:
    """Part of the statement: what is bound anew for every invite costs as much as looking up a row."""
    return literal_column(f"'{word}'", String)


def _words() -> ColumnElement[str]:
    """``campaigns.holding.words_of`` the letter that a delivery is now."""
    held, is_off = attendee.c.held_revision, attendee.c.held_cancelled
    speaks_of_it = or_(
        and_(delivery.c.deed == _said(Kind.INVITE), is_off.is_(True)),
        and_(delivery.c.deed == _said(Kind.REMIND), is_off.is_(False)),
    )
    before = func.coalesce(case((speaks_of_it, cast(held, String))), _said(""))
    gap = _said(" ")
    words = attendee.c.content + gap + delivery.c.deed + gap + before + gap + attendee.c.address
    return select(words).where(_HOLDER).correlate(delivery).scalar_subquery()


class _Highest(ReturnTypeFromArgs[int]):
    """The highest of some numbers, of which none is NULL; SQLite has another name for it."""

    name = "greatest"
    inherit_cache = True


@compiles(_Highest, "sqlite")
def _highest_in_sqlite(element: _Highest, compiler: SQLCompiler, **how: Any) -> str:
    return f"max({compiler.process(element.clauses, **how)})"


def _free_numbers() -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The higher one is above every number that a letter to this person ever had, gone or not."""
    one = delivery.alias("one")
    held = select(func.coalesce(attendee.c.held_sequence + _ONE, _NONE)).where(_HOLDER)
    last = select(func.coalesce(func.max(one.c.sequence) + _ONE, _NONE))
    of_theirs = last.where(one.c.attendee_id == delivery.c.attendee_id)
    return held.correlate(delivery).scalar_subquery(), of_theirs.correlate(delivery).scalar_subquery()


def _claim_deliveries() -> Any:
    picked = (
        select(delivery.c.id)
        .where(
            delivery.c.run_id == bindparam("of_run"),
            delivery.c.batch_seq == bindparam("of_seq"),
            delivery.c.state == DeliveryState.QUEUED,
            or_(delivery.c.not_before.is_(None), delivery.c.not_before <= bindparam("now")),
        )
        .order_by(delivery.c.position)
        .limit(bindparam("at_most"))
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    newest = (
        select(campaign.c.revision)
        .join(run, run.c.campaign_id == campaign.c.id)
        .where(run.c.id == bindparam("of_run"))
        .scalar_subquery()
    )
    words = _words()
    # the number of a letter names its words: only the same ones keep it
    is_a_retry = and_(
        delivery.c.revision == newest, delivery.c.sequence.is_not(None), delivery.c.words == words
    )
    return (
        update(delivery)
        .where(delivery.c.id.in_(select(picked.c.id)))
        .values(
            state=DeliveryState.SENDING,
            attempt=delivery.c.attempt + 1,
            tries=delivery.c.tries + 1,
            revision=newest,
            sequence=case((is_a_retry, delivery.c.sequence), else_=_Highest(newest, *_free_numbers())),
            words=words,
            first_claimed_at=func.coalesce(delivery.c.first_claimed_at, bindparam("now", type_=UtcDateTime)),
            not_before=None,
            lease_until=bindparam("until"),
            lease_owner=bindparam("owner"),
        )
        .returning(
            delivery.c.id,
            delivery.c.attendee_id,
            delivery.c.position,
            delivery.c.attempt,
            delivery.c.tries,
            delivery.c.revision,
            delivery.c.first_claimed_at,
            delivery.c.deed,
            delivery.c.sequence,
            delivery.c.words,
            delivery.c.doubted,
        )
    )


_CLAIM_DELIVERIES = _claim_deliveries()  # once: it runs for every invite, and building it costs more


def claim_deliveries(
    connection: Connection,
    run_id: int,
    seq: int,
    *,
    limit: int,
    owner: str,
    now: datetime,
    lease_until: datetime,
) -> Sequence[Row[Any]]:
    """At most ``limit`` queued deliveries of the batch, moved to sending."""
    return connection.execute(
        _CLAIM_DELIVERIES,
        {
            "of_run": run_id,
            "of_seq": seq,
            "at_most": limit,
            "owner": owner,
            "now": now,
            "until": lease_until,
        },
    ).all()


def rewrite(connection: Connection, delivery_id: int, words: str) -> int:
    """The letter of a claimed delivery says ``words``, and has a number of its own for them."""
    rewritten = update(delivery).where(delivery.c.id == delivery_id).returning(delivery.c.sequence)
    number: int = connection.execute(
        rewritten.values(words=words, sequence=_Highest(*_free_numbers()))
    ).scalar_one()
    return number


class SqlBatchQueue:
    """Implements ``campaigns.ports.BatchQueue``; ``owner`` names this process."""

    def __init__(self, engine: Engine, owner: str, *, reader: Engine | None = None) -> None:
        """``reader`` is asked what is due, so that looking never waits behind SQLite's one writer."""
        self._engine = engine
        self._reader = reader or engine
        self._owner = owner

    def claim_due(self, now: datetime) -> list[DueBatch]:
        """Batches whose time has come, leased to this process; quota pauses that are over end first."""
        if not self._anything_due(now):
            return []
        with self._engine.begin() as connection:
            _resume_after_quota(connection, now)
            claimed = [DueBatch(*row) for row in connection.execute(self._claim(now))]
        if claimed:
            checkpoint("batch.claimed")
        return claimed

    def next_wake_at(self, now: datetime) -> datetime | None:
        """When the next batch is due, its dead owner's lease ends, or a quota window opens."""
        busy_until = func.coalesce(batch.c.lease_until, batch.c.due_at)
        due = (
            select(func.min(busy_until))
            .join(run, run.c.id == batch.c.run_id)
            .where(batch.c.ended_at.is_(None), run.c.state == RunState.RUNNING)
        )
        opens = select(func.min(run.c.resume_at)).where(_quota_pause())
        with self._reader.connect() as connection:
            times = [connection.execute(query).scalar() for query in (due, opens)]
        return min((at for at in times if at is not None), default=None)

    def _anything_due(self, now: datetime) -> bool:
        at = self.next_wake_at(now)
        return at is not None and at <= now

    def _claim(self, now: datetime) -> Any:
        free = or_(batch.c.lease_until.is_(None), batch.c.lease_until <= now)
        picked = (
            select(batch.c.run_id)
            .join(run, run.c.id == batch.c.run_id)
            .where(batch.c.ended_at.is_(None), batch.c.due_at <= now, free, run.c.state == RunState.RUNNING)
            .order_by(batch.c.due_at)
            .limit(CLAIMED_AT_ONCE)
            .with_for_update(of=batch, skip_locked=True)
            .cte("picked")
        )
        return (
            update(batch)
            .where(batch.c.run_id.in_(select(picked.c.run_id)), batch.c.ended_at.is_(None))
            .values(lease_until=now + LEASE, lease_owner=self._owner, claims=batch.c.claims + 1)
            .returning(batch.c.run_id, batch.c.seq, batch.c.claims)
        )


def _quota_pause() -> Any:
    return and_(run.c.state == RunState.PAUSED, run.c.reason == Reason.QUOTA, run.c.resume_at.is_not(None))


def _resume_after_quota(connection: Connection, now: datetime) -> None:
    resumed = (
        update(run)
        .where(_quota_pause(), run.c.resume_at <= now)
        # the detail stays: what it paused for has passed once something goes through
        .values(state=RunState.RUNNING, reason=None, resume_at=None, acted_by="")
        .returning(run)
    )
    hall = _Hall(HomeRows(connection), NoticeRows(connection))
    for row in connection.execute(resumed).all():
        of = select(campaign.c.workspace).where(campaign.c.id == row.campaign_id)
        try_again(hall, run_of(row), connection.execute(of).scalar_one(), now)
    hall.notices.flush()


@dataclass(frozen=True, slots=True)
class _Hall:
    """Where a run that goes on is told; the queue has no vault, and so no whole unit of work."""

    homes: HomeRows
    notices: NoticeRows
