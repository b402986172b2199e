"""Who is not to be invited any more."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from campaigns.account_port import Suppressed
from storage.tables import suppression
from storage.upsert import insert_or


class SuppressionRows:
    """See ``campaigns.account_port.Suppressions``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, workspace: str, entry: Suppressed) -> bool:
        new = insert_or(self._connection, suppression).values(
            workspace=workspace, key=entry.key, cause=entry.cause, at=entry.at
        )
        added = new.on_conflict_do_nothing().returning(suppression.c.key)
        return self._connection.execute(added).first() is not None

    def remove(self, workspace: str, key: str) -> bool:
        removed = delete(suppression).where(suppression.c.workspace == workspace, suppression.c.key == key)
        return self._connection.execute(removed).rowcount == 1

    def find(self, workspace: str, key: str) -> Suppressed | None:
        query = select(suppression).where(suppression.c.workspace == workspace, suppression.c.key == key)
        found = self._connection.execute(query).first()
        return _entry(found) if found else None

    def all(self, workspace: str) -> Iterator[Suppressed]:
        # a generator: whoever asks and does not look opens no cursor
        query = select(suppression).where(suppression.c.workspace == workspace)
        latest = query.order_by(suppression.c.at.desc(), suppression.c.key)
        yield from map(_entry, self._connection.execute(latest, execution_options={"yield_per": 1_000}))


def _entry(row: Row[Any]) -> Suppressed:
    return Suppressed(row.key, row.cause, row.at)
