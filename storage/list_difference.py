"""A staged list against the campaign's: who comes, who goes, who is written otherwise."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, bindparam, exists, func, select, update

from campaigns.list_changes import change_of, content_of, merged
from campaigns.model import Attendee, Problem
from campaigns.uploaded_list import Change, Difference, ListPurpose
from storage.attendee_rows import attendee_of, listed
from storage.selecting import HOLDS
from storage.tables import attendee, staged

_READ_AT_ONCE = 1_000


def expect_many(connection: Connection) -> None:
    """Let this transaction join whole lists. PostgreSQL has no statistics of rows that were just written:
    it takes them for a few, and would compare every one of 50,000 with every other.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.set_config("enable_nestloop", "off", True)))


def known_by_key(upload_id: int, campaign_id: int) -> tuple[Any, ...]:
    """The condition that joins ``staged`` with the ``attendee`` rows of the campaign, also removed ones."""
    return (
        attendee.c.campaign_id == campaign_id,
        staged.c.upload_id == upload_id,
        staged.c.key == attendee.c.key,
    )


def difference_of(
    connection: Connection,
    upload_id: int,
    campaign_id: int,
    purpose: ListPurpose,
    *,
    problems: tuple[Problem, ...],
    duplicates: int,
    samples: int,
) -> Difference:
    """What applying the list would do now."""
    expect_many(connection)
    on_list = exists().where(listed(campaign_id), attendee.c.key == staged.c.key)
    new = (staged.c.upload_id == upload_id, ~on_list)
    in_both = (*known_by_key(upload_id, campaign_id), attendee.c.removed_at.is_(None))
    removed, removed_holding, removed_samples = _removed(connection, upload_id, campaign_id, purpose, samples)
    changed, changed_samples = _changed(connection, in_both, purpose, samples)
    return Difference(
        purpose=purpose,
        added=_count(connection, staged, *new),
        removed=removed,
        changed=changed,
        unchanged=_count(connection, attendee, *in_both) - changed,
        removed_holding=removed_holding,
        added_samples=_first(connection, staged, samples, *new),
        removed_samples=removed_samples,
        changed_samples=changed_samples,
        problems=problems,
        duplicates=duplicates,
    )


def merge_with_known(connection: Connection, upload_id: int, campaign_id: int) -> None:
    """Let an appended list say of people who are known what the campaign knows besides."""
    pairs = _differing(connection, known_by_key(upload_id, campaign_id))
    rows = [
        {"of_position": position, "name": both.name, "fields": dict(both.fields), "content": content_of(both)}
        for before, after, position in pairs
        for both in [merged(before, after, ListPurpose.APPEND)]
    ]
    completed = update(staged).where(
        staged.c.upload_id == upload_id, staged.c.position == bindparam("of_position")
    )
    if rows:
        connection.execute(completed, rows)


def _removed(
    connection: Connection, upload_id: int, campaign_id: int, purpose: ListPurpose, samples: int
) -> tuple[int, int, tuple[Change, ...]]:
    """How many, how many of them hold an invite, and the first of them."""
    if purpose is not ListPurpose.REPLACE:
        return 0, 0, ()
    stays = exists().where(staged.c.upload_id == upload_id, staged.c.key == attendee.c.key)
    gone = (listed(campaign_id), ~stays)
    return (
        _count(connection, attendee, *gone),
        _count(connection, attendee, *gone, HOLDS),
        _first(connection, attendee, samples, *gone),
    )


def _changed(
    connection: Connection, in_both: tuple[Any, ...], purpose: ListPurpose, samples: int
) -> tuple[int, tuple[Change, ...]]:
    """How many, and the first of them."""
    if purpose is ListPurpose.APPEND:
        return _changed_by_appending(connection, in_both, samples)
    changed = _count(connection, attendee, *in_both, attendee.c.content != staged.c.content)
    first = _differing(connection, in_both, limit=samples)
    return changed, tuple(change_of(before, after) for before, after, _ in first)


def _changed_by_appending(
    connection: Connection, in_both: tuple[Any, ...], samples: int
) -> tuple[int, tuple[Change, ...]]:
    """A list with fewer columns differs from the campaign's everywhere, and may change nothing."""
    count = 0
    first: list[Change] = []
    for before, after, _ in _differing(connection, in_both):
        both = merged(before, after, ListPurpose.APPEND)
        if content_of(both) != content_of(before):
            count += 1
            if len(first) < samples:
                first.append(change_of(before, both))
    return count, tuple(first)


def _differing(
    connection: Connection, joined: tuple[Any, ...], *, limit: int | None = None
) -> Iterator[tuple[Attendee, Attendee, int]]:
    """Those of whom the two lists say different things, by the new list's lines, with their place in it."""
    new = (staged.c[name].label(f"new_{name}") for name in ("address", "name", "line", "fields", "position"))
    query = (
        select(attendee, *new)
        .where(*joined, attendee.c.content != staged.c.content)
        .order_by(staged.c.line, staged.c.position)
        .limit(limit)
    )
    for row in connection.execute(query, execution_options={"yield_per": _READ_AT_ONCE}):
        after = Attendee(row.new_address, row.key, row.new_name, row.new_line, row.new_fields)
        yield attendee_of(row), after, row.new_position


def _first(connection: Connection, table: Table, samples: int, *where: Any) -> tuple[Change, ...]:
    query = select(table.c.address, table.c.name).where(*where).order_by(table.c.line, table.c.position)
    return tuple(
        Change(row.address, row.name, before={}, after={}) for row in connection.execute(query.limit(samples))
    )


def _count(connection: Connection, table: Table, *where: Any) -> int:
    query = select(func.count()).select_from(table).where(*where)
    return int(connection.execute(query).scalar_one())
