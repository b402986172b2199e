"""People who are added to a list later are invited by themselves, where the campaign says so."""

from dataclasses import dataclass, field
from datetime import datetime

from campaigns import approval
from campaigns.deeds import record
from campaigns.endings import progress_notice
from campaigns.errors import InputError, SendInvitesError, StateError
from campaigns.history import Deed, NewEntry
from campaigns.homes import touch_homes
from campaigns.model import Campaign, Kind, Run, RunState, Timing
from campaigns.notices import MEDIA, Draft, NoticeKind
from campaigns.plan import first_start
from campaigns.ports import NewRun, Selection
from campaigns.renewal import require_ready
from campaigns.starting import clear
from campaigns.store_port import UnitOfWork

_INVITING = frozenset({Kind.INVITE, Kind.UPDATE})
_WHOLE_HISTORY = 10_000


@dataclass(frozen=True, slots=True)
class Newcomers:
    """``count`` people were added to a list: ``by`` did it, and ``user`` stands for what is sent of it."""

    count: int
    by: str
    user: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What becomes of them. ``run``: where they are invited, of which ``invites`` are new in it.

    Without a run nobody is invited by itself; ``refusal`` says why where the campaign wanted it.
    """

    run: Run | None = None
    invites: int = 0
    refusal: SendInvitesError | None = field(default=None, compare=False)


class TakingIn:
    """Works inside the caller's transaction, which has locked the campaign."""

    def __init__(self, *, approval_above: int | None = None) -> None:
        """As of ``campaigns.conduct.RunService``."""
        self._approval_above = approval_above

    def after(self, work: UnitOfWork, campaign: Campaign, new: Newcomers, now: datetime) -> TakenIn:
        """Let the run that is on take them in, or start one as the last was; if neither may be, tell."""
        if not campaign.takes_in or not new.count:
            return TakenIn()
        latest = work.runs.latest(campaign.id)
        try:
            if latest is not None and latest.ended_at is None:
                return self._join(work, campaign, latest, new, now)
            return self._begin(work, campaign, new, now)
        except (StateError, InputError) as error:
            work.notices.write(_not_taken_in(campaign, new, error, now), now)
            return TakenIn(refusal=error)

    def _join(self, work: UnitOfWork, campaign: Campaign, run: Run, new: Newcomers, now: datetime) -> TakenIn:
        if run.kind not in _INVITING:
            raise StateError(
                "Another run of this campaign is on.", hint="When it is over, press Send Invite."
            )
        above = self._approval_above
        if approval.needs_approval(run.total + new.count, above) > approval.needs_approval(run.total, above):
            raise StateError(
                f"With them the run would grow to more than {above:,} people, which needs approval.",
                hint="When it is over, press Send Invite.",
            )
        work.runs.lock(run.id)
        _require_alone(work, campaign, run, new)
        invites = work.runs.take_in(run.id, now)
        grown = work.runs.get(run.id)
        if invites:
            facts = {"attendees": str(invites)}
            record(work, grown, NewEntry(campaign.id, Deed.TAKEN_IN, new.by, run.id, facts), now)
            work.notices.touch(progress_notice(grown), now)
            touch_homes(work, campaign.workspace, now)
        return TakenIn(grown if invites else None, invites)

    def _begin(self, work: UnitOfWork, campaign: Campaign, new: Newcomers, now: datetime) -> TakenIn:
        """A run of its own, at the pace and hours and in the channel of the last."""
        last = _last_invite_run(work, campaign)
        if last is None:
            return TakenIn()  # nothing has been sent yet: the first run is a person's
        if last.state is RunState.STOPPED:
            raise StateError(
                "The last run was stopped, so none starts by itself.",
                hint="To invite everybody who is left, press Send Invite.",
            )
        selection, timing = Selection(Kind.INVITE, untried=True), Timing(hours=last.timing.hours)
        if not work.campaigns.selected(campaign, selection):
            return TakenIn()  # whoever was added is on a never-invite list, or holds an invite
        require_ready(work.accounts.get(campaign.account_id))
        invites = clear(work, campaign, selection, timing, now).whom.total
        run = work.runs.start(
            campaign,
            NewRun(
                selection,
                last.pace,
                started_by=new.user,
                channel=last.channel,
                submission=f"taken in:{campaign.id}:{last.id}:{now.isoformat()}",
                timing=timing,
                is_planned=approval.needs_approval(invites, self._approval_above),
            ),
            now,
        )
        first_at = first_start(timing, now)
        if first_at > now:
            work.batches.postpone(run.id, 1, first_at, stumbled=False)
        approval.tell_start(work, run, campaign, now)
        started = {
            "kind": run.kind.value,
            "invites": str(run.total),
            "per_batch": str(run.pace.per_batch or ""),
            "gap_minutes": str(run.pace.gap_minutes),
        }
        record(work, run, NewEntry(campaign.id, Deed.STARTED, new.by, run.id, started), now)
        facts = {"attendees": str(run.total)}
        record(work, run, NewEntry(campaign.id, Deed.TAKEN_IN, new.by, run.id, facts), now)
        return TakenIn(run, run.total)


def _require_alone(work: UnitOfWork, campaign: Campaign, run: Run, new: Newcomers) -> None:
    """Raise StateError if others would come into ``run`` with them: whom a stopped run has left, say."""
    counts = work.runs.progress(run.id).counts
    in_it = run.total - (counts.sent if run.kind is Kind.INVITE else 0)
    if work.campaigns.selected(campaign, Selection(run.kind)) > in_it + new.count:
        raise StateError(
            "More people than these wait, and the run that is on is not for them.",
            hint="When it is over, press Send Invite.",
        )


def _last_invite_run(work: UnitOfWork, campaign: Campaign) -> Run | None:
    latest = work.runs.latest(campaign.id)
    if latest is None or latest.kind is Kind.INVITE:
        return latest
    lines = work.history.of_campaign(campaign.id, limit=_WHOLE_HISTORY)
    started = (line for line in lines if line.deed is Deed.STARTED and line.run_id is not None)
    runs = (work.runs.get(line.run_id) for line in started if line.run_id is not None)
    return next((run for run in runs if run.kind is Kind.INVITE), None)


def _not_taken_in(campaign: Campaign, new: Newcomers, error: SendInvitesError, now: datetime) -> Draft:
    """Told to the owner, for each reason once a day: a form on a web page may add people all day long."""
    reason = f"{error.message[:60]}:{now.date().isoformat()}"
    return Draft(
        NoticeKind.NOT_TAKEN_IN,
        f"not-taken-in:{campaign.id}:{reason}",
        MEDIA[NoticeKind.NOT_TAKEN_IN],
        campaign_id=campaign.id,
        payload={
            "user": campaign.owner,
            "attendees": str(new.count),
            "message": error.message,
            "hint": error.hint,
        },
    )
