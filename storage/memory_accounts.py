"""Accounts of the in-memory store, and what opens them."""

from dataclasses import replace
from datetime import datetime

from campaigns.account import Account, AccountSettings, AccountState, Credential, KnownQuota
from campaigns.account_port import Owed
from campaigns.errors import NotFound
from campaigns.mailbox_book import REQUESTS, book_of, book_with, own_book
from campaigns.model import Kind
from storage.memory_ledger import CredentialRow, DeliveryRow, Ledger, SpendRow


class MemoryAccounts:
    """See ``campaigns.account_port.Accounts``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def upsert(self, account: Account) -> Account:
        account = replace(account, address=account.address.lower())
        known = self._ledger.accounts.first("name", (account.workspace, account.kind, account.address))
        if known is None:
            made = self._put(replace(account, id=self._ledger.accounts.new_id(), book=""))
            return self._count_in(made, account.book or book_of(made.kind, made.address))
        kept = replace(
            known,
            label=account.label,
            connections=account.connections,
            connected_by=account.connected_by,
            token_ends_at=account.token_ends_at,
            state=account.state,
        )
        if not account.is_of_settings:
            return self._put(kept)
        renewed = self._put(_limited(kept, account))
        return self._count_in(renewed, account.book or book_of(renewed.kind, renewed.address))

    def retire_others(self, account_id: int | None) -> None:
        for other in self._ledger.accounts.all():
            if other.is_of_settings and other.id != account_id:
                self._put(replace(other, state=AccountState.DISCONNECTED))

    def get(self, account_id: int) -> Account:
        found = self._ledger.accounts.get(account_id)
        if found is None:
            raise NotFound("That sending account is no longer set up.")
        return found

    def all(self) -> list[Account]:
        return self._ledger.accounts.all()

    def of_workspace(self, workspace: str) -> list[Account]:
        return [account for account in self.all() if account.workspace in {"", workspace}]

    def move(self, account_id: int, to: AccountState) -> bool:
        known = self._ledger.accounts.get(account_id)
        if known is None or known.state in {to, AccountState.DISCONNECTED}:
            return False
        self._put(replace(known, state=to))
        return True

    def change_settings(self, account_id: int, settings: AccountSettings) -> Account:
        return self._put(_limited(self.get(account_id), settings))

    def credential(self, account_id: int) -> Credential | None:
        known = self._ledger.accounts.get(account_id)
        row = self._ledger.credentials.get(account_id)
        is_open = row is not None and row.owed_since is None and known is not None and known.is_current
        return row.credential if row is not None and is_open else None

    def keep_credential(self, account_id: int, credential: Credential, ends_at: datetime | None) -> Account:
        known = self.get(account_id)
        version = known.version + 1
        self._ledger.credentials.put(CredentialRow(account_id, credential, version))
        quota = known.quota if credential.quota_key is not None else None
        kept = self._put(
            replace(known, version=version, state=AccountState.READY, token_ends_at=ends_at, quota=quota)
        )
        return self._count_in(kept, book_with(kept, credential))

    def rotate_secret(self, account_id: int, version: int, secret: str, ends_at: datetime | None) -> bool:
        row = self._ledger.credentials.get(account_id)
        if row is None or row.version != version or not self.get(account_id).is_current:
            return False
        self._ledger.credentials.put(replace(row, credential=replace(row.credential, secret=secret)))
        self._put(replace(self.get(account_id), token_ends_at=ends_at))
        return True

    def forget_credential(self, account_id: int, *, owed_since: datetime | None = None) -> None:
        known, state = self.get(account_id), AccountState.DISCONNECTED
        self._put(replace(known, state=state, token_ends_at=None, quota=None, version=known.version + 1))
        row = self._ledger.credentials.get(account_id)
        if owed_since is None or row is None:
            self._ledger.credentials.remove(account_id)
        else:
            self._ledger.credentials.put(replace(row, owed_since=owed_since))

    def owed(self) -> list[Owed]:
        rows = self._ledger.credentials.all()
        return [Owed(row.id, row.credential, row.owed_since) for row in rows if row.owed_since is not None]

    def settle_owed(self, owed: Owed) -> None:
        row = self._ledger.credentials.get(owed.account_id)
        if row is not None and row.owed_since == owed.since:
            self._ledger.credentials.remove(owed.account_id)

    def keep_quota(self, account_id: int, quota: KnownQuota) -> None:
        self._put(replace(self.get(account_id), quota=quota))

    def close(self, account_id: int, until: datetime, cause: str = "") -> None:
        for known in self._sharing(account_id):
            if known.closed_until is None or known.closed_until < until:
                self._put(replace(known, closed_until=until, closed_cause=cause))

    def reopen(self, account_id: int) -> None:
        for known in self._sharing(account_id):
            self._put(replace(known, closed_until=None, closed_cause=""))

    def keep_calendar(self, account_id: int, calendar_id: str, *, instead_of: str = "") -> str:
        known = self.get(account_id)
        if known.calendar_id not in {"", instead_of}:
            return known.calendar_id
        return self._put(replace(known, calendar_id=calendar_id)).calendar_id

    def reseal(self) -> int:
        """Nothing is sealed in memory: only the count."""
        tickets = sum(bool(row.ticket.verifier) for row in self._ledger.tickets.all())
        return len(self._ledger.credentials.all()) + tickets

    def sharing(self, account_id: int) -> list[int]:
        return [account.id for account in self._sharing(account_id)]

    def find_books(self) -> None:
        for known in self.all():
            credential = self.credential(known.id)
            if credential is not None:
                self._count_in(known, book_with(known, credential))

    def spend(self, account_id: int, at: datetime, deed: Kind = Kind.INVITE) -> None:
        book = self.get(account_id).book
        self._ledger.spends.put(SpendRow(self._ledger.spends.new_id(), book, at, deed))

    def spent_since(self, account_id: int, since: datetime) -> int:
        return self._ledger.spends.count_after("book", self.get(account_id).book, since)

    def spends(self, account_id: int, since: datetime) -> list[datetime]:
        return [spend.at for spend in self._spends(account_id, since)]

    def nth_newest_spend(self, account_id: int, n: int) -> datetime | None:
        spend = self._ledger.spends.nth_from_end("book", self.get(account_id).book, n)
        return spend.at if spend else None

    def in_flight(self, account_id: int) -> int:
        return len(self._on_the_wire(account_id))

    def requests_since(self, account_id: int, since: datetime) -> int:
        return len(self.requests(account_id, since))

    def requests(self, account_id: int, since: datetime) -> list[datetime]:
        return [spend.at for spend in self._spends(account_id, since) for _ in range(REQUESTS[spend.deed])]

    def requests_in_flight(self, account_id: int) -> int:
        return sum(REQUESTS[row.deed] for row in self._on_the_wire(account_id))

    def lock(self, account_id: int) -> Account:
        return self.get(account_id)  # writers are one at a time as it is

    def prune_spends(self, before: datetime) -> int:
        old = [spend for spend in self._ledger.spends.all() if spend.at < before]
        for spend in old:
            self._ledger.spends.remove(spend.id)
        return len(old)

    def _spends(self, account_id: int, since: datetime) -> list[SpendRow]:
        of_book = self._ledger.spends.where("book", self.get(account_id).book)
        return [spend for spend in of_book if spend.at > since]

    def _on_the_wire(self, account_id: int) -> list[DeliveryRow]:
        sharing = set(self.sharing(account_id))
        sending = self._ledger.deliveries.where("on_the_wire", key=True)
        return [row for row in sending if row.account_id in sharing]

    def _sharing(self, account_id: int) -> list[Account]:
        book = self.get(account_id).book
        return [account for account in self.all() if account.book == book]

    def _count_in(self, known: Account, book: str) -> Account:
        """As ``AccountRows._count_in``."""
        book = book or own_book(known.id)
        if book == known.book:
            return known
        if known.book == own_book(known.id):
            for spend in list(self._ledger.spends.where("book", known.book)):
                self._ledger.spends.put(replace(spend, book=book))
        closed = [(one.closed_until, one.closed_cause) for one in self.all() if one.book == book]
        until, cause = max(
            ((until, cause) for until, cause in closed if until is not None), default=(None, "")
        )
        return self._put(replace(known, book=book, closed_until=until, closed_cause=cause))

    def _put(self, account: Account) -> Account:
        self._ledger.accounts.put(account)
        return account


def _limited(account: Account, limits: Account | AccountSettings) -> Account:
    """``account`` with what ``limits`` allows."""
    return replace(
        account,
        per_minute=limits.per_minute,
        per_day=limits.per_day,
        reserve=limits.reserve,
        brake_refusals=limits.brake_refusals,
        brake_percent=limits.brake_percent,
        is_shared=limits.is_shared,
    )
