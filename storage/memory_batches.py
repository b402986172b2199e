"""Batches of the in-memory store."""

from dataclasses import replace
from datetime import datetime
from itertools import islice

from campaigns.errors import NotFound, StateError
from campaigns.model import Batch, DeliveryState
from storage.memory_ledger import BatchRow, Ledger


class MemoryBatches:
    """See ``campaigns.run_port.Batches``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def current(self, run_id: int) -> Batch:
        row = self._ledger.batches.last("run", run_id)
        if row is None:
            raise NotFound
        return row.batch

    def open(self, run_id: int, seq: int, size: int | None, now: datetime) -> int:
        row = self._row(run_id, seq)
        if row.batch.opened_at is not None:
            return 0
        self._ledger.batches.put(replace(row, batch=replace(row.batch, opened_at=now)))
        waiting = self._ledger.deliveries.where("place", (run_id, None, DeliveryState.QUEUED))
        ready = (row for row in waiting if row.not_before is None or row.not_before <= now)
        members = list(islice(ready, size))
        for member in members:
            self._ledger.deliveries.put(replace(member, batch_seq=seq))
        return len(members)

    def renew(self, run_id: int, seq: int, owner: str, lease_until: datetime) -> None:
        row = self._row(run_id, seq)
        if row.batch.ended_at is None:
            self._ledger.batches.put(replace(row, lease_until=lease_until))

    def release(self, run_id: int, seq: int) -> None:
        self._ledger.batches.put(replace(self._row(run_id, seq), lease_until=None))

    def postpone(self, run_id: int, seq: int, due_at: datetime, *, stumbled: bool) -> None:
        row = self._row(run_id, seq)
        if row.batch.ended_at is None:
            batch = replace(row.batch, due_at=due_at, stumbles=row.batch.stumbles + stumbled)
            self._ledger.batches.put(replace(row, batch=batch, lease_until=None))

    def progressed(self, run_id: int, seq: int) -> None:
        row = self._row(run_id, seq)
        self._ledger.batches.put(replace(row, batch=replace(row.batch, stumbles=0)))

    def end(self, run_id: int, seq: int, now: datetime) -> bool:
        row = self._row(run_id, seq)
        if row.batch.ended_at is not None:
            return False
        ended = replace(row.batch, ended_at=now, due_at=None)
        self._ledger.batches.put(replace(row, batch=ended, lease_until=None))
        return True

    def ended_at(self, run_id: int, seq: int) -> datetime | None:
        row = self._ledger.batches.first("place", (run_id, seq))
        return row.batch.ended_at if row else None

    def arm_next(self, run_id: int, seq: int, due_at: datetime) -> None:
        before = self.current(run_id)
        if before.ended_at is None:
            raise StateError(f"batch {seq} of run {run_id} was armed while the one before it is open")
        armed = Batch(run_id, seq, due_at, None, None, before.stumbles)
        self._ledger.batches.put(BatchRow(self._ledger.batches.new_id(), armed))

    def earliest_waiting(self, run_id: int) -> datetime | None:
        earliest: datetime | None = None
        for row in self._ledger.deliveries.where("place", (run_id, None, DeliveryState.QUEUED)):
            if row.not_before is None:
                return None
            earliest = min(earliest or row.not_before, row.not_before)
        return earliest

    def release_all(self) -> None:
        for row in self._ledger.batches.where("waiting", key=True):
            self._ledger.batches.put(replace(row, lease_until=None))

    def _row(self, run_id: int, seq: int) -> BatchRow:
        row = self._ledger.batches.first("place", (run_id, seq))
        if row is None:
            raise NotFound
        return row
