"""at which time each revision is, what was sent again while it was in doubt, and the words of each letter

Revision ID: 0007
Revises: 0006
"""

import re
from typing import Literal

import sqlalchemy as sa
from alembic import op

import storage.schema

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

_REVISION = sa.table(
    'revision',
    sa.column('campaign_id', sa.Integer()),
    sa.column('number', sa.Integer()),
    sa.column('starts_at', storage.schema.UtcDateTime(timezone=True)),
    sa.column('ends_at', storage.schema.UtcDateTime(timezone=True)),
    sa.column('zone', sa.String()),
    sa.column('is_all_day', sa.Boolean()),
    sa.column('recurrence', sa.JSON()),
    sa.column('timed_as', sa.Integer()),
)
_DELIVERY = sa.table(
    'delivery', sa.column('id', sa.Integer()), sa.column('cause', sa.Text()), sa.column('again_in', sa.Integer())
)


def upgrade() -> None:
    with op.batch_alter_table('revision', recreate=_recreate()) as batch_op:
        batch_op.add_column(sa.Column('timed_as', sa.Integer(), nullable=True))
    _note_times()
    with op.batch_alter_table('revision', recreate=_recreate()) as batch_op:
        batch_op.alter_column('timed_as', existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table('delivery', recreate=_recreate()) as batch_op:
        batch_op.add_column(sa.Column('again_in', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('words', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('doubted', sa.Integer(), nullable=True))
        # what a person held before a letter is found among their other letters now
        batch_op.drop_column('before_revision')
        batch_op.drop_column('before_cancelled')
    with op.batch_alter_table('attendee', recreate=_recreate()) as batch_op:
        batch_op.add_column(sa.Column('answer_before', sa.String(length=20), nullable=True))
        batch_op.create_check_constraint(
            op.f('ck_attendee_answer_before'),
            "answer_before IS NULL OR answer_before IN ('accepted', 'declined', 'tentative')",
        )
    _note_what_was_sent_again()


def _note_times() -> None:
    same = ('starts_at', 'ends_at', 'zone', 'is_all_day', 'recurrence')
    connection = op.get_bind()
    in_order = sa.select(_REVISION).order_by(_REVISION.c.campaign_id, _REVISION.c.number)
    first: dict[str, int] = {}
    for row in connection.execute(in_order).all():
        when = repr([row.campaign_id, *(getattr(row, name) for name in same)])
        this = (_REVISION.c.campaign_id == row.campaign_id, _REVISION.c.number == row.number)
        timed_as = first.setdefault(when, row.number)
        connection.execute(sa.update(_REVISION).where(*this).values(timed_as=timed_as))


def _note_what_was_sent_again() -> None:
    connection = op.get_bind()
    again = sa.select(_DELIVERY).where(_DELIVERY.c.cause.like('Sent again in run %'))
    for row in connection.execute(again).all():
        named = re.fullmatch('Sent again in run ([0-9]+)', row.cause)
        if named:
            this = sa.update(_DELIVERY).where(_DELIVERY.c.id == row.id)
            connection.execute(this.values(again_in=int(named[1])))


def _recreate() -> Literal["always", "never"]:
    """SQLite cannot change the rules of a table: it gets a new one, and the rows with it."""
    return 'always' if op.get_bind().dialect.name == 'sqlite' else 'never'
