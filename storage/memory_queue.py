"""The batch queue over the in-memory store."""

from dataclasses import replace
from datetime import datetime

from campaigns.checkpoint import checkpoint
from campaigns.endings import try_again
from campaigns.hand_over import LEASE
from campaigns.model import Reason, RunState
from campaigns.ports import DueBatch
from storage.claims import CLAIMED_AT_ONCE
from storage.memory import MemoryStore, MemoryUnitOfWork
from storage.memory_ledger import BatchRow, RunRow


class MemoryBatchQueue:
    """Implements ``campaigns.ports.BatchQueue``; see ``storage.claims.SqlBatchQueue``."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def claim_due(self, now: datetime) -> list[DueBatch]:
        wake_at = self.next_wake_at(now)
        if wake_at is None or wake_at > now:
            return []
        with self._store.writing() as work:
            _resume_after_quota(work, now)
            due = [row for row in _waiting(work) if _busy_until(row) <= now and _due_at(row) <= now]
            due.sort(key=_due_at)
            claimed = [_claim(work, row, now) for row in due[:CLAIMED_AT_ONCE]]
        if claimed:
            checkpoint("batch.claimed")
        return claimed

    def next_wake_at(self, now: datetime) -> datetime | None:
        with self._store.reading() as work:
            times = [_busy_until(row) for row in _waiting(work)]
            times += [row.run.resume_at for row in _quota_pauses(work) if row.run.resume_at]
        return min(times, default=None)


def _waiting(work: MemoryUnitOfWork) -> list[BatchRow]:
    rows = work.ledger.batches.where("waiting", key=True)
    return [row for row in rows if work.runs.get(row.batch.run_id).state is RunState.RUNNING]


def _quota_pauses(work: MemoryUnitOfWork) -> list[RunRow]:
    rows = work.ledger.runs.where("active", key=True)
    return [row for row in rows if row.run.state is RunState.PAUSED and row.run.reason is Reason.QUOTA]


def _resume_after_quota(work: MemoryUnitOfWork, now: datetime) -> None:
    for row in _quota_pauses(work):
        if row.run.resume_at is not None and row.run.resume_at <= now:
            # the detail stays: what it paused for has passed once something goes through
            work.runs.move(row.id, RunState.RUNNING, now=now, detail=row.run.detail)
            going_on = work.runs.get(row.id)
            try_again(work, going_on, work.campaigns.get(going_on.campaign_id).workspace, now)


def _due_at(row: BatchRow) -> datetime:
    if row.batch.due_at is None:
        raise ValueError(f"batch {row.batch.seq} of run {row.batch.run_id} waits for no time")
    return row.batch.due_at


def _busy_until(row: BatchRow) -> datetime:
    return row.lease_until or _due_at(row)


def _claim(work: MemoryUnitOfWork, row: BatchRow, now: datetime) -> DueBatch:
    claimed = replace(row, lease_until=now + LEASE, claims=row.claims + 1)
    work.ledger.batches.put(claimed)
    return DueBatch(row.batch.run_id, row.batch.seq, claimed.claims)
