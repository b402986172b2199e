"""The tables of email services: accounts, what opens them, what they spent, and who is left alone."""

from sqlalchemy import (
    JSON,
    Boolean,
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

from campaigns.account import AccountState, Service
from campaigns.account_port import Errand, Why
from campaigns.model import Kind
from storage.schema import UtcDateTime, metadata, one_of

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    # '' for the account of the settings
    Column("workspace", String(40), nullable=False, server_default=""),
    Column("kind", String(40), nullable=False),
    Column("address", String(320), nullable=False),
    Column("label", String(200), nullable=False),
    Column("connected_by", String(40), nullable=False, server_default=""),
    # a disconnected one keeps its row: its campaigns stay readable and do not send
    Column("state", String(20), nullable=False, server_default="ready"),
    # rises with every new credential and every disconnect; it outlives them, so no number comes back
    Column("version", Integer, nullable=False, server_default="0"),
    Column("token_ends_at", UtcDateTime),
    Column("calendar_id", Text, nullable=False, server_default=""),
    Column("connections", Integer, nullable=False),
    Column("per_minute", Integer),
    Column("per_day", Integer),
    Column("reserve", Integer, nullable=False, server_default="0"),
    Column("brake_refusals", Integer, nullable=False, server_default="5"),
    Column("brake_percent", Integer, nullable=False, server_default="25"),
    Column("is_shared", Boolean, nullable=False, server_default=text("false")),
    # where its sends are counted: a name that several share if they are one mailbox
    Column("book", String(600), nullable=False, server_default=""),
    # what the provider said last, where it is asked
    Column("quota", JSON(none_as_null=True)),
    # its provider takes nothing more before; with what it said of a spent quota, '' if it asked for quiet
    Column("closed_until", UtcDateTime),
    Column("closed_cause", Text, nullable=False, server_default=""),
    one_of("state", AccountState),
    UniqueConstraint("workspace", "kind", "address"),
    Index(None, "book"),
)

credential = Table(
    "credential",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("sealed", Text, nullable=False),
    # of a disconnected account: since when its provider has been asked to take it back
    Column("owed_since", UtcDateTime),
)

ticket = Table(
    "ticket",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("errand", String(20), nullable=False),
    Column("workspace", String(40), nullable=False),
    Column("user", String(40), nullable=False),
    Column("service", String(40), nullable=False),
    Column("account_id", ForeignKey("account.id")),
    Column("browser", String(64), nullable=False),
    # only a ticket that leads to a provider's page has one
    Column("sealed_verifier", Text),
    Column("ends_at", UtcDateTime, nullable=False),
    # the account's when this began: a newer one ends it
    Column("version", Integer),
    one_of("errand", Errand),
    one_of("service", Service),
    Index(None, "ends_at"),
)

suppression = Table(
    "suppression",
    metadata,
    Column("workspace", String(40), primary_key=True),
    Column("key", String(320), primary_key=True),
    Column("cause", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("why", String(20), nullable=False, server_default="unsubscribed"),
    Column("by", String(40), nullable=False, server_default=""),
    one_of("why", Why),
)

# the never-invite list of one campaign
exclusion = Table(
    "exclusion",
    metadata,
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("key", String(320), primary_key=True),
    Column("cause", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("why", String(20), nullable=False),
    Column("by", String(40), nullable=False),
    one_of("why", Why),
)

# how far an account's incoming mail was read
mailbox = Table(
    "mailbox",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("looked_at", UtcDateTime),
    Column("trouble", Text, nullable=False),
    Column("replies", Integer, nullable=False),
    Column("bounces", Integer, nullable=False),
    Column("strange", Integer, nullable=False),
)

spend = Table(
    "spend",
    metadata,
    Column("id", Integer, primary_key=True),
    # as in the account when it was sent: what one mailbox has sent stays its own when an account moves on
    Column("book", String(600), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("deed", String(20), nullable=False, server_default="invite"),
    one_of("deed", Kind),
    Index(None, "book", "at"),
)
