"""lists that can change, editors, routing, plans, history and Home tabs

Revision ID: 0002
Revises: 0001
"""

import hashlib
import json
import unicodedata
from typing import Literal

import sqlalchemy as sa
from alembic import op

import storage.schema

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

_ROUTING = {
    'batches': ['slack'],
    'finished': ['slack', 'mail'],
    'failures': ['slack', 'mail'],
    'alerts': ['slack', 'direct', 'mail'],
}
_AT_ONCE = 5_000


def upgrade() -> None:
    _campaigns()
    _attendees()
    _uploads()
    _runs()
    _notices()
    _new_tables()


def _campaigns() -> None:
    with op.batch_alter_table('campaign') as batch_op:
        batch_op.add_column(sa.Column('editors', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('routing', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('archived_at', storage.schema.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('folded_title', sa.Text(), nullable=True))
    campaign = sa.table(
        'campaign',
        sa.column('id', sa.Integer),
        sa.column('revision', sa.Integer),
        sa.column('editors', sa.JSON),
        sa.column('routing', sa.JSON),
        sa.column('folded_title', sa.Text),
    )
    newest = sa.table(
        'revision', sa.column('campaign_id', sa.Integer), sa.column('number', sa.Integer), sa.column('title', sa.Text)
    )
    connection = op.get_bind()
    connection.execute(sa.update(campaign).values(editors=[], routing=_ROUTING))
    titles = connection.execute(
        sa.select(campaign.c.id, newest.c.title).where(
            newest.c.campaign_id == campaign.c.id, newest.c.number == campaign.c.revision
        )
    ).all()
    if titles:
        folded = sa.update(campaign).where(campaign.c.id == sa.bindparam('of_id'))
        connection.execute(
            folded.values(folded_title=sa.bindparam('folded')),
            [{'of_id': row.id, 'folded': _fold(row.title)} for row in titles],
        )
    with op.batch_alter_table('campaign', recreate=_recreate()) as batch_op:
        batch_op.alter_column('editors', existing_type=sa.JSON(), nullable=False)
        batch_op.alter_column('routing', existing_type=sa.JSON(), nullable=False)
        batch_op.alter_column('folded_title', existing_type=sa.Text(), nullable=False)


def _attendees() -> None:
    with op.batch_alter_table('attendee') as batch_op:
        batch_op.add_column(sa.Column('removed_at', storage.schema.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('content', sa.String(length=32), nullable=True))
    attendee = sa.table(
        'attendee',
        sa.column('id', sa.Integer),
        sa.column('name', sa.Text),
        sa.column('fields', sa.JSON),
        sa.column('content', sa.String),
    )
    connection = op.get_bind()
    digested = sa.update(attendee).where(attendee.c.id == sa.bindparam('of_id'))
    digested = digested.values(content=sa.bindparam('digest'))
    last_id = 0
    while True:
        people = sa.select(attendee).where(attendee.c.id > last_id).order_by(attendee.c.id).limit(_AT_ONCE)
        rows = connection.execute(people).all()
        if not rows:
            break
        connection.execute(
            digested, [{'of_id': row.id, 'digest': _content(row.name, row.fields)} for row in rows]
        )
        last_id = rows[-1].id
    with op.batch_alter_table('attendee', recreate=_recreate()) as batch_op:
        batch_op.alter_column('content', existing_type=sa.String(length=32), nullable=False)


def _uploads() -> None:
    with op.batch_alter_table('upload') as batch_op:
        batch_op.add_column(sa.Column('purpose', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('target_id', sa.Integer(), nullable=True))
    op.execute("UPDATE upload SET purpose = 'new'")
    with op.batch_alter_table('upload', recreate=_recreate()) as batch_op:
        batch_op.alter_column('purpose', existing_type=sa.String(length=20), nullable=False)
        batch_op.create_foreign_key(op.f('fk_upload_target_id'), 'campaign', ['target_id'], ['id'])
        batch_op.create_check_constraint(op.f('ck_upload_purpose'), "purpose IN ('new', 'append', 'replace')")
        batch_op.create_check_constraint(
            op.f('ck_upload_target_unless_new'), "(purpose = 'new') = (target_id IS NULL)"
        )


def _runs() -> None:
    with op.batch_alter_table('run', recreate=_recreate()) as batch_op:
        batch_op.add_column(sa.Column('starts_at', storage.schema.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('hours', sa.JSON(), nullable=True))
        batch_op.drop_constraint(op.f('ck_run_state'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_run_state'), "state IN ('planned', 'running', 'paused', 'finished', 'stopped')"
        )
        batch_op.drop_index('uq_run_active')
        batch_op.create_index(
            'uq_run_active',
            ['campaign_id'],
            unique=True,
            sqlite_where=sa.text("state IN ('planned', 'running', 'paused')"),
            postgresql_where=sa.text("state IN ('planned', 'running', 'paused')"),
        )


def _notices() -> None:
    with op.batch_alter_table('notice', recreate=_recreate()) as batch_op:
        batch_op.drop_constraint(op.f('ck_notice_kind'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_notice_kind'),
            "kind IN ('progress', 'started', 'batch_done', 'digest', 'finished', 'failures', 'paused', "
            "'resumed', 'stopped', 'deed', 'approval', 'imported', 'refused', 'difference', 'home')",
        )
        batch_op.drop_constraint(op.f('ck_notice_medium'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_notice_medium'), "medium IN ('slack', 'direct', 'mail', 'home')"
        )
    # what is still to be told of a list goes where lists are told of from now on
    op.execute("UPDATE notice SET medium = 'direct' WHERE state = 'due' AND kind IN ('imported', 'refused')")


def _new_tables() -> None:
    op.create_table(
        'staged_list',
        sa.Column('upload_id', sa.Integer(), nullable=False),
        sa.Column('columns', sa.JSON(), nullable=False),
        sa.Column('problems', sa.JSON(), nullable=False),
        sa.Column('duplicates', sa.Integer(), nullable=False),
        sa.Column('staged_at', storage.schema.UtcDateTime(timezone=True), nullable=False),
        sa.Column('closed_at', storage.schema.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_staged_list_upload_id')),
        sa.PrimaryKeyConstraint('upload_id', name=op.f('pk_staged_list')),
    )
    op.create_index(
        'ix_staged_list_waiting',
        'staged_list',
        ['staged_at'],
        sqlite_where=sa.text('closed_at IS NULL'),
        postgresql_where=sa.text('closed_at IS NULL'),
    )
    op.create_table(
        'staged',
        sa.Column('upload_id', sa.Integer(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('line', sa.Integer(), nullable=False),
        sa.Column('address', sa.String(length=320), nullable=False),
        sa.Column('key', sa.String(length=320), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('fields', sa.JSON(), nullable=False),
        sa.Column('content', sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(['upload_id'], ['staged_list.upload_id'], name=op.f('fk_staged_upload_id')),
        sa.PrimaryKeyConstraint('upload_id', 'position', name=op.f('pk_staged')),
        sa.UniqueConstraint('upload_id', 'key', name=op.f('uq_staged_upload_id_key')),
    )
    op.create_table(
        'history',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('campaign_id', sa.Integer(), nullable=False),
        sa.Column('run_id', sa.Integer(), nullable=True),
        sa.Column('deed', sa.String(length=20), nullable=False),
        sa.Column('by', sa.String(length=40), nullable=False),
        sa.Column('at', storage.schema.UtcDateTime(timezone=True), nullable=False),
        sa.Column('facts', sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "deed IN ('created', 'duplicated', 'edited', 'settings_changed', 'list_changed', 'test_sent', "
            "'archived', 'restored', 'started', 'approved', 'declined', 'paused', 'resumed', 'stopped', "
            "'pace_changed', 'left_unsure')",
            name=op.f('ck_history_deed'),
        ),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_history_campaign_id')),
        sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_history_run_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_history')),
    )
    op.create_index(op.f('ix_history_campaign_id_id'), 'history', ['campaign_id', 'id'])
    op.create_table(
        'home',
        sa.Column('workspace', sa.String(length=40), nullable=False),
        sa.Column('user', sa.String(length=40), nullable=False),
        sa.Column('query', sa.JSON(), nullable=False),
        sa.Column('opened_at', storage.schema.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('workspace', 'user', name=op.f('pk_home')),
    )


def _recreate() -> Literal["always", "never"]:
    """SQLite cannot change the rules of a table: it gets a new one, and the rows with it."""
    return 'always' if op.get_bind().dialect.name == 'sqlite' else 'never'


# as they were when this was written: what a migration does must not change with the code

def _fold(text: str) -> str:
    return unicodedata.normalize('NFKC', unicodedata.normalize('NFKC', text).casefold())


def _content(name: str, fields: dict[str, str]) -> str:
    said = {'name': name, **fields}
    canonical = json.dumps(sorted((column, value) for column, value in said.items() if value))
    return hashlib.blake2b(canonical.encode(), digest_size=16).hexdigest()
