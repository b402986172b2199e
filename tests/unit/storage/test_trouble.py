"""Trouble with the database surfaces as StorageTrouble and is over when it is over."""

import sqlite3
from contextlib import ExitStack

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from campaigns.account import Account
from campaigns.errors import StorageTrouble
from storage.store import SqlStore
from tests.fakes.clocks import NOON
from tests.fakes.databases import engine_of

ACCOUNT = Account(0, "smtp", "out@example.org", "Outgoing")


@pytest.fixture
def postgres_store(postgres_url, vault):
    store = SqlStore(postgres_url, vault)
    yield store
    store.close()


@pytest.fixture
def sqlite_store(sqlite_url, vault):
    """A SQLite store that waits 50 ms for a lock instead of 15 s."""
    store = SqlStore(sqlite_url, vault)

    @event.listens_for(store.engine, "connect")
    def _on_connect(connection, _record):
        connection.execute("PRAGMA busy_timeout=50")

    yield store
    store.close()


def cut_connections(url):
    """What a restart of the server does to every connection but our own."""
    with engine_of(url) as engine, engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )


def test_a_connection_lost_between_two_statements_is_trouble_once(postgres_store, postgres_url):
    def write_through_a_cut():
        with postgres_store.writing() as work:
            work.accounts.upsert(ACCOUNT)
            cut_connections(postgres_url)
            work.accounts.all()

    with pytest.raises(StorageTrouble):
        write_through_a_cut()
    with postgres_store.writing() as work:
        assert work.accounts.all() == []


def test_a_connection_lost_before_the_commit_is_trouble_and_nothing_was_written(postgres_store, postgres_url):
    def write_and_be_cut():
        with postgres_store.writing() as work:
            work.accounts.upsert(ACCOUNT)
            cut_connections(postgres_url)

    with pytest.raises(StorageTrouble):
        write_and_be_cut()
    with postgres_store.reading() as work:
        assert work.accounts.all() == []


def test_a_connection_lost_while_nobody_used_it_is_no_trouble(postgres_store, postgres_url):
    with postgres_store.writing() as work:
        work.accounts.upsert(ACCOUNT)
    cut_connections(postgres_url)
    with postgres_store.writing() as work:
        assert len(work.accounts.all()) == 1


def test_a_server_that_is_not_there_is_trouble(tmp_path, vault):
    store = SqlStore(f"postgresql://postgres@/postgres?host={tmp_path}", vault)
    with pytest.raises(StorageTrouble), store.writing():
        pass
    store.close()


def test_a_database_locked_for_longer_than_the_time_out_is_trouble(sqlite_store):
    other = sqlite3.connect(sqlite_store.engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageTrouble, match="locked"), sqlite_store.writing():
        pass
    with sqlite_store.reading() as work:  # readers go on meanwhile
        assert work.accounts.all() == []
    other.execute("ROLLBACK")
    other.close()
    with sqlite_store.writing() as work:
        work.accounts.upsert(ACCOUNT)


def test_more_threads_than_connections_is_trouble(sqlite_store):
    sqlite_store.reader.pool._timeout = 0.05
    with ExitStack() as held:
        for _ in range(15):
            held.enter_context(sqlite_store.reading())
        with pytest.raises(StorageTrouble), sqlite_store.reading():
            pass


def test_a_full_disk_is_trouble_and_what_was_committed_stays(sqlite_store):
    with sqlite_store.writing() as work:
        account = work.accounts.upsert(ACCOUNT)
    with sqlite_store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        connection.rollback()

    def fill():
        with sqlite_store.writing() as work:
            for _ in range(10_000):
                work.accounts.spend(account.id, NOON)

    with pytest.raises(StorageTrouble, match="full"):
        fill()
    with sqlite_store.reading() as work:
        assert work.accounts.all() == [account]
        assert work.accounts.nth_newest_spend(account.id, 1) is None


def test_a_broken_rule_is_not_trouble_but_a_mistake_of_ours(sql_store):
    """Trying again would not help; only trouble is tried again."""
    with pytest.raises(IntegrityError), sql_store.writing() as work:
        work.accounts.spend(999, NOON)
