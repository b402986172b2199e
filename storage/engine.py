"""Engines with the settings that were measured: what is committed survives a power cut, writers queue."""

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from campaigns.errors import ConfigError

_BUSY_MS = 15_000


def parse_url(url: str) -> URL:
    """The database address. Raises ConfigError for anything but SQLite (a file) and PostgreSQL."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError(
            "DATABASE_URL is not a database address.", hint="For example sqlite:///sendinvites.db"
        ) from error
    match parsed.get_backend_name():
        case "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise ConfigError(
                    "DATABASE_URL names no file.", hint="What is sent must survive a restart: name a file."
                )
            return parsed
        case "postgresql":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise ConfigError(
                f"DATABASE_URL names {other}.", hint="Use sqlite:///file.db or postgresql://user@host/name"
            )


def make_engine(url: str, *, reading: bool = False) -> Engine:
    """An engine for writers, or with ``reading`` one whose transactions are read-only."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, reading=reading)
    options = "-c default_transaction_isolation=" + ("repeatable\\ read" if reading else "read\\ committed")
    if reading:
        options += " -c default_transaction_read_only=on"
    return create_engine(
        parsed,
        pool_pre_ping=True,
        pool_size=10,
        connect_args={"options": options},
        hide_parameters=True,
    )


def _sqlite(url: URL, *, reading: bool) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False},
        hide_parameters=True,  # parameters are people's addresses, and errors reach the log
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        raw: Any = connection
        # pysqlite would open transactions at its own times, plain BEGIN; we say when and how
        raw.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # under NORMAL a power cut can undo committed "sent" marks (SQLite's documentation of synchronous)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        if reading:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        # a deferred BEGIN that reads and then writes fails at once with "database is locked", whatever
        # the busy time-out (measured: 435 of 800); IMMEDIATE queues (0 of 800)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
