"""What follows from the outcome of an invite: for its delivery, and for its batch, its run and its account.

Every function works inside the caller's transaction.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from campaigns import faults
from campaigns.account import Account
from campaigns.endings import pause_run, progress_notice
from campaigns.errors import AnyFault, BadAddress, Busy
from campaigns.hand_over import Receipt
from campaigns.history import Deed
from campaigns.letters import Pen
from campaigns.lifecycle import MISSED
from campaigns.model import Campaign, Delivery, DeliveryState, Reason, Run
from campaigns.own_limit import went_through
from campaigns.ports import Settlement, Standing
from campaigns.quota import heed, windows
from campaigns.renewal import lose_access
from campaigns.repeating import last_end
from campaigns.store_port import UnitOfWork

_log = logging.getLogger(__name__)

_TOUCH_EVERY = timedelta(seconds=1)


@dataclass(slots=True)
class Shift:
    """One worker's time with one batch: what it need not read or write again before every invite.

    ``account`` and ``campaign`` are as they were at the last step: people change limits, and the event,
    while a batch is carried. ``comes_back``: an outcome was noted, and what is to be done with the batch
    wants locks that come before that of its attendee, so it has a step of its own.
    """

    run_id: int
    seq: int
    account: Account
    campaign: Campaign
    renewed_at: datetime | None = None
    touched_at: datetime | None = None
    comes_back: bool = False
    _ends_at: datetime | None = field(init=False)

    def __post_init__(self) -> None:
        self._ends_at = last_end(self.campaign.event)

    def keep_up(self, work: UnitOfWork, standing: Standing) -> None:
        """Before anything is decided. The campaign is read again only where its event was changed."""
        self.account = standing.account
        if standing.revision != self.campaign.revision:
            self.campaign = work.campaigns.get(self.campaign.id)
            self._ends_at = last_end(self.campaign.event)

    def is_over(self, now: datetime) -> bool:
        """As ``starting.is_over``, for the price of a comparison: a long series has thousands of days."""
        return self._ends_at is not None and self._ends_at <= now


@dataclass(frozen=True, slots=True)
class Task:
    """One claimed delivery with what is needed to carry it, until its lease ends."""

    delivery: Delivery
    pen: Pen
    account: Account
    stumbles: int
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task; ``uid`` is of the letter, '' if it was not made."""

    task: Task
    result: Receipt | AnyFault
    uid: str = ""

    @property
    def went_through(self) -> bool:
        return isinstance(self.result, Receipt)


def hold(work: UnitOfWork, shift: Shift) -> None:
    """Before a run or its batch is changed, in the order in which everybody locks."""
    if windows(shift.account):
        work.accounts.lock(shift.account.id)
    work.runs.lock(shift.run_id)


def settle(work: UnitOfWork, shift: Shift, standing: Standing, outcome: Outcome, now: datetime) -> bool:
    """Record ``outcome``; False if this worker should not go on with the batch now.

    Whatever follows from it is locked before its attendee is changed; where the account has limits, for the
    next claim too.
    """
    result = outcome.result
    if windows(shift.account) or not outcome.went_through:
        shift.account = work.accounts.lock(shift.account.id)
    if not outcome.went_through or _is_relief(standing):
        work.runs.lock(shift.run_id)
    if isinstance(result, Receipt):
        settled = Settlement(DeliveryState.SENT, reference=result.reference, uid=outcome.uid)
        record(work, shift, outcome.task.delivery, settled, now)
        return _go_on(work, shift, standing, now)
    # since the claim something may have gone through (then it is 0), or another thread have stumbled
    stumbles = min(outcome.task.stumbles, standing.batch.stumbles)
    delivery = outcome.task.delivery
    decision = faults.decide(
        result,
        attempt=delivery.tries,
        stumbles=stumbles,
        first_claimed_at=delivery.first_claimed_at,
        now=now,
    )
    back_to_a_stopped_run = decision.state is DeliveryState.QUEUED and standing.run.ended_at is not None
    settled = Settlement(
        _unless_in_doubt(outcome, DeliveryState.SKIPPED if back_to_a_stopped_run else decision.state),
        decision.cause,
        decision.hint,
        decision.evidence,
        given_back=decision.given_back,
        not_before=decision.not_before,
        leave_batch=decision.leave_batch,
        uid=outcome.uid,
        may_have_gone=_may_have_gone(result),
    )
    record(work, shift, delivery, settled, now)
    _tell_account(work, outcome.task.account, result, decision, now)
    # threads that stumble together count as one
    return _follow_up(work, shift, standing, decision, now, is_first=stumbles == standing.batch.stumbles)


def _may_have_gone(fault: Receipt | AnyFault) -> bool:
    return isinstance(fault, Busy) and fault.may_have_gone


def _unless_in_doubt(outcome: Outcome, state: DeliveryState) -> DeliveryState:
    """``state``; but where it would not be tried again, what may have gone before is unsure."""
    delivery, fault = outcome.task.delivery, outcome.result
    if state not in {DeliveryState.FAILED, DeliveryState.SKIPPED}:
        return state
    if _may_have_gone(fault):
        return DeliveryState.UNSURE
    # the provider's no to this very letter says that it is not there; to another one it says nothing
    is_of_that = isinstance(fault, BadAddress) and outcome.uid and delivery.doubted == delivery.sequence
    return state if delivery.doubted is None or is_of_that else DeliveryState.UNSURE


def record(work: UnitOfWork, shift: Shift, delivery: Delivery, settled: Settlement, now: datetime) -> None:
    """Settle one try, in the ledger, in the account's book and in the log."""
    # the one canonical line of a try; the delivery's number leads to the person, the log does not
    facts = {
        "run": delivery.run_id,
        "batch": delivery.batch_seq,
        "delivery": delivery.id,
        "attempt": delivery.attempt,
        "domain": delivery.attendee.address.rpartition("@")[2],
        "cause": settled.cause,
        "evidence": settled.evidence,
    }
    if not work.deliveries.settle(delivery, settled, now):
        _log.warning("delivery_outcome_came_too_late", extra=facts)
        return
    _log.info("delivery_%s", settled.state, extra=facts)
    if settled.state in {DeliveryState.SENT, DeliveryState.UNSURE}:
        # also where nothing is limited: a limit may be set later, and people are told how much went
        work.accounts.spend(shift.account.id, now, delivery.deed)
    if shift.touched_at is None or now - shift.touched_at >= _TOUCH_EVERY:
        work.notices.touch_gently(progress_notice(delivery), now)
        shift.touched_at = now


def _go_on(work: UnitOfWork, shift: Shift, standing: Standing, now: datetime) -> bool:
    """Something went through: all patience is there again, and so are all workers."""
    run = standing.run
    if not _is_relief(standing):
        return True
    if run.detail:
        went_through(work, shift.account, run.id, shift.campaign.workspace, now)
    work.runs.clear_refusals(shift.run_id)
    work.batches.progressed(shift.run_id, shift.seq)
    if not standing.batch.stumbles or shift.account.connections == 1:
        return True
    # after a stumble one worker tried for all: whoever hands the batch out again sends them all
    work.batches.postpone(shift.run_id, shift.seq, now, stumbled=False)
    return False


def _is_relief(standing: Standing) -> bool:
    """Whether something of this run was refused, held or paused before."""
    return bool(standing.refusals or standing.batch.stumbles or standing.run.detail)


def _tell_account(
    work: UnitOfWork, account: Account, fault: AnyFault, decision: faults.Decision, now: datetime
) -> None:
    """What the provider said of the whole account, for it may hold every run of it."""
    pause = decision.pause
    if pause is not None and pause.reason is Reason.ACCESS:
        lose_access(work, account, cause=pause.detail, hint=pause.hint, now=now)
    heed(work, account, fault, now)


def _follow_up(
    work: UnitOfWork,
    shift: Shift,
    standing: Standing,
    decision: faults.Decision,
    now: datetime,
    *,
    is_first: bool,
) -> bool:
    is_bad = decision.state in MISSED
    if not is_bad and decision.pause is None and decision.hold_until is None:
        return True
    pause = (_brake(work, shift, standing.run, decision) if is_bad else None) or _pause(work, shift, decision)
    if pause is not None:
        if pause.reason is not Reason.ACCESS:
            pause_run(work, work.runs.get(shift.run_id), pause, now)
        work.batches.postpone(shift.run_id, shift.seq, pause.resume_at or now, stumbled=False)
        work.batches.progressed(shift.run_id, shift.seq)  # whoever resumes gets all the patience again
        return False
    if decision.hold_until is not None:
        work.batches.postpone(shift.run_id, shift.seq, decision.hold_until, stumbled=is_first)
        return False
    return True


def _pause(work: UnitOfWork, shift: Shift, decision: faults.Decision) -> faults.Pause | None:
    if decision.pause is None or decision.state is not DeliveryState.UNSURE:
        return decision.pause
    return faults.lost_replies(decision.cause, work.runs.progress(shift.run_id).counts.unsure)


def _brake(work: UnitOfWork, shift: Shift, run: Run, decision: faults.Decision) -> faults.Pause | None:
    """Whether this failure is one too many for the account's good name."""
    account = shift.account
    if decision.policy:
        streak = work.runs.count_refusal(shift.run_id, decision.cause)
        if streak >= account.brake_refusals:
            work.runs.clear_refusals(shift.run_id)
            return faults.brake(decision.cause, streak)
    looked_at = faults.looks_at(min(run.pace.per_batch or run.total, run.total), account.brake_percent)
    misses = work.deliveries.misses(run.id, looked_at)
    if not faults.is_failing(misses.bad, looked_at, account.brake_percent):
        return None
    resumed_at = _resumed_at(work, run)
    if resumed_at is not None and misses.bad_since(resumed_at) < faults.MIN_FAILED:
        return None  # whoever resumed has looked at those before
    return faults.brake_share(misses, decision.cause)


def _resumed_at(work: UnitOfWork, run: Run) -> datetime | None:
    """When a person last resumed ``run``; None if nobody has."""
    latest = work.history.of_deed(run.campaign_id, Deed.RESUMED, run_id=run.id, limit=1)
    return latest[0].at if latest else None
