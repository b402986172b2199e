"""After a crash: what a dead process left behind gets an honest state and goes on."""

from datetime import UTC, datetime

from campaigns.checkpoint import checkpoint
from campaigns.endings import progress_notice
from campaigns.ports import Clock
from campaigns.store_port import Store, UnitOfWork

_CAUSE = "sendinvites was stopped while this invite was on its way"
_FOREVER = datetime.max.replace(tzinfo=UTC)


def abandon_expired(store: Store, clock: Clock) -> int:
    """Invites whose worker is gone become unsure; returns how many runs were concerned."""
    with store.writing() as work:
        return _abandon(work, clock.now(), clock.now())


def take_over(store: Store, clock: Clock) -> int:
    """End every lease at once. Only a process that is alone with its database may call this."""
    checkpoint("recovery.before")
    with store.writing() as work:
        work.batches.release_all()
        concerned = _abandon(work, _FOREVER, clock.now())
    checkpoint("recovery.after")
    return concerned


def _abandon(work: UnitOfWork, leased_until: datetime, now: datetime) -> int:
    runs = work.deliveries.abandon_expired(leased_until, now, _CAUSE)
    for run_id in runs:
        work.runs.lock(run_id)
        run = work.runs.get(run_id)
        work.notices.touch(progress_notice(run), now)
        batch = work.batches.current(run_id)
        if batch.ended_at is None and batch.opened_at is not None:
            # nobody may be left to close this batch: whoever claims it next will
            work.batches.postpone(run_id, batch.seq, now, stumbled=False)
    return len(runs)
