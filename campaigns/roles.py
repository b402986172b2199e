"""Who may do what with a campaign. One rule, asked by every use-case."""

from dataclasses import dataclass

from campaigns.errors import NotAllowed
from campaigns.model import Campaign


@dataclass(frozen=True, slots=True)
class Actor:
    """A person of one workspace, as Slack vouches for them."""

    workspace: str
    user: str
    is_admin: bool = False


def may_run(actor: Actor, campaign: Campaign) -> bool:
    """Whether ``actor`` may see and act on ``campaign``: its owner and the workspace's admins may."""
    return actor.workspace == campaign.workspace and (actor.is_admin or actor.user == campaign.owner)


def require(actor: Actor, campaign: Campaign) -> None:
    """Raise NotAllowed unless ``actor`` may act on ``campaign``."""
    if not may_run(actor, campaign):
        raise NotAllowed(hint=f"Ask <@{campaign.owner}> or a workspace admin.")
