"""The store: what the ledger of campaigns, runs and deliveries must do, one small Protocol per table family.

``storage`` implements them twice (SQL and in memory); ``tests/contract/test_store.py`` judges both.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from campaigns.history import Entry, NewEntry
from campaigns.model import (
    Account,
    Attendee,
    Batch,
    Campaign,
    Delivery,
    DeliveryState,
    Event,
    Failure,
    Pace,
    Problem,
    Run,
    RunState,
)
from campaigns.notices import Draft, Notice
from campaigns.ports import (
    CampaignForm,
    CampaignSettings,
    CampaignSummary,
    Difference,
    ListPurpose,
    ListQuery,
    NewRun,
    Progress,
    Revision,
    Selection,
    SentAt,
    Settlement,
    Standing,
    Upcoming,
    Upload,
)
from campaigns.roster import Roster


class Accounts(Protocol):
    def upsert(self, account: Account) -> Account:
        """Keep the account known by (kind, address); returns it with its id."""
        ...

    def retire_others(self, account_id: int) -> None:
        """Only this account is current from now on."""
        ...

    def get(self, account_id: int) -> Account: ...

    def all(self) -> list[Account]: ...

    def spend(self, account_id: int, at: datetime) -> None: ...

    def spent_since(self, account_id: int, since: datetime) -> int: ...

    def spends(self, account_id: int, since: datetime) -> list[datetime]:
        """When each send after ``since`` happened, oldest first."""
        ...

    def nth_newest_spend(self, account_id: int, n: int) -> datetime | None: ...

    def in_flight(self, account_id: int) -> int: ...

    def lock(self, account_id: int) -> None:
        """Nobody else may count this account's allowance until this transaction ends."""
        ...

    def prune_spends(self, before: datetime) -> int: ...


class Campaigns(Protocol):
    def add(
        self,
        form: CampaignForm,
        *,
        workspace: str,
        owner: str,
        roster: Roster,
        missing_values: int,
        now: datetime,
    ) -> Campaign: ...

    def get(self, campaign_id: int, workspace: str | None = None) -> Campaign:
        """Raises NotFound, also for another workspace's campaign."""
        ...

    def summaries(self, workspace: str, query: ListQuery) -> list[CampaignSummary]:
        """Newest first."""
        ...

    def summary(self, campaign: Campaign) -> CampaignSummary: ...

    def count(self, workspace: str, query: ListQuery) -> int:
        """How many campaigns ``query`` finds on all its pages."""
        ...

    def change_settings(self, campaign_id: int, settings: CampaignSettings) -> Campaign: ...

    def archive(self, campaign_id: int, at: datetime | None) -> bool:
        """Put it away, or (None) back on the list; False if it was there already."""
        ...

    def copy(self, source: Campaign, form: CampaignForm, *, owner: str, now: datetime) -> Campaign:
        """A new campaign with ``form`` and the list of ``source``; nobody of it has been invited."""
        ...

    def attendee_at(self, campaign_id: int, index: int) -> Attendee | None:
        """The attendee at this place of the list, from 0; None past its end."""
        ...

    def revise(self, campaign_id: int, event: Event, *, missing_values: int, now: datetime) -> Campaign: ...

    def missing_values(self, campaign_id: int) -> int:
        """How many attendees lack a value that the event's texts ask for without a default."""
        ...

    def set_missing_values(self, campaign_id: int, count: int) -> None:
        """After the list was changed or copied: neither looks at the event's texts."""
        ...

    def problems(self, campaign_id: int) -> list[Problem]:
        """What was found when the list was read, by line."""
        ...

    def revision(self, campaign_id: int, number: int) -> Revision: ...

    def attendees(self, campaign_id: int) -> Iterator[Attendee]: ...

    def selected(self, campaign: Campaign, selection: Selection) -> int:
        """How many attendees a run with this selection would have."""
        ...


class Uploads(Protocol):
    def add(
        self,
        form: CampaignForm,
        *,
        workspace: str,
        user: str,
        view_id: str,
        file: Mapping[str, object],
        submission: str,
        now: datetime,
        purpose: ListPurpose = ListPurpose.NEW,
        target: int | None = None,
    ) -> Upload:
        """The same ``submission`` twice is the same upload."""
        ...

    def get(self, upload_id: int) -> Upload: ...

    def unfinished(self) -> list[Upload]: ...

    def finish(self, upload_id: int, *, campaign_id: int | None, now: datetime) -> bool:
        """False if it was finished already."""
        ...


class Lists(Protocol):
    """Lists that were read for a campaign that exists, and wait to be applied."""

    def stage(self, upload_id: int, roster: Roster, now: datetime) -> bool:
        """Keep what was read; False if it was staged already."""
        ...

    def difference(self, upload: Upload, *, samples: int) -> Difference | None:
        """What applying it would do now; None if it is not staged (any more)."""
        ...

    def apply(self, upload: Upload, now: datetime) -> bool:
        """Make it so, once; False if it was applied or dropped.

        Attendees are known by their key. Who is removed keeps the row and its deliveries, is counted and
        selected no more; queued deliveries of theirs are skipped. Who comes back keeps what they hold.
        New attendees come after the old ones. Columns become those of both lists together (APPEND) or of the
        new one (REPLACE).
        """
        ...

    def drop(self, upload_id: int, now: datetime) -> bool:
        """Forget it; False if it was applied or dropped before."""
        ...

    def prune(self, before: datetime) -> int:
        """Drop what was staged before; returns how many lists."""
        ...


class History(Protocol):
    def record(self, entry: NewEntry, now: datetime) -> Entry: ...

    def of_campaign(self, campaign_id: int, *, limit: int) -> list[Entry]:
        """Newest first."""
        ...


class Homes(Protocol):
    """Who has the Home tab open, or had lately, and at which place."""

    def opened(self, workspace: str, user: str, query: ListQuery, now: datetime) -> None: ...

    def place(self, workspace: str, user: str) -> ListQuery: ...

    def viewers(self, workspace: str, since: datetime) -> list[str]:
        """Who opened theirs after ``since``, latest first."""
        ...


class Runs(Protocol):
    def start(self, campaign: Campaign, new: NewRun, now: datetime) -> Run:
        """The run with its deliveries and its first batch, due now.

        Raises StateError if the campaign has an active run or nobody is selected.
        """
        ...

    def by_submission(self, submission: str) -> Run | None: ...

    def get(self, run_id: int) -> Run: ...

    def standing(self, run_id: int) -> Standing:
        """What a worker must know before every invite, in one read."""
        ...

    def latest(self, campaign_id: int) -> Run | None: ...

    def active(self) -> list[Run]: ...

    def move(
        self,
        run_id: int,
        to: RunState,
        *,
        now: datetime,
        reason: str | None = None,
        detail: str = "",
        resume_at: datetime | None = None,
        by: str = "",
    ) -> bool:
        """One conditional UPDATE; False if the run's state does not allow the step."""
        ...

    def change_pace(self, run_id: int, pace: Pace) -> bool:
        """For the batches to come; False if the run has ended."""
        ...

    def upcoming(self, account_id: int) -> list[Upcoming]:
        """What the account's running and paused runs have still to send."""
        ...

    def sent_over_time(self, run_id: int, *, stretches: int) -> list[SentAt]:
        """When it was sent, in at most ``stretches`` equal stretches from the first to the last."""
        ...

    def skip_queued(self, run_id: int, cause: str, now: datetime) -> int: ...

    def posted(self, run_id: int, channel: str, ts: str) -> None:
        """Where the progress message stands."""
        ...

    def progress(self, run_id: int) -> Progress: ...

    def causes(self, run_id: int) -> list[tuple[str, str, int]]:
        """(cause, hint, how many) of failed and unsure deliveries, most first."""
        ...

    def failures(self, run_id: int) -> Iterator[Failure]: ...

    def count_refusal(self, run_id: int, cause: str) -> int:
        """One more refusal for this cause; returns how many in a row."""
        ...

    def clear_refusals(self, run_id: int) -> None: ...


class Deliveries(Protocol):
    def claim(
        self, run_id: int, seq: int, *, limit: int, owner: str, now: datetime, lease_until: datetime
    ) -> list[Delivery]:
        """Queued deliveries of the batch whose time has come, moved to sending."""
        ...

    def settle(self, delivery: Delivery, settlement: Settlement, now: datetime) -> bool:
        """Record how the try ended. False if this try no longer owns the row (a late zombie)."""
        ...

    def next_retry_at(self, run_id: int, seq: int, now: datetime) -> datetime | None:
        """When the earliest queued delivery of the batch may be tried; None if none is queued."""
        ...

    def sending(self, run_id: int, seq: int) -> int: ...

    def abandon_expired(self, leased_until: datetime, now: datetime, cause: str) -> list[int]:
        """Sending rows leased no longer than ``leased_until`` become unsure; returns the runs concerned."""
        ...

    def settle_unsure(self, run_id: int, to: DeliveryState, cause: str, now: datetime) -> int:
        """A person's word on every unsure delivery of a run."""
        ...


class Batches(Protocol):
    def current(self, run_id: int) -> Batch:
        """The open or next batch; of an ended run the last one."""
        ...

    def open(self, run_id: int, seq: int, size: int | None, now: datetime) -> int:
        """Give the batch its members, once; returns how many it has got now."""
        ...

    def renew(self, run_id: int, seq: int, owner: str, lease_until: datetime) -> None: ...

    def release(self, run_id: int, seq: int) -> None:
        """End the lease and leave the rest as it is."""
        ...

    def postpone(self, run_id: int, seq: int, due_at: datetime, *, stumbled: bool) -> None:
        """The batch is due again at ``due_at``; its lease ends. ``stumbled`` counts a hold."""
        ...

    def progressed(self, run_id: int, seq: int) -> None:
        """Something went through: the count of holds starts again."""
        ...

    def end(self, run_id: int, seq: int, now: datetime) -> bool:
        """False if it was ended already."""
        ...

    def ended_at(self, run_id: int, seq: int) -> datetime | None:
        """When batch ``seq`` ended; None if it has not, or there is none."""
        ...

    def arm_next(self, run_id: int, seq: int, due_at: datetime) -> None: ...

    def earliest_waiting(self, run_id: int) -> datetime | None:
        """The earliest ``not_before`` of queued deliveries in no batch; None if one may go at once."""
        ...

    def release_all(self) -> None:
        """End every lease: only a process that is alone with the database may call this."""
        ...


class Notices(Protocol):
    def write(self, draft: Draft, now: datetime) -> None:
        """One row per medium of its kind; a key written before stays as it is."""
        ...

    def touch(self, draft: Draft, now: datetime) -> None:
        """Write it, or make the written one due again, now."""
        ...

    def touch_gently(self, draft: Draft, now: datetime) -> None:
        """Like ``touch``, due ``SPACING`` after it was told last: for progress that may wait."""
        ...

    def due(self, now: datetime, limit: int) -> list[Notice]: ...

    def told(self, notice: Notice, reference: str, now: datetime) -> None:
        """Done, unless it was touched meanwhile: then it stays due."""
        ...

    def retry(self, notice: Notice, due_at: datetime) -> None: ...

    def give_up(self, notice: Notice, why: str, now: datetime) -> None: ...

    def next_due_at(self) -> datetime | None: ...


class UnitOfWork(Protocol):
    """One transaction: all of it is committed at the end of the ``with`` block, or none of it."""

    @property
    def accounts(self) -> Accounts: ...
    @property
    def campaigns(self) -> Campaigns: ...
    @property
    def uploads(self) -> Uploads: ...
    @property
    def lists(self) -> Lists: ...
    @property
    def history(self) -> History: ...
    @property
    def homes(self) -> Homes: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def batches(self) -> Batches: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def notices(self) -> Notices: ...


class Store(Protocol):
    def writing(self) -> AbstractContextManager[UnitOfWork]: ...

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """A consistent view; writing in it raises."""
        ...
