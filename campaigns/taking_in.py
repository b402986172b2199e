"""People who are added to a list later are invited by themselves, where the campaign says so."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from campaigns import approval
from campaigns.account import Account, AccountState
from campaigns.account_access import require_send
from campaigns.deeds import record
from campaigns.endings import progress_notice
from campaigns.errors import InputError, SendInvitesError, StateError
from campaigns.history import Deed, NewEntry
from campaigns.homes import touch_homes
from campaigns.model import Campaign, Kind, Run, RunState
from campaigns.notices import MEDIA, Draft, NoticeKind
from campaigns.plan import first_start
from campaigns.ports import NewRun, Selection
from campaigns.renewal import require_ready
from campaigns.starting import clear
from campaigns.store_port import UnitOfWork
from campaigns.timing import Timing

_INVITING = frozenset({Kind.INVITE, Kind.UPDATE})
_WHOLE_HISTORY = 10_000
_LEAST_GAP = 5
"""Minutes between two batches that start by themselves: people may come one by one, all day long."""


@dataclass(frozen=True, slots=True)
class Newcomers:
    """``count`` people were added to a list: ``by`` did it, and ``user`` stands for what is sent of it."""

    count: int
    by: str
    user: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What becomes of them. ``run``: where they are invited, of which ``invites`` are new in it.

    Without a run nobody is invited by itself; ``refusal`` says why where the campaign wanted it, and
    ``waits`` that they will be once this is over.
    """

    run: Run | None = None
    invites: int = 0
    refusal: SendInvitesError | None = field(default=None, compare=False)
    waits: bool = False


class _NotYet(StateError):
    """What keeps them from being invited passes by itself, or somebody has been told of it already."""


class TakingIn:
    """Works inside the caller's transaction, which has locked the campaign."""

    def __init__(
        self, *, approval_above: int | None = None, minute: timedelta = timedelta(minutes=1)
    ) -> None:
        """``approval_above`` as of ``campaigns.conduct.RunService``, ``minute`` as of the clock."""
        self._approval_above = approval_above
        self._minute = minute

    def after(self, work: UnitOfWork, campaign: Campaign, new: Newcomers, now: datetime) -> TakenIn:
        """Let the run that is on take them in, or start one as the last was; if neither may be, tell.

        With them come those who have waited for this. Who has to wait is noted, for ``again``.
        """
        new = replace(new, count=new.count + campaign.newcomers)
        if not campaign.takes_in or not new.count:
            return TakenIn()
        try:
            done = self._take(work, campaign, new, now)
        except _NotYet as error:
            work.campaigns.set_newcomers(campaign.id, new.count)
            return TakenIn(refusal=error, waits=True)
        except (StateError, InputError) as error:
            work.campaigns.set_newcomers(campaign.id, 0)
            work.notices.write(_not_taken_in(campaign, new, error, now), now)
            return TakenIn(refusal=error)
        work.campaigns.set_newcomers(campaign.id, 0)
        return done

    def again(self, work: UnitOfWork, campaign: Campaign, now: datetime) -> TakenIn:
        """Once more for those who wait."""
        return self.after(work, campaign, Newcomers(0, campaign.owner, campaign.owner), now)

    def _take(self, work: UnitOfWork, campaign: Campaign, new: Newcomers, now: datetime) -> TakenIn:
        latest = work.runs.latest(campaign.id)
        if latest is not None and latest.ended_at is None:
            work.runs.lock(latest.id)
            latest = work.runs.get(latest.id)  # it may have ended while this waited
        if latest is not None and latest.ended_at is None:
            return self._join(work, campaign, latest, new, now)
        return self._begin(work, campaign, new, now)

    def _join(self, work: UnitOfWork, campaign: Campaign, run: Run, new: Newcomers, now: datetime) -> TakenIn:
        if run.kind not in _INVITING:
            raise _NotYet("Another run of this campaign is on.", hint="They are invited when it is over.")
        above = self._approval_above
        if approval.needs_approval(run.total + new.count, above) > approval.needs_approval(run.total, above):
            raise StateError(
                f"With them the run would grow to more than {above:,} people, which needs approval.",
                hint="When it is over, press Send Invite.",
            )
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
        """A run of its own, at the pace and hours and in the channel of the last, a gap after its end."""
        last = _last_invite_run(work, campaign)
        if last is None:
            return TakenIn()  # nothing has been sent yet: the first run is a person's
        if last.state is RunState.STOPPED:
            raise StateError(
                "The last run was stopped, so none starts by itself.",
                hint="To invite everybody who is left, press Send Invite.",
            )
        selection, timing = Selection(Kind.INVITE, untried=True), self._timing_after(work, last, now)
        if not work.campaigns.selected(campaign, selection):
            return TakenIn()  # whoever was added is on a never-invite list, or holds an invite
        work.accounts.lock(campaign.account_id)
        account = work.accounts.get(campaign.account_id)
        require_send(campaign, account)
        _require_entrance(account)
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
        _tell_begin(work, run, campaign, new, now)
        return TakenIn(run, run.total)

    def _timing_after(self, work: UnitOfWork, last: Run, now: datetime) -> Timing:
        """The pace holds from run to run as well: a full gap after the last batch ended."""
        ended_at = work.runs.progress(last.id).batch.ended_at or now
        due_at = ended_at + self._minute * max(last.pace.gap_minutes, _LEAST_GAP)
        return Timing(starts_at=due_at if due_at > now else None, hours=last.timing.hours)


def _tell_begin(work: UnitOfWork, run: Run, campaign: Campaign, new: Newcomers, now: datetime) -> None:
    """In the channel and the history. No mail: nobody waits for one about a run that nobody has started."""
    if run.state is RunState.PLANNED:
        approval.tell_start(work, run, campaign, now)
    else:
        work.notices.touch(progress_notice(run), now)
        touch_homes(work, campaign.workspace, now)
    started = {
        "kind": run.kind.value,
        "invites": str(run.total),
        "per_batch": str(run.pace.per_batch or ""),
        "gap_minutes": str(run.pace.gap_minutes),
    }
    record(work, run, NewEntry(campaign.id, Deed.STARTED, new.by, run.id, started), now)
    facts = {"attendees": str(run.total)}
    record(work, run, NewEntry(campaign.id, Deed.TAKEN_IN, new.by, run.id, facts), now)


def _require_entrance(account: Account) -> None:
    """As ``require_ready``; whoever has to renew the account was told so when its access was lost."""
    try:
        require_ready(account)
    except StateError as error:
        if account.state is AccountState.NEEDS_RENEWAL:
            raise _NotYet(error.message, hint="They are invited once it is renewed.") from error
        raise


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
    """Told to the owner, for each reason once a day: a form on a web page may add people all day long.

    Once more when ten times as many wait, so that the number which was told is not far from the truth.
    """
    reason = f"{error.message[:60]}:{now.date().isoformat()}:{len(str(new.count))}"
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
