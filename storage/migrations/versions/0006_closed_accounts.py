"""until when an account is closed, what a run has told and has come to, and whose version is outdated

Revision ID: 0006
Revises: 0005
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OUTCOME = sa.text("settled_at IS NOT NULL AND state IN ('bounced', 'failed', 'sent', 'unsure')")


def upgrade() -> None:
    with op.batch_alter_table("account", recreate=_recreate()) as batch_op:
        batch_op.add_column(
            sa.Column("closed_until", storage.tables.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("closed_cause", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("run", recreate=_recreate()) as batch_op:
        batch_op.add_column(
            sa.Column("limit_told_at", storage.tables.UtcDateTime(timezone=True), nullable=True)
        )
    op.create_index(
        "ix_delivery_settled",
        "delivery",
        ["run_id", "settled_at"],
        sqlite_where=_OUTCOME,
        postgresql_where=_OUTCOME,
    )
    op.create_index(
        "ix_attendee_version",
        "attendee",
        ["campaign_id", "held_cancelled", "held_revision", "removed_at"],
        sqlite_where=sa.text("held_revision IS NOT NULL"),
        postgresql_where=sa.text("held_revision IS NOT NULL"),
    )


def _recreate() -> Literal["always", "never"]:
    """SQLite copies the table, so that it stands there as a new database has it."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
