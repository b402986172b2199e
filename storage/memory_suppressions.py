"""Who is not to be invited any more, in the in-memory store."""

from collections.abc import Collection, Iterable, Iterator

from campaigns.account_port import Suppressed
from storage.memory_ledger import ExclusionRow, Ledger, SuppressionRow


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

    def add_to_campaign(self, campaign_id: int, entry: Suppressed) -> bool:
        if self._own_row(campaign_id, entry.key) is not None:
            return False
        rows = self._ledger.exclusions
        rows.put(ExclusionRow(rows.new_id(), campaign_id, entry))
        return True

    def remove(self, workspace: str, key: str) -> bool:
        row = self._row(workspace, key)
        if row is None:
            return False
        self._ledger.suppressions.remove(row.id)
        return True

    def remove_from_campaign(self, campaign_id: int, key: str) -> bool:
        row = self._own_row(campaign_id, key)
        if row is None:
            return False
        self._ledger.exclusions.remove(row.id)
        return True

    def find(self, workspace: str, key: str) -> Suppressed | None:
        row = self._row(workspace, key)
        return row.entry if row else None

    def find_for(self, campaign_id: int, key: str) -> Suppressed | None:
        own = self._own_row(campaign_id, key)
        if own is not None:
            return own.entry
        row = self._ledger.campaigns.get(campaign_id)
        return self.find(row.campaign.workspace, key) if row else None

    def among(self, keys: Collection[str], workspace: str, campaign_id: int | None = None) -> set[str]:
        return {
            key
            for key in keys
            if self._row(workspace, key) is not None
            or (campaign_id is not None and self._own_row(campaign_id, key) is not None)
        }

    def all(self, workspace: str) -> Iterator[Suppressed]:
        return _latest(row.entry for row in self._ledger.suppressions.where("workspace", workspace))

    def of_campaign(self, campaign_id: int) -> Iterator[Suppressed]:
        return _latest(row.entry for row in self._ledger.exclusions.where("campaign", campaign_id))

    def count(self, workspace: str, campaign_id: int | None = None) -> int:
        if campaign_id is None:
            return self._ledger.suppressions.count("workspace", workspace)
        row = self._ledger.campaigns.get(campaign_id)
        if row is None or row.campaign.workspace != workspace:
            return 0
        return self._ledger.exclusions.count("campaign", campaign_id)

    def _row(self, workspace: str, key: str) -> SuppressionRow | None:
        return self._ledger.suppressions.first("person", (workspace, key))

    def _own_row(self, campaign_id: int, key: str) -> ExclusionRow | None:
        return self._ledger.exclusions.first("person", (campaign_id, key))


def _latest(entries: Iterable[Suppressed]) -> Iterator[Suppressed]:
    # in the order of their keys first, which those of the same moment keep
    by_key = sorted(entries, key=lambda entry: entry.key)
    return iter(sorted(by_key, key=lambda entry: entry.at, reverse=True))
