"""Who hears that an account's access is lost or renewed: each channel, person and address once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.account import Account
from campaigns.model import Campaign, Medium, Run
from campaigns.notices import Draft, NoticeKind
from campaigns.store_port import UnitOfWork

_TITLES = 3

Waiting = tuple[Run, Campaign]
"""A run that waits for its account, with its campaign."""


@dataclass(frozen=True, slots=True)
class Target:
    """A channel or a person of a workspace, or a mail address."""

    medium: Medium
    workspace: str
    name: str


Audience = Mapping[Target, Sequence[Waiting]]
"""Who is told, and what of theirs waits."""


def channels_of(waiting: Sequence[Waiting]) -> dict[Target, list[Waiting]]:
    """Where the runs are told, with those of each channel."""
    found: dict[Target, list[Waiting]] = {}
    for run, campaign in waiting:
        channel = run.posted_channel or run.channel
        if channel:
            found.setdefault(Target(Medium.SLACK, campaign.workspace, channel), []).append((run, campaign))
    return found


def concerned(account: Account, waiting: Sequence[Waiting]) -> dict[Target, list[Waiting]]:
    """Everybody to whom ``waiting`` matters, with what is theirs; who connected the account sees it all."""
    found = channels_of(waiting)
    for run, campaign in waiting:
        owner = Target(Medium.DIRECT, campaign.workspace, campaign.owner)
        mailbox = Target(Medium.MAIL, "", campaign.alert_address.casefold())
        for target in (owner, mailbox):
            found.setdefault(target, []).append((run, campaign))
    return found | keeper_of(account, waiting)


def keeper_of(account: Account, waiting: Sequence[Waiting]) -> dict[Target, list[Waiting]]:
    """Who connected it; nobody for the account of the settings."""
    if not account.connected_by:
        return {}
    return {Target(Medium.DIRECT, account.workspace, account.connected_by): list(waiting)}


def write_alerts(
    work: UnitOfWork,
    account: Account,
    kind: NoticeKind,
    audience: Audience,
    now: datetime,
    *,
    about: Campaign | None = None,
    among: Collection[int] | None = None,
    **facts: str,
) -> None:
    """One notice for each target. ``about`` is the campaign of those for whom nothing waits.

    ``among`` are the runs that the news is of (None: all); of the others it is said that they still wait.
    """
    credential = work.accounts.credential(account.id)
    for number, (target, waiting) in enumerate(audience.items(), start=1):
        campaign = waiting[0][1] if waiting else about
        payload = {
            "account": str(account.id),
            "version": str(account.version),
            "address": account.address,
            "service": account.kind,
            "workspace": account.workspace,
            "how": credential.how if credential is not None else "",
            **facts,
            **_what_waits(work, [one for one in waiting if among is None or one[0].id in among]),
            **_what_still_waits([one for one in waiting if among is not None and one[0].id not in among]),
            **_place(target, campaign),
        }
        key = f"{kind}:{account.id}:{now.isoformat()}:{number}"
        campaign_id = campaign.id if campaign else None
        work.notices.write(Draft(kind, key, (target.medium,), campaign_id=campaign_id, payload=payload), now)


def _what_waits(work: UnitOfWork, waiting: Sequence[Waiting]) -> dict[str, str]:
    return {
        "runs": str(len(waiting)),
        "waiting": str(sum(work.runs.progress(run.id).counts.left for run, _ in waiting)),
        "titles": _titles(waiting),
        "run": str(waiting[0][0].id) if waiting else "",
    }


def _what_still_waits(waiting: Sequence[Waiting]) -> dict[str, str]:
    return {
        "held": str(len(waiting)),
        "held_titles": _titles(waiting),
        "held_run": str(waiting[0][0].id) if waiting else "",
    }


def _titles(waiting: Sequence[Waiting]) -> str:
    return "\n".join(" ".join(campaign.event.title.split()) for _, campaign in waiting[:_TITLES])


def _place(target: Target, campaign: Campaign | None) -> dict[str, str]:
    match target.medium:
        case Medium.SLACK:
            return {"channel": target.name}
        case Medium.MAIL:
            return {"to": campaign.alert_address if campaign else target.name}
        case _:
            return {"user": target.name}
