"""What the admin does now and then."""

from bot.settings import Settings
from storage.migrate import migrate
from storage.sole import SoleProcess
from storage.store import SqlStore
from storage.vault import Vault


def migrate_database(settings: Settings) -> None:
    """Bring the database to the newest schema. Raises ConfigError while a bot is using it."""
    store = _alone_with(settings)
    store.close()


def rotate_keys(settings: Settings) -> int:
    """Seal every secret anew; returns how many. Raises ConfigError if a key is missing."""
    store = _alone_with(settings)
    try:
        with store.writing() as work:
            return work.campaigns.reseal()
    finally:
        store.close()


def _alone_with(settings: Settings) -> SqlStore:
    sole = SoleProcess.of(settings.database_url)
    if sole is not None:
        sole.acquire()  # held until this process ends
    store = SqlStore(settings.database_url, Vault(settings.keys))
    migrate(store.engine)
    return store
