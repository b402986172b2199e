"""The store: what the ledger of campaigns, runs and deliveries must do, one small Protocol per table family.

Those of sending are in ``campaigns.run_port``, those of email services in ``campaigns.account_port``.
``storage`` implements all of them twice (SQL and in memory); ``tests/contract/test_store.py`` judges both.

A transaction that locks or changes several of these does so in this order, or two could wait for each
other for ever: campaign, account, run, batch, attendee. Who notes a delivery's outcome, applies a list or
takes an answer changes attendees: what else it may need is locked before. Notices are written at its end,
wherever they stand in it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from campaigns.account_port import Accounts, Suppressions, Tickets
from campaigns.answer_port import Answers, Mailboxes
from campaigns.history import Deed, Entry, NewEntry
from campaigns.model import Attendee, Campaign, Event, Problem
from campaigns.ports import (
    CampaignForm,
    CampaignSettings,
    CampaignSummary,
    ListQuery,
    Revision,
    Selection,
    Uninvited,
    Whom,
)
from campaigns.roster import Roster
from campaigns.run_port import Batches, Deliveries, Notices, Runs
from campaigns.uploaded_list import Difference, ListPurpose, Upload


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

    def lock(self, campaign_id: int) -> None:
        """What is read of this campaign from now on stays true until this transaction ends."""
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

    def attendee(self, campaign_id: int, attendee_id: int) -> Attendee | None:
        """The attendee of this id, also one who was taken off the list; None if it is of no such campaign."""
        ...

    def revise(
        self,
        campaign_id: int,
        event: Event,
        *,
        missing_values: int,
        now: datetime,
        is_cancelled: bool = False,
    ) -> Campaign:
        """The next revision; ``is_cancelled``: the one that takes the event back."""
        ...

    def missing_values(self, campaign_id: int) -> int:
        """How many attendees lack a value that the event's texts ask for without a default."""
        ...

    def uninvited(self, campaign: Campaign) -> Uninvited:
        """The newcomers for whom there is still something to do."""
        ...

    def set_newcomers(self, campaign_id: int, count: int) -> None:
        """``count`` people came onto the list and wait to be taken in."""

    def with_newcomers(self) -> list[int]:
        """The campaigns in which somebody waits for that, oldest first."""

    def set_missing_values(self, campaign_id: int, count: int) -> None:
        """After the list was changed or copied: neither looks at the event's texts."""
        ...

    def problems(self, campaign_id: int) -> list[Problem]:
        """What was found when the list was read, by line."""
        ...

    def revision(self, campaign_id: int, number: int) -> Revision: ...

    def of_account(self, account_id: int) -> list[Campaign]:
        """Those that send from it and are not archived, newest first."""
        ...

    def events_told(self, account_id: int, *, ends_after: datetime) -> Iterator[tuple[datetime, Event]]:
        """When the account's campaigns were made, and their events: of those that had a run, oldest first.

        Without the archived, and without events that were over at ``ends_after``; one that repeats is there,
        whenever it began.
        """
        ...

    def attendees(self, campaign_id: int) -> Iterator[Attendee]: ...

    def selected(self, campaign: Campaign, selection: Selection) -> int:
        """How many attendees a run with this selection would have."""
        ...

    def in_doubt(self, campaign: Campaign) -> int:
        """How many on the list may have the event or not: nobody invites them until somebody has said so."""
        ...

    def at_domains(
        self, campaign: Campaign, selection: Selection, domains: Collection[str]
    ) -> dict[str, int]:
        """How many of these have an address at each of ``domains`` (lower-case A-labels)."""
        ...

    def whom(self, campaign: Campaign, selection: Selection) -> Whom:
        """The same, by what each of them would get."""
        ...

    def add_people(self, campaign_id: int, people: Sequence[Attendee]) -> list[Attendee]:
        """Put those on the end of the list who are not on it (by key). Nobody else changes.

        They are newcomers, if the campaign takes people in.

        Who was taken off it comes back, and keeps what they hold. Returns who was not on it before, as they
        stand there now, in its order.
        """
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

    def of_upload(self, campaign_id: int, upload_id: int) -> Entry | None:
        """The change of the campaign's list that came of this upload, however long ago; None if none did."""
        ...

    def of_campaign(self, campaign_id: int, *, limit: int) -> list[Entry]:
        """Newest first."""
        ...

    def of_deed(
        self, campaign_id: int, deed: Deed, *, run_id: int | None = None, limit: int | None = None
    ) -> list[Entry]:
        """The lines of one deed (of one run), newest first, however many others stand between them."""
        ...


class Homes(Protocol):
    """Who has the Home tab open, or had lately, and at which place."""

    def opened(self, workspace: str, user: str, query: ListQuery, now: datetime) -> None: ...

    def place(self, workspace: str, user: str) -> ListQuery: ...

    def viewers(self, workspace: str, since: datetime) -> list[str]:
        """Who opened theirs after ``since``, latest first."""
        ...


class UnitOfWork(Protocol):
    """One transaction: all of it is committed at the end of the ``with`` block, or none of it."""

    @property
    def accounts(self) -> Accounts: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def suppressions(self) -> Suppressions: ...
    @property
    def answers(self) -> Answers: ...
    @property
    def mailboxes(self) -> Mailboxes: ...
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
