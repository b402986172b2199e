"""Who is not to be invited any more, in the in-memory store."""

from collections.abc import Iterator

from campaigns.account_port import Suppressed
from storage.memory_ledger import Ledger, SuppressionRow


class MemorySuppressions:
    """See ``campaigns.account_port.Suppressions``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add(self, workspace: str, entry: Suppressed) -> bool:
        if self._row(workspace, entry.key) is not None:
            return False
        rows = self._ledger.suppressions
        rows.put(SuppressionRow(rows.new_id(), workspace, entry))
        return True

    def remove(self, workspace: str, key: str) -> bool:
        row = self._row(workspace, key)
        if row is None:
            return False
        self._ledger.suppressions.remove(row.id)
        return True

    def find(self, workspace: str, key: str) -> Suppressed | None:
        row = self._row(workspace, key)
        return row.entry if row else None

    def all(self, workspace: str) -> Iterator[Suppressed]:
        entries = (row.entry for row in self._ledger.suppressions.where("workspace", workspace))
        # in the order of their keys first, which those of the same moment keep
        by_key = sorted(entries, key=lambda entry: entry.key)
        return iter(sorted(by_key, key=lambda entry: entry.at, reverse=True))

    def _row(self, workspace: str, key: str) -> SuppressionRow | None:
        return self._ledger.suppressions.first("person", (workspace, key))
