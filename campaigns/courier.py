"""Carries the invites of one batch: claim, hand over, settle, and so on until the batch is done.

The outcome of one invite and the intent of the next are one commit, so that a killed process leaves at
most the invite that was on the wire in doubt, at one commit per invite.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns import faults
from campaigns.account import Account
from campaigns.checkpoint import checkpoint
from campaigns.endings import close_batch, pause_run, progress_notice
from campaigns.entrance import Entrance
from campaigns.errors import FAULTS, AnyFault, BadAddress, StorageTrouble, Unsure
from campaigns.hours import is_open, next_open
from campaigns.letters import Desk, Pen
from campaigns.model import LEASE, Campaign, Delivery, DeliveryState, Reason, Receipt, Run, RunState
from campaigns.ports import Clock, Mailers, Settlement, Standing
from campaigns.quota import MINUTE, Allowance, one_more, windows
from campaigns.renewal import lose_access
from campaigns.store_port import Store, UnitOfWork
from campaigns.suppressing import cause_against

_log = logging.getLogger(__name__)

_WAIT_IN_PLACE = timedelta(minutes=2)
_TOUCH_EVERY = timedelta(seconds=1)
_FIRST_WAIT = timedelta(seconds=1)
_LAST_WAIT = timedelta(seconds=30)


@dataclass(slots=True)
class _Shift:
    """One worker's time with one batch: what it need not read or write again before every invite."""

    run_id: int
    seq: int
    account: Account
    campaign: Campaign
    renewed_at: datetime | None = None
    touched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Task:
    """One claimed delivery with what is needed to carry it."""

    delivery: Delivery
    pen: Pen
    stumbles: int


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of a task; ``uid`` is of the letter, '' if it was not made."""

    task: _Task
    result: Receipt | AnyFault
    uid: str = ""


class Courier:
    """Sends batches. Any number of threads and processes may carry the same batch at once."""

    def __init__(self, store: Store, mailers: Mailers, clock: Clock, desk: Desk, *, owner: str) -> None:
        self._store = store
        self._mailers = mailers
        self._clock = clock
        self._desk = desk
        self._entrance = Entrance(store, mailers, clock, desk)
        self._owner = owner
        self._stopping = False
        self._noted: set[type[Exception]] = set()

    def stop(self) -> None:
        """Finish the invite that is on the wire, settle it, and claim no more."""
        self._stopping = True

    def send_chunk(self, run_id: int, seq: int) -> None:
        """Carry batch ``seq`` until it is done, postponed or paused. Calling it again is harmless."""
        with self._store.reading() as work:
            campaign = work.campaigns.get(work.runs.get(run_id).campaign_id)
            shift = _Shift(run_id, seq, work.accounts.get(campaign.account_id), campaign)
        if not self._entrance.admits(run_id, seq, shift.account):
            return
        outcome: _Outcome | None = None
        while True:
            if outcome is not None:
                checkpoint("delivery.before_settle")
            task = self._commit_step(shift, outcome)
            checkpoint("delivery.settled" if outcome else "delivery.claimed")
            if task is None:
                checkpoint("batch.ended")
                return
            outcome = self._hand_over(shift, task)

    def _commit_step(self, shift: _Shift, outcome: _Outcome | None) -> _Task | None:
        """One step, tried again while the store is in trouble: an outcome we hold must not be forgotten."""
        waits = 0
        while True:
            try:
                with self._store.writing() as work:
                    return self._step(work, shift, outcome)
            except StorageTrouble as trouble:
                if outcome is None or self._stopping:
                    raise
                facts = {"run": shift.run_id, "batch": shift.seq, "evidence": str(trouble)}
                _log.warning("sending_waits_for_the_database", extra=facts)
                self._clock.wait(min(_FIRST_WAIT * 2**waits, _LAST_WAIT))
                waits += 1

    def _hand_over(self, shift: _Shift, task: _Task) -> _Outcome:
        """Build and send one letter. Whatever goes wrong, the row gets an outcome and the run goes on."""
        delivery = task.delivery
        try:
            letter = task.pen.letter(delivery.attendee, delivery.first_claimed_at, delivery.sequence)
        except Exception as error:  # noqa: BLE001 - the row guard: one odd row must not stop the others
            self._note_unforeseen(error, delivery)
            return _Outcome(task, BadAddress("The invite could not be made", evidence=type(error).__name__))
        checkpoint("delivery.built")
        try:
            receipt = self._mailers.for_account(shift.account).send(letter)
        except FAULTS as fault:
            return _Outcome(task, fault, letter.invite.uid)
        except Exception as error:  # noqa: BLE001 - the row guard: it may have gone, so nobody may repeat it
            self._note_unforeseen(error, delivery)
            lost = Unsure("Something unexpected happened", evidence=type(error).__name__)
            return _Outcome(task, lost, letter.invite.uid)
        checkpoint("delivery.handed_over")
        return _Outcome(task, receipt, letter.invite.uid)

    def _note_unforeseen(self, error: Exception, delivery: Delivery) -> None:
        """Where it happened, once for each kind: a list may hold 50,000 people with the same odd value."""
        if type(error) not in self._noted:
            self._noted.add(type(error))
            _log.error("delivery_stumbled", exc_info=error, extra={"delivery": delivery.id})

    def _step(self, work: UnitOfWork, shift: _Shift, outcome: _Outcome | None) -> _Task | None:
        now = self._clock.now()
        standing = work.runs.standing(shift.run_id)
        if outcome is not None and not self._settle(work, shift, standing, outcome, now):
            return None
        run, batch = standing.run, standing.batch
        if batch.seq != shift.seq or batch.ended_at is not None:
            return None
        if run.state is not RunState.RUNNING or self._stopping:
            work.batches.release(run.id, batch.seq)
            return None
        if not is_open(run.timing.hours, now):
            self._wait_for_hours(work, standing, now)
            return None
        if batch.opened_at is None:
            self._hold(work, shift)
            work.batches.open(run.id, batch.seq, run.pace.per_batch, now)
            work.notices.touch_gently(progress_notice(run), now)
            checkpoint("batch.opened")
        return self._claim(work, shift, standing, now)

    def _wait_for_hours(self, work: UnitOfWork, standing: Standing, now: datetime) -> None:
        """Nothing is claimed outside the run's hours; a batch of which nothing is left still ends now."""
        run, batch = standing.run, standing.batch
        if batch.opened_at is not None and work.deliveries.next_retry_at(run.id, batch.seq, now) is None:
            close_batch(work, run, batch.seq, now=now, minute=self._clock.minute)
            return
        work.batches.postpone(run.id, batch.seq, next_open(run.timing.hours, now), stumbled=False)
        work.notices.touch_gently(progress_notice(run), now)

    def _claim(self, work: UnitOfWork, shift: _Shift, standing: Standing, now: datetime) -> _Task | None:
        run = standing.run
        may = one_more(work, shift.account, now)
        if may.count < 1:
            if work.deliveries.next_retry_at(run.id, shift.seq, now) is None:
                close_batch(work, run, shift.seq, now=now, minute=self._clock.minute)
            else:
                self._wait_for_window(work, run, shift.seq, may, now)
            return None
        delivery = self._claim_next(work, shift, now)
        if delivery is None:
            checkpoint("batch.before_end")
            close_batch(work, run, shift.seq, now=now, minute=self._clock.minute)
            return None
        if shift.renewed_at is None or now - shift.renewed_at > LEASE / 3:
            work.batches.renew(run.id, shift.seq, self._owner, now + LEASE)
            shift.renewed_at = now
        return _Task(delivery, self._desk.pen(work, run, delivery), standing.batch.stumbles)

    def _claim_next(self, work: UnitOfWork, shift: _Shift, now: datetime) -> Delivery | None:
        """The next one to write to; whoever is never to be invited is skipped on the way."""
        while True:
            claimed = work.deliveries.claim(
                shift.run_id, shift.seq, limit=1, owner=self._owner, now=now, lease_until=now + LEASE
            )
            if not claimed:
                return None
            delivery = claimed[0]
            cause = cause_against(work, shift.campaign, delivery.attendee, delivery.deed)
            if not cause:
                return delivery
            skipped = Settlement(DeliveryState.SKIPPED, cause, given_back=True)
            self._record(work, shift, delivery, skipped, now)

    def _hold(self, work: UnitOfWork, shift: _Shift) -> None:
        """Before a run or its batch is changed, in the order in which everybody locks."""
        if windows(shift.account):
            work.accounts.lock(shift.account.id)
        work.runs.lock(shift.run_id)

    def _wait_for_window(self, work: UnitOfWork, run: Run, seq: int, may: Allowance, now: datetime) -> None:
        opens_at = may.opens_at or now + _WAIT_IN_PLACE
        work.runs.lock(run.id)
        work.batches.postpone(run.id, seq, opens_at, stumbled=False)
        if opens_at - now > _WAIT_IN_PLACE and may.window is not None:
            stretch = "24 hours" if may.window.length > MINUTE else "a minute"
            detail = f"This account's limit of {may.window.limit:,} invites in {stretch} is reached."
            pause_run(work, run, faults.Pause(Reason.QUOTA, detail, resume_at=opens_at), now)

    def _settle(
        self, work: UnitOfWork, shift: _Shift, standing: Standing, outcome: _Outcome, now: datetime
    ) -> bool:
        """Record ``outcome``; False if this batch should not go on now."""
        delivery, result = outcome.task.delivery, outcome.result
        if isinstance(result, Receipt):
            settled = Settlement(DeliveryState.SENT, reference=result.reference, uid=outcome.uid)
            self._record(work, shift, delivery, settled, now)
            if standing.refusals or standing.batch.stumbles:
                self._hold(work, shift)
                work.runs.clear_refusals(shift.run_id)
                work.batches.progressed(shift.run_id, shift.seq)
            return True
        # since the claim something may have gone through (then it is 0), or another thread have stumbled
        stumbles = min(outcome.task.stumbles, standing.batch.stumbles)
        decision = faults.decide(
            result,
            attempt=delivery.tries,
            stumbles=stumbles,
            first_claimed_at=delivery.first_claimed_at,
            now=now,
        )
        back_to_a_stopped_run = decision.state is DeliveryState.QUEUED and standing.run.ended_at is not None
        settled = Settlement(
            DeliveryState.SKIPPED if back_to_a_stopped_run else decision.state,
            decision.cause,
            decision.hint,
            decision.evidence,
            given_back=decision.given_back,
            not_before=decision.not_before,
            leave_batch=decision.leave_batch,
            uid=outcome.uid,
        )
        self._record(work, shift, delivery, settled, now)
        return self._follow_up(
            work, shift, decision, now, first_to_stumble=stumbles == standing.batch.stumbles
        )

    def _record(
        self, work: UnitOfWork, shift: _Shift, delivery: Delivery, settled: Settlement, now: datetime
    ) -> None:
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
        if settled.state in {DeliveryState.SENT, DeliveryState.UNSURE} and windows(shift.account):
            work.accounts.spend(shift.account.id, now)
        if shift.touched_at is None or now - shift.touched_at >= _TOUCH_EVERY:
            work.notices.touch_gently(progress_notice(delivery), now)
            shift.touched_at = now

    def _follow_up(
        self,
        work: UnitOfWork,
        shift: _Shift,
        decision: faults.Decision,
        now: datetime,
        *,
        first_to_stumble: bool,
    ) -> bool:
        pause = decision.pause
        is_failed = decision.state is DeliveryState.FAILED
        if pause is not None and pause.reason is Reason.ACCESS:
            # first of all locks: it may hold every run of the account
            lose_access(work, shift.account, cause=pause.detail, hint=pause.hint, now=now)
        if is_failed or pause is not None or decision.hold_until is not None:
            self._hold(work, shift)
        if is_failed:
            pause = self._brake(work, shift, decision)
        if pause is not None:
            if pause.reason is not Reason.ACCESS:
                pause_run(work, work.runs.get(shift.run_id), pause, now)
            work.batches.postpone(shift.run_id, shift.seq, pause.resume_at or now, stumbled=False)
            work.batches.progressed(shift.run_id, shift.seq)  # whoever resumes gets all the patience again
            return False
        if decision.hold_until is not None:
            # threads that stumble together count as one
            work.batches.postpone(shift.run_id, shift.seq, decision.hold_until, stumbled=first_to_stumble)
            return False
        return True

    def _brake(self, work: UnitOfWork, shift: _Shift, decision: faults.Decision) -> faults.Pause | None:
        """Whether this failure is one too many for the account's good name."""
        account = shift.account
        if decision.policy:
            streak = work.runs.count_refusal(shift.run_id, decision.cause)
            if streak >= account.brake_refusals:
                work.runs.clear_refusals(shift.run_id)
                return faults.brake(decision.cause, streak)
        failed, size = work.deliveries.failed_in(shift.run_id, shift.seq)
        if faults.is_failing(failed, size, account.brake_percent):
            return faults.brake_batch(failed, size, decision.cause)
        return None
