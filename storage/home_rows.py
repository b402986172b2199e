"""Home tabs: who has one open, and what it shows."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, select

from campaigns.ports import ListQuery
from storage.tables import home
from storage.upsert import insert_or


class HomeRows:
    """See ``campaigns.store_port.Homes``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def opened(self, workspace: str, user: str, query: ListQuery, now: datetime) -> None:
        place = {"query": asdict(query), "opened_at": now}
        new = insert_or(self._connection, home).values(workspace=workspace, user=user, **place)
        self._connection.execute(new.on_conflict_do_update(index_elements=["workspace", "user"], set_=place))

    def place(self, workspace: str, user: str) -> ListQuery:
        query = select(home.c.query).where(home.c.workspace == workspace, home.c.user == user)
        kept = self._connection.execute(query).scalar()
        return ListQuery(**kept) if kept else ListQuery()

    def viewers(self, workspace: str, since: datetime) -> list[str]:
        query = select(home.c.user).where(home.c.workspace == workspace, home.c.opened_at > since)
        latest = query.order_by(home.c.opened_at.desc(), home.c.user)
        return list(self._connection.execute(latest).scalars())
