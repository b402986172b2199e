"""what a provider says that an account may send

Revision ID: 0005
Revises: 0004
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('account', recreate=_recreate()) as batch_op:
        batch_op.add_column(sa.Column('quota', sa.JSON(none_as_null=True), nullable=True))


def _recreate() -> Literal["always", "never"]:
    """SQLite would write it behind the last column, in the same line: it gets a new table instead."""
    return 'always' if op.get_bind().dialect.name == 'sqlite' else 'never'
