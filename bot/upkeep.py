"""What the admin does now and then."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import DBAPIError

from bot.settings import Settings
from campaigns.errors import ConfigError, StorageTrouble
from storage.migrate import migrate
from storage.sole import SoleProcess
from storage.store import SqlStore
from storage.tables import campaign, credential, ticket
from storage.vault import Vault

_SEALED = (campaign.c.sealed_seed, credential.c.sealed, ticket.c.sealed_verifier)


def migrate_database(settings: Settings) -> None:
    """Bring the database to the newest schema. Raises ConfigError while a bot is using it."""
    store = _alone_with(settings)
    store.close()


def rotate_keys(settings: Settings) -> int:
    """Seal every secret anew; returns how many. Raises ConfigError if a key is missing."""
    store = _alone_with(settings)
    try:
        with store.writing() as work:
            return work.campaigns.reseal() + work.accounts.reseal()
    finally:
        store.close()


def check_keys(engine: Engine, keys: list[str]) -> None:
    """Raises ConfigError unless every secret in the database opens: a bot without its keys sends nothing."""
    vault = Vault(keys)
    with engine.connect() as connection:
        # before the first migration there are no tables, and before a later one not all of them
        tables = set(inspect(connection).get_table_names())
        for column in _SEALED:
            if column.table.name in tables:
                for sealed in connection.execute(select(column).where(column.is_not(None))).scalars():
                    vault.open(sealed)


@contextmanager
def opening_database() -> Iterator[None]:
    """Whatever keeps the database from being opened is a matter of settings. Raises ConfigError."""
    try:
        yield
    except (OSError, DBAPIError, StorageTrouble) as error:
        why = error.orig if isinstance(error, DBAPIError) else error
        raise ConfigError(
            f"The database cannot be opened: {why}".strip(),
            hint="Check DATABASE_URL: its folder, or its server and login, must be there.",
        ) from error


def _alone_with(settings: Settings) -> SqlStore:
    sole = SoleProcess.of(settings.database_url)
    with opening_database():
        if sole is not None:
            sole.acquire()  # held until this process ends
        store = SqlStore(settings.database_url, Vault(settings.keys))
        migrate(store.engine)
    return store
