"""The tables of sending: runs, their batches, and one delivery for each attendee of a run."""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from campaigns.model import DeliveryState, Kind, Reason, RunState
from storage.schema import UtcDateTime, metadata, one_of

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", String(20)),
    Column("detail", Text, nullable=False, server_default=""),
    Column("resume_at", UtcDateTime),
    Column("per_batch", Integer),
    Column("gap_minutes", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("started_by", String(40), nullable=False),
    Column("acted_by", String(40), nullable=False, server_default=""),
    Column("channel", String(40), nullable=False),
    Column("posted_channel", String(40), nullable=False, server_default=""),
    Column("posted_ts", String(40), nullable=False, server_default=""),
    Column("submission", String(255), nullable=False, unique=True),
    Column("refusals", Integer, nullable=False, server_default="0"),
    Column("refusal_cause", Text, nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("starts_at", UtcDateTime),
    Column("hours", JSON(none_as_null=True)),
    Column("limit_told_at", UtcDateTime),
    one_of("kind", Kind),
    one_of("state", RunState),
    one_of("reason", Reason, nullable=True),
    CheckConstraint("(state = 'paused') = (reason IS NOT NULL)", name="paused_for_a_reason"),
    CheckConstraint("(state IN ('finished', 'stopped')) = (ended_at IS NOT NULL)", name="ended_when_over"),
    # one active run per campaign: a second Start cannot slip in between a look and a write
    Index(
        "uq_run_active",
        "campaign_id",
        unique=True,
        sqlite_where=text("state IN ('planned', 'running', 'paused')"),
        postgresql_where=text("state IN ('planned', 'running', 'paused')"),
    ),
    Index(None, "campaign_id", "id"),
)

batch = Table(
    "batch",
    metadata,
    Column("run_id", ForeignKey("run.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("due_at", UtcDateTime),
    Column("opened_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("lease_owner", String(80)),
    Column("claims", Integer, nullable=False, server_default="0"),
    Column("stumbles", Integer, nullable=False, server_default="0"),
    CheckConstraint("(ended_at IS NULL) = (due_at IS NOT NULL)", name="due_until_ended"),
    Index(
        "ix_batch_due",
        "due_at",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    # only the open or the next batch of a run may be waiting
    Index(
        "uq_batch_waiting",
        "run_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

OUTCOME = text("settled_at IS NOT NULL AND state IN ('bounced', 'failed', 'sent', 'unsure')")
"""``lifecycle.OUTCOMES`` as the index has them: who asks in these very words is served by it."""

delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("attendee_id", ForeignKey("attendee.id"), nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("batch_seq", Integer),
    Column("state", String(20), nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("revision", Integer),
    # what it does to this person's calendar: an update run also invites and cancels
    Column("deed", String(20), nullable=False, server_default="invite"),
    # the SEQUENCE of its letter, from the first claim on
    Column("sequence", Integer),
    # ``holding.words_of`` that letter: the number stands for these, and for no others
    Column("words", Text),
    # the run that sends it again, where nobody knows whether it went: it may still have, as that other letter
    Column("again_in", Integer),
    # the SEQUENCE of the oldest letter that may have gone with an earlier try, and no later one has told
    Column("doubted", Integer),
    Column("first_claimed_at", UtcDateTime),
    Column("not_before", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("lease_owner", String(80)),
    Column("cause", Text, nullable=False, server_default=""),
    Column("hint", Text, nullable=False, server_default=""),
    Column("evidence", Text, nullable=False, server_default=""),
    Column("reference", Text, nullable=False, server_default=""),
    Column("settled_at", UtcDateTime),
    one_of("state", DeliveryState),
    one_of("deed", Kind),
    CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="leased_while_sending"),
    UniqueConstraint("run_id", "attendee_id"),
    Index(None, "attendee_id"),
    Index("ix_delivery_state", "run_id", "state"),
    # what is still to do, in order: claims stay as fast at the end of a long list as at its beginning
    Index(
        "ix_delivery_queued",
        "run_id",
        "batch_seq",
        "position",
        sqlite_where=text("state = 'queued'"),
        postgresql_where=text("state = 'queued'"),
    ),
    # the latest outcomes of a run: asked at every failure, however long the list
    Index("ix_delivery_settled", "run_id", "settled_at", sqlite_where=OUTCOME, postgresql_where=OUTCOME),
    Index(
        "ix_delivery_sending",
        "account_id",
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
)
