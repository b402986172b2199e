"""The store in memory, for simulations and tests: gone with the process, otherwise the same."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from storage.memory_accounts import MemoryAccounts
from storage.memory_answers import MemoryAnswers
from storage.memory_batches import MemoryBatches
from storage.memory_campaigns import MemoryCampaigns
from storage.memory_deliveries import MemoryDeliveries
from storage.memory_history import MemoryHistory
from storage.memory_homes import MemoryHomes
from storage.memory_ledger import Ledger
from storage.memory_lists import MemoryLists
from storage.memory_mailboxes import MemoryMailboxes
from storage.memory_notices import MemoryNotices
from storage.memory_runs import MemoryRuns
from storage.memory_suppressions import MemorySuppressions
from storage.memory_tables import Journal
from storage.memory_tickets import MemoryTickets
from storage.memory_uploads import MemoryUploads


class MemoryUnitOfWork:
    """One transaction, seen through one small door per table family."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.accounts = MemoryAccounts(ledger)
        self.tickets = MemoryTickets(ledger)
        self.suppressions = MemorySuppressions(ledger)
        self.answers = MemoryAnswers(ledger)
        self.mailboxes = MemoryMailboxes(ledger)
        self.campaigns = MemoryCampaigns(ledger)
        self.uploads = MemoryUploads(ledger)
        self.lists = MemoryLists(ledger)
        self.history = MemoryHistory(ledger)
        self.homes = MemoryHomes(ledger)
        self.runs = MemoryRuns(ledger)
        self.batches = MemoryBatches(ledger)
        self.deliveries = MemoryDeliveries(ledger)
        self.notices = MemoryNotices(ledger)


class MemoryStore:
    """Implements ``campaigns.store_port.Store``: one transaction at a time, of readers too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holder: int | None = None
        self._journal = Journal()
        self._work = MemoryUnitOfWork(Ledger(self._journal))

    @contextmanager
    def writing(self) -> Iterator[MemoryUnitOfWork]:
        with self._turn():
            self._journal.begin()
            try:
                yield self._work
            except BaseException:
                self._journal.roll_back()
                raise
            self._journal.commit()

    @contextmanager
    def reading(self) -> Iterator[MemoryUnitOfWork]:
        with self._turn():
            yield self._work

    def close(self) -> None:
        """Nothing is held: the counterpart of a database's."""

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._holder == threading.get_ident():
            # a database would wait for itself until its time-out
            raise RuntimeError("this thread has a transaction open already")
        with self._lock:
            self._holder = threading.get_ident()
            try:
                yield
            finally:
                self._holder = None
