"""Accounts, what opens them, and the books of what they have spent of their limits."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, or_, select, update

from campaigns.account import Account, AccountSettings, AccountState, Credential, KnownQuota
from campaigns.account_port import Owed
from campaigns.errors import NotFound
from campaigns.mailbox_book import book_of, book_with, own_book
from campaigns.model import Kind
from storage import spend_rows
from storage.credential_rows import CredentialRows
from storage.quota_json import quota_of, quota_to_json
from storage.tables import account, spend
from storage.upsert import insert_or
from storage.vault import Vault

# These run for every invite: built here once, since building costs more than executing.
_OF_ID = select(account).where(account.c.id == bindparam("of_id"))
# All of the book, by id, so that no two wait for each other. SQLite's writers are already one at a time and
# its dialect leaves FOR UPDATE out. With key_share it does not stand in the way of new deliveries, which
# refer to the account
_LOCKED = (
    select(account)
    .where(account.c.book == spend_rows.BOOK)
    .order_by(account.c.id)
    .with_for_update(key_share=True)
)


class AccountRows:
    """See ``campaigns.account_port.Accounts``."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._credentials = CredentialRows(connection, vault)

    def upsert(self, wanted: Account) -> Account:
        values = {
            "label": wanted.label,
            "connections": wanted.connections,
            "connected_by": wanted.connected_by,
            "token_ends_at": wanted.token_ends_at,
            "state": wanted.state,
        }
        name = {"workspace": wanted.workspace, "kind": wanted.kind, "address": self._as_known(wanted)}
        limits = _limits(wanted)
        new = insert_or(self._connection, account).values(
            version=wanted.version, calendar_id=wanted.calendar_id, **name, **values, **limits
        )
        kept = new.on_conflict_do_update(
            index_elements=list(name), set_=values | limits if wanted.is_of_settings else values
        )
        known = _account(self._connection.execute(kept.returning(account)).one())
        if known.book and not wanted.is_of_settings:
            return known
        return self._count_in(known, wanted.book or book_of(known.kind, known.address))

    def retire_others(self, account_id: int | None) -> None:
        of_settings = update(account).where(account.c.workspace == "")
        others = of_settings if account_id is None else of_settings.where(account.c.id != account_id)
        self._connection.execute(others.values(state=AccountState.DISCONNECTED))

    def get(self, account_id: int) -> Account:
        found = self._connection.execute(_OF_ID, {"of_id": account_id}).first()
        if found is None:
            raise _not_set_up()
        return _account(found)

    def all(self) -> list[Account]:
        return [_account(row) for row in self._connection.execute(select(account).order_by(account.c.id))]

    def of_workspace(self, workspace: str) -> list[Account]:
        query = select(account).where(account.c.workspace.in_(["", workspace])).order_by(account.c.id)
        return [_account(row) for row in self._connection.execute(query)]

    def move(self, account_id: int, to: AccountState) -> bool:
        movable = account.c.state.not_in([to, AccountState.DISCONNECTED])
        step = update(account).where(account.c.id == account_id, movable).values(state=to)
        return self._connection.execute(step).rowcount == 1

    def change_settings(self, account_id: int, settings: AccountSettings) -> Account:
        return self._change(account_id, _limits(settings))

    def credential(self, account_id: int) -> Credential | None:
        return self._credentials.get(account_id)

    def keep_credential(self, account_id: int, credential: Credential, ends_at: datetime | None) -> Account:
        raised = {"version": account.c.version + 1, "state": AccountState.READY, "token_ends_at": ends_at}
        if credential.quota_key is None:
            raised["quota"] = None
        kept = self._change(account_id, raised)
        self._credentials.put(account_id, kept.version, credential)
        return self._count_in(kept, book_with(kept, credential))

    def rotate_secret(self, account_id: int, version: int, secret: str, ends_at: datetime | None) -> bool:
        # the account's version is its credential's for as long as it has one
        same = (account.c.version == version, account.c.state != AccountState.DISCONNECTED)
        renewed = update(account).where(account.c.id == account_id, *same).values(token_ends_at=ends_at)
        is_same = self._connection.execute(renewed).rowcount == 1
        kept = self._credentials.get(account_id) if is_same else None
        if kept is None:
            return False
        self._credentials.put(account_id, version, replace(kept, secret=secret))
        return True

    def forget_credential(self, account_id: int, *, owed_since: datetime | None = None) -> None:
        gone = {"state": AccountState.DISCONNECTED, "token_ends_at": None, "quota": None}
        self._change(account_id, gone | {"version": account.c.version + 1})
        if owed_since is None:
            self._credentials.remove(account_id)
        else:
            self._credentials.owe(account_id, owed_since)

    def owed(self) -> list[Owed]:
        return self._credentials.owed()

    def settle_owed(self, owed: Owed) -> None:
        self._credentials.settle(owed)

    def keep_quota(self, account_id: int, quota: KnownQuota) -> None:
        self._change(account_id, {"quota": quota_to_json(quota)})

    def close(self, account_id: int, until: datetime, cause: str = "") -> None:
        is_later = or_(account.c.closed_until.is_(None), account.c.closed_until < until)
        closed = update(account).where(account.c.book == spend_rows.BOOK, is_later)
        said = closed.values(closed_until=until, closed_cause=cause)
        self._connection.execute(said, {"of_id": account_id})

    def reopen(self, account_id: int) -> None:
        is_closed = account.c.closed_until.is_not(None)
        opened = update(account).where(account.c.book == spend_rows.BOOK, is_closed)
        self._connection.execute(opened.values(closed_until=None, closed_cause=""), {"of_id": account_id})

    def keep_calendar(self, account_id: int, calendar_id: str, *, instead_of: str = "") -> str:
        unless_another = update(account).where(
            account.c.id == account_id, account.c.calendar_id.in_(("", instead_of))
        )
        self._connection.execute(unless_another.values(calendar_id=calendar_id))
        return self.get(account_id).calendar_id

    def reseal(self) -> int:
        return self._credentials.reseal()

    def sharing(self, account_id: int) -> list[int]:
        shared = select(account.c.id).where(account.c.book == spend_rows.BOOK).order_by(account.c.id)
        return list(self._connection.execute(shared, {"of_id": account_id}).scalars())

    def find_books(self) -> None:
        for known in self.all():
            credential = self.credential(known.id)
            if credential is not None:
                self._count_in(known, book_with(known, credential))

    def spend(self, account_id: int, at: datetime, deed: Kind = Kind.INVITE) -> None:
        spend_rows.add(self._connection, [(account_id, at, deed)])

    def spent_since(self, account_id: int, since: datetime) -> int:
        return spend_rows.spent_since(self._connection, account_id, since)

    def spends(self, account_id: int, since: datetime) -> list[datetime]:
        return [at for at, _ in spend_rows.since(self._connection, account_id, since)]

    def nth_newest_spend(self, account_id: int, n: int) -> datetime | None:
        return spend_rows.nth_newest(self._connection, account_id, n)

    def in_flight(self, account_id: int) -> int:
        return spend_rows.in_flight(self._connection, account_id)

    def requests_since(self, account_id: int, since: datetime) -> int:
        return spend_rows.requests_since(self._connection, account_id, since)

    def requests(self, account_id: int, since: datetime) -> list[datetime]:
        told = spend_rows.since(self._connection, account_id, since)
        return [at for at, requests in told for _ in range(requests)]

    def requests_in_flight(self, account_id: int) -> int:
        return spend_rows.requests_in_flight(self._connection, account_id)

    def lock(self, account_id: int) -> Account:
        while True:
            locked = self._connection.execute(_LOCKED, {"of_id": account_id}).all()
            found = next((row for row in locked if row.id == account_id), None)
            if found is not None:
                return _account(found)
            self.get(account_id)  # if it is there at all, it has moved to another book while this waited

    def prune_spends(self, before: datetime) -> int:
        return self._connection.execute(delete(spend).where(spend.c.at < before)).rowcount

    def _as_known(self, wanted: Account) -> str:
        """The address as it stands already: rows of older versions keep the case in which they were typed."""
        address = wanted.address.lower()
        known = (
            select(account.c.address)
            .where(account.c.workspace == wanted.workspace, account.c.kind == wanted.kind)
            .where(or_(account.c.address == wanted.address, func.lower(account.c.address) == address))
            .order_by(account.c.address != wanted.address, account.c.id)
            .limit(1)
        )
        return self._connection.execute(known).scalar() or address

    def _count_in(self, known: Account, book: str) -> Account:
        """From now on in this book, '' its own; what it spent goes along if nobody could share it before."""
        book = book or own_book(known.id)
        if book == known.book:
            return known
        if known.book == own_book(known.id):
            moved = update(spend).where(spend.c.book == known.book).values(book=book)
            self._connection.execute(moved)
        closing = select(account.c.closed_until, account.c.closed_cause).where(
            account.c.book == book, account.c.closed_until.is_not(None)
        )
        closed = self._connection.execute(closing.order_by(account.c.closed_until.desc()).limit(1)).first()
        until, cause = closed if closed is not None else (None, "")
        return self._change(known.id, {"book": book, "closed_until": until, "closed_cause": cause})

    def _change(self, account_id: int, values: dict[str, Any]) -> Account:
        changed = update(account).where(account.c.id == account_id).values(values).returning(account)
        row = self._connection.execute(changed).first()
        if row is None:
            raise _not_set_up()
        return _account(row)


def _limits(of: Account | AccountSettings) -> dict[str, Any]:
    return {
        "per_minute": of.per_minute,
        "per_day": of.per_day,
        "reserve": of.reserve,
        "brake_refusals": of.brake_refusals,
        "brake_percent": of.brake_percent,
        "is_shared": of.is_shared,
    }


def _not_set_up() -> NotFound:
    return NotFound("That sending account is no longer set up.")


def account_of(values: Mapping[str, Any]) -> Account:
    """The account whose columns have these values, by name."""
    state, quota = AccountState(values["state"]), quota_of(values["quota"])
    return Account(**{**values, "state": state, "quota": quota})


def _account(row: Row[Any]) -> Account:
    return account_of(row._asdict())
