"""People who are added to a list later are invited by themselves, where the campaign says so."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from campaigns import approval
from campaigns.account import Account, AccountState
from campaigns.account_access import require_send
from campaigns.deeds import record, record_start
from campaigns.endings import progress_notice
from campaigns.errors import InputError, SendInvitesError, StateError
from campaigns.history import Deed, NewEntry
from campaigns.homes import touch_homes
from campaigns.model import Campaign, Kind, Run, RunState
from campaigns.notices import MEDIA, Draft, NoticeKind
from campaigns.plan import first_start
from campaigns.ports import NewRun, Selection
from campaigns.renewal import require_ready
from campaigns.repeating import start_ahead
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
    ``waits`` that they will be once this is over. ``is_before_all``: nobody has been invited yet. With none
    of these nobody is in need of an invite.
    """

    run: Run | None = None
    invites: int = 0
    refusal: SendInvitesError | None = field(default=None, compare=False)
    waits: bool = False
    is_before_all: bool = False


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

    def hold(self, work: UnitOfWork, campaign: Campaign) -> None:
        """Lock what ``after`` may need. Before the list is changed: attendees come last of all locks."""
        if not campaign.takes_in:
            return
        work.accounts.lock(campaign.account_id)
        latest = work.runs.latest(campaign.id)
        if latest is not None and latest.ended_at is None:
            work.runs.lock(latest.id)

    def after(self, work: UnitOfWork, campaign: Campaign, new: Newcomers, now: datetime) -> TakenIn:
        """Let the run that is on take them in, or start one as the last was; if neither may be, tell.

        With them come those who have waited for this. Who has to wait is noted, for ``again``.
        """
        if not campaign.takes_in or not new.count + campaign.newcomers:
            return TakenIn()
        try:
            done = self._take(work, campaign, new, now)
        except _NotYet as error:
            done = TakenIn(refusal=error, waits=True)
        except (StateError, InputError) as error:
            done = TakenIn(refusal=error)
        return done if done.is_before_all else _look_back(work, campaign, done, now)

    def again(self, work: UnitOfWork, campaign: Campaign, now: datetime) -> TakenIn:
        """Once more for those who wait."""
        return self.after(work, campaign, Newcomers(0, campaign.owner, campaign.owner), now)

    def _take(self, work: UnitOfWork, campaign: Campaign, new: Newcomers, now: datetime) -> TakenIn:
        self.hold(work, campaign)
        latest = work.runs.latest(campaign.id)  # it may have ended while this waited
        if latest is None:
            return TakenIn(is_before_all=True)  # nothing has been sent yet: the first run is a person's
        if latest.ended_at is None:
            return self._join(work, campaign, latest, new, now)
        return self._begin(work, campaign, latest, new, now)

    def _join(self, work: UnitOfWork, campaign: Campaign, run: Run, new: Newcomers, now: datetime) -> TakenIn:
        is_needed = work.campaigns.uninvited(campaign).waiting > 0
        if run.kind not in _INVITING:
            if not is_needed:
                return TakenIn()
            raise _NotYet("Another run of this campaign is on.", hint="They are invited when it is over.")
        above, grown = self._approval_above, run.total + work.runs.joining(run.id)
        if approval.needs_approval(grown, above) > approval.needs_approval(run.total, above):
            if not is_needed:
                return TakenIn()
            raise StateError(
                f"With them the run would grow to more than {above:,} people, which needs approval.",
                hint="When it is over, press Send Invite.",
            )
        invites = work.runs.take_in(run.id, now)
        run = work.runs.get(run.id)
        if invites:
            facts = {"attendees": str(invites)}
            record(work, run, NewEntry(campaign.id, Deed.TAKEN_IN, new.by, run.id, facts), now)
            work.notices.touch(progress_notice(run), now)
            touch_homes(work, campaign.workspace, now)
        return TakenIn(run if invites else None, invites)

    def _begin(
        self, work: UnitOfWork, campaign: Campaign, latest: Run, new: Newcomers, now: datetime
    ) -> TakenIn:
        """A run of its own, at the pace and hours and in the channel of the last, a gap after its end."""
        if not work.campaigns.uninvited(campaign).to_invite:
            return TakenIn()
        if latest.state is RunState.STOPPED:  # by a person: one that was replaced is not the latest
            raise StateError(
                "The last run was stopped, so none starts by itself.",
                hint="To invite everybody who is left, press Send Invite.",
            )
        last = _last_invite_run(work, campaign, latest)
        selection, timing = Selection(Kind.INVITE, newcomers=True), self._timing_after(work, last, now)
        account = work.accounts.get(campaign.account_id)
        require_send(campaign, account)
        _require_entrance(account)
        try:
            invites = clear(work, campaign, selection, timing, now).whom.total
        except InputError as error:  # nobody has entered this timing, so nobody can correct it
            raise _too_late() from error
        if first_start(timing, now) >= start_ahead(campaign.event, now):
            raise _too_late()
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


def _look_back(work: UnitOfWork, campaign: Campaign, done: TakenIn, now: datetime) -> TakenIn:
    """See to those whom no run has taken: they wait, or the owner hears of them."""
    left = work.campaigns.uninvited(campaign)
    if done.refusal is not None and not left.waiting:
        done = TakenIn()  # they came onto a never-invite list meanwhile
    if left.in_doubt:
        work.notices.write(_not_taken_in(campaign, left.in_doubt, _in_doubt(), now), now)
    if done.refusal is not None and not done.waits:
        work.notices.write(_not_taken_in(campaign, left.waiting, done.refusal, now), now)
        work.campaigns.set_newcomers(campaign.id, 0)
        return done
    work.campaigns.set_newcomers(campaign.id, left.waiting)
    if done.run is not None or done.waits:
        return done
    if left.waiting:
        return replace(done, refusal=_in_it_already(), waits=True)
    return replace(done, refusal=_in_doubt()) if left.in_doubt else done


def _tell_begin(work: UnitOfWork, run: Run, campaign: Campaign, new: Newcomers, now: datetime) -> None:
    """In the channel and the history. No mail: nobody waits for one about a run that nobody has started."""
    if run.state is RunState.PLANNED:
        approval.tell_start(work, run, campaign, now)
    else:
        work.notices.touch(progress_notice(run), now)
        touch_homes(work, campaign.workspace, now)
    record_start(work, run, new.by, now)
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


def _last_invite_run(work: UnitOfWork, campaign: Campaign, latest: Run) -> Run:
    if latest.kind is Kind.INVITE:
        return latest
    lines = work.history.of_campaign(campaign.id, limit=_WHOLE_HISTORY)
    started = (line for line in lines if line.deed is Deed.STARTED and line.run_id is not None)
    runs = (work.runs.get(line.run_id) for line in started if line.run_id is not None)
    return next((run for run in runs if run.kind is Kind.INVITE), latest)


def _too_late() -> StateError:
    """Whether to invite so late is asked when a person starts a run."""
    return StateError(
        "The next batch would not go before the event begins.",
        hint="To invite them all the same, press Send Invite.",
    )


def _in_it_already() -> _NotYet:
    return _NotYet(
        "A letter to them is on its way, or was in the run that is on.",
        hint="They are invited once that is over.",
    )


def _in_doubt() -> StateError:
    return StateError(
        "Nobody knows whether an earlier invite or cancellation has reached them.",
        hint="Choose Send again or Leave as sent in the thread of that run.",
    )


def _not_taken_in(campaign: Campaign, count: int, error: SendInvitesError, now: datetime) -> Draft:
    """Told to the owner, for each reason once a day: a form on a web page may add people all day long.

    Once more when ten times as many wait, so that the number which was told is not far from the truth.
    """
    reason = f"{error.message[:60]}:{now.date().isoformat()}:{len(str(count))}"
    return Draft(
        NoticeKind.NOT_TAKEN_IN,
        f"not-taken-in:{campaign.id}:{reason}",
        MEDIA[NoticeKind.NOT_TAKEN_IN],
        campaign_id=campaign.id,
        payload={
            "user": campaign.owner,
            "attendees": str(count),
            "message": error.message,
            "hint": error.hint,
        },
    )
