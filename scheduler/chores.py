"""Small recurring work beside the sending."""

from datetime import timedelta

from campaigns.endings import run_notice
from campaigns.model import MailProgress, RunState
from campaigns.notices import NoticeKind
from campaigns.ports import Clock
from campaigns.store_port import Store

_DAY = timedelta(days=1)
_KEEP_SPENDS = timedelta(hours=25)
_KEEP_LISTS = timedelta(days=7)


def write_digests(store: Store, clock: Clock) -> int:
    """One mail a day for each active run whose campaign wants it; returns how many runs are due one.

    What still waits for approval has nothing to tell. The notice's key holds the day, so however often this
    runs, a day is told once.
    """
    now = clock.now()
    due = 0
    with store.reading() as work:
        active = [(run, work.campaigns.get(run.campaign_id)) for run in work.runs.active()]
    for run, campaign in active:
        days = (now - run.created_at) // _DAY
        wanted = campaign.mail_progress is MailProgress.DAILY and run.state is not RunState.PLANNED
        if days < 1 or not wanted:
            continue
        with store.writing() as work:
            work.notices.write(run_notice(NoticeKind.DIGEST, run, suffix=str(days)), now)
        due += 1
    return due


def prune_spends(store: Store, clock: Clock) -> int:
    """Forget sends that no rolling window can still see."""
    with store.writing() as work:
        return work.accounts.prune_spends(clock.now() - _KEEP_SPENDS)


def prune_lists(store: Store, clock: Clock) -> int:
    """Forget lists that were read for a campaign and never applied. What people did is kept."""
    with store.writing() as work:
        return work.lists.prune(clock.now() - _KEEP_LISTS)
