"""The store over SQLAlchemy Core: SQLite or PostgreSQL, the same statements."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from campaigns.errors import StorageTrouble
from storage.account_rows import AccountRows
from storage.answer_rows import AnswerRows
from storage.batch_rows import BatchRows
from storage.campaign_rows import CampaignRows
from storage.delivery_rows import DeliveryRows
from storage.engine import make_engine
from storage.history_rows import HistoryRows
from storage.home_rows import HomeRows
from storage.list_rows import ListRows
from storage.mailbox_rows import MailboxRows
from storage.notice_rows import NoticeRows
from storage.run_rows import RunRows
from storage.suppression_rows import SuppressionRows
from storage.ticket_rows import TicketRows
from storage.upload_rows import UploadRows
from storage.vault import Vault

_READ_ONLY = "25006"
"""PostgreSQL's code for a write where none is possible: in ``reading``, or after a fail-over to a standby."""


class SqlUnitOfWork:
    """One transaction, seen through one small door per table family."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self.accounts = AccountRows(connection, vault)
        self.tickets = TicketRows(connection, vault)
        self.suppressions = SuppressionRows(connection)
        self.answers = AnswerRows(connection)
        self.mailboxes = MailboxRows(connection)
        self.campaigns = CampaignRows(connection, vault)
        self.uploads = UploadRows(connection)
        self.lists = ListRows(connection)
        self.history = HistoryRows(connection)
        self.homes = HomeRows(connection)
        self.runs = RunRows(connection)
        self.batches = BatchRows(connection)
        self.deliveries = DeliveryRows(connection)
        self.notices = NoticeRows(connection)


class SqlStore:
    """Implements ``campaigns.store_port.Store``. Trouble with the database surfaces as StorageTrouble."""

    def __init__(self, url: str, vault: Vault) -> None:
        self.engine = make_engine(url)
        self._vault = vault
        self.reader = make_engine(url, reading=True)

    @contextmanager
    def writing(self) -> Iterator[SqlUnitOfWork]:
        with _transaction(self.engine, self._vault) as work:
            yield work

    @contextmanager
    def reading(self) -> Iterator[SqlUnitOfWork]:
        with _transaction(self.reader, self._vault) as work:
            yield work

    def close(self) -> None:
        self.engine.dispose()
        self.reader.dispose()


@contextmanager
def _transaction(engine: Engine, vault: Vault) -> Iterator[SqlUnitOfWork]:
    try:
        with engine.begin() as connection:
            work = SqlUnitOfWork(connection, vault)
            yield work
            work.notices.flush()
    except OperationalError as error:
        raise StorageTrouble(str(error.orig)) from error
    except PoolTimeout as error:
        raise StorageTrouble("More threads than connections wait for the database.") from error
    except DBAPIError as error:
        if error.connection_invalidated or getattr(error.orig, "sqlstate", None) == _READ_ONLY:
            raise StorageTrouble(str(error.orig)) from error
        raise
