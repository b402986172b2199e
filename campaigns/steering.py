"""What people do with a run that is on: pause, resume, stop, change its pace, settle its unsure."""

from datetime import datetime

from campaigns.access import run_for
from campaigns.account import AccountState
from campaigns.account_access import require_send
from campaigns.calendar_note import ANEW, awaits_a_person
from campaigns.deeds import record
from campaigns.endings import look_at_once, next_batch_at, progress_notice, stop_run
from campaigns.errors import StateError
from campaigns.event_over import not_resumed
from campaigns.history import Deed, NewEntry
from campaigns.homes import touch_homes
from campaigns.lifecycle import refuse_step
from campaigns.model import Campaign, DeliveryState, Reason, Run, RunState
from campaigns.ports import Alarm, Clock
from campaigns.renewal import require_set_up
from campaigns.roles import Actor, Right
from campaigns.starting import is_over
from campaigns.store_port import Store, UnitOfWork
from campaigns.timing import Pace

_DEEDS = {
    RunState.PAUSED: Deed.PAUSED,
    RunState.RUNNING: Deed.RESUMED,
    RunState.STOPPED: Deed.STOPPED,
}


class Steering:
    """Every step is one transaction with its line in the history and all that must be told of it."""

    def __init__(self, store: Store, clock: Clock, alarm: Alarm) -> None:
        self._store = store
        self._clock = clock
        self._alarm = alarm

    def move(self, actor: Actor, run_id: int, to: RunState) -> Run:
        """Raises NotFound, NotAllowed; StateError with the truth if the run cannot step there, or if it is to
        go on from an account that is not shared any more.
        """
        now = self._clock.now()
        with self._store.writing() as work:
            if to is RunState.RUNNING:  # its account may be changed too, and accounts are locked before runs
                work.accounts.lock(work.campaigns.get(work.runs.get(run_id).campaign_id).account_id)
            run, campaign = steered(work, actor, run_id)
            if to is RunState.RUNNING:
                _require_resumable(work, run, campaign, now)
            reason = Reason.PERSON if to is RunState.PAUSED else None
            if not work.runs.move(run_id, to, now=now, reason=reason, by=actor.user):
                raise too_late(work, run_id)
            if to is RunState.STOPPED:
                stop_run(work, run, campaign, "The run was stopped", now)
            if to is RunState.RUNNING:
                _take_at_their_word(work, run, campaign.account_id)
                look_at_once(work, run, now)
            record(work, run, NewEntry(campaign.id, _DEEDS[to], actor.user, run_id), now)
            _show(work, run, campaign, now)
            moved = work.runs.get(run_id)
        self._alarm.wake()
        return moved

    def change_pace(self, actor: Actor, run_id: int, pace: Pace) -> Run:
        """For the batches to come; one that is open keeps its people. Raises as ``move``."""
        now = self._clock.now()
        with self._store.writing() as work:
            run, campaign = steered(work, actor, run_id)
            if run.ended_at is not None:
                raise refuse_step(run.state, acted_by=run.acted_by)
            _require_new_pace(work, run, pace)
            if not work.runs.change_pace(run_id, pace):
                raise too_late(work, run_id)
            changed = work.runs.get(run_id)
            self._rearm(work, changed, now)
            facts = {
                "per_batch": _size(pace),
                "gap_minutes": str(pace.gap_minutes),
                "per_batch_before": _size(run.pace),
                "gap_minutes_before": str(run.pace.gap_minutes),
            }
            entry = NewEntry(campaign.id, Deed.PACE_CHANGED, actor.user, run_id, facts)
            record(work, changed, entry, now)
            _show(work, run, campaign, now)
        self._alarm.wake()
        return changed

    def leave_unsure(self, actor: Actor, run_id: int) -> int:
        """Take the unsure of ``run_id`` as sent; returns how many."""
        now = self._clock.now()
        with self._store.writing() as work:
            run, campaign = steered(work, actor, run_id)
            count = work.deliveries.settle_unsure(run_id, DeliveryState.SENT, "left as it is", now)
            if count:
                facts = {"invites": str(count)}
                record(work, run, NewEntry(campaign.id, Deed.LEFT_UNSURE, actor.user, run_id, facts), now)
                _show(work, run, campaign, now)
        self._alarm.wake()
        return count

    def _rearm(self, work: UnitOfWork, run: Run, now: datetime) -> None:
        """A batch that waits for its gap waits for the new one; the first has no gap to wait for."""
        batch = work.batches.current(run.id)
        ended_at = work.batches.ended_at(run.id, batch.seq - 1)
        if batch.opened_at is None and ended_at is not None:
            due_at = next_batch_at(work, run, ended_at=ended_at, now=now, minute=self._clock.minute)
            work.batches.postpone(run.id, batch.seq, due_at, stumbled=False)


def steered(work: UnitOfWork, actor: Actor, run_id: int) -> tuple[Run, Campaign]:
    """The run and its campaign, locked, if ``actor`` may steer it. Raises NotFound, NotAllowed."""
    work.runs.lock(run_id)
    return run_for(work, actor, run_id, Right.STEER)


def too_late(work: UnitOfWork, run_id: int) -> StateError:
    """The truth for a button whose step is not possible any more: read anew, since others act too."""
    run = work.runs.get(run_id)
    return refuse_step(run.state, acted_by=run.acted_by)


def _require_resumable(work: UnitOfWork, run: Run, campaign: Campaign, now: datetime) -> None:
    if run.state is RunState.PLANNED:  # the step to running is there, but it is not the Resume button's
        raise refuse_step(run.state)
    if is_over(campaign.event, now):
        raise not_resumed(run.kind)
    if run.state is RunState.PAUSED:
        account = work.accounts.get(campaign.account_id)
        require_send(campaign, account)
        require_set_up(account)


def _require_new_pace(work: UnitOfWork, run: Run, pace: Pace) -> None:
    if pace == run.pace:
        changed = work.history.of_deed(run.campaign_id, Deed.PACE_CHANGED, run_id=run.id, limit=1)
        by = next((f" <@{line.by}> did that." for line in changed), "")
        raise StateError(f"This run has that pace already.{by}", hint="Nothing was changed.")
    if run.pace.per_batch is None and work.batches.current(run.id).opened_at is not None:
        raise StateError(
            "This run sends all at once, and everybody is in its one batch already.",
            hint="Pause it, or stop it and send to the others in batches.",
        )


def _take_at_their_word(work: UnitOfWork, run: Run, account_id: int) -> None:
    """Who resumes a run that waits for its account says that it is mended; the next check, or invite, tells.

    Where the bot's calendar was gone, or nobody knew whether there is one, they say that one may be made.
    """
    if run.reason in {Reason.QUOTA, Reason.FAULTS}:
        work.accounts.reopen(account_id)
    account = work.accounts.get(account_id)
    if run.reason is Reason.ACCESS and account.state is AccountState.NEEDS_RENEWAL:
        work.accounts.move(account_id, AccountState.READY)
    if run.reason is Reason.FAULTS and awaits_a_person(account.calendar_id):
        work.accounts.keep_calendar(account_id, ANEW, instead_of=account.calendar_id)


def _show(work: UnitOfWork, run: Run, campaign: Campaign, now: datetime) -> None:
    work.notices.touch(progress_notice(run), now)
    touch_homes(work, campaign.workspace, now)


def _size(pace: Pace) -> str:
    return str(pace.per_batch) if pace.per_batch else ""
