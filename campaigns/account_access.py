"""Who may send from an account, and who may change, renew or disconnect it."""

from campaigns.account import Account
from campaigns.errors import NotAllowed, NotFound, StateError
from campaigns.model import Campaign
from campaigns.roles import Actor, may_create

_GONE = "There is no such account in this workspace."


def may_use(actor: Actor, account: Account) -> bool:
    """Whether invites of ``actor`` may leave from it: its own keeper's, or shared, or of the settings."""
    if account.is_of_settings:
        return True
    return account.workspace == actor.workspace and (account.is_shared or account.connected_by == actor.user)


def require_use(actor: Actor, account: Account) -> None:
    """Raise NotFound unless ``actor`` may send from it now: another's account is as good as none."""
    if not (account.is_current and may_use(actor, account)):
        raise NotFound(_GONE, hint="Choose one of your accounts, or connect one under Email services.")


def may_send(campaign: Campaign, account: Account) -> bool:
    """Whether invites of ``campaign`` may leave from it now: as for its owner, whoever presses the button."""
    return may_use(Actor(campaign.workspace, campaign.owner), account)


def require_send(campaign: Campaign, account: Account) -> None:
    """Raise StateError unless invites of ``campaign`` may leave from it now.

    Asked at each step by which a person lets something go out of it, for sharing may have ended since.
    """
    if not may_send(campaign, account):
        raise StateError(
            f"{account.address} is not shared with this campaign's owner any more.",
            hint=f"Nothing was sent, and nobody is lost. Ask <@{account.connected_by}> to share it again "
            "under Email services, Limits, then press the button again.",
        )


def may_keep(actor: Actor, account: Account) -> bool:
    """Whether ``actor`` looks after it. Nobody in Slack does for the account of the settings."""
    if account.is_of_settings or account.workspace != actor.workspace or actor.is_guest:
        return False
    return actor.is_admin or account.connected_by == actor.user


def require_keeper(actor: Actor, account: Account) -> None:
    """Raise NotAllowed, or NotFound for another workspace's."""
    if may_keep(actor, account):
        return
    if account.is_of_settings:
        raise NotAllowed(
            "This account is set up in the bot's settings.",
            hint="Ask whoever runs this bot to change it there.",
        )
    if account.workspace != actor.workspace:
        raise NotFound(_GONE)
    raise NotAllowed(
        "Only the person who connected this account may do that.",
        hint=f"Ask <@{account.connected_by}> or a workspace admin.",
    )


def require_connect(actor: Actor) -> None:
    """Raise NotAllowed unless ``actor`` may connect an account: whoever may make campaigns, guests never."""
    if actor.is_guest or not may_create(actor):
        raise NotAllowed(
            "You cannot connect email accounts in this workspace.", hint="Ask a workspace admin to add you."
        )
