"""What happens when a batch or a run ends or stops by itself, and whom it must be told.

Each function works inside the caller's transaction, so the change and its notices are one commit.
"""

from datetime import datetime, timedelta

from campaigns.faults import Pause
from campaigns.model import Delivery, MailProgress, Reason, Run, RunState
from campaigns.notices import Draft, NoticeKind
from campaigns.store_port import UnitOfWork

_LOOK_AGAIN = timedelta(seconds=1)


def progress_notice(of: Run | Delivery) -> Draft:
    """The one message in the channel that is kept up to date."""
    run_id = of.id if isinstance(of, Run) else of.run_id
    return Draft(NoticeKind.PROGRESS, f"progress:{run_id}", run_id=run_id)


def run_notice(kind: NoticeKind, run: Run, *, suffix: str = "", **payload: str) -> Draft:
    """A notice about ``run`` that is told once (once per ``suffix``)."""
    key = f"{kind}:{run.id}{':' + suffix if suffix else ''}"
    return Draft(kind, key, campaign_id=run.campaign_id, run_id=run.id, payload=payload)


def pause_run(work: UnitOfWork, run: Run, pause: Pause, now: datetime) -> None:
    """Pause a running run for ``pause.reason`` and alert; nothing happens if it no longer runs."""
    moved = work.runs.move(
        run.id, RunState.PAUSED, now=now, reason=pause.reason, detail=_said(pause), resume_at=pause.resume_at
    )
    if not moved:
        return
    work.notices.write(
        run_notice(
            NoticeKind.PAUSED,
            run,
            suffix=f"{pause.reason}:{now.isoformat()}",
            reason=pause.reason,
            detail=pause.detail,
            hint=pause.hint,
            resume_at=pause.resume_at.isoformat() if pause.resume_at else "",
        ),
        now,
    )
    work.notices.touch(progress_notice(run), now)


def _said(pause: Pause) -> str:
    """What happened and what to do, as sentences. A refused login is told by its reason already."""
    parts = (pause.hint,) if pause.reason is Reason.ACCESS and pause.hint else (pause.detail, pause.hint)
    sentences = (part.strip() for part in parts if part.strip())
    return " ".join(part if part.endswith((".", "!", "?", "…")) else f"{part}." for part in sentences)


def close_batch(work: UnitOfWork, run: Run, seq: int, *, now: datetime, minute: timedelta) -> None:
    """End batch ``seq`` if nothing of it is left to do; arm the next one, or finish the run.

    The gap counts from now, the end of this batch, so that downtime never causes a burst.
    """
    retry_at = work.deliveries.next_retry_at(run.id, seq, now)
    if retry_at is not None:
        work.batches.postpone(run.id, seq, retry_at, stumbled=False)
        return
    if work.deliveries.sending(run.id, seq):
        # another worker has an invite on the wire and closes the batch when it is settled. Two that settle
        # at the same moment may each still see the other's: somebody has to look again
        work.batches.postpone(run.id, seq, now + _LOOK_AGAIN, stumbled=False)
        return
    if not work.batches.end(run.id, seq, now):
        return
    work.notices.touch(progress_notice(run), now)
    progress = work.runs.progress(run.id)
    if progress.waiting:
        due_at = now + minute * run.pace.gap_minutes
        earliest = work.batches.earliest_waiting(run.id)
        work.batches.arm_next(run.id, seq + 1, max(due_at, earliest) if earliest else due_at)
        if work.campaigns.get(run.campaign_id).mail_progress is MailProgress.EVERY_BATCH:
            work.notices.write(run_notice(NoticeKind.BATCH_DONE, run, suffix=str(seq), batch=str(seq)), now)
        return
    _finish(work, run, now)


def _finish(work: UnitOfWork, run: Run, now: datetime) -> None:
    if not work.runs.move(run.id, RunState.FINISHED, now=now):
        return  # stopped at this very moment: it has said so itself
    counts = work.runs.progress(run.id).counts
    work.notices.write(run_notice(NoticeKind.FINISHED, run), now)
    if counts.failed or counts.unsure:
        work.notices.write(run_notice(NoticeKind.FAILURES, run), now)
    work.notices.touch(progress_notice(run), now)
