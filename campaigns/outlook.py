"""What a run that is on would come to at another pace: for those who are in no batch yet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from campaigns.errors import StateError
from campaigns.forecast import Forecast, forecast
from campaigns.lifecycle import refuse_step
from campaigns.model import AT_ONCE, Campaign, Pace, Run, Timing
from campaigns.ports import Clock, Upcoming
from campaigns.quota import DAY, windows
from campaigns.roles import Actor, Right, require
from campaigns.store_port import UnitOfWork


@dataclass(frozen=True, slots=True)
class PaceOutlook:
    """``forecast`` is of those who wait for a batch; who is in the open one is no longer concerned."""

    campaign: Campaign
    run: Run
    forecast: Forecast


def outlook_of_run(
    work: UnitOfWork, actor: Actor, run_id: int, pace: Pace | None, clock: Clock
) -> Callable[[], PaceOutlook]:
    """The rest of the run at ``pace`` (None: its own), still to be worked out: that needs the store no more.

    Raises NotFound, NotAllowed; StateError with the truth if no batch is left to come.
    """
    now, run = clock.now(), work.runs.get(run_id)
    campaign = work.campaigns.get(run.campaign_id, actor.workspace)
    require(actor, campaign, Right.STEER)
    if run.ended_at is not None:
        raise refuse_step(run.state, acted_by=run.acted_by)
    progress = work.runs.progress(run_id)
    if not progress.waiting:
        raise StateError("The last batch of this run is under way.", hint="There is nothing left to pace.")
    account = work.accounts.get(campaign.account_id)
    spent = work.accounts.spends(account.id, now - DAY)
    upcoming = [other for other in work.runs.upcoming(account.id) if other.campaign_id != campaign.id]
    if on_the_way := progress.counts.left - progress.waiting:
        upcoming.append(Upcoming(campaign.id, on_the_way, Pace(None), AT_ONCE, now))
    wanted = pace or run.pace
    starts_at = _next_start(work, run, wanted, clock, now)

    def worked_out() -> PaceOutlook:
        seen = forecast(
            invites=progress.waiting,
            pace=wanted,
            timing=Timing(starts_at, run.timing.hours),
            now=now,
            minute=clock.minute,
            rules=windows(account),
            spent=spent,
            upcoming=upcoming,
            event_starts_at=campaign.event.starts_at,
        )
        return PaceOutlook(campaign, run, seen)

    return worked_out


def _next_start(work: UnitOfWork, run: Run, pace: Pace, clock: Clock, now: datetime) -> datetime:
    """When the next batch would go: a gap after the one before, which may be under way still."""
    batch, gap = work.batches.current(run.id), clock.minute * pace.gap_minutes
    if batch.opened_at is not None:
        return (batch.ended_at or now) + gap
    ended_at = work.batches.ended_at(run.id, batch.seq - 1)
    return ended_at + gap if ended_at is not None else batch.due_at or now
