"""Brings a database to the newest schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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
    with _connection_to_migrate(engine) as connection, connection.begin():
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
        if connection.dialect.name == "sqlite":
            _require_whole(connection)


@contextmanager
def _connection_to_migrate(engine: Engine) -> Iterator[Connection]:
    """One for a migration alone. SQLite changes a table by making it anew, and while the old one is dropped
    the rows that refer to it refer to nothing: its foreign keys are off until the end.
    """
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            _set_foreign_keys(connection, on=False)
        try:
            yield connection
        finally:
            if connection.dialect.name == "sqlite":
                _set_foreign_keys(connection, on=True)


def _set_foreign_keys(connection: Connection, *, on: bool) -> None:
    # SQLite ignores it within a transaction, and SQLAlchemy would begin one
    raw: Any = connection.connection.driver_connection
    raw.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _require_whole(connection: Connection) -> None:
    """Raises ConfigError where a row refers to nothing; then nothing of the migration stays."""
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if lost:
        tables = ", ".join(sorted({row[0] for row in lost}))
        raise ConfigError(
            f"The database was not upgraded: {len(lost)} rows of {tables} refer to rows that are not there.",
            hint="It is as it was before. Restore a backup that is whole, then start again.",
        )


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
