"""Who is not to be invited is not invited, whatever list they stand on."""

from collections.abc import Collection
from datetime import datetime

from campaigns.account_port import Why
from campaigns.endings import progress_notice
from campaigns.homes import touch_homes
from campaigns.model import Attendee, Campaign, Kind
from campaigns.store_port import UnitOfWork

ASKED_NOT_TO = "Asked not to be invited"
"""Why the delivery of somebody who unsubscribed is skipped, as reports say it."""

CAUSES: dict[Why, str] = {
    Why.UNSUBSCRIBED: ASKED_NOT_TO,
    Why.COMPLAINED: "Reported an earlier invite as spam",
    Why.BOUNCED: "An earlier invite came back: the address does not work",
    Why.BY_HAND: "On the never-invite list",
}

OWN_WORD = frozenset({Why.UNSUBSCRIBED, Why.COMPLAINED})
"""The person themselves said so."""

_NOT_EVEN_A_CANCEL = frozenset({Why.BOUNCED, Why.COMPLAINED})


def cause_against(work: UnitOfWork, campaign: Campaign, attendee: Attendee, deed: Kind) -> str:
    """Why ``deed`` is not to reach ``attendee``, as reports say it; '' if it may. Asked before every invite.

    A meeting that is off is still taken from the calendar of somebody who wants no more invites: only an
    address that bounces, or a person who calls our mails spam, is left alone altogether.
    """
    entry = work.suppressions.find_for(campaign.id, attendee.key)
    if entry is None:
        return ""
    if deed is not Kind.CANCEL or entry.why in _NOT_EVEN_A_CANCEL:
        return CAUSES[entry.why]
    # the campaign's own entry hides that of the workspace, which may weigh more
    wider = work.suppressions.find(campaign.workspace, attendee.key)
    return CAUSES[wider.why] if wider is not None and wider.why in _NOT_EVEN_A_CANCEL else ""


def count_suppressed(work: UnitOfWork, workspace: str, campaign_id: int | None, keys: Collection[str]) -> int:
    """How many of these people would not be invited; ``campaign_id`` None: by a campaign that is to come."""
    return len(work.suppressions.among(keys, workspace, campaign_id))


def skip_queued(
    work: UnitOfWork,
    workspace: str,
    keys: Collection[str],
    why: Why,
    now: datetime,
    *,
    campaign_id: int | None = None,
) -> int:
    """What waits for these people is skipped now, in one campaign or (None) in the whole workspace.

    As ``cause_against`` has it, some are still to get the cancellation of what they hold. Returns how many
    deliveries were skipped. What a run would claim later is refused at the claim.
    """
    skipped, but_cancels = 0, why not in _NOT_EVEN_A_CANCEL
    for run in work.runs.active():
        if campaign_id not in {None, run.campaign_id}:
            continue
        if work.campaigns.get(run.campaign_id).workspace != workspace:
            continue
        work.runs.lock(run.id)
        count = sum(
            work.runs.skip_person(run.id, key, CAUSES[why], now, but_cancels=but_cancels) for key in keys
        )
        if count:
            work.notices.touch_gently(progress_notice(run), now)
        skipped += count
    touch_homes(work, workspace, now)
    return skipped
