"""Who may do what with a campaign: one table, asked by every use-case."""

from dataclasses import dataclass
from enum import StrEnum

from campaigns.errors import NotAllowed
from campaigns.model import Campaign, Run


class Role(StrEnum):
    """What a person is to a campaign; somebody may be several things at once."""

    OWNER = "owner"
    EDITOR = "editor"  # named by the owner
    ADMIN = "admin"  # of the workspace
    ORGANIZER = "organizer"  # member of the user group that the settings name
    OTHER = "other"


class Right(StrEnum):
    """What can be asked for."""

    LOOK = "look"  # details, report, history, preview
    EDIT = "edit"  # event, attendee list, settings
    SEND = "send"  # start a run, retry, send again, send a test
    STEER = "steer"  # pause, resume, stop, change the pace, settle the unsure
    APPROVE = "approve"  # a run that waits for a second person
    DUPLICATE = "duplicate"
    ARCHIVE = "archive"
    SHARE = "share"  # name the editors


EVERYTHING = frozenset(Right)
GRANTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: EVERYTHING,
    Role.ADMIN: EVERYTHING,
    Role.EDITOR: EVERYTHING - {Right.ARCHIVE, Right.SHARE},
    Role.ORGANIZER: EVERYTHING - {Right.ARCHIVE, Right.SHARE},
    Role.OTHER: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A person of one workspace, as Slack vouches for them.

    ``in_group`` is whether they belong to the user group of the settings; None: the settings name none.
    """

    workspace: str
    user: str
    is_admin: bool = False
    is_guest: bool = False
    in_group: bool | None = None


def roles_of(actor: Actor, campaign: Campaign) -> frozenset[Role]:
    """What ``actor`` is to ``campaign``; nothing but OTHER in another workspace."""
    if actor.workspace != campaign.workspace:
        return frozenset({Role.OTHER})
    held = {
        Role.OWNER: actor.user == campaign.owner,
        Role.EDITOR: actor.user in campaign.editors,
        Role.ADMIN: actor.is_admin,
        Role.ORGANIZER: actor.in_group is True and not actor.is_guest,
    }
    return frozenset(role for role, is_held in held.items() if is_held) or frozenset({Role.OTHER})


def may(actor: Actor, campaign: Campaign, right: Right) -> bool:
    """Whether one of the actor's roles grants ``right``."""
    return any(right in GRANTS[role] for role in roles_of(actor, campaign))


def require(actor: Actor, campaign: Campaign, right: Right) -> None:
    """Raise NotAllowed unless ``actor`` has ``right`` on ``campaign``."""
    if not may(actor, campaign, right):
        raise refusal(campaign)


def refusal(campaign: Campaign) -> NotAllowed:
    """The polite no, and who could say yes."""
    return NotAllowed(hint=f"Ask <@{campaign.owner}> or a workspace admin.")


def may_approve(actor: Actor, campaign: Campaign, run: Run) -> bool:
    """The right, and not one's own run: that is what a second person is."""
    return may(actor, campaign, Right.APPROVE) and actor.user != run.started_by


def require_approval(actor: Actor, campaign: Campaign, run: Run) -> None:
    """Raise NotAllowed unless ``actor`` may approve ``run``."""
    require(actor, campaign, Right.APPROVE)
    if not may_approve(actor, campaign, run):
        raise NotAllowed(
            "A run of this size needs a second person's approval.",
            hint="Ask another editor of the campaign, or a workspace admin.",
        )


def may_create(actor: Actor) -> bool:
    """Guests may not; where the settings name a user group, only its members and admins may."""
    if actor.is_admin:
        return True
    return not actor.is_guest and actor.in_group is not False


def require_create(actor: Actor) -> None:
    """Raise NotAllowed unless ``actor`` may make campaigns."""
    if not may_create(actor):
        raise NotAllowed(
            "You cannot make campaigns in this workspace.", hint="Ask a workspace admin to add you."
        )


def may_edit_never_invite(actor: Actor) -> bool:
    """The workspace's never-invite list holds for everybody's campaigns: admins keep it.

    Whoever may make campaigns may look at it. That of one campaign is for those who may EDIT it.
    """
    return actor.is_admin


def require_edit_never_invite(actor: Actor) -> None:
    """Raise NotAllowed unless ``actor`` may change the never-invite list of the workspace."""
    if not may_edit_never_invite(actor):
        raise NotAllowed(
            "Only workspace admins change the never-invite list of the workspace.",
            hint="Ask one of them, or use the list of your own campaign: Edit campaign, then Never invite.",
        )
