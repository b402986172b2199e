"""The settings an engine must have for what is committed to stay and for writers to queue."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from campaigns.errors import ConfigError
from storage.engine import make_engine, parse_url
from tests.fakes.databases import engine_of
from tests.unit.storage.rows import add

ROOT = Path(__file__).parents[3]
READ_THEN_WRITE = """
import sys
from sqlalchemy import select, update
from storage.engine import make_engine
from storage.tables import account
engine = make_engine(sys.argv[1])
for _ in range(200):
    with engine.begin() as connection:
        count = connection.execute(select(account.c.connections)).scalar_one()
        connection.execute(update(account).values(connections=count + 1))
engine.dispose()
"""


def pragmas(engine, *names):
    with engine.connect() as connection:
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names}


@pytest.fixture(params=["writer", "reader"])
def sqlite_engine(request, sqlite_url):
    engine = make_engine(sqlite_url, reading=request.param == "reader")
    yield engine
    engine.dispose()


def test_sqlite_keeps_what_is_committed_through_a_power_cut(sqlite_engine):
    assert pragmas(sqlite_engine, "journal_mode", "synchronous", "foreign_keys", "busy_timeout") == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 15_000,
    }


def test_only_sqlites_readers_are_read_only(sqlite_url):
    for reading in (False, True):
        engine = make_engine(sqlite_url, reading=reading)
        assert pragmas(engine, "query_only") == {"query_only": int(reading)}
        engine.dispose()


@pytest.mark.parametrize(
    ("reading", "isolation", "read_only"), [(False, "read committed", "off"), (True, "repeatable read", "on")]
)
def test_postgres_readers_see_one_moment_and_cannot_write(postgres_url, reading, isolation, read_only):
    engine = make_engine(postgres_url, reading=reading)
    with engine.connect() as connection:
        assert connection.execute(text("SHOW transaction_isolation")).scalar_one() == isolation
        assert connection.execute(text("SHOW transaction_read_only")).scalar_one() == read_only
    engine.dispose()


def test_a_reader_sees_one_moment_while_others_write(database_url):
    reader, writer = make_engine(database_url, reading=True), make_engine(database_url)
    with reader.connect() as connection:
        count = text("SELECT count(*) FROM account")
        before = connection.execute(count).scalar_one()
        with writer.begin() as other:
            add(other, "account")
        assert connection.execute(count).scalar_one() == before == 0
    for engine in (reader, writer):
        engine.dispose()


def test_processes_that_read_and_then_write_wait_for_each_other_on_sqlite(sqlite_url):
    """With a plain BEGIN more than half of these fail at once: "database is locked"."""
    with engine_of(sqlite_url) as engine, engine.begin() as connection:
        add(connection, "account", connections=0)
    both = [
        subprocess.Popen(
            [sys.executable, "-c", READ_THEN_WRITE, sqlite_url], cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    assert [process.communicate()[1] for process in both] == ["", ""]
    with engine_of(sqlite_url) as engine, engine.connect() as connection:
        assert connection.execute(text("SELECT connections FROM account")).scalar_one() == 400


def test_errors_do_not_show_the_values_of_a_statement(database_url):
    with engine_of(database_url) as engine, engine.connect() as connection:
        add(connection, "account", address="ana@example.org")
        with pytest.raises(Exception, match="hidden due to hide_parameters") as error:
            connection.execute(text("INSERT INTO nowhere VALUES (:who)"), {"who": "ana@example.org"})
    assert "ana@" not in str(error.value)


@pytest.mark.parametrize(
    "url", ["", "no address", "mysql://root@db/x", "sqlite://", "sqlite:///:memory:", "sqlite:///"]
)
def test_what_is_not_a_lasting_database_is_refused(url):
    with pytest.raises(ConfigError) as error:
        parse_url(url)
    assert error.value.hint


def test_postgres_is_spoken_to_through_psycopg():
    assert parse_url("postgresql://u@h/d").drivername == "postgresql+psycopg"
    assert parse_url("postgresql+psycopg://u@h/d").drivername == "postgresql+psycopg"
