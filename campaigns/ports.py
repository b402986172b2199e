"""What the ground floor needs from the rooms, as Protocols; each has a contract suite in tests/contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from campaigns.model import (
    Account,
    Attachment,
    Batch,
    Campaign,
    Counts,
    DeliveryState,
    Event,
    Kind,
    Letter,
    MailProgress,
    Organizer,
    Pace,
    Receipt,
    Run,
)
from campaigns.notices import Notice
from campaigns.report import RunReport
from campaigns.roster import Roster


class Clock(Protocol):
    """The time, and how long one of the organizer's minutes lasts (a minute, but in the demo)."""

    def now(self) -> datetime: ...

    @property
    def minute(self) -> timedelta: ...

    def wait(self, duration: timedelta) -> None:
        """Return after ``duration``, or earlier when the process is told to stop."""
        ...


class Mailer(Protocol):
    """Hands an invite to a provider. Raises only the faults of ``campaigns.errors``."""

    def send(self, letter: Letter) -> Receipt: ...

    def check(self) -> None:
        """Log in and out again. Raises NoAccess, Misconfigured or Busy."""
        ...

    def close(self) -> None: ...


class Mailers(Protocol):
    """The mailer of each account."""

    def for_account(self, account: Account) -> Mailer: ...


@dataclass(frozen=True, slots=True)
class CampaignForm:
    """A validated *New campaign* form."""

    event: Event
    organizer: Organizer
    account_id: int
    alert_address: str
    mail_progress: MailProgress


@dataclass(frozen=True, slots=True)
class Upload:
    """A form that was submitted with a list that is still to be read, kept so that a crash loses neither."""

    id: int
    workspace: str
    user: str
    view_id: str
    form: CampaignForm
    file: Mapping[str, object]
    campaign_id: int | None = None


class Attachments(Protocol):
    """Fetches and reads an uploaded list. Raises RosterError with words for the organizer."""

    def read(self, upload: Upload) -> Roster: ...


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
class CampaignSummary:
    """One line of the Campaign List."""

    campaign: Campaign
    run: Run | None
    counts: Counts
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Revision:
    """The event as it was at one SEQUENCE."""

    number: int
    event: Event
    revised_at: datetime


@dataclass(frozen=True, slots=True)
class Selection:
    """Whom a run is for.

    By kind (never invited, or holding an outdated revision), or those of an earlier run in one state.
    """

    kind: Kind
    from_run: int | None = None
    from_state: DeliveryState | None = None


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run about to start. ``submission`` makes a doubled press show the same run."""

    selection: Selection
    pace: Pace
    started_by: str
    channel: str
    submission: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """How one try of a delivery ended."""

    state: DeliveryState
    cause: str = ""
    hint: str = ""
    evidence: str = ""
    reference: str = ""
    given_back: bool = False
    not_before: datetime | None = None
    leave_batch: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is. ``waiting`` are queued and not yet in any batch; ``batch`` is the open or next one."""

    counts: Counts
    waiting: int
    batch: Batch


@dataclass(frozen=True, slots=True)
class Standing:
    """A run with its open or next batch (of an ended run: the last); ``refusals``: equal ones in a row."""

    run: Run
    batch: Batch
    refusals: int


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
