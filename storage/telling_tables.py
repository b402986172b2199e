"""The tables of telling: notices that are due, who did what, and whose Home tab is open."""

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

from campaigns.history import Deed
from campaigns.model import Medium
from campaigns.notices import NoticeKind
from storage.schema import UtcDateTime, metadata, one_of

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
    one_of("kind", NoticeKind),
    one_of("medium", Medium),
    CheckConstraint("state IN ('due', 'told', 'given_up')", name="state"),
    UniqueConstraint("key", "medium"),
    Index(
        "ix_notice_due", "due_at", sqlite_where=text("state = 'due'"), postgresql_where=text("state = 'due'")
    ),
)

history = Table(
    "history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("run_id", ForeignKey("run.id")),
    Column("deed", String(20), nullable=False),
    Column("by", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("facts", JSON, nullable=False),
    one_of("deed", Deed),
    Index(None, "campaign_id", "id"),
    # a list that is filled over HTTP has tens of thousands of lines between two presses of a button
    Index(None, "campaign_id", "deed", "id"),
)

home = Table(
    "home",
    metadata,
    Column("workspace", String(40), primary_key=True),
    Column("user", String(40), primary_key=True),
    Column("query", JSON, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
)
