"""Accounts of the in-memory store."""

from dataclasses import replace
from datetime import datetime

from campaigns.account import Account
from campaigns.errors import NotFound
from storage.memory_ledger import Ledger, SpendRow


class MemoryAccounts:
    """See ``campaigns.store_port.Accounts``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def upsert(self, account: Account) -> Account:
        known = self._ledger.accounts.first("name", (account.kind, account.address))
        kept = replace(account, id=known.id if known else self._ledger.accounts.new_id())
        self._ledger.accounts.put(kept)
        return kept

    def retire_others(self, account_id: int) -> None:
        for other in list(self._ledger.accounts.all()):
            if other.id != account_id:
                self._ledger.accounts.put(replace(other, is_current=False))

    def get(self, account_id: int) -> Account:
        found = self._ledger.accounts.get(account_id)
        if found is None:
            raise NotFound("That sending account is no longer set up.")
        return found

    def all(self) -> list[Account]:
        return self._ledger.accounts.all()

    def spend(self, account_id: int, at: datetime) -> None:
        self._ledger.spends.put(SpendRow(self._ledger.spends.new_id(), account_id, at))

    def spent_since(self, account_id: int, since: datetime) -> int:
        return self._ledger.spends.count_after("account", account_id, since)

    def spends(self, account_id: int, since: datetime) -> list[datetime]:
        of_account = self._ledger.spends.where("account", account_id)
        return [spend.at for spend in of_account if spend.at > since]

    def nth_newest_spend(self, account_id: int, n: int) -> datetime | None:
        spend = self._ledger.spends.nth_from_end("account", account_id, n)
        return spend.at if spend else None

    def in_flight(self, account_id: int) -> int:
        sending = self._ledger.deliveries.where("on_the_wire", key=True)
        return sum(row.account_id == account_id for row in sending)

    def lock(self, account_id: int) -> None:
        """Writers are one at a time as it is."""

    def prune_spends(self, before: datetime) -> int:
        old = [spend for spend in self._ledger.spends.all() if spend.at < before]
        for spend in old:
            self._ledger.spends.remove(spend.id)
        return len(old)
