"""One-time tickets, by the digest of their keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, select

from campaigns.account import Service
from campaigns.account_port import Errand, Ticket
from storage.tables import ticket
from storage.vault import Vault


class TicketRows:
    """See ``campaigns.account_port.Tickets``."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def add(self, digest: str, new: Ticket) -> None:
        values = {
            "errand": new.errand,
            "workspace": new.workspace,
            "user": new.user,
            "service": new.service,
            "account_id": new.account_id,
            "version": new.version,
            "browser": new.browser,
            "sealed_verifier": self._vault.seal(new.verifier) if new.verifier else None,
            "ends_at": new.ends_at,
        }
        self._connection.execute(insert(ticket).values(digest=digest, **values))

    def look(self, digest: str, errand: Errand, now: datetime) -> Ticket | None:
        return self._ticket(
            self._connection.execute(select(ticket).where(_good(digest, errand, now))).first()
        )

    def take(self, digest: str, errand: Errand, now: datetime) -> Ticket | None:
        used_up = delete(ticket).where(_good(digest, errand, now)).returning(ticket)
        return self._ticket(self._connection.execute(used_up).first())

    def prune(self, before: datetime) -> int:
        return self._connection.execute(delete(ticket).where(ticket.c.ends_at < before)).rowcount

    def _ticket(self, row: Row[Any] | None) -> Ticket | None:
        if row is None:
            return None
        return Ticket(
            errand=Errand(row.errand),
            workspace=row.workspace,
            user=row.user,
            service=Service(row.service),
            ends_at=row.ends_at,
            account_id=row.account_id,
            version=row.version,
            browser=row.browser,
            verifier=self._vault.open(row.sealed_verifier) if row.sealed_verifier else "",
        )


def _good(digest: str, errand: Errand, now: datetime) -> ColumnElement[bool]:
    return and_(ticket.c.digest == digest, ticket.c.errand == errand, ticket.c.ends_at > now)
