"""The account's own limit, as people hear of it: once that it stops a run, and once that the run goes on.

It opens bit by bit, as what was sent before leaves its window: a run may stop and go on a dozen times for one
batch. The progress message says so each time; nobody is alerted each time.
"""

from datetime import datetime, timedelta

from campaigns.account import Account
from campaigns.endings import look_at_once, pause_quietly, pause_run, tell_resumed, try_again
from campaigns.faults import is_own_limit, own_limit
from campaigns.model import Reason, Run, RunState
from campaigns.quota import MINUTE, Window, has_room
from campaigns.starting import is_over
from campaigns.store_port import UnitOfWork

HEARD_FOR = timedelta(hours=12)
"""A limit that stops a run anew after that is another day's."""

WAIT_IN_PLACE = timedelta(minutes=2)
"""A batch waits so long without a pause."""


def stop_for_limit(work: UnitOfWork, run_id: int, window: Window, opens_at: datetime, now: datetime) -> None:
    """Pause a running run until ``window`` opens, and alert unless people have heard of that."""
    run = work.runs.get(run_id)
    pause = own_limit(window.limit, "24 hours" if window.length > MINUTE else "a minute", opens_at)
    if _is_heard(run, now):
        pause_quietly(work, run, pause, now)
    elif pause_run(work, run, pause, now):
        work.runs.limit_told(run_id, now)


def went_through(work: UnitOfWork, account: Account, run_id: int, workspace: str, now: datetime) -> None:
    """Something of a run that had paused by itself went through: tell that it goes on, if it does.

    By its own limit ``account`` may have room for this one only.
    """
    run = work.runs.get(run_id)
    is_ours = is_own_limit(run.detail)
    if is_ours and not _goes_on(work, account, run, now):
        return
    if not work.runs.is_through(run_id):
        return
    if not is_ours and run.limit_told_at is not None:
        work.runs.limit_told(run_id, None)  # what people hear now is the end of that too
    heard_at = run.limit_told_at if is_ours else None
    tell_resumed(work, work.runs.get(run_id), workspace, now, heard_at=heard_at)


def let_go_on(work: UnitOfWork, account: Account, now: datetime) -> None:
    """Runs that the own limit of ``account`` stops go on, if that leaves room sooner than was said."""
    if not has_room(work, account, 1, now):
        return
    for waiting in work.runs.of_account(account.id, (RunState.PAUSED,)):
        work.runs.lock(waiting.id)
        run = work.runs.get(waiting.id)
        campaign = work.campaigns.get(run.campaign_id)
        if run.reason is not Reason.QUOTA or not is_own_limit(run.detail) or is_over(campaign.event, now):
            continue
        # the detail stays, as in the queue: people hear of it when something goes through
        if work.runs.move(run.id, RunState.RUNNING, now=now, detail=run.detail):
            look_at_once(work, run, now)
            try_again(work, run, campaign.workspace, now)


def _is_heard(run: Run, now: datetime) -> bool:
    """Not if a person has let it go on since, or if it is the provider that had stopped it."""
    if run.acted_by or (run.detail and not is_own_limit(run.detail)):
        return False
    return run.limit_told_at is not None and now - run.limit_told_at < HEARD_FOR


def _goes_on(work: UnitOfWork, account: Account, run: Run, now: datetime) -> bool:
    """Whether the rest of the batch has room; after half a day a run has waited for its day, and got it."""
    if run.limit_told_at is None or now - run.limit_told_at >= HEARD_FOR:
        return True
    progress = work.runs.progress(run.id)
    return has_room(work, account, progress.counts.queued - progress.waiting, now + WAIT_IN_PLACE)
