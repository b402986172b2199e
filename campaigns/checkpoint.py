"""Named points at which a test may kill the process. A no-op in the product.

The points stand where a crash would matter: before and after each commit and each hand-over.
"""

from collections.abc import Callable

Hook = Callable[[str], None]

_hook: Hook | None = None

POINTS = (
    "submit.before_commit",
    "submit.after_commit",
    "batch.claimed",
    "batch.opened",
    "delivery.claimed",
    "delivery.built",
    "delivery.handed_over",
    "delivery.before_settle",
    "delivery.settled",
    "batch.before_end",
    "batch.ended",
    "notice.before_tell",
    "notice.told",
    "recovery.before",
    "recovery.after",
    "list.before_stage",
    "list.staged",
    "change.before_commit",
    "change.after_commit",
    "approval.before_commit",
    "approval.after_commit",
    "trial.before_send",
    "trial.sent",
)
"""Every name ``checkpoint`` is called with; the crash suite walks this list."""


def install(hook: Hook | None) -> None:
    """Call ``hook`` with the name of every point passed from now on; None removes it."""
    global _hook  # noqa: PLW0603 - one process, one hook: that is the point of it
    _hook = hook


def checkpoint(name: str) -> None:
    """Pass the point ``name``."""
    if _hook is not None:
        _hook(name)
