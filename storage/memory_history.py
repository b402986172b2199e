"""The history of the in-memory store."""

from datetime import datetime
from itertools import islice

from campaigns.history import Deed, Entry, NewEntry
from storage.memory_ledger import Ledger


class MemoryHistory:
    """See ``campaigns.store_port.History``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def record(self, entry: NewEntry, now: datetime) -> Entry:
        recorded = Entry(
            id=self._ledger.history.new_id(),
            campaign_id=entry.campaign_id,
            run_id=entry.run_id,
            deed=entry.deed,
            by=entry.by,
            at=now,
            facts=dict(entry.facts),
        )
        self._ledger.history.put(recorded)
        return recorded

    def of_upload(self, campaign_id: int, upload_id: int) -> Entry | None:
        lines = self._ledger.history.where("campaign", campaign_id)
        changes = (line for line in lines if line.deed is Deed.LIST_CHANGED)
        return next((line for line in changes if line.facts.get("upload") == str(upload_id)), None)

    def of_campaign(self, campaign_id: int, *, limit: int) -> list[Entry]:
        return list(islice(self._ledger.history.where("campaign", campaign_id), limit))

    def of_deed(
        self, campaign_id: int, deed: Deed, *, run_id: int | None = None, limit: int | None = None
    ) -> list[Entry]:
        lines = self._ledger.history.where("deed", (campaign_id, deed))
        return list(islice((line for line in lines if run_id in {None, line.run_id}), limit))
