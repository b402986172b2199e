"""What is gathered for a forecast: of a run to come, and of one that is on at another pace."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from campaigns.access import run_for
from campaigns.account import Account
from campaigns.errors import StateError
from campaigns.forecast import Forecast, forecast
from campaigns.lifecycle import refuse_step
from campaigns.model import Campaign, Kind, Run
from campaigns.ports import Clock, Upcoming
from campaigns.quota import MINUTE, by_minute, windows
from campaigns.repeating import start_ahead
from campaigns.roles import Actor, Right
from campaigns.store_port import UnitOfWork
from campaigns.timing import AT_ONCE, Pace, Timing


@dataclass(frozen=True, slots=True)
class PaceOutlook:
    """``forecast`` is of those who wait for a batch; who is in the open one is no longer concerned."""

    campaign: Campaign
    run: Run
    forecast: Forecast
    account: Account

    @property
    def outlives_token(self) -> bool:
        """Whether the run is longer than the account's access lasts, unless that is renewed before."""
        return outlives_token(self.account, self.forecast)


def outlives_token(account: Account, seen: Forecast) -> bool:
    """Whether ``account``'s access ends before the run is done. The bot uses it every hour."""
    ends_at = None if account.ends_unused else account.token_ends_at
    return ends_at is not None and seen.ends_at > ends_at


def ahead_of(
    work: UnitOfWork,
    campaign: Campaign,
    clock: Clock,
    now: datetime,
    *,
    kind: Kind,
    beside: Sequence[Upcoming] = (),
) -> partial[Forecast]:
    """``forecast`` for a run of ``kind``, still without the number of invites, the pace and the timing.

    It may take a while and needs the store no more. ``beside`` is what goes besides the other runs of the
    account, and of those that share its book.
    """
    account = work.accounts.get(campaign.account_id)
    rules = by_minute(windows(account))
    longest = max((rule.length for rule in rules), default=timedelta(0))
    others = [
        other
        for sender in work.accounts.sharing(account.id)
        for other in work.runs.upcoming(sender)
        if other.campaign_id != campaign.id
    ]
    of_requests = any(rule.of_requests for rule in rules)
    return partial(
        forecast,
        now=now,
        minute=clock.minute,
        rules=rules,
        spent=work.accounts.spends(account.id, now - longest),
        upcoming=[*others, *beside],
        event_starts_at=start_ahead(campaign.event, now),
        closed_until=account.closed_until,
        closed_cause=account.closed_cause,
        kind=kind,
        requests=work.accounts.requests(account.id, now - MINUTE) if of_requests else (),
    )


def outlook_of_run(
    work: UnitOfWork, actor: Actor, run_id: int, pace: Pace | None, clock: Clock
) -> Callable[[], PaceOutlook]:
    """The rest of the run at ``pace`` (None: its own), still to be worked out: that needs the store no more.

    Raises NotFound, NotAllowed; StateError with the truth if no batch is left to come.
    """
    now = clock.now()
    run, campaign = run_for(work, actor, run_id, Right.STEER)
    if run.ended_at is not None:
        raise refuse_step(run.state, acted_by=run.acted_by)
    progress = work.runs.progress(run_id)
    if not progress.waiting:
        raise StateError("The last batch of this run is under way.", hint="There is nothing left to pace.")
    in_batch = progress.counts.left - progress.waiting
    beside = [Upcoming(campaign.id, in_batch, Pace(None), AT_ONCE, now, run.kind)] if in_batch else []
    ahead = ahead_of(work, campaign, clock, now, kind=run.kind, beside=beside)
    wanted = pace or run.pace
    timing = Timing(_next_start(work, run, wanted, clock, now), run.timing.hours)
    account = work.accounts.get(campaign.account_id)
    return lambda: PaceOutlook(
        campaign, run, ahead(invites=progress.waiting, pace=wanted, timing=timing), account
    )


def _next_start(work: UnitOfWork, run: Run, pace: Pace, clock: Clock, now: datetime) -> datetime:
    """When the next batch would go: a gap after the one before, which may be under way still."""
    batch, gap = work.batches.current(run.id), clock.minute * pace.gap_minutes
    if batch.opened_at is not None:
        return (batch.ended_at or now) + gap
    ended_at = work.batches.ended_at(run.id, batch.seq - 1)
    return ended_at + gap if ended_at is not None else batch.due_at or now
