"""people who came onto a list and wait to be invited

Revision ID: 0008
Revises: 0007
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('campaign', recreate=_recreate()) as batch_op:
        batch_op.add_column(sa.Column('newcomers', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('attendee', recreate=_recreate()) as batch_op:
        batch_op.add_column(sa.Column('is_new', sa.Boolean(), nullable=False, server_default=sa.text('false')))
        batch_op.create_index(
            'ix_attendee_new',
            ['campaign_id'],
            sqlite_where=sa.text('is_new IS 1'),
            postgresql_where=sa.text('is_new IS true'),
        )


def _recreate() -> Literal["always", "never"]:
    """SQLite copies the table, so that it stands there as a new database has it."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
