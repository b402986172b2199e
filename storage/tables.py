"""The tables. States and reasons are guarded by CHECKs, "once" by unique constraints: the code only asks."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

from campaigns.model import DeliveryState, Kind, MailProgress, Reason, RunState
from campaigns.notices import Medium, NoticeKind


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite keeps it as sortable text without a zone, PostgreSQL as timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone must not reach the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _one_of(column: str, names: type[StrEnum], *, nullable: bool = False) -> CheckConstraint:
    listed = ", ".join(f"'{name.value}'" for name in names)
    rule = f"{column} IN ({listed})"
    return CheckConstraint(f"{column} IS NULL OR {rule}" if nullable else rule, name=column)


account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("address", String(320), nullable=False),
    Column("label", String(200), nullable=False),
    Column("per_minute", Integer),
    Column("per_day", Integer),
    Column("connections", Integer, nullable=False),
    # False once the settings name another account; campaigns of this one stay readable and do not send
    Column("is_current", Boolean, nullable=False, server_default=text("true")),
    UniqueConstraint("kind", "address"),
)

campaign = Table(
    "campaign",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workspace", String(40), nullable=False),
    Column("owner", String(40), nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("organizer_name", String(200), nullable=False),
    Column("organizer_address", String(320), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("sealed_seed", Text, nullable=False),
    Column("alert_address", String(320), nullable=False),
    Column("mail_progress", String(20), nullable=False),
    Column("columns", JSON, nullable=False),
    Column("attendees", Integer, nullable=False),
    Column("missing_values", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    _one_of("mail_progress", MailProgress),
    Index(None, "workspace", "id"),
)

revision = Table(
    "revision",
    metadata,
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("zone", String(80), nullable=False),
    Column("place", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("greeting", Text, nullable=False),
    Column("revised_at", UtcDateTime, nullable=False),
    CheckConstraint("ends_at > starts_at", name="ends_after_start"),
)

attendee = Table(
    "attendee",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("address", String(320), nullable=False),
    Column("key", String(320), nullable=False),
    Column("name", Text, nullable=False),
    Column("fields", JSON, nullable=False),
    # the SEQUENCE this person's calendar holds, as far as the provider's receipts tell; NULL: none
    Column("held_revision", Integer),
    Column("unsure", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("campaign_id", "key"),
    Index(None, "campaign_id", "position"),
)

problem = Table(
    "problem",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False, index=True),
    Column("line", Integer, nullable=False),
    Column("value", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("blocks", Boolean, nullable=False),
)

upload = Table(
    "upload",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workspace", String(40), nullable=False),
    Column("user", String(40), nullable=False),
    Column("view_id", String(255), nullable=False),
    Column("form", JSON, nullable=False),
    Column("file", JSON, nullable=False),
    Column("submission", String(255), nullable=False, unique=True),
    Column("campaign_id", ForeignKey("campaign.id")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
)

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
    _one_of("kind", Kind),
    _one_of("state", RunState),
    _one_of("reason", Reason, nullable=True),
    CheckConstraint("(state = 'paused') = (reason IS NOT NULL)", name="paused_for_a_reason"),
    CheckConstraint("(state IN ('finished', 'stopped')) = (ended_at IS NOT NULL)", name="ended_when_over"),
    # one active run per campaign: a second Start cannot slip in between a look and a write
    Index(
        "uq_run_active",
        "campaign_id",
        unique=True,
        sqlite_where=text("state IN ('running', 'paused')"),
        postgresql_where=text("state IN ('running', 'paused')"),
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
    Column("first_claimed_at", UtcDateTime),
    Column("not_before", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("lease_owner", String(80)),
    Column("cause", Text, nullable=False, server_default=""),
    Column("hint", Text, nullable=False, server_default=""),
    Column("evidence", Text, nullable=False, server_default=""),
    Column("reference", Text, nullable=False, server_default=""),
    Column("settled_at", UtcDateTime),
    _one_of("state", DeliveryState),
    CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="leased_while_sending"),
    UniqueConstraint("run_id", "attendee_id"),
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
    Index(
        "ix_delivery_sending",
        "account_id",
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
)

spend = Table(
    "spend",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "account_id", "at"),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("medium", String(10), nullable=False),
    Column("key", String(200), nullable=False),
    Column("campaign_id", ForeignKey("campaign.id")),
    Column("run_id", ForeignKey("run.id")),
    Column("payload", JSON, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("due_at", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime),
    Column("reference", Text, nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    _one_of("kind", NoticeKind),
    _one_of("medium", Medium),
    CheckConstraint("state IN ('due', 'told', 'given_up')", name="state"),
    UniqueConstraint("key", "medium"),
    Index(
        "ix_notice_due", "due_at", sqlite_where=text("state = 'due'"), postgresql_where=text("state = 'due'")
    ),
)
