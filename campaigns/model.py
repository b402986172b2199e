"""The values everything else speaks of. Immutable; times are aware UTC datetimes named ``*_at``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from campaigns.recurrence import Recurrence
from campaigns.timing import AT_ONCE, Pace, Timing


class Kind(StrEnum):
    """One pass over a campaign: what it does to the attendees' calendars."""

    INVITE = "invite"
    UPDATE = "update"
    CANCEL = "cancel"
    REMIND = "remind"  # asks those again who hold an invite and have not answered


class RunState(StrEnum):
    PLANNED = "planned"  # waits for a second person's approval
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"


class Reason(StrEnum):
    """Why a run is paused; each has its own notice and its own next step."""

    PERSON = "person"
    QUOTA = "quota"
    ACCESS = "access"
    FAULTS = "faults"
    OVER = "over"  # the event
    STORAGE = "storage"


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNSURE = "unsure"
    SKIPPED = "skipped"
    BOUNCED = "bounced"  # was sent, and a mail server sent it back


class Medium(StrEnum):
    """How a notice reaches people."""

    SLACK = "slack"  # the run's message and its thread, in the chosen channel
    DIRECT = "direct"  # a direct message from the bot
    MAIL = "mail"
    HOME = "home"  # the Home tab, drawn anew


class Topic(StrEnum):
    """What a campaign's owner may choose the media for."""

    BATCHES = "batches"
    FINISHED = "finished"
    FAILURES = "failures"
    ALERTS = "alerts"  # a run that stopped by itself and needs a hand


@dataclass(frozen=True, slots=True)
class Routing:
    """What goes where, by topic. Progress by mail has a setting of its own, ``MailProgress``."""

    batches: tuple[Medium, ...] = (Medium.SLACK,)
    finished: tuple[Medium, ...] = (Medium.SLACK, Medium.MAIL)
    failures: tuple[Medium, ...] = (Medium.SLACK, Medium.MAIL)
    alerts: tuple[Medium, ...] = (Medium.SLACK, Medium.DIRECT, Medium.MAIL)

    def media(self, topic: Topic) -> tuple[Medium, ...]:
        match topic:
            case Topic.BATCHES:
                return self.batches
            case Topic.FINISHED:
                return self.finished
            case Topic.FAILURES:
                return self.failures
            case Topic.ALERTS:
                return self.alerts
            case _:
                assert_never(topic)


DEFAULT_ROUTING = Routing()


class MailProgress(StrEnum):
    """How often progress goes to the registered address."""

    EVERY_BATCH = "every_batch"
    DAILY = "daily"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Event:
    """What people are invited to. ``zone`` is an IANA name; texts may hold ``{{merge_fields}}``.

    ``starts_at`` and ``ends_at`` are of the first occurrence. ``is_all_day``: both are midnights in ``zone``,
    and the end is that after the last day. ``reminder_minutes`` before each start calendars may remind
    people.
    """

    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str = ""
    description: str = ""
    greeting: str = ""
    is_all_day: bool = False
    recurrence: Recurrence | None = None
    reminder_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Organizer:
    """Who invites: ORGANIZER and From of every invite."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attendee:
    """One person on the list.

    ``address`` is ready for the wire (domain as A-label); ``key`` identifies the person
    (lower-case local part @ lower-case A-label domain); ``line`` is the line of the uploaded list;
    ``fields`` holds every other column by its merge-field name (``first_name``, ``company``).
    """

    address: str
    key: str
    name: str = ""
    line: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    id: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of the list that cannot be used as it is, or was changed: nothing is dropped without one."""

    line: int
    value: str
    reason: str
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class Campaign:
    """An event, a roster, an owner and an account.

    ``revision`` is the SEQUENCE of the event as it is now; ``seed`` is the secret from which UIDs and
    Message-IDs are derived. ``editors`` are people, besides the owner, who may run it; ``attendees`` counts
    those who are on the list now. ``archived_at``: put away from the Campaign List, nothing deleted.
    ``is_cancelled``: the newest revision takes the event back. ``takes_in``: who is added to the list later
    is invited without a press of a button; ``newcomers`` of them could not be yet, and wait.
    """

    id: int
    workspace: str
    owner: str
    account_id: int
    organizer: Organizer
    event: Event
    revision: int
    revised_at: datetime
    seed: str
    alert_address: str
    mail_progress: MailProgress
    columns: tuple[str, ...]
    attendees: int
    created_at: datetime
    editors: tuple[str, ...] = ()
    routing: Routing = DEFAULT_ROUTING
    archived_at: datetime | None = None
    is_cancelled: bool = False
    takes_in: bool = False
    newcomers: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """``limit_told_at``: when people last heard that the account's own limit stops it (see ``own_limit``)."""

    id: int
    campaign_id: int
    kind: Kind
    state: RunState
    reason: Reason | None
    detail: str
    resume_at: datetime | None
    pace: Pace
    total: int
    started_by: str
    channel: str
    posted_channel: str
    posted_ts: str
    created_at: datetime
    ended_at: datetime | None
    acted_by: str = ""
    timing: Timing = AT_ONCE
    limit_told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A slice of a run. Only the open or the next one has a ``due_at``."""

    run_id: int
    seq: int
    due_at: datetime | None
    opened_at: datetime | None
    ended_at: datetime | None
    stumbles: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attendee in one run, claimed for a try.

    ``attempt`` numbers the claims and fences off late outcomes; ``tries`` counts those that were not given
    back. ``revision`` is the event's when it was claimed, ``first_claimed_at`` that of the first claim: a
    retry is byte-identical, unless the event was edited or this person's words were corrected in between.
    ``deed`` is what it does to this person's calendar: an update run also invites and cancels. ``sequence``
    is the SEQUENCE of its letter: the revision, or more if a letter of other words bears that number already.
    ``held`` is the revision in this person's calendar, or with ``was_taken_out`` the one that took the event
    out of it; None: neither. ``doubted`` is the SEQUENCE of the oldest letter that may have gone with an
    earlier try, of which no later one has told; None: none.
    """

    id: int
    run_id: int
    batch_seq: int
    attendee: Attendee
    state: DeliveryState
    attempt: int
    tries: int
    revision: int
    first_claimed_at: datetime
    deed: Kind = Kind.INVITE
    sequence: int = 0
    held: int | None = None
    was_taken_out: bool = False
    doubted: int | None = None

    @property
    def cancelled_at(self) -> int | None:
        """The revision with which the event was taken out of this person's calendar; None: it was not."""
        return self.held if self.was_taken_out else None

    @property
    def is_outdated(self) -> bool:
        """Whether an earlier revision is in this person's calendar."""
        return self.held is not None and not self.was_taken_out and self.held < self.revision


@dataclass(frozen=True, slots=True)
class Counts:
    """How many deliveries of a run are in each state."""

    queued: int = 0
    sending: int = 0
    sent: int = 0
    failed: int = 0
    unsure: int = 0
    skipped: int = 0
    bounced: int = 0

    @property
    def total(self) -> int:
        done = self.sent + self.failed + self.unsure + self.skipped + self.bounced
        return self.queued + self.sending + done

    @property
    def left(self) -> int:
        return self.queued + self.sending

    @property
    def settled(self) -> int:
        return self.total - self.left

    @property
    def unreached(self) -> int:
        """Of whom people are told by name at the end: they have nothing of this run, or perhaps nothing."""
        return self.failed + self.bounced + self.unsure


@dataclass(frozen=True, slots=True)
class Failure:
    """One person who was not (or perhaps not) invited, and why."""

    name: str
    address: str
    line: int
    state: DeliveryState
    cause: str
    evidence: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a notice. ``alt`` says in words what a picture shows."""

    name: str
    content: bytes
    media_type: str = "text/csv; charset=utf-8"
    alt: str = ""
