"""A second person's word on a large run: asked for, given or refused, inside the caller's transaction."""

from datetime import datetime

from campaigns.account_access import require_send
from campaigns.deeds import record
from campaigns.endings import progress_notice, run_notice
from campaigns.errors import StateError
from campaigns.history import Deed, NewEntry
from campaigns.homes import touch_homes
from campaigns.model import Campaign, Kind, MailProgress, Run, RunState
from campaigns.notices import NoticeKind
from campaigns.plan import first_start
from campaigns.roles import Actor, require_approval
from campaigns.starting import call_off, is_over
from campaigns.steering import too_late
from campaigns.store_port import UnitOfWork


def needs_approval(invites: int, above: int | None) -> bool:
    """Whether a run of this size waits for a second person. ``above`` None: none ever does."""
    return above is not None and invites > above


def tell_start(work: UnitOfWork, run: Run, campaign: Campaign, now: datetime) -> None:
    """What is heard when a run starts; of one that waits for approval, who is asked for it."""
    work.notices.touch(progress_notice(run), now)  # first: what follows stands in its thread
    if run.state is RunState.PLANNED:
        asked = run_notice(NoticeKind.APPROVAL, run, by=run.started_by, invites=str(run.total))
        work.notices.write(asked, now)
    elif campaign.mail_progress is not MailProgress.OFF:
        work.notices.write(run_notice(NoticeKind.STARTED, run), now)
    touch_homes(work, campaign.workspace, now)


def approve(work: UnitOfWork, actor: Actor, run: Run, campaign: Campaign, now: datetime) -> Run:
    """The first batch is armed. The caller holds the account.

    Raises NotAllowed; StateError if it no longer waits, the event is over, or the account is not shared any
    more.
    """
    require_approval(actor, campaign, run)
    first_at = first_start(run.timing, now)
    if run.state is RunState.PLANNED and is_over(campaign.event, first_at):
        raise StateError(
            "It is too late: the first batch would go after the event.", hint="Decline it, or move the event."
        )
    if run.state is RunState.PLANNED:
        require_send(campaign, work.accounts.get(campaign.account_id))
    if run.state is not RunState.PLANNED or not work.runs.move(
        run.id, RunState.RUNNING, now=now, by=actor.user
    ):
        raise too_late(work, run.id)
    work.batches.postpone(run.id, 1, first_at, stumbled=False)
    if run.kind is Kind.CANCEL:
        call_off(work, actor, campaign, now)
    approved = work.runs.get(run.id)
    record(work, approved, NewEntry(campaign.id, Deed.APPROVED, actor.user, run.id), now)
    tell_start(work, approved, campaign, now)
    return approved


def decline(work: UnitOfWork, actor: Actor, run: Run, campaign: Campaign, now: datetime) -> Run:
    """The run is over before it began. Whoever started it may take it back. Raises as ``approve``."""
    if actor.user != run.started_by or actor.workspace != campaign.workspace:
        require_approval(actor, campaign, run)
    if run.state is not RunState.PLANNED or not work.runs.move(
        run.id, RunState.STOPPED, now=now, by=actor.user
    ):
        raise too_late(work, run.id)
    work.runs.skip_queued(run.id, "The run was not approved", now)
    declined = work.runs.get(run.id)
    record(work, declined, NewEntry(campaign.id, Deed.DECLINED, actor.user, run.id), now)
    work.notices.touch(progress_notice(run), now)
    touch_homes(work, campaign.workspace, now)
    return declined
