"""Carries the invites of one batch: claim, hand over, settle, and so on until the batch is done.

The outcome of one invite and the intent of the next are one commit, so that a killed process leaves at
most the invite that was on the wire in doubt, at one commit per invite.
"""

import logging
from datetime import datetime, timedelta

from campaigns import faults
from campaigns.aftermath import Outcome, Shift, Task, hold, record, settle
from campaigns.checkpoint import checkpoint
from campaigns.endings import close_batch, pause_run, progress_notice
from campaigns.entrance import Entrance
from campaigns.errors import FAULTS, BadAddress, Busy, StorageTrouble, Unsure
from campaigns.event_over import pause_of
from campaigns.hand_over import LEASE, LONGEST_HAND_OVER
from campaigns.hours import is_open, next_open
from campaigns.letters import Desk
from campaigns.mailer_port import Mailers
from campaigns.model import Delivery, DeliveryState, Reason, Run, RunState
from campaigns.own_limit import WAIT_IN_PLACE, stop_for_limit
from campaigns.ports import Clock, Settlement, Standing
from campaigns.quota import Allowance, one_more
from campaigns.store_port import Store, UnitOfWork
from campaigns.suppressing import cause_against

_log = logging.getLogger(__name__)

_FIRST_WAIT = timedelta(seconds=1)
_LAST_WAIT = timedelta(seconds=30)


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
            shift = Shift(run_id, seq, work.accounts.get(campaign.account_id), campaign)
        if not self._entrance.admits(run_id, seq, shift.account):
            return
        outcome: Outcome | None = None
        while True:
            if outcome is not None:
                checkpoint("delivery.before_settle")
            if not self._stopping and not self._entrance.is_open(shift.account):
                if outcome is not None and outcome.went_through:
                    self._commit_step(shift, outcome, claims=False)
                    checkpoint("delivery.settled")
                    outcome = None
                if outcome is None and not self._entrance.opens(run_id, seq, shift.account):
                    return
            task = self._commit_step(shift, outcome)
            checkpoint("delivery.settled" if outcome else "delivery.claimed")
            if task is None and not shift.comes_back:
                checkpoint("batch.ended")
                return
            outcome = self._hand_over(task) if task else None

    def _commit_step(self, shift: Shift, outcome: Outcome | None, *, claims: bool = True) -> Task | None:
        """One step, tried again while the store is in trouble: an outcome we hold must not be forgotten."""
        waits = 0
        while True:
            try:
                with self._store.writing() as work:
                    return self._step(work, shift, outcome, claims=claims)
            except StorageTrouble as trouble:
                if outcome is None or self._stopping:
                    raise
                facts = {"run": shift.run_id, "batch": shift.seq, "evidence": str(trouble)}
                _log.warning("sending_waits_for_the_database", extra=facts)
                self._clock.wait(min(_FIRST_WAIT * 2**waits, _LAST_WAIT))
                waits += 1

    def _hand_over(self, task: Task) -> Outcome:
        """Build and send one letter. Whatever goes wrong, the row gets an outcome and the run goes on."""
        delivery = task.delivery
        try:
            letter = task.pen.letter(delivery.attendee, delivery.first_claimed_at, delivery.sequence)
        except Exception as error:  # noqa: BLE001 - the row guard: one odd row must not stop the others
            self._note_unforeseen(error, delivery)
            return Outcome(task, BadAddress("The invite could not be made", evidence=type(error).__name__))
        checkpoint("delivery.built")
        if self._clock.now() > task.lease_until - LONGEST_HAND_OVER:
            # somebody else may write to this person meanwhile, and an older letter must not come after theirs
            return Outcome(task, Busy("This process was halted before the invite went"), letter.invite.uid)
        try:
            receipt = self._mailers.for_account(task.account).send(letter)
        except FAULTS as fault:
            return Outcome(task, fault, letter.invite.uid)
        except Exception as error:  # noqa: BLE001 - the row guard: it may have gone, so nobody may repeat it
            self._note_unforeseen(error, delivery)
            lost = Unsure("Something unexpected happened", evidence=type(error).__name__)
            return Outcome(task, lost, letter.invite.uid)
        checkpoint("delivery.handed_over")
        return Outcome(task, receipt, letter.invite.uid)

    def _note_unforeseen(self, error: Exception, delivery: Delivery) -> None:
        """Where it happened, once for each kind: a list may hold 50,000 people with the same odd value."""
        if type(error) not in self._noted:
            self._noted.add(type(error))
            _log.error("delivery_stumbled", exc_info=error, extra={"delivery": delivery.id})

    def _step(
        self, work: UnitOfWork, shift: Shift, outcome: Outcome | None, *, claims: bool = True
    ) -> Task | None:
        now = self._clock.now()
        shift.comes_back = False
        standing = work.runs.standing(shift.run_id)
        shift.keep_up(work, standing)
        if outcome is not None and not settle(work, shift, standing, outcome, now):
            return None
        if not claims:
            return None
        run, batch = standing.run, standing.batch
        if batch.seq != shift.seq or batch.ended_at is not None:
            return None
        if run.state is not RunState.RUNNING or self._stopping:
            work.batches.release(run.id, batch.seq)
            return None
        if outcome is not None and (shift.is_over(now) or not is_open(run.timing.hours, now)):
            shift.comes_back = True
            return None
        if shift.is_over(now):
            self._end_with_event(work, shift, standing, now)
            return None
        if not is_open(run.timing.hours, now):
            self._wait_for_hours(work, standing, now)
            return None
        if batch.opened_at is None:
            hold(work, shift)
            work.batches.open(run.id, batch.seq, run.pace.per_batch, now)
            work.notices.touch_gently(progress_notice(run), now)
            checkpoint("batch.opened")
        if self._is_held(work, standing, outcome, now):
            return None
        return self._claim(work, shift, standing, now, is_after_outcome=outcome is not None)

    def _is_held(self, work: UnitOfWork, standing: Standing, outcome: Outcome | None, now: datetime) -> bool:
        """After a stumble the batch waits, and then one worker tries for all until something goes through."""
        batch = standing.batch
        if not batch.stumbles or (outcome is not None and outcome.went_through):
            return False
        waits = batch.due_at is not None and batch.due_at > now
        return waits or work.deliveries.sending(batch.run_id, batch.seq) > 0

    def _end_with_event(self, work: UnitOfWork, shift: Shift, standing: Standing, now: datetime) -> None:
        """Nothing is claimed once the event is over; a batch of which nothing is left still ends."""
        run, batch = standing.run, standing.batch
        hold(work, shift)
        if batch.opened_at is not None and work.deliveries.next_retry_at(run.id, batch.seq, now) is None:
            close_batch(work, run, batch.seq, now=now, minute=self._clock.minute)
            if not work.runs.progress(run.id).waiting:
                return
        else:
            work.batches.postpone(run.id, batch.seq, now, stumbled=False)
        pause_run(work, run, pause_of(run.kind), now)

    def _wait_for_hours(self, work: UnitOfWork, standing: Standing, now: datetime) -> None:
        """Nothing is claimed outside the run's hours; a batch of which nothing is left still ends now."""
        run, batch = standing.run, standing.batch
        if batch.opened_at is not None and work.deliveries.next_retry_at(run.id, batch.seq, now) is None:
            close_batch(work, run, batch.seq, now=now, minute=self._clock.minute)
            return
        work.batches.postpone(run.id, batch.seq, next_open(run.timing.hours, now), stumbled=False)
        work.notices.touch_gently(progress_notice(run), now)

    def _claim(
        self, work: UnitOfWork, shift: Shift, standing: Standing, now: datetime, *, is_after_outcome: bool
    ) -> Task | None:
        run = standing.run
        may = one_more(work, shift.account, now, run.kind, is_held=is_after_outcome)
        delivery = self._claim_next(work, shift, now) if may.count else None
        if delivery is None:
            shift.comes_back = is_after_outcome
            if not is_after_outcome:
                self._leave(work, run, shift.seq, may, now)
            return None
        if shift.renewed_at is None or now - shift.renewed_at > LEASE / 3:
            work.batches.renew(run.id, shift.seq, self._owner, now + LEASE)
            shift.renewed_at = now
        pen = self._desk.pen(work, run, delivery)
        return Task(delivery, pen, shift.account, standing.batch.stumbles, lease_until=now + LEASE)

    def _leave(self, work: UnitOfWork, run: Run, seq: int, may: Allowance, now: datetime) -> None:
        """Nothing can be claimed: the batch is over, or waits until something may go."""
        if not may.count and work.deliveries.next_retry_at(run.id, seq, now) is not None:
            self._wait_for_window(work, run, seq, may, now)
            return
        checkpoint("batch.before_end")
        close_batch(work, run, seq, now=now, minute=self._clock.minute)

    def _claim_next(self, work: UnitOfWork, shift: Shift, now: datetime) -> Delivery | None:
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
            state = DeliveryState.SKIPPED if delivery.doubted is None else DeliveryState.UNSURE
            record(work, shift, delivery, Settlement(state, cause, given_back=True), now)

    def _wait_for_window(self, work: UnitOfWork, run: Run, seq: int, may: Allowance, now: datetime) -> None:
        opens_at = may.opens_at or now + WAIT_IN_PLACE
        work.runs.lock(run.id)
        work.batches.postpone(run.id, seq, opens_at, stumbled=False)
        if opens_at - now <= WAIT_IN_PLACE:
            return
        if may.window is not None:
            stop_for_limit(work, run.id, may.window, opens_at, now)
        elif may.cause:  # a provider that only asks for quiet is waited for, and nobody is alarmed
            pause_run(work, run, faults.Pause(Reason.QUOTA, may.cause, resume_at=opens_at), now)
