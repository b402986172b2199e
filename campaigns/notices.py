"""Things people must hear. Each is a row, written in the same transaction as the change it tells of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from campaigns.model import Medium, Routing, Topic


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
    DEED = "deed"  # a line of the history: who did what to the run, in its thread
    APPROVAL = "approval"  # a run waits for a second person
    IMPORTED = "imported"  # the attendee list was read: how many, which lines have problems
    REFUSED = "refused"  # the attendee list could not be used
    DIFFERENCE = "difference"  # a list for a campaign that exists was read: what it would change
    ACCESS_LOST = "access_lost"  # an account needs a person: told once for it, not once for each run
    ACCESS_BACK = "access_back"  # it is renewed
    NOT_TAKEN_IN = "not_taken_in"  # who was added is not invited by itself: why, and what to press
    HOME = "home"  # a Home tab shows what is no longer true


SPACING = timedelta(seconds=5)
"""The least time between two edits of a progress message (Slack allows 50 a minute)."""

MEDIA: dict[NoticeKind, tuple[Medium, ...]] = {
    NoticeKind.PROGRESS: (Medium.SLACK,),
    NoticeKind.STARTED: (Medium.MAIL,),
    NoticeKind.DIGEST: (Medium.MAIL,),
    NoticeKind.RESUMED: (Medium.SLACK,),
    NoticeKind.STOPPED: (Medium.SLACK,),
    NoticeKind.DEED: (Medium.SLACK,),
    NoticeKind.APPROVAL: (Medium.SLACK,),
    NoticeKind.IMPORTED: (Medium.DIRECT,),
    NoticeKind.REFUSED: (Medium.DIRECT,),
    NoticeKind.DIFFERENCE: (Medium.DIRECT,),
    NoticeKind.ACCESS_LOST: (Medium.SLACK, Medium.DIRECT, Medium.MAIL),
    NoticeKind.ACCESS_BACK: (Medium.SLACK,),
    NoticeKind.NOT_TAKEN_IN: (Medium.DIRECT,),
    NoticeKind.HOME: (Medium.HOME,),
}
"""Where the kinds are heard that no campaign can send elsewhere."""

TOPICS: dict[NoticeKind, Topic] = {
    NoticeKind.BATCH_DONE: Topic.BATCHES,
    NoticeKind.FINISHED: Topic.FINISHED,
    NoticeKind.FAILURES: Topic.FAILURES,
    NoticeKind.PAUSED: Topic.ALERTS,
}
"""The kinds whose media are the campaign's choice."""

URGENT = frozenset({NoticeKind.ACCESS_LOST, NoticeKind.ACCESS_BACK})
"""What is told before everything else that waits for the same medium: nothing is sent until somebody acts."""


def media_for(kind: NoticeKind, routing: Routing) -> tuple[Medium, ...]:
    """Where a campaign with this routing hears of ``kind``."""
    topic = TOPICS.get(kind)
    return MEDIA[kind] if topic is None else routing.media(topic)


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice about to be written, one row for each of ``media``.

    The same ``key`` and medium is never written twice.
    """

    kind: NoticeKind
    key: str
    media: tuple[Medium, ...]
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
