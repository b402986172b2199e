"""What the ground floor needs from the rooms, as Protocols; each has a contract suite in tests/contract."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from campaigns.account import Account
from campaigns.model import (
    DEFAULT_ROUTING,
    Attachment,
    Batch,
    Campaign,
    Counts,
    DeliveryState,
    Event,
    Kind,
    MailProgress,
    Organizer,
    Routing,
    Run,
)
from campaigns.notices import Notice
from campaigns.report import RunReport
from campaigns.timing import AT_ONCE, Pace, Timing


class Clock(Protocol):
    """The time, and how long one of the organizer's minutes lasts (a minute, but in the demo)."""

    def now(self) -> datetime: ...

    @property
    def minute(self) -> timedelta: ...

    def wait(self, duration: timedelta) -> None:
        """Return after ``duration``, or earlier when the process is told to stop."""
        ...


@dataclass(frozen=True, slots=True)
class CampaignForm:
    """A validated *New campaign* form."""

    event: Event
    organizer: Organizer
    account_id: int
    alert_address: str
    mail_progress: MailProgress
    editors: tuple[str, ...] = ()
    routing: Routing = DEFAULT_ROUTING


@dataclass(frozen=True, slots=True)
class CampaignSettings:
    """What can be changed about a campaign without changing what attendees hold."""

    alert_address: str
    mail_progress: MailProgress
    editors: tuple[str, ...]
    routing: Routing
    takes_in: bool = False


class Notifier(Protocol):
    """One medium of notices. ``report`` is the run as it is now; ``files`` go along with the notice.

    Returns a reference (for Slack ``channel ts``) or ''. Raises a fault: Busy is tried again, anything else
    is given up and shown in the log.
    """

    def tell(
        self, notice: Notice, campaign: Campaign | None, report: RunReport | None, files: list[Attachment]
    ) -> str: ...


class Alarm(Protocol):
    """Wakes whoever sleeps until the next due batch or notice."""

    def wake(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Behind:
    """Whose calendar says something else than the newest version.

    ``off`` were told that the event is cancelled, and ``outdated`` hold an earlier version: of both, who is
    on the list, and on no never-invite list. ``keeping`` have it though it is cancelled.
    """

    off: int = 0
    outdated: int = 0
    keeping: int = 0


@dataclass(frozen=True, slots=True)
class CampaignSummary:
    """One line of the Campaign List. ``behind`` is nobody while a run is on that tells them."""

    campaign: Campaign
    run: Run | None
    counts: Counts
    next_at: datetime | None
    behind: Behind = Behind()


@dataclass(frozen=True, slots=True)
class Revision:
    """The event as it was at one SEQUENCE."""

    number: int
    event: Event
    revised_at: datetime
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """Whom a run is for: by kind, or those of an earlier run in one state.

    Nobody on a never-invite list is selected, but for a cancel (see ``suppressing``).
    invite: on the list, holding nothing (or a cancelled entry), nothing of theirs unsure.
    update: on the list and holding an older revision, or other words of their own than the list has now; on
    the list and holding nothing; taken off the list and holding something (these get a CANCEL).
    cancel: everybody who holds something or may, also those taken off the list.
    remind: on the list, holding something, not answered.
    Who has a letter of another run on the wire counts as holding something.
    ``newcomers``: of these only people who came onto the list, for the first time or again, while the
    campaign took people in (``Campaign.takes_in``), and have been queued in no run since.
    """

    kind: Kind
    from_run: int | None = None
    from_state: DeliveryState | None = None
    newcomers: bool = False


@dataclass(frozen=True, slots=True)
class Whom:
    """What a run with some selection would do, by deed.

    ``again``: how many of the invites go to people who were written to before. ``left_out`` would be in it,
    but for a never-invite list.
    """

    invites: int = 0
    updates: int = 0
    cancels: int = 0
    reminders: int = 0
    again: int = 0
    left_out: int = 0

    @property
    def total(self) -> int:
        return self.invites + self.updates + self.cancels + self.reminders


@dataclass(frozen=True, slots=True)
class Uninvited:
    """Newcomers (see ``Selection``) on the list and on no never-invite list who are not invited yet.

    ``on_the_wire``: a letter to them is, so that nobody knows yet what they hold. ``in_doubt``: nobody will
    know without asking them. ``to_invite``: the rest.
    """

    to_invite: int = 0
    on_the_wire: int = 0
    in_doubt: int = 0

    @property
    def waiting(self) -> int:
        """Those who need nobody's word but a run."""
        return self.to_invite + self.on_the_wire


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run about to start. ``submission`` makes a doubled press show the same run.

    ``is_planned``: it waits for a second person's approval and claims nothing before.
    """

    selection: Selection
    pace: Pace
    started_by: str
    channel: str
    submission: str
    timing: Timing = AT_ONCE
    is_planned: bool = False


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Which campaigns of a workspace to show: those whose title holds every one of ``words``."""

    words: str = ""
    archived: bool = False
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What an active run of an account has still to send: it shares the account's limits."""

    campaign_id: int
    left: int
    pace: Pace
    timing: Timing
    next_at: datetime
    kind: Kind = Kind.INVITE


@dataclass(frozen=True, slots=True)
class SentAt:
    """How many invites of a run were settled as sent in the stretch that begins ``at``."""

    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """How one try of a delivery ended. ``may_have_gone``: this one, though it waits for another."""

    state: DeliveryState
    cause: str = ""
    hint: str = ""
    evidence: str = ""
    reference: str = ""
    given_back: bool = False
    not_before: datetime | None = None
    leave_batch: bool = False
    uid: str = ""  # of the letter that was (or may have been) sent
    may_have_gone: bool = False


@dataclass(frozen=True, slots=True)
class Misses:
    """Of the ``size`` latest outcomes of a run, those that ``failed`` or are ``unsure``.

    ``times`` is when each of these bad ones was settled, latest first.
    """

    size: int = 0
    failed: int = 0
    unsure: int = 0
    times: tuple[datetime, ...] = ()

    @property
    def bad(self) -> int:
        return self.failed + self.unsure

    def bad_since(self, at: datetime) -> int:
        return sum(time > at for time in self.times)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is. ``waiting`` are queued and not yet in any batch; ``batch`` is the open or next one."""

    counts: Counts
    waiting: int
    batch: Batch


@dataclass(frozen=True, slots=True)
class Standing:
    """A run with its account, and its open or next batch (of an ended run: the last).

    ``refusals``: equal ones in a row. ``revision``: that of the event as it is now.
    """

    run: Run
    batch: Batch
    refusals: int
    account: Account
    revision: int


@dataclass(frozen=True, slots=True)
class DueBatch:
    """A batch whose time has come, claimed under a lease. ``claim`` numbers the claims of this batch."""

    run_id: int
    seq: int
    claim: int


class BatchQueue(Protocol):
    """What the job store projects: which batches are due, and when to look again."""

    def claim_due(self, now: datetime) -> list[DueBatch]: ...

    def next_wake_at(self, now: datetime) -> datetime | None: ...


class Charts(Protocol):
    """Draws the picture that goes with the final report."""

    def final(self, title: str, report: RunReport, over_time: list[SentAt], zone: str) -> Attachment | None:
        """Sent over time in ``zone``, and why some were not. None where a picture would say nothing."""
        ...
