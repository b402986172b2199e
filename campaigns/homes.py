"""Home tabs that show what is no longer true are drawn anew."""

from datetime import datetime, timedelta
from typing import Protocol

from campaigns.notices import MEDIA, Draft, NoticeKind
from campaigns.run_port import Notices
from campaigns.store_port import Homes

LATELY = timedelta(hours=24)
MOST_VIEWERS = 50
"""Publishing is one call a person. Whoever looked longer ago is shown the truth when they look again."""


class Hall(Protocol):
    """The part of a unit of work that Home tabs need."""

    @property
    def homes(self) -> Homes: ...
    @property
    def notices(self) -> Notices: ...


def touch_homes(work: Hall, workspace: str, now: datetime) -> None:
    """The Campaign List of ``workspace`` has changed: whoever looked at it lately sees it, gently."""
    for user in work.homes.viewers(workspace, now - LATELY)[:MOST_VIEWERS]:
        notice = Draft(
            NoticeKind.HOME,
            f"home:{workspace}:{user}",
            MEDIA[NoticeKind.HOME],
            payload={"workspace": workspace, "user": user},
        )
        work.notices.touch_gently(notice, now)
