"""Brings a database to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select

from campaigns.errors import ConfigError

_LOCK = 7_364_636  # any number that nothing else in the same database locks


def migrate(engine: Engine) -> None:
    """Run every migration this database has not seen, in one transaction.

    Raises ConfigError if the database was made by a newer sendinvites.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # replicas that start together: the second waits, and then finds nothing left to do
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        config = _config(connection)
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in known:
            raise ConfigError(
                f"The database is of a newer sendinvites (schema {current}).",
                hint="Install the version that made it, or restore the backup taken before the upgrade.",
            )
        command.upgrade(config, "head")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
