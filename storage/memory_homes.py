"""The Home tabs of the in-memory store."""

from datetime import datetime

from campaigns.ports import ListQuery
from storage.memory_ledger import HomeRow, Ledger


class MemoryHomes:
    """See ``campaigns.store_port.Homes``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def opened(self, workspace: str, user: str, query: ListQuery, now: datetime) -> None:
        known = self._ledger.homes.first("person", (workspace, user))
        home_id = known.id if known else self._ledger.homes.new_id()
        self._ledger.homes.put(HomeRow(home_id, workspace, user, query, now))

    def place(self, workspace: str, user: str) -> ListQuery:
        known = self._ledger.homes.first("person", (workspace, user))
        return known.query if known else ListQuery()

    def viewers(self, workspace: str, since: datetime) -> list[str]:
        homes = [home for home in self._ledger.homes.where("workspace", workspace) if home.opened_at > since]
        homes.sort(key=lambda home: home.user)
        return [home.user for home in sorted(homes, key=lambda home: home.opened_at, reverse=True)]
