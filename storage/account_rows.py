"""Accounts and the book of what each has spent of its limits."""

from datetime import datetime

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from campaigns.account import Account
from campaigns.errors import NotFound
from storage.tables import account, delivery, spend
from storage.upsert import insert_or


class AccountRows:
    """See ``campaigns.store_port.Accounts``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def upsert(self, wanted: Account) -> Account:
        values = {
            "label": wanted.label,
            "per_minute": wanted.per_minute,
            "per_day": wanted.per_day,
            "connections": wanted.connections,
            "is_current": wanted.is_current,
        }
        new = insert_or(self._connection, account).values(kind=wanted.kind, address=wanted.address, **values)
        kept = new.on_conflict_do_update(index_elements=["kind", "address"], set_=values).returning(account)
        return _account(self._connection.execute(kept).one())

    def retire_others(self, account_id: int) -> None:
        others = update(account).where(account.c.id != account_id)
        self._connection.execute(others.values(is_current=False))

    def get(self, account_id: int) -> Account:
        found = self._connection.execute(select(account).where(account.c.id == account_id)).first()
        if found is None:
            raise NotFound("That sending account is no longer set up.")
        return _account(found)

    def all(self) -> list[Account]:
        return [_account(row) for row in self._connection.execute(select(account).order_by(account.c.id))]

    def spend(self, account_id: int, at: datetime) -> None:
        self._connection.execute(insert(spend).values(account_id=account_id, at=at))

    def spent_since(self, account_id: int, since: datetime) -> int:
        counted = select(func.count()).where(spend.c.account_id == account_id, spend.c.at > since)
        return self._connection.execute(counted).scalar_one()

    def spends(self, account_id: int, since: datetime) -> list[datetime]:
        query = select(spend.c.at).where(spend.c.account_id == account_id, spend.c.at > since)
        return list(self._connection.execute(query.order_by(spend.c.at)).scalars())

    def nth_newest_spend(self, account_id: int, n: int) -> datetime | None:
        newest = (
            select(spend.c.at)
            .where(spend.c.account_id == account_id)
            .order_by(spend.c.at.desc())
            .offset(n - 1)
            .limit(1)
        )
        return self._connection.execute(newest).scalar()

    def in_flight(self, account_id: int) -> int:
        counted = select(func.count()).where(
            delivery.c.account_id == account_id, delivery.c.state == "sending"
        )
        return self._connection.execute(counted).scalar_one()

    def lock(self, account_id: int) -> None:
        # SQLite's writers are already one at a time and its dialect leaves FOR UPDATE out. With key_share
        # it does not stand in the way of new deliveries, which refer to the account
        locked = select(account.c.id).where(account.c.id == account_id).with_for_update(key_share=True)
        self._connection.execute(locked)

    def prune_spends(self, before: datetime) -> int:
        return self._connection.execute(delete(spend).where(spend.c.at < before)).rowcount


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
