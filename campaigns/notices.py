"""Things people must hear. Each is a row, written in the same transaction as the change it tells of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Medium(StrEnum):
    SLACK = "slack"
    MAIL = "mail"


class NoticeKind(StrEnum):
    """What a notice tells; its words live with each medium."""

    PROGRESS = "progress"  # the one message in the channel that is kept up to date
    STARTED = "started"
    BATCH_DONE = "batch_done"
    DIGEST = "digest"
    FINISHED = "finished"
    FAILURES = "failures"
    PAUSED = "paused"  # quota, access, faults, storage: the run stopped by itself
    RESUMED = "resumed"  # it went on by itself
    STOPPED = "stopped"
    IMPORTED = "imported"  # the attendee list was read: how many, which lines have problems
    REFUSED = "refused"  # the attendee list could not be used


SPACING = timedelta(seconds=5)
"""The least time between two edits of a progress message (Slack allows 50 a minute)."""

BOTH = (Medium.SLACK, Medium.MAIL)

MEDIA: dict[NoticeKind, tuple[Medium, ...]] = {
    NoticeKind.PROGRESS: (Medium.SLACK,),
    NoticeKind.STARTED: (Medium.MAIL,),
    NoticeKind.BATCH_DONE: (Medium.MAIL,),
    NoticeKind.DIGEST: (Medium.MAIL,),
    NoticeKind.FINISHED: BOTH,
    NoticeKind.FAILURES: BOTH,
    NoticeKind.PAUSED: BOTH,
    NoticeKind.RESUMED: (Medium.SLACK,),
    NoticeKind.STOPPED: (Medium.SLACK,),
    NoticeKind.IMPORTED: (Medium.SLACK,),
    NoticeKind.REFUSED: (Medium.SLACK,),
}
"""Where each kind is heard."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice about to be written. The same ``key`` and medium is never written twice."""

    kind: NoticeKind
    key: str
    campaign_id: int | None = None
    run_id: int | None = None
    payload: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """A written notice. ``version`` rises when it is touched again while being told."""

    id: int
    kind: NoticeKind
    medium: Medium
    key: str
    campaign_id: int | None
    run_id: int | None
    payload: Mapping[str, str]
    attempts: int
    version: int
    due_at: datetime
    created_at: datetime
