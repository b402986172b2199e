"""Who asked not to be invited is not invited, whatever list they stand on."""

from campaigns.model import Attendee
from campaigns.store_port import UnitOfWork

ASKED_NOT_TO = "Asked not to be invited"
"""Why their delivery is skipped, as reports say it."""


def is_suppressed(work: UnitOfWork, workspace: str, attendee: Attendee) -> bool:
    """Whether ``attendee`` is not to be invited from ``workspace``: asked before every invite."""
    return work.suppressions.find(workspace, attendee.key) is not None
