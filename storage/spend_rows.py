"""The books: what was sent from each mailbox lately. An account is known by its id, its book by its name."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, insert, literal_column, select

from campaigns.mailbox_book import REQUESTS
from campaigns.model import Kind
from storage.schema import UtcDateTime
from storage.tables import account, delivery, spend

# Most of these run for every invite: built here once, since building costs more than executing.
_this = account.alias("this")
BOOK = select(_this.c.book).where(_this.c.id == bindparam("of_id")).scalar_subquery()
"""The book of the account ``of_id``."""

_ADD = (
    insert(spend)
    .values(book=BOOK, at=bindparam("sent_at", type_=UtcDateTime), deed=bindparam("done"))
    .inline()
)
_OF_BOOK = (spend.c.book == BOOK, spend.c.at > bindparam("since", type_=UtcDateTime))
_SPENT_SINCE = select(func.count()).select_from(spend).where(*_OF_BOOK)
_NTH_NEWEST = (
    select(spend.c.at)
    .where(spend.c.book == BOOK)
    .order_by(spend.c.at.desc())
    .offset(bindparam("skipped"))
    .limit(1)
)
_SHARING = select(account.c.id).where(account.c.book == BOOK)
# the condition in the words of the index, or SQLite would not use it
_ON_THE_WIRE = (delivery.c.account_id.in_(_SHARING), delivery.c.state == literal_column("'sending'"))
_IN_FLIGHT = select(func.count()).select_from(delivery).where(*_ON_THE_WIRE)


def _requests(deed: Any) -> Any:
    return func.coalesce(func.sum(case({kind.value: asks for kind, asks in REQUESTS.items()}, value=deed)), 0)


_REQUESTS_SINCE = select(_requests(spend.c.deed)).where(*_OF_BOOK)
_REQUESTS_IN_FLIGHT = select(_requests(delivery.c.deed)).where(*_ON_THE_WIRE)


def add(connection: Connection, sent: Iterable[tuple[int, datetime, Kind]]) -> None:
    """Of each its account, when it went, and what it did."""
    rows = [{"of_id": account_id, "sent_at": at, "done": deed} for account_id, at, deed in sent]
    connection.execute(_ADD, rows if len(rows) > 1 else rows[0])


def spent_since(connection: Connection, account_id: int, since: datetime) -> int:
    return connection.execute(_SPENT_SINCE, {"of_id": account_id, "since": since}).scalar_one()


def requests_since(connection: Connection, account_id: int, since: datetime) -> int:
    asked: int = connection.execute(_REQUESTS_SINCE, {"of_id": account_id, "since": since}).scalar_one()
    return asked


def since(connection: Connection, account_id: int, since: datetime) -> list[tuple[datetime, int]]:
    """Of each send after ``since``, oldest first, when it went and how many requests it took."""
    query = select(spend.c.at, spend.c.deed).where(*_OF_BOOK).order_by(spend.c.at)
    found = connection.execute(query, {"of_id": account_id, "since": since})
    return [(row.at, REQUESTS[Kind(row.deed)]) for row in found]


def nth_newest(connection: Connection, account_id: int, n: int) -> datetime | None:
    found: datetime | None = connection.execute(_NTH_NEWEST, {"of_id": account_id, "skipped": n - 1}).scalar()
    return found


def in_flight(connection: Connection, account_id: int) -> int:
    return connection.execute(_IN_FLIGHT, {"of_id": account_id}).scalar_one()


def requests_in_flight(connection: Connection, account_id: int) -> int:
    asked: int = connection.execute(_REQUESTS_IN_FLIGHT, {"of_id": account_id}).scalar_one()
    return asked
