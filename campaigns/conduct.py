"""Use-cases around a run: look ahead, start, pause, resume, stop, retry."""

from dataclasses import dataclass
from datetime import datetime

from campaigns.checkpoint import checkpoint
from campaigns.endings import progress_notice, run_notice
from campaigns.errors import StateError
from campaigns.lifecycle import refuse_step
from campaigns.model import Campaign, DeliveryState, Kind, MailProgress, Pace, Reason, Run, RunState
from campaigns.notices import NoticeKind
from campaigns.plan import Plan, plan
from campaigns.ports import Alarm, Clock, NewRun, Selection
from campaigns.report import RunReport
from campaigns.reporting import report_of
from campaigns.roles import Actor, require
from campaigns.store_port import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class Preview:
    """What *Start Batch Sending* would do."""

    campaign: Campaign
    kind: Kind
    pace: Pace
    plan: Plan
    missing_values: int
    ends_after_start: bool


class RunService:
    """What people do with runs. Every call checks who asks; a late button gets the truth."""

    def __init__(self, store: Store, clock: Clock, alarm: Alarm) -> None:
        self._store = store
        self._clock = clock
        self._alarm = alarm

    def preview(self, actor: Actor, campaign_id: int, kind: Kind, pace: Pace) -> Preview:
        """Raises NotFound, NotAllowed; StateError if a run is on, nobody is left or the event is over."""
        now = self._clock.now()
        with self._store.reading() as work:
            campaign = work.campaigns.get(campaign_id, actor.workspace)
            require(actor, campaign)
            self._require_startable(work, campaign)
            invites = work.campaigns.selected(campaign, Selection(kind))
            missing_values = work.campaigns.missing_values(campaign_id)
        if not invites:
            raise nobody_selected(kind)
        planned = plan(invites, pace, now, self._clock.minute)
        return Preview(
            campaign, kind, pace, planned, missing_values, planned.last_at >= campaign.event.starts_at
        )

    def start(
        self,
        actor: Actor,
        campaign_id: int,
        selection: Selection,
        pace: Pace,
        *,
        channel: str,
        submission: str,
    ) -> Run:
        """Start a run whose first batch is due at once; the same ``submission`` again is the same run.

        Raises NotFound, NotAllowed; StateError if a run is on, nobody is left or the event is over.
        """
        now = self._clock.now()
        checkpoint("submit.before_commit")
        with self._store.writing() as work:
            campaign = work.campaigns.get(campaign_id, actor.workspace)
            require(actor, campaign)
            again = work.runs.by_submission(submission)
            if again is not None:
                return again
            self._require_startable(work, campaign)
            if not work.campaigns.selected(campaign, selection):
                raise nobody_selected(selection.kind)
            run = work.runs.start(campaign, NewRun(selection, pace, actor.user, channel, submission), now)
            if campaign.mail_progress is not MailProgress.OFF:
                work.notices.write(run_notice(NoticeKind.STARTED, run), now)
            work.notices.touch(progress_notice(run), now)
        checkpoint("submit.after_commit")
        self._alarm.wake()
        return run

    def pause(self, actor: Actor, run_id: int) -> Run:
        """Raises NotFound, NotAllowed; StateError with the truth if it is not running."""
        return self._move(actor, run_id, RunState.PAUSED, reason=Reason.PERSON)

    def resume(self, actor: Actor, run_id: int) -> Run:
        """Go on where it stopped. Raises as ``pause``."""
        return self._move(actor, run_id, RunState.RUNNING)

    def stop(self, actor: Actor, run_id: int) -> Run:
        """End the run: who is still queued is skipped. Raises as ``pause``."""
        return self._move(actor, run_id, RunState.STOPPED)

    def retry_failed(self, actor: Actor, run_id: int, *, submission: str) -> Run:
        """A new run over those who failed in ``run_id``, at the same pace."""
        return self._again(actor, run_id, DeliveryState.FAILED, submission)

    def send_again(self, actor: Actor, run_id: int, *, submission: str) -> Run:
        """A new run over the unsure of ``run_id``, with the same UID and Message-ID: calendars merge it."""
        return self._again(actor, run_id, DeliveryState.UNSURE, submission)

    def leave_unsure(self, actor: Actor, run_id: int) -> int:
        """Take the unsure of ``run_id`` as sent; returns how many."""
        now = self._clock.now()
        with self._store.writing() as work:
            run = self._owned(work, actor, run_id)
            count = work.deliveries.settle_unsure(run_id, DeliveryState.SENT, "left as it is", now)
            work.notices.touch(progress_notice(run), now)
        self._alarm.wake()
        return count

    def report(self, actor: Actor, run_id: int) -> tuple[Campaign, RunReport]:
        """The run as it stands. Raises NotFound, NotAllowed."""
        with self._store.reading() as work:
            run = self._owned(work, actor, run_id)
            campaign = work.campaigns.get(run.campaign_id)
            return campaign, report_of(work, run, self._clock)

    def _again(self, actor: Actor, run_id: int, state: DeliveryState, submission: str) -> Run:
        with self._store.reading() as work:
            run = self._owned(work, actor, run_id)
        return self.start(
            actor,
            run.campaign_id,
            Selection(run.kind, from_run=run_id, from_state=state),
            run.pace,
            channel=run.channel,
            submission=submission,
        )

    def _move(self, actor: Actor, run_id: int, to: RunState, *, reason: Reason | None = None) -> Run:
        now = self._clock.now()
        with self._store.writing() as work:
            run = self._owned(work, actor, run_id)
            if to is RunState.RUNNING and work.campaigns.get(run.campaign_id).event.ends_at <= now:
                raise StateError("The event is over.", hint="Change its date with Edit event, or press Stop.")
            if not work.runs.move(run_id, to, now=now, reason=reason, by=actor.user):
                raise refuse_step(run.state, acted_by=run.acted_by)
            if to is RunState.STOPPED:
                self._end(work, run, now)
            if to is RunState.RUNNING:
                _look_at_once(work, run, now)
            work.notices.touch(progress_notice(run), now)
            moved = work.runs.get(run_id)
        self._alarm.wake()
        return moved

    def _end(self, work: UnitOfWork, run: Run, now: datetime) -> None:
        work.runs.skip_queued(run.id, "The run was stopped", now)
        work.notices.write(run_notice(NoticeKind.STOPPED, run), now)
        counts = work.runs.progress(run.id).counts
        if counts.failed or counts.unsure:
            work.notices.write(run_notice(NoticeKind.FAILURES, run), now)

    def _owned(self, work: UnitOfWork, actor: Actor, run_id: int) -> Run:
        run = work.runs.get(run_id)
        require(actor, work.campaigns.get(run.campaign_id, actor.workspace))
        return run

    def _require_startable(self, work: UnitOfWork, campaign: Campaign) -> None:
        run = work.runs.latest(campaign.id)
        if run is not None and run.ended_at is None:
            raise StateError(
                "A run of this campaign is already on.",
                hint="Let it finish, or stop it, before the next one.",
            )
        if campaign.event.ends_at <= self._clock.now():
            raise StateError("The event is over.", hint="Change its date with Edit event, then send.")


def _look_at_once(work: UnitOfWork, run: Run, now: datetime) -> None:
    """A batch that was under way goes on now; one that still waits for its gap keeps its time."""
    batch = work.batches.current(run.id)
    if batch.opened_at is not None and batch.ended_at is None:
        work.batches.postpone(run.id, batch.seq, now, stumbled=False)


def nobody_selected(kind: Kind) -> StateError:
    """The truth when a run would have nobody in it."""
    if kind is Kind.UPDATE:
        return StateError(
            "Everybody who was invited already holds this version.",
            hint="Use Edit event first; then update the invites.",
        )
    return StateError(
        "Everybody on this list has been invited.", hint="To change their entry, use Update Calendar Invites."
    )
