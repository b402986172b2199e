"""email services that people connect, tickets, and who is not to be invited

Revision ID: 0003
Revises: 0002
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

import storage.schema

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _accounts()
    _notices()
    _new_tables()


def _accounts() -> None:
    with op.batch_alter_table('account') as batch_op:
        batch_op.add_column(sa.Column('state', sa.String(length=20), server_default='ready', nullable=False))
    op.execute("UPDATE account SET state = 'disconnected' WHERE NOT is_current")
    with op.batch_alter_table('account', recreate=_recreate()) as batch_op:
        batch_op.drop_column('is_current')
        batch_op.add_column(sa.Column('workspace', sa.String(length=40), server_default='', nullable=False))
        batch_op.add_column(sa.Column('connected_by', sa.String(length=40), server_default='', nullable=False))
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(
            sa.Column('token_ends_at', storage.schema.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column('calendar_id', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('reserve', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('brake_refusals', sa.Integer(), server_default='5', nullable=False))
        batch_op.add_column(sa.Column('brake_percent', sa.Integer(), server_default='25', nullable=False))
        batch_op.add_column(
            sa.Column('is_shared', sa.Boolean(), server_default=sa.text('false'), nullable=False)
        )
        batch_op.create_check_constraint(
            op.f('ck_account_state'), "state IN ('ready', 'needs_renewal', 'disconnected')"
        )
        batch_op.drop_constraint(op.f('uq_account_kind_address'), type_='unique')
        batch_op.create_unique_constraint(
            op.f('uq_account_workspace_kind_address'), ['workspace', 'kind', 'address']
        )


def _notices() -> None:
    with op.batch_alter_table('notice', recreate=_recreate()) as batch_op:
        batch_op.drop_constraint(op.f('ck_notice_kind'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_notice_kind'),
            "kind IN ('progress', 'started', 'batch_done', 'digest', 'finished', 'failures', 'paused', "
            "'resumed', 'stopped', 'deed', 'approval', 'imported', 'refused', 'difference', 'access_lost', "
            "'access_back', 'home')",
        )


def _new_tables() -> None:
    op.create_table(
        'credential',
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('sealed', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_credential_account_id')),
        sa.PrimaryKeyConstraint('account_id', name=op.f('pk_credential')),
    )
    op.create_table(
        'ticket',
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('errand', sa.String(length=20), nullable=False),
        sa.Column('workspace', sa.String(length=40), nullable=False),
        sa.Column('user', sa.String(length=40), nullable=False),
        sa.Column('service', sa.String(length=40), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=True),
        sa.Column('browser', sa.String(length=64), nullable=False),
        sa.Column('sealed_verifier', sa.Text(), nullable=True),
        sa.Column('ends_at', storage.schema.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("errand IN ('link', 'consent')", name=op.f('ck_ticket_errand')),
        sa.CheckConstraint(
            "service IN ('smtp', 'gmail', 'google-calendar', 'microsoft365')", name=op.f('ck_ticket_service')
        ),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_ticket_account_id')),
        sa.PrimaryKeyConstraint('digest', name=op.f('pk_ticket')),
    )
    op.create_index(op.f('ix_ticket_ends_at'), 'ticket', ['ends_at'])
    op.create_table(
        'suppression',
        sa.Column('workspace', sa.String(length=40), nullable=False),
        sa.Column('key', sa.String(length=320), nullable=False),
        sa.Column('cause', sa.Text(), nullable=False),
        sa.Column('at', storage.schema.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('workspace', 'key', name=op.f('pk_suppression')),
    )


def _recreate() -> Literal["always", "never"]:
    """SQLite cannot change the rules of a table: it gets a new one, and the rows with it."""
    return 'always' if op.get_bind().dialect.name == 'sqlite' else 'never'
