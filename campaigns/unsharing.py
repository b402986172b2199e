"""An account that others may not send from any more: their runs on it wait for a person's word.

Works inside the caller's transaction, which has locked the account.
"""

from datetime import datetime

from campaigns.account import Account
from campaigns.account_access import may_send
from campaigns.deeds import record
from campaigns.endings import progress_notice, run_notice
from campaigns.errors import StateError
from campaigns.history import Deed, NewEntry
from campaigns.homes import touch_homes
from campaigns.model import Campaign, Reason, Run, RunState
from campaigns.notices import NoticeKind, media_for
from campaigns.store_port import UnitOfWork

_GOES_ON_BY_ITSELF = frozenset({Reason.QUOTA, Reason.ACCESS})


class WouldPause(StateError):
    """Runs of colleagues are on; their pause needs a yes of its own. ``runs`` says how many there are."""

    hint = "Nothing was changed."

    def __init__(self, runs: int) -> None:
        super().__init__("Colleagues send from this account now.")
        self.runs = runs


def pause_others(
    work: UnitOfWork, account: Account, *, by: str, now: datetime, may_pause: bool = True
) -> None:
    """Pause what is on of campaigns that may not send from ``account``, which is as it is from now on.

    Also what is paused and would go on by itself. The history says that ``by`` did it, and each campaign is
    told where it hears of pauses. Raises WouldPause unless ``may_pause``.
    """
    others = _of_others(work, account)
    if others and not may_pause:
        raise WouldPause(len(others))
    for run, campaign in others:
        _pause(work, run, campaign, account, by=by, now=now)


def _of_others(work: UnitOfWork, account: Account) -> list[tuple[Run, Campaign]]:
    on = work.runs.of_account(account.id, (RunState.RUNNING, RunState.PAUSED))
    found = [
        (run, work.campaigns.get(run.campaign_id))
        for run in on
        if run.state is RunState.RUNNING or run.reason in _GOES_ON_BY_ITSELF
    ]
    return [(run, campaign) for run, campaign in found if not may_send(campaign, account)]


def _pause(
    work: UnitOfWork, run: Run, campaign: Campaign, account: Account, *, by: str, now: datetime
) -> None:
    work.runs.lock(run.id)
    detail = f"{account.address} is not shared with this campaign's owner any more."
    hint = "Ask for it to be shared again, under Email services, Limits."
    if work.runs.get(run.id).state is RunState.PAUSED:
        # what is paused cannot be paused for another reason
        work.runs.move(run.id, RunState.RUNNING, now=now)
    said = f"{detail} {hint}"
    if not work.runs.move(run.id, RunState.PAUSED, now=now, reason=Reason.PERSON, detail=said, by=by):
        return  # it has ended at this very moment
    record(work, run, NewEntry(campaign.id, Deed.PAUSED, by, run.id), now)
    told = run_notice(
        NoticeKind.PAUSED,
        run,
        media=media_for(NoticeKind.PAUSED, campaign.routing),
        suffix=f"sharing:{now.isoformat()}",
        reason=Reason.PERSON,
        detail=detail,
        hint=hint,
        resume_at="",
    )
    work.notices.write(told, now)
    work.notices.touch(progress_notice(run), now)
    touch_homes(work, campaign.workspace, now)
