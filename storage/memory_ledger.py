"""What the in-memory store keeps: the same rows as ``storage.tables``, as values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from campaigns.account import Account, Credential
from campaigns.account_port import Suppressed, Ticket
from campaigns.answer import Answer
from campaigns.answer_port import Mailbox
from campaigns.history import Entry
from campaigns.lifecycle import ACTIVE
from campaigns.list_changes import content_of
from campaigns.model import (
    Attendee,
    Batch,
    Campaign,
    DeliveryState,
    Kind,
    Problem,
    Run,
)
from campaigns.notices import Notice
from campaigns.ports import ListQuery, Revision
from campaigns.roster import Roster
from campaigns.uploaded_list import Upload
from storage.memory_tables import Journal, Table


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """What opens an account; ``id`` is the account's. ``owed_since``: it is kept to be taken back."""

    id: int
    credential: Credential
    version: int
    owed_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class TicketRow:
    id: int
    digest: str
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class SuppressionRow:
    id: int
    workspace: str
    entry: Suppressed


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    id: int
    campaign_id: int
    entry: Suppressed


@dataclass(frozen=True, slots=True)
class SpendRow:
    id: int
    book: str
    at: datetime
    deed: Kind = Kind.INVITE


@dataclass(frozen=True, slots=True)
class CampaignRow:
    id: int
    campaign: Campaign
    missing_values: int
    revisions: tuple[Revision, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class AttendeeRow:
    id: int
    campaign_id: int
    position: int
    attendee: Attendee
    held_revision: int | None = None
    held_sequence: int | None = None
    held_content: str | None = None
    held_cancelled: bool = False
    uid: str = ""
    answer: Answer | None = None
    answer_before: Answer | None = None
    heard: tuple[int, datetime] | None = None
    unsure: bool = False
    removed_at: datetime | None = None
    is_new: bool = False

    @property
    def content(self) -> str:
        """As the column of that name."""
        return content_of(self.attendee)


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """``id`` is the account's."""

    id: int
    mailbox: Mailbox


@dataclass(frozen=True, slots=True)
class UploadRow:
    id: int
    upload: Upload
    submission: str
    finished: bool = False


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A list that was read; ``id`` is its upload's, ``roster`` None once it was applied or dropped."""

    id: int
    roster: Roster | None
    staged_at: datetime


@dataclass(frozen=True, slots=True)
class HomeRow:
    id: int
    workspace: str
    user: str
    query: ListQuery
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class RunRow:
    id: int
    run: Run
    submission: str
    refusals: int = 0
    refusal_cause: str = ""


@dataclass(frozen=True, slots=True)
class BatchRow:
    id: int
    batch: Batch
    lease_until: datetime | None = None
    claims: int = 0


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    id: int
    run_id: int
    attendee_id: int
    account_id: int
    position: int
    state: DeliveryState = DeliveryState.QUEUED
    batch_seq: int | None = None
    attempt: int = 0
    tries: int = 0
    revision: int | None = None
    deed: Kind = Kind.INVITE
    sequence: int | None = None
    words: str | None = None
    again_in: int | None = None
    doubted: int | None = None
    first_claimed_at: datetime | None = None
    not_before: datetime | None = None
    lease_until: datetime | None = None
    cause: str = ""
    hint: str = ""
    evidence: str = ""
    reference: str = ""
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoticeRow:
    id: int
    notice: Notice
    state: Literal["due", "told", "given_up"] = "due"
    told_at: datetime | None = None
    reference: str = ""


class Ledger:
    """Every table, over one journal."""

    def __init__(self, journal: Journal) -> None:
        self.accounts: Table[Account] = Table(
            journal, order=lambda row: row.id, name=lambda row: (row.workspace, row.kind, row.address)
        )
        self.credentials: Table[CredentialRow] = Table(journal, order=lambda row: row.id)
        self.tickets: Table[TicketRow] = Table(
            journal, order=lambda row: row.id, digest=lambda row: row.digest
        )
        self.suppressions: Table[SuppressionRow] = Table(
            journal,
            order=lambda row: row.entry.at,
            workspace=lambda row: row.workspace,
            person=lambda row: (row.workspace, row.entry.key),
        )
        self.exclusions: Table[ExclusionRow] = Table(
            journal,
            order=lambda row: row.entry.at,
            campaign=lambda row: row.campaign_id,
            person=lambda row: (row.campaign_id, row.entry.key),
        )
        self.spends: Table[SpendRow] = Table(journal, order=lambda row: row.at, book=lambda row: row.book)
        self.campaigns: Table[CampaignRow] = Table(
            journal, order=lambda row: -row.id, workspace=lambda row: row.campaign.workspace
        )
        self.attendees: Table[AttendeeRow] = Table(
            journal,
            order=lambda row: row.position,
            known=lambda row: row.campaign_id,
            campaign=lambda row: row.campaign_id if row.removed_at is None else None,
            key=lambda row: row.attendee.key,
            uid=lambda row: row.uid or None,
        )
        self.mailboxes: Table[MailboxRow] = Table(journal, order=lambda row: row.id)
        self.uploads: Table[UploadRow] = Table(
            journal, order=lambda row: row.id, submission=lambda row: row.submission
        )
        self.staged: Table[StagedRow] = Table(
            journal, order=lambda row: row.staged_at, waiting=lambda row: True if row.roster else None
        )
        self.history: Table[Entry] = Table(
            journal,
            order=lambda row: -row.id,
            campaign=lambda row: row.campaign_id,
            deed=lambda row: (row.campaign_id, row.deed),
        )
        self.homes: Table[HomeRow] = Table(
            journal,
            order=lambda row: row.opened_at,
            workspace=lambda row: row.workspace,
            person=lambda row: (row.workspace, row.user),
        )
        self.runs: Table[RunRow] = Table(
            journal,
            order=lambda row: row.id,
            campaign=lambda row: row.run.campaign_id,
            submission=lambda row: row.submission,
            active=lambda row: True if row.run.state in ACTIVE else None,
        )
        self.batches: Table[BatchRow] = Table(
            journal,
            order=lambda row: row.batch.seq,
            run=lambda row: row.batch.run_id,
            place=lambda row: (row.batch.run_id, row.batch.seq),
            waiting=lambda row: True if row.batch.ended_at is None else None,
        )
        self.deliveries: Table[DeliveryRow] = Table(
            journal,
            order=lambda row: row.position,
            run=lambda row: row.run_id,
            state=lambda row: (row.run_id, row.state),
            place=lambda row: (row.run_id, row.batch_seq, row.state),
            on_the_wire=lambda row: True if row.state is DeliveryState.SENDING else None,
            queued_for=lambda row: row.attendee_id if row.state is DeliveryState.QUEUED else None,
            attendee=lambda row: row.attendee_id,
        )
        self.notices: Table[NoticeRow] = Table(
            journal,
            order=lambda row: row.notice.due_at,
            key=lambda row: row.notice.key,
            due=lambda row: True if row.state == "due" else None,
        )
