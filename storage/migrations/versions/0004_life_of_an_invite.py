"""what each attendee holds and answers, events that repeat or are called off, never-invite lists

Revision ID: 0004
Revises: 0003
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

import storage.schema

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

_KINDS = "('invite', 'update', 'cancel', 'remind')"
_WHYS = "('unsubscribed', 'complained', 'bounced', 'by_hand')"


def upgrade() -> None:
    _campaigns()
    _runs()
    _deliveries()
    _attendees()
    _history()
    _notices()
    _never_invited()
    op.create_table(
        'mailbox',
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('cursor', sa.Text(), nullable=False),
        sa.Column('looked_at', storage.schema.UtcDateTime(timezone=True), nullable=True),
        sa.Column('trouble', sa.Text(), nullable=False),
        sa.Column('replies', sa.Integer(), nullable=False),
        sa.Column('bounces', sa.Integer(), nullable=False),
        sa.Column('strange', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_mailbox_account_id')),
        sa.PrimaryKeyConstraint('account_id', name=op.f('pk_mailbox')),
    )


def _campaigns() -> None:
    with op.batch_alter_table('campaign') as batch_op:
        batch_op.add_column(_no('takes_in'))
    with op.batch_alter_table('revision') as batch_op:
        batch_op.add_column(_no('is_cancelled'))
        batch_op.add_column(_no('is_all_day'))
        batch_op.add_column(sa.Column('recurrence', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('reminder_minutes', sa.Integer(), nullable=True))


def _runs() -> None:
    with op.batch_alter_table('run', recreate=_recreate()) as batch_op:
        batch_op.drop_constraint(op.f('ck_run_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_run_kind'), f'kind IN {_KINDS}')


def _deliveries() -> None:
    with op.batch_alter_table('delivery', recreate=_recreate()) as batch_op:
        batch_op.add_column(sa.Column('deed', sa.String(length=20), server_default='invite', nullable=False))
        batch_op.add_column(sa.Column('sequence', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('before_revision', sa.Integer(), nullable=True))
        batch_op.add_column(_no('before_cancelled'))
        batch_op.drop_constraint(op.f('ck_delivery_state'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_delivery_state'),
            "state IN ('queued', 'sending', 'sent', 'failed', 'unsure', 'skipped', 'bounced')",
        )
        batch_op.create_check_constraint(op.f('ck_delivery_deed'), f'deed IN {_KINDS}')
        batch_op.create_index(op.f('ix_delivery_attendee_id'), ['attendee_id'])
    op.execute('UPDATE delivery SET sequence = revision')
    op.execute("UPDATE delivery SET deed = 'update' WHERE run_id IN (SELECT id FROM run WHERE kind = 'update')")


def _attendees() -> None:
    with op.batch_alter_table('attendee', recreate=_recreate()) as batch_op:
        batch_op.add_column(sa.Column('held_sequence', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('held_content', sa.String(length=32), nullable=True))
        batch_op.add_column(_no('held_cancelled'))
        batch_op.add_column(sa.Column('uid', sa.String(length=320), nullable=True))
        batch_op.add_column(sa.Column('answer', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('answer_sequence', sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column('answered_at', storage.schema.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.create_check_constraint(
            op.f('ck_attendee_answer'), "answer IS NULL OR answer IN ('accepted', 'declined', 'tentative')"
        )
        batch_op.create_index(op.f('ix_attendee_uid'), ['uid'])
        batch_op.create_index(op.f('ix_attendee_key'), ['key'])
        batch_op.create_index(
            op.f('ix_attendee_holding'),
            ['campaign_id', 'answer'],
            sqlite_where=sa.text('removed_at IS NULL AND held_revision IS NOT NULL AND held_cancelled IS 0'),
            postgresql_where=sa.text(
                'removed_at IS NULL AND held_revision IS NOT NULL AND held_cancelled IS false'
            ),
        )
    op.execute('UPDATE attendee SET held_sequence = held_revision')
    # a letter that may have gone counts too: its number must not come again with other words
    op.execute(
        'UPDATE attendee SET held_sequence = (SELECT max(delivery.sequence) FROM delivery '
        "WHERE delivery.attendee_id = attendee.id AND delivery.state IN ('sending', 'sent', 'unsure')) "
        'WHERE unsure'
    )


def _history() -> None:
    with op.batch_alter_table('history', recreate=_recreate()) as batch_op:
        batch_op.drop_constraint(op.f('ck_history_deed'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_history_deed'),
            "deed IN ('created', 'duplicated', 'edited', 'settings_changed', 'list_changed', 'test_sent', "
            "'archived', 'restored', 'started', 'approved', 'declined', 'paused', 'resumed', 'stopped', "
            "'pace_changed', 'left_unsure', 'cancelled', 'never_invite', 'taken_in')",
        )


def _notices() -> None:
    with op.batch_alter_table('notice', recreate=_recreate()) as batch_op:
        batch_op.drop_constraint(op.f('ck_notice_kind'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_notice_kind'),
            "kind IN ('progress', 'started', 'batch_done', 'digest', 'finished', 'failures', 'paused', "
            "'resumed', 'stopped', 'deed', 'approval', 'imported', 'refused', 'difference', 'access_lost', "
            "'access_back', 'not_taken_in', 'home')",
        )


def _never_invited() -> None:
    with op.batch_alter_table('suppression', recreate=_recreate()) as batch_op:
        batch_op.add_column(
            sa.Column('why', sa.String(length=20), server_default='unsubscribed', nullable=False)
        )
        batch_op.add_column(sa.Column('by', sa.String(length=40), server_default='', nullable=False))
        batch_op.create_check_constraint(op.f('ck_suppression_why'), f'why IN {_WHYS}')
    op.create_table(
        'exclusion',
        sa.Column('campaign_id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(length=320), nullable=False),
        sa.Column('cause', sa.Text(), nullable=False),
        sa.Column('at', storage.schema.UtcDateTime(timezone=True), nullable=False),
        sa.Column('why', sa.String(length=20), nullable=False),
        sa.Column('by', sa.String(length=40), nullable=False),
        sa.CheckConstraint(f'why IN {_WHYS}', name=op.f('ck_exclusion_why')),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_exclusion_campaign_id')),
        sa.PrimaryKeyConstraint('campaign_id', 'key', name=op.f('pk_exclusion')),
    )


def _no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text('false'), nullable=False)


def _recreate() -> Literal["always", "never"]:
    """SQLite cannot change the rules of a table: it gets a new one, and the rows with it."""
    return 'always' if op.get_bind().dialect.name == 'sqlite' else 'never'
