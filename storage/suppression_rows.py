"""Who is not to be invited any more."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    func,
    literal,
    select,
    union_all,
)

from campaigns.account_port import Suppressed, Why
from storage.tables import campaign, exclusion, suppression
from storage.upsert import insert_or

_ASKED_AT_ONCE = 500


class SuppressionRows:
    """See ``campaigns.account_port.Suppressions``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, workspace: str, entry: Suppressed) -> bool:
        return self._add(suppression, {"workspace": workspace}, entry)

    def add_to_campaign(self, campaign_id: int, entry: Suppressed) -> bool:
        return self._add(exclusion, {"campaign_id": campaign_id}, entry)

    def remove(self, workspace: str, key: str) -> bool:
        return self._remove(suppression, suppression.c.workspace == workspace, key)

    def remove_from_campaign(self, campaign_id: int, key: str) -> bool:
        return self._remove(exclusion, exclusion.c.campaign_id == campaign_id, key)

    def find(self, workspace: str, key: str) -> Suppressed | None:
        query = select(suppression).where(suppression.c.workspace == workspace, suppression.c.key == key)
        found = self._connection.execute(query).first()
        return _entry(found) if found else None

    def find_for(self, campaign_id: int, key: str) -> Suppressed | None:
        found = self._connection.execute(_FIND_FOR, {"of_campaign": campaign_id, "of_key": key}).first()
        return _entry(found) if found else None

    def among(self, keys: Collection[str], workspace: str, campaign_id: int | None = None) -> set[str]:
        found = self._among(keys, suppression, suppression.c.workspace == workspace)
        if campaign_id is not None:
            found |= self._among(keys, exclusion, exclusion.c.campaign_id == campaign_id)
        return found

    def all(self, workspace: str) -> Iterator[Suppressed]:
        return self._latest(select(suppression).where(suppression.c.workspace == workspace), suppression)

    def of_campaign(self, campaign_id: int) -> Iterator[Suppressed]:
        return self._latest(select(exclusion).where(exclusion.c.campaign_id == campaign_id), exclusion)

    def count(self, workspace: str, campaign_id: int | None = None) -> int:
        query = select(func.count()).select_from(suppression).where(suppression.c.workspace == workspace)
        if campaign_id is not None:
            query = (
                select(func.count())
                .select_from(exclusion)
                .join(campaign, campaign.c.id == exclusion.c.campaign_id)
                .where(exclusion.c.campaign_id == campaign_id, campaign.c.workspace == workspace)
            )
        return self._connection.execute(query).scalar_one()

    def _add(self, table: Table, owner: dict[str, str | int], entry: Suppressed) -> bool:
        new = insert_or(self._connection, table).values(
            **owner, key=entry.key, cause=entry.cause, at=entry.at, why=entry.why, by=entry.by
        )
        added = new.on_conflict_do_nothing().returning(table.c.key)
        return self._connection.execute(added).first() is not None

    def _remove(self, table: Table, theirs: ColumnElement[bool], key: str) -> bool:
        return self._connection.execute(delete(table).where(theirs, table.c.key == key)).rowcount == 1

    def _among(self, keys: Collection[str], table: Table, theirs: ColumnElement[bool]) -> set[str]:
        every = list(keys)
        if len(every) > _ASKED_AT_ONCE and self._size(table, theirs) < len(every):
            # of a whole uploaded list this is sooner known
            return set(every).intersection(
                self._connection.execute(select(table.c.key).where(theirs)).scalars()
            )
        asked = select(table.c.key).where(theirs, table.c.key.in_(bindparam("keys", expanding=True)))
        chunks = (every[at : at + _ASKED_AT_ONCE] for at in range(0, len(every), _ASKED_AT_ONCE))
        return {key for chunk in chunks for key in self._connection.execute(asked, {"keys": chunk}).scalars()}

    def _size(self, table: Table, theirs: ColumnElement[bool]) -> int:
        counted = select(func.count()).select_from(table).where(theirs)
        return self._connection.execute(counted).scalar_one()

    def _latest(self, query: Select[Any], table: Table) -> Iterator[Suppressed]:
        # a generator: whoever asks and does not look opens no cursor
        latest = query.order_by(table.c.at.desc(), table.c.key)
        with self._connection.execute(latest, execution_options={"yield_per": 1_000}) as found:
            yield from map(_entry, found)


def _facts(table: Table) -> list[ColumnElement[Any]]:
    return [table.c[name] for name in ("key", "cause", "at", "why", "by")]


def _find_for() -> Any:
    own = select(*_facts(exclusion), literal(1).label("place")).where(
        exclusion.c.campaign_id == bindparam("of_campaign"), exclusion.c.key == bindparam("of_key")
    )
    wide = (
        select(*_facts(suppression), literal(2).label("place"))
        .join(campaign, campaign.c.workspace == suppression.c.workspace)
        .where(campaign.c.id == bindparam("of_campaign"), suppression.c.key == bindparam("of_key"))
    )
    return union_all(own, wide).order_by("place").limit(1)


_FIND_FOR = _find_for()  # once: it runs before every invite, and building it costs more


def _entry(row: Row[Any]) -> Suppressed:
    return Suppressed(row.key, row.cause, row.at, Why(row.why), row.by)
