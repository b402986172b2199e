"""what a provider says that an account may send, and in which book its sends are counted

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

_DEEDS = "deed IN ('invite', 'update', 'cancel', 'remind')"


def upgrade() -> None:
    with op.batch_alter_table('account', recreate=_recreate()) as batch_op:
        batch_op.add_column(sa.Column('quota', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('book', sa.String(length=600), nullable=False, server_default=''))
        batch_op.create_index(op.f('ix_account_book'), ['book'], unique=False)
    # what opens an account is sealed: each has a book of its own until the bot starts
    op.execute("UPDATE account SET book = 'account ' || id")
    with op.batch_alter_table('spend', recreate=_recreate()) as batch_op:
        batch_op.add_column(sa.Column('book', sa.String(length=600), nullable=True))
        batch_op.add_column(sa.Column('deed', sa.String(length=20), nullable=False, server_default='invite'))
        batch_op.create_check_constraint(op.f('ck_spend_deed'), _DEEDS)
    op.execute('UPDATE spend SET book = (SELECT book FROM account WHERE account.id = spend.account_id)')
    with op.batch_alter_table('spend', recreate=_recreate()) as batch_op:
        batch_op.alter_column('book', existing_type=sa.String(length=600), nullable=False)
        batch_op.drop_index(op.f('ix_spend_account_id_at'))
        batch_op.drop_constraint(op.f('fk_spend_account_id'), type_='foreignkey')
        batch_op.drop_column('account_id')
        batch_op.create_index(op.f('ix_spend_book_at'), ['book', 'at'], unique=False)


def _recreate() -> Literal["always", "never"]:
    """SQLite would write it behind the last column, in the same line: it gets a new table instead."""
    return 'always' if op.get_bind().dialect.name == 'sqlite' else 'never'
