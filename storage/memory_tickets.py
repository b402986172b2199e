"""One-time tickets of the in-memory store."""

from datetime import datetime

from campaigns.account_port import Errand, Ticket
from storage.memory_ledger import Ledger, TicketRow


class MemoryTickets:
    """See ``campaigns.account_port.Tickets``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add(self, digest: str, ticket: Ticket) -> None:
        self._ledger.tickets.put(TicketRow(self._ledger.tickets.new_id(), digest, ticket))

    def look(self, digest: str, errand: Errand, now: datetime) -> Ticket | None:
        row = self._good(digest, errand, now)
        return row.ticket if row else None

    def take(self, digest: str, errand: Errand, now: datetime) -> Ticket | None:
        row = self._good(digest, errand, now)
        if row is None:
            return None
        self._ledger.tickets.remove(row.id)
        return row.ticket

    def prune(self, before: datetime) -> int:
        old = [row for row in self._ledger.tickets.all() if row.ticket.ends_at < before]
        for row in old:
            self._ledger.tickets.remove(row.id)
        return len(old)

    def _good(self, digest: str, errand: Errand, now: datetime) -> TicketRow | None:
        row = self._ledger.tickets.first("digest", digest)
        is_good = row is not None and row.ticket.errand is errand and row.ticket.ends_at > now
        return row if is_good else None
