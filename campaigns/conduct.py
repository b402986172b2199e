"""Use-cases around a run: look ahead, start, approve, steer, retry, report."""

from dataclasses import dataclass, field

from campaigns import approval
from campaigns.access import campaign_for, run_for
from campaigns.account import Account
from campaigns.account_access import require_send
from campaigns.checkpoint import checkpoint
from campaigns.deeds import record_start
from campaigns.errors import InputError
from campaigns.forecast import Forecast
from campaigns.model import Campaign, DeliveryState, Kind, Run, RunState
from campaigns.outlook import PaceOutlook, ahead_of, outlives_token, outlook_of_run
from campaigns.ports import Alarm, Clock, NewRun, Selection, Whom
from campaigns.renewal import AccountWatch, require_ready
from campaigns.replacing import Replaced, replaced_by
from campaigns.report import RunReport
from campaigns.reporting import report_of
from campaigns.roles import Actor, Right
from campaigns.starting import begins_at, call_off, clear, replace_run
from campaigns.steering import Steering
from campaigns.store_port import Store, UnitOfWork
from campaigns.timing import AT_ONCE, Pace, Timing


@dataclass(frozen=True, slots=True)
class Preview:
    """What *Start Batch Sending* would do. ``runs_past_start`` needs a yes of its own.

    ``outlives_token``: the run is longer than the account's access lasts, unless that is renewed before.
    ``outdated`` hold an earlier version, of which a reminder tells only some.
    """

    campaign: Campaign
    kind: Kind
    pace: Pace
    timing: Timing
    forecast: Forecast
    missing_values: int
    needs_approval: bool
    approval_above: int | None = None
    account: Account = field(kw_only=True)
    whom: Whom = field(kw_only=True, default_factory=Whom)
    outdated: int = field(kw_only=True, default=0)

    @property
    def runs_past_start(self) -> bool:
        return self.forecast.ends_after_start

    @property
    def outlives_token(self) -> bool:
        return outlives_token(self.account, self.forecast)


class RunService:
    """What people do with runs. Every call checks who asks; a late button gets the truth."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        alarm: Alarm,
        *,
        approval_above: int | None = None,
        watch: AccountWatch | None = None,
    ) -> None:
        """Runs of more than ``approval_above`` invites wait for a second person. None: none does.

        Without ``watch`` nobody looks at accounts, and a run may start whatever is known of its own.
        """
        self._store = store
        self._clock = clock
        self._alarm = alarm
        self._approval_above = approval_above
        self._watch = watch
        self._steering = Steering(store, clock, alarm)

    def preview(
        self, actor: Actor, campaign_id: int, kind: Kind, pace: Pace, timing: Timing = AT_ONCE
    ) -> Preview:
        """Raises as ``start``, but for what needs a yes, and for the account: these are in the answer."""
        now = self._clock.now()
        with self._store.reading() as work:
            campaign = campaign_for(work, actor, campaign_id, Right.SEND)
            account = work.accounts.get(campaign.account_id)
            require_send(campaign, account)
            whom = clear(work, campaign, Selection(kind), timing, now).whom
            ahead = ahead_of(work, campaign, self._clock, now, kind=kind)
            missing_values = work.campaigns.missing_values(campaign_id)
            is_reminder = kind is Kind.REMIND
            outdated = work.campaigns.summary(campaign).behind.outdated if is_reminder else 0
        return Preview(
            campaign=campaign,
            kind=kind,
            pace=pace,
            timing=timing,
            forecast=ahead(invites=whom.total, pace=pace, timing=timing),
            missing_values=missing_values,
            needs_approval=approval.needs_approval(whom.total, self._approval_above),
            approval_above=self._approval_above,
            account=account,
            whom=whom,
            outdated=outdated,
        )

    def test_account(self, actor: Actor, campaign_id: int) -> Account:
        """Enter the campaign's account once; returns it as it is then.

        Raises NotFound, NotAllowed, StateError if the campaign may not send from it, and the fault of a
        provider that cannot say now.
        """
        with self._store.reading() as work:
            campaign = campaign_for(work, actor, campaign_id, Right.SEND)
            account = work.accounts.get(campaign.account_id)
            require_send(campaign, account)
        return self._watch.enter(account.id) if self._watch is not None else account

    def start(
        self,
        actor: Actor,
        campaign_id: int,
        selection: Selection,
        pace: Pace,
        *,
        channel: str,
        submission: str,
        timing: Timing = AT_ONCE,
        past_start_ok: bool = False,
    ) -> Run:
        """Start a run, its first batch due as soon as ``timing`` allows; a doubled ``submission`` is one run.

        A weaker run that is on is stopped for it: cancel beats update beats invite. A cancel run calls the
        event off. Raises NotFound, NotAllowed; StateError if another run is on, nobody is left, the event is
        over or cancelled, the campaign archived, its account not ready or not shared any more; InputError
        (``starts_at``, ``opens``) if it would begin after the event, or (``past_start_ok``) go on after its
        start and nobody said that this is meant.
        """
        now = self._clock.now()
        if not past_start_ok:
            self._require_in_time(actor, campaign_id, selection, pace, timing, submission)
        checkpoint("submit.before_commit")
        with self._store.writing() as work:
            work.campaigns.lock(campaign_id)  # nobody archives it, or changes its list, while this looks
            campaign = campaign_for(work, actor, campaign_id, Right.SEND)
            again = work.runs.by_submission(submission)
            if again is not None:
                return again
            account = _account_to_send_from(work, campaign)
            if self._watch is not None:
                require_ready(account)
            cleared = clear(work, campaign, selection, timing, now)
            if cleared.replaces is not None:
                replace_run(work, actor, cleared.replaces, campaign, selection.kind, now)
            waits = approval.needs_approval(cleared.whom.total, self._approval_above)
            if selection.kind is Kind.CANCEL and not waits:
                campaign = call_off(work, actor, campaign, now)
            new = NewRun(selection, pace, actor.user, channel, submission, timing, is_planned=waits)
            run = work.runs.start(campaign, new, now)
            first_at = begins_at(timing, now, cleared.replaces)
            if first_at > now:
                work.batches.postpone(run.id, 1, first_at, stumbled=False)
            record_start(work, run, actor.user, now)
            approval.tell_start(work, run, campaign, now)
        checkpoint("submit.after_commit")
        self._alarm.wake()
        return run

    def approve(self, actor: Actor, run_id: int) -> Run:
        """Let a planned run begin. Raises NotFound, NotAllowed, and StateError with the truth."""
        with self._store.writing() as work:
            work.campaigns.lock(work.runs.get(run_id).campaign_id)  # a cancel run that begins calls it off
            _, campaign = _of_workspace(work, actor, run_id)
            work.accounts.lock(campaign.account_id)  # nobody stops sharing it while this looks
            work.runs.lock(run_id)
            run, campaign = _of_workspace(work, actor, run_id)
            approved = approval.approve(work, actor, run, campaign, self._clock.now())
            checkpoint("approval.before_commit")
        checkpoint("approval.after_commit")
        self._alarm.wake()
        return approved

    def decline(self, actor: Actor, run_id: int) -> Run:
        """End a planned run; whoever started it may do that too. Raises as ``approve``."""
        with self._store.writing() as work:
            work.runs.lock(run_id)
            run, campaign = _of_workspace(work, actor, run_id)
            declined = approval.decline(work, actor, run, campaign, self._clock.now())
        self._alarm.wake()
        return declined

    def pause(self, actor: Actor, run_id: int) -> Run:
        """Raises NotFound, NotAllowed; StateError with the truth if it is not running."""
        return self._steering.move(actor, run_id, RunState.PAUSED)

    def resume(self, actor: Actor, run_id: int) -> Run:
        """Go on where it stopped. Raises as ``pause``."""
        return self._steering.move(actor, run_id, RunState.RUNNING)

    def stop(self, actor: Actor, run_id: int) -> Run:
        """End the run: who is still queued is skipped. Raises as ``pause``."""
        return self._steering.move(actor, run_id, RunState.STOPPED)

    def change_pace(self, actor: Actor, run_id: int, pace: Pace) -> Run:
        """For the batches to come. Raises as ``pause``; StateError too if it is that pace already."""
        return self._steering.change_pace(actor, run_id, pace)

    def pace_outlook(self, actor: Actor, run_id: int, pace: Pace | None) -> PaceOutlook:
        """What the rest of a run would come to at ``pace`` (None: its own). Raises as ``pause``."""
        with self._store.reading() as work:
            outlook = outlook_of_run(work, actor, run_id, pace, self._clock)
        return outlook()

    def retry_failed(self, actor: Actor, run_id: int, *, submission: str) -> Run:
        """A new run over those who failed in ``run_id``, at the same pace and hours."""
        return self._again(actor, run_id, DeliveryState.FAILED, submission)

    def send_again(self, actor: Actor, run_id: int, *, submission: str) -> Run:
        """A new run over the unsure of ``run_id``, with the same UID and Message-ID: calendars merge it."""
        return self._again(actor, run_id, DeliveryState.UNSURE, submission)

    def leave_unsure(self, actor: Actor, run_id: int) -> int:
        """Take the unsure of ``run_id`` as sent; returns how many."""
        return self._steering.leave_unsure(actor, run_id)

    def report(self, actor: Actor, run_id: int) -> tuple[Campaign, RunReport]:
        """The run as it stands. Raises NotFound, NotAllowed."""
        with self._store.reading() as work:
            run, campaign = run_for(work, actor, run_id, Right.LOOK)
            return campaign, report_of(work, run, self._clock)

    def replaced(self, actor: Actor, campaign_id: int, kind: Kind) -> Replaced | None:
        """The weaker run that is on, whose place one of ``kind`` would take. Raises NotFound, NotAllowed."""
        with self._store.reading() as work:
            campaign_for(work, actor, campaign_id, Right.LOOK)
            return replaced_by(work, campaign_id, kind)

    def latest_run(self, actor: Actor, campaign_id: int) -> Run | None:
        """The campaign's newest run, on or over. Raises NotFound, NotAllowed."""
        with self._store.reading() as work:
            campaign_for(work, actor, campaign_id, Right.LOOK)
            return work.runs.latest(campaign_id)

    def _again(self, actor: Actor, run_id: int, state: DeliveryState, submission: str) -> Run:
        with self._store.reading() as work:
            run, _ = run_for(work, actor, run_id, Right.SEND)
        return self.start(
            actor,
            run.campaign_id,
            Selection(run.kind, from_run=run_id, from_state=state),
            run.pace,
            channel=run.channel,
            submission=submission,
            timing=Timing(hours=run.timing.hours),
            past_start_ok=True,  # these people were promised an invite; the button asks before it acts
        )

    def _require_in_time(
        self,
        actor: Actor,
        campaign_id: int,
        selection: Selection,
        pace: Pace,
        timing: Timing,
        submission: str,
    ) -> None:
        """Raise InputError if invites would go after the event's start. Asked before anything is locked."""
        now = self._clock.now()
        with self._store.reading() as work:
            campaign = campaign_for(work, actor, campaign_id, Right.SEND)
            if work.runs.by_submission(submission) is not None:
                return
            invites = clear(work, campaign, selection, timing, now).whom.total
            ahead = ahead_of(work, campaign, self._clock, now, kind=selection.kind)
        if ahead(invites=invites, pace=pace, timing=timing).ends_after_start:
            said = "Some invites would go after the event has started."
            hint = "Use larger batches or a shorter gap, or confirm that this is meant."
            raise InputError(said, hint=hint, fields={"past_start_ok": f"{said} {hint}"})


def _of_workspace(work: UnitOfWork, actor: Actor, run_id: int) -> tuple[Run, Campaign]:
    run = work.runs.get(run_id)
    return run, work.campaigns.get(run.campaign_id, actor.workspace)


def _account_to_send_from(work: UnitOfWork, campaign: Campaign) -> Account:
    """Locked: whoever stops sharing it meanwhile finds the run that is started. Raises StateError."""
    work.accounts.lock(campaign.account_id)
    account = work.accounts.get(campaign.account_id)
    require_send(campaign, account)
    return account
