"""The history: written once, never altered."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from campaigns.history import Deed, Entry, NewEntry
from storage.tables import history


class HistoryRows:
    """See ``campaigns.store_port.History``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, entry: NewEntry, now: datetime) -> Entry:
        new = insert(history).values(
            campaign_id=entry.campaign_id,
            run_id=entry.run_id,
            deed=entry.deed,
            by=entry.by,
            at=now,
            facts=dict(entry.facts),
        )
        return _entry(self._connection.execute(new.returning(history)).one())

    def of_upload(self, campaign_id: int, upload_id: int) -> Entry | None:
        theirs = (history.c.campaign_id == campaign_id, history.c.deed == Deed.LIST_CHANGED)
        named = history.c.facts["upload"].as_string() == str(upload_id)
        found = self._connection.execute(select(history).where(*theirs, named).limit(1)).first()
        return _entry(found) if found else None

    def of_campaign(self, campaign_id: int, *, limit: int) -> list[Entry]:
        newest = select(history).where(history.c.campaign_id == campaign_id).order_by(history.c.id.desc())
        return [_entry(row) for row in self._connection.execute(newest.limit(limit))]

    def of_deed(
        self, campaign_id: int, deed: Deed, *, run_id: int | None = None, limit: int | None = None
    ) -> list[Entry]:
        of = select(history).where(history.c.campaign_id == campaign_id, history.c.deed == deed)
        if run_id is not None:
            of = of.where(history.c.run_id == run_id)
        newest = of.order_by(history.c.id.desc()).limit(limit)
        return [_entry(row) for row in self._connection.execute(newest)]


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        campaign_id=row.campaign_id,
        run_id=row.run_id,
        deed=Deed(row.deed),
        by=row.by,
        at=row.at,
        facts=row.facts,
    )
