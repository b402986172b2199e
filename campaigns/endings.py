"""What happens when a batch or a run ends or stops by itself, and whom it must be told.

Each function works inside the caller's transaction, so the change and its notices are one commit.
"""

from datetime import datetime, timedelta

from campaigns.faults import Pause, is_own_limit
from campaigns.homes import Hall, touch_homes
from campaigns.hours import next_open
from campaigns.model import Campaign, Counts, Delivery, MailProgress, Medium, Reason, Run, RunState
from campaigns.notices import MEDIA, Draft, NoticeKind, media_for
from campaigns.store_port import UnitOfWork

_LOOK_AGAIN = timedelta(seconds=1)


def progress_notice(of: Run | Delivery) -> Draft:
    """The one message in the channel that is kept up to date."""
    run_id = of.id if isinstance(of, Run) else of.run_id
    return Draft(NoticeKind.PROGRESS, f"progress:{run_id}", MEDIA[NoticeKind.PROGRESS], run_id=run_id)


def run_notice(
    kind: NoticeKind, run: Run, *, media: tuple[Medium, ...] | None = None, suffix: str = "", **payload: str
) -> Draft:
    """A notice about ``run`` that is told once (once per ``suffix``).

    ``media`` is required for the kinds that a campaign sends where it likes.
    """
    key = f"{kind}:{run.id}{':' + suffix if suffix else ''}"
    where = MEDIA[kind] if media is None else media
    return Draft(kind, key, where, campaign_id=run.campaign_id, run_id=run.id, payload=payload)


def pause_run(work: UnitOfWork, run: Run, pause: Pause, now: datetime) -> bool:
    """Pause a running run for ``pause.reason`` and alert; False if it no longer runs.

    Who has heard that the provider takes no more hears of no other quota before something has gone through.
    The account's own limit lets some through before it is over: see ``own_limit``.
    """
    known = work.runs.get(run.id).detail
    is_same = bool(known) and known.startswith(_sentences(pause.detail))
    moved = _move(work, run, pause, known if is_same else _said(pause), now)
    is_heard = pause.reason is Reason.QUOTA and bool(known) and not is_own_limit(known)
    if not moved or is_heard:
        return moved
    campaign = work.campaigns.get(run.campaign_id)
    work.notices.write(
        run_notice(
            NoticeKind.PAUSED,
            run,
            media=media_for(NoticeKind.PAUSED, campaign.routing),
            suffix=f"{pause.reason}:{now.isoformat()}",
            reason=pause.reason,
            detail=pause.detail,
            hint=pause.hint,
            resume_at=pause.resume_at.isoformat() if pause.resume_at else "",
        ),
        now,
    )
    return True


def pause_quietly(work: UnitOfWork, run: Run, pause: Pause, now: datetime) -> bool:
    """Pause a running run and show it, but alert nobody; False if it no longer runs."""
    return _move(work, run, pause, _said(pause), now)


def _move(work: UnitOfWork, run: Run, pause: Pause, detail: str, now: datetime) -> bool:
    moved = work.runs.move(
        run.id, RunState.PAUSED, now=now, reason=pause.reason, detail=detail, resume_at=pause.resume_at
    )
    if moved:
        work.notices.touch(progress_notice(run), now)
        touch_homes(work, work.campaigns.get(run.campaign_id).workspace, now)
    return moved


def tell_resumed(
    hall: Hall, going_on: Run, workspace: str, now: datetime, *, heard_at: datetime | None = None
) -> None:
    """Tell that a run goes on by itself; of what people heard of at ``heard_at``, once."""
    suffix = f"since:{heard_at.isoformat()}" if heard_at else now.isoformat()
    hall.notices.write(run_notice(NoticeKind.RESUMED, going_on, suffix=suffix), now)
    try_again(hall, going_on, workspace, now)


def try_again(hall: Hall, going_on: Run, workspace: str, now: datetime) -> None:
    """Show that a run is on again by itself; people are told when something has gone through."""
    hall.notices.touch(progress_notice(going_on), now)
    touch_homes(hall, workspace, now)


def look_at_once(work: UnitOfWork, run: Run, now: datetime) -> None:
    """A batch that was under way goes on now; one that still waits for its gap keeps its time."""
    batch = work.batches.current(run.id)
    if batch.opened_at is not None and batch.ended_at is None:
        work.batches.postpone(run.id, batch.seq, next_open(run.timing.hours, now), stumbled=False)


def _said(pause: Pause) -> str:
    """What happened and what to do, as sentences. A refused login is told by its reason already."""
    parts = (pause.hint,) if pause.reason is Reason.ACCESS and pause.hint else (pause.detail, pause.hint)
    return _sentences(*parts)


def _sentences(*parts: str) -> str:
    sentences = (part.strip() for part in parts if part.strip())
    return " ".join(part if part.endswith((".", "!", "?", "…")) else f"{part}." for part in sentences)


def close_batch(work: UnitOfWork, run: Run, seq: int, *, now: datetime, minute: timedelta) -> None:
    """End batch ``seq`` if nothing of it is left to do; arm the next one, or finish the run.

    The gap counts from now, the end of this batch, so that downtime never causes a burst.
    """
    work.runs.lock(run.id)  # before its batch, as whoever presses a button does
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
    work.notices.touch_gently(progress_notice(run), now)
    campaign = work.campaigns.get(run.campaign_id)
    touch_homes(work, campaign.workspace, now)
    progress = work.runs.progress(run.id)
    if not progress.waiting:
        _finish(work, run, campaign, now)
        return
    # the run is read anew: its pace may have been changed since the worker looked
    due_at = next_batch_at(work, work.runs.get(run.id), ended_at=now, now=now, minute=minute)
    work.batches.arm_next(run.id, seq + 1, due_at)
    work.notices.write(_batch_done(run, campaign, seq, progress.counts, due_at), now)


def next_batch_at(
    work: UnitOfWork, run: Run, *, ended_at: datetime, now: datetime, minute: timedelta
) -> datetime:
    """When the batch after one that ended at ``ended_at`` is due: a full gap later, somebody ready, open."""
    due_at = max(now, ended_at + minute * run.pace.gap_minutes)
    earliest = work.batches.earliest_waiting(run.id)
    return next_open(run.timing.hours, max(due_at, earliest) if earliest else due_at)


def _batch_done(run: Run, campaign: Campaign, seq: int, counts: Counts, next_at: datetime) -> Draft:
    media = media_for(NoticeKind.BATCH_DONE, campaign.routing)
    if campaign.mail_progress is MailProgress.EVERY_BATCH and Medium.MAIL not in media:
        media = (*media, Medium.MAIL)
    return run_notice(
        NoticeKind.BATCH_DONE,
        run,
        media=media,
        suffix=str(seq),
        batch=str(seq),
        sent=str(counts.sent),
        failed=str(counts.failed),
        bounced=str(counts.bounced),
        unsure=str(counts.unsure),
        total=str(run.total),
        next_at=next_at.isoformat(),
    )


def tell_failures(work: UnitOfWork, run: Run, campaign: Campaign, now: datetime) -> None:
    """The list of who was not (or perhaps not) reached, if there is anybody on it."""
    media = _where_listed(work, run, campaign)
    work.notices.write(run_notice(NoticeKind.FAILURES, run, media=media), now)


def _where_listed(work: UnitOfWork, run: Run, campaign: Campaign) -> tuple[Medium, ...]:
    """Where the list of who was not reached is told: nowhere if nobody is on it."""
    is_needed = work.runs.progress(run.id).counts.unreached > 0
    return media_for(NoticeKind.FAILURES, campaign.routing) if is_needed else ()


def stop_run(work: UnitOfWork, run: Run, campaign: Campaign, cause: str, now: datetime) -> None:
    """What a run that was stopped leaves behind: nothing queued, and word of it."""
    work.runs.skip_queued(run.id, cause, now)
    work.notices.write(run_notice(NoticeKind.STOPPED, run), now)
    tell_failures(work, run, campaign, now)


def _finish(work: UnitOfWork, run: Run, campaign: Campaign, now: datetime) -> None:
    if not work.runs.move(run.id, RunState.FINISHED, now=now):
        return  # stopped at this very moment: it has said so itself
    media = media_for(NoticeKind.FINISHED, campaign.routing)
    # what comes back from now on is in no such list: the last word must not promise one
    listed = " ".join(_where_listed(work, run, campaign))
    work.notices.write(run_notice(NoticeKind.FINISHED, run, media=media, listed=listed), now)
    tell_failures(work, run, campaign, now)
    work.notices.touch(progress_notice(run), now)
