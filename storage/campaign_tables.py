"""The tables of campaigns: the event with all its revisions, the attendees, and lists that wait."""

from sqlalchemy import (
    JSON,
    Boolean,
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

from campaigns.answer import Said
from campaigns.model import MailProgress
from campaigns.uploaded_list import ListPurpose
from storage.schema import UtcDateTime, metadata, one_of

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
    Column("editors", JSON, nullable=False),
    Column("routing", JSON, nullable=False),
    # put away from the Campaign List
    Column("archived_at", UtcDateTime),
    # the newest revision's title as it is searched: databases fold case by rules of their own, or A to Z only
    Column("folded_title", Text, nullable=False),
    # who is added to the list later is invited without a press of a button
    Column("takes_in", Boolean, nullable=False, server_default=text("false")),
    # so many of them could not be invited when they came, and wait
    Column("newcomers", Integer, nullable=False, server_default="0"),
    one_of("mail_progress", MailProgress),
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
    # the revision that takes the event back
    Column("is_cancelled", Boolean, nullable=False, server_default=text("false")),
    Column("is_all_day", Boolean, nullable=False, server_default=text("false")),
    Column("recurrence", JSON(none_as_null=True)),
    Column("reminder_minutes", Integer),
    # the first revision that was at the same time as this one: an answer to either is one to both
    Column("timed_as", Integer, nullable=False),
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
    # the event's revision in this person's calendar, as far as the provider's receipts tell; NULL: none
    Column("held_revision", Integer),
    # the highest SEQUENCE that was sent to this person, or may have been: no other letter may bear it again
    Column("held_sequence", Integer),
    # ``content`` as it was when that went; NULL: before this was noted
    Column("held_content", String(32)),
    Column("held_cancelled", Boolean, nullable=False, server_default=text("false")),
    # the UID of the entry: an answer names it
    Column("uid", String(320)),
    Column("answer", String(20)),
    # the place of the answer that was heard last, also once it counts no more
    Column("answer_sequence", Integer),
    Column("answered_at", UtcDateTime),
    # what they said before a later letter asked anew: it counts again if that one comes back
    Column("answer_before", String(20)),
    Column("unsure", Boolean, nullable=False, server_default=text("false")),
    # taken off the list: the row stays, for its deliveries and for when this person comes back
    Column("removed_at", UtcDateTime),
    # came onto the list, for the first time or again, while the campaign took people in: until a run has them
    Column("is_new", Boolean, nullable=False, server_default=text("false")),
    # a digest of name and fields: JSON cannot be compared alike in every database
    Column("content", String(32), nullable=False),
    one_of("answer", Said, nullable=True),
    one_of("answer_before", Said, nullable=True),
    UniqueConstraint("campaign_id", "key"),
    Index(None, "campaign_id", "position"),
    Index(None, "uid"),
    Index(None, "key"),
    # they are a few of many, and looked for whenever somebody comes
    Index(
        "ix_attendee_new",
        "campaign_id",
        sqlite_where=text("is_new IS 1"),
        postgresql_where=text("is_new IS true"),
    ),
    # who holds the invite, by answer: counted for every line of the Campaign List, from the index alone
    Index(
        "ix_attendee_holding",
        "campaign_id",
        "answer",
        sqlite_where=text("removed_at IS NULL AND held_revision IS NOT NULL AND held_cancelled IS 0"),
        postgresql_where=text("removed_at IS NULL AND held_revision IS NOT NULL AND held_cancelled IS false"),
    ),
    # whose version is outdated: counted for every line, too, and nobody else is looked at
    Index(
        "ix_attendee_version",
        "campaign_id",
        "held_cancelled",
        "held_revision",
        "removed_at",
        sqlite_where=text("held_revision IS NOT NULL"),
        postgresql_where=text("held_revision IS NOT NULL"),
    ),
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
    Column("purpose", String(20), nullable=False),
    # the campaign whose list is to change; campaign_id is the one that came of the upload
    Column("target_id", ForeignKey("campaign.id")),
    one_of("purpose", ListPurpose),
    CheckConstraint("(purpose = 'new') = (target_id IS NULL)", name="target_unless_new"),
)

staged_list = Table(
    "staged_list",
    metadata,
    Column("upload_id", ForeignKey("upload.id"), primary_key=True),
    Column("columns", JSON, nullable=False),
    Column("problems", JSON, nullable=False),
    Column("duplicates", Integer, nullable=False),
    Column("staged_at", UtcDateTime, nullable=False),
    # applied or dropped, once
    Column("closed_at", UtcDateTime),
    Index(
        "ix_staged_list_waiting",
        "staged_at",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

staged = Table(
    "staged",
    metadata,
    Column("upload_id", ForeignKey("staged_list.upload_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("line", Integer, nullable=False),
    Column("address", String(320), nullable=False),
    Column("key", String(320), nullable=False),
    Column("name", Text, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("content", String(32), nullable=False),
    UniqueConstraint("upload_id", "key"),
)
