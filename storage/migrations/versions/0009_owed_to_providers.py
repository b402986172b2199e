"""what a disconnected account's provider has still to take back, of which version a ticket is, that an event
is over, and what was done last of its kind

Revision ID: 0009
Revises: 0008
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_REASONS = "('person', 'quota', 'access', 'faults', 'over', 'storage')"


def upgrade() -> None:
    with op.batch_alter_table("credential", recreate=_recreate()) as batch_op:
        batch_op.add_column(sa.Column("owed_since", storage.tables.UtcDateTime(timezone=True), nullable=True))
    with op.batch_alter_table("ticket", recreate=_recreate()) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=True))
    with op.batch_alter_table("run", recreate=_recreate()) as batch_op:
        batch_op.drop_constraint(op.f("ck_run_reason"), type_="check")
        batch_op.create_check_constraint(op.f("ck_run_reason"), f"reason IS NULL OR reason IN {_REASONS}")
    op.create_index("ix_history_campaign_id_deed_id", "history", ["campaign_id", "deed", "id"])


def _recreate() -> Literal["always", "never"]:
    """SQLite copies the table, so that it stands there as a new database has it."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
