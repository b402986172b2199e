"""Small recurring work beside the sending."""

from datetime import timedelta

from campaigns.endings import run_notice
from campaigns.model import MailProgress, Run, RunState
from campaigns.notices import NoticeKind
from campaigns.ports import Alarm, Clock
from campaigns.store_port import Store, UnitOfWork
from campaigns.taking_in import TakingIn

_DAY = timedelta(days=1)
_KEEP_SPENDS = timedelta(hours=25)
_KEEP_LISTS = timedelta(days=7)


def write_digests(store: Store, clock: Clock) -> int:
    """One mail a day for each active run whose campaign wants it; returns how many runs are due one.

    What still waits for approval has nothing to tell. The notice's key holds the day, so however often this
    runs, a day is told once.
    """
    now = clock.now()
    with store.reading() as work:
        due = [run for run in work.runs.active() if run.state is not RunState.PLANNED]
        due = [run for run in due if now - run.created_at >= _DAY and _wants_digest(work, run)]
    if due:
        with store.writing() as work:
            for run in due:
                days = (now - run.created_at) // _DAY
                work.notices.write(run_notice(NoticeKind.DIGEST, run, suffix=str(days)), now)
    return len(due)


def _wants_digest(work: UnitOfWork, run: Run) -> bool:
    return work.campaigns.get(run.campaign_id).mail_progress is MailProgress.DAILY


def take_in_newcomers(store: Store, clock: Clock, alarm: Alarm, taking_in: TakingIn) -> int:
    """Invite those who had to wait for the end of a run, or for an account; returns of how many campaigns."""
    with store.reading() as work:
        waiting = work.campaigns.with_newcomers()
    for campaign_id in waiting:
        with store.writing() as work:
            work.campaigns.lock(campaign_id)
            taking_in.again(work, work.campaigns.get(campaign_id), clock.now())
    if waiting:
        alarm.wake()
    return len(waiting)


def prune_spends(store: Store, clock: Clock) -> int:
    """Forget sends that no rolling window can still see."""
    with store.writing() as work:
        return work.accounts.prune_spends(clock.now() - _KEEP_SPENDS)


def prune_lists(store: Store, clock: Clock) -> int:
    """Forget lists that were read for a campaign and never applied. What people did is kept."""
    with store.writing() as work:
        return work.lists.prune(clock.now() - _KEEP_LISTS)
