"""Batches: slices of a run, of which only the open or the next one exists unended."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, or_, select, update

from campaigns.model import Batch, DeliveryState
from storage.tables import batch, delivery


class BatchRows:
    """See ``campaigns.run_port.Batches``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self, run_id: int) -> Batch:
        newest = select(batch).where(batch.c.run_id == run_id).order_by(batch.c.seq.desc()).limit(1)
        row = self._connection.execute(newest).one()
        return Batch(row.run_id, row.seq, row.due_at, row.opened_at, row.ended_at, row.stumbles)

    def open(self, run_id: int, seq: int, size: int | None, now: datetime) -> int:
        opened = (
            update(batch)
            .where(batch.c.run_id == run_id, batch.c.seq == seq, batch.c.opened_at.is_(None))
            .values(opened_at=now)
        )
        if self._connection.execute(opened).rowcount == 0:
            return 0
        next_ones = (
            select(delivery.c.id)
            .where(
                delivery.c.run_id == run_id,
                delivery.c.batch_seq.is_(None),
                delivery.c.state == DeliveryState.QUEUED,
                or_(delivery.c.not_before.is_(None), delivery.c.not_before <= now),
            )
            .order_by(delivery.c.position)
        )
        if size is not None:
            next_ones = next_ones.limit(size)
        members = update(delivery).where(delivery.c.id.in_(next_ones)).values(batch_seq=seq)
        return self._connection.execute(members).rowcount

    def renew(self, run_id: int, seq: int, owner: str, lease_until: datetime) -> None:
        self._connection.execute(
            update(batch)
            .where(batch.c.run_id == run_id, batch.c.seq == seq, batch.c.ended_at.is_(None))
            .values(lease_until=lease_until, lease_owner=owner)
        )

    def release(self, run_id: int, seq: int) -> None:
        self._connection.execute(
            update(batch)
            .where(batch.c.run_id == run_id, batch.c.seq == seq)
            .values(lease_until=None, lease_owner=None)
        )

    def postpone(self, run_id: int, seq: int, due_at: datetime, *, stumbled: bool) -> None:
        values = {"due_at": due_at, "lease_until": None, "lease_owner": None}
        where = (batch.c.run_id == run_id, batch.c.seq == seq, batch.c.ended_at.is_(None))
        self._connection.execute(update(batch).where(*where).values(values))
        if stumbled:
            counted = update(batch).where(*where).values(stumbles=batch.c.stumbles + 1)
            self._connection.execute(counted)

    def progressed(self, run_id: int, seq: int) -> None:
        self._connection.execute(
            update(batch).where(batch.c.run_id == run_id, batch.c.seq == seq).values(stumbles=0)
        )

    def end(self, run_id: int, seq: int, now: datetime) -> bool:
        ended = (
            update(batch)
            .where(batch.c.run_id == run_id, batch.c.seq == seq, batch.c.ended_at.is_(None))
            .values(ended_at=now, due_at=None, lease_until=None, lease_owner=None)
        )
        return self._connection.execute(ended).rowcount == 1

    def ended_at(self, run_id: int, seq: int) -> datetime | None:
        query = select(batch.c.ended_at).where(batch.c.run_id == run_id, batch.c.seq == seq)
        return self._connection.execute(query).scalar()

    def arm_next(self, run_id: int, seq: int, due_at: datetime) -> None:
        before = select(batch.c.stumbles).where(batch.c.run_id == run_id, batch.c.seq == seq - 1)
        stumbles = self._connection.execute(before).scalar() or 0
        armed = insert(batch).values(run_id=run_id, seq=seq, due_at=due_at, stumbles=stumbles)
        self._connection.execute(armed)

    def earliest_waiting(self, run_id: int) -> datetime | None:
        waiting = (
            delivery.c.run_id == run_id,
            delivery.c.batch_seq.is_(None),
            delivery.c.state == DeliveryState.QUEUED,
        )
        ready = select(delivery.c.id).where(*waiting, delivery.c.not_before.is_(None)).limit(1)
        if self._connection.execute(ready).first() is not None:
            return None
        earliest = select(func.min(delivery.c.not_before)).where(*waiting)
        return self._connection.execute(earliest).scalar()

    def release_all(self) -> None:
        self._connection.execute(update(batch).values(lease_until=None, lease_owner=None))
