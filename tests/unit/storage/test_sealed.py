"""A copy of the database gives nobody's mailbox away."""

from contextlib import contextmanager

import pytest
from sqlalchemy import text

from bot.upkeep import check_keys
from campaigns.account import Account, Credential, How, Service
from campaigns.account_port import Errand, Ticket
from campaigns.errors import ConfigError
from storage.store import SqlStore
from storage.vault import Vault, new_key
from tests.contract.store_scene import minutes
from tests.fakes.clocks import NOON

TOKEN = Credential(How.CONSENT, "canary-refresh-token", provider="google", user="canary-login")
LINK = Ticket(Errand.LINK, "T1", "U1", Service.GMAIL, minutes(10))
CONSENT = Ticket(Errand.CONSENT, "T1", "U1", Service.GMAIL, minutes(10), verifier="canary-verifier")


@contextmanager
def store_of(url, *keys):
    store = SqlStore(url, Vault(list(keys)))
    yield store
    store.close()


@pytest.fixture
def old_key():
    return new_key()


@pytest.fixture
def filled_url(database_url, old_key):
    """A database with a connected account and two tickets."""
    with store_of(database_url, old_key) as store, store.writing() as work:
        connected = work.accounts.upsert(Account(0, "gmail", "olga@example.org", "Gmail", workspace="T1"))
        work.accounts.keep_credential(connected.id, TOKEN, None)
        work.tickets.add("link", LINK)
        work.tickets.add("consent", CONSENT)
    return database_url


def opened(store):
    """Every secret that was put in."""
    with store.reading() as work:
        return work.accounts.credential(1), work.tickets.look("consent", Errand.CONSENT, NOON)


def test_the_database_holds_no_secret_in_clear(filled_url, old_key):
    with store_of(filled_url, old_key) as store:
        with store.engine.connect() as connection:
            rows = [
                str(row)
                for table in ("account", "credential", "ticket")
                for row in connection.execute(text(f"SELECT * FROM {table}"))
            ]
        assert len(rows) == 4
        assert "canary" not in " ".join(rows)
        assert opened(store) == (TOKEN, CONSENT)


def test_what_is_sealed_anew_opens_without_the_old_key(filled_url, old_key):
    key = new_key()
    with store_of(filled_url, key, old_key) as store, store.writing() as work:
        assert work.accounts.reseal() == 2
    with store_of(filled_url, key) as store:
        check_keys(store.engine, [key])
        assert opened(store) == (TOKEN, CONSENT)


@pytest.mark.parametrize("table", ["credential", "ticket"])
def test_a_bot_without_the_key_of_its_accounts_does_not_start(filled_url, old_key, table):
    with store_of(filled_url, old_key) as store:
        check_keys(store.engine, [new_key(), old_key])
        with store.engine.begin() as connection:
            other = {"credential": "ticket", "ticket": "credential"}[table]
            connection.execute(text(f"DELETE FROM {other}"))
        with pytest.raises(ConfigError, match="does not hold the key"):
            check_keys(store.engine, [new_key()])


def test_a_database_without_tables_needs_no_key(bare_sqlite_url):
    with store_of(bare_sqlite_url, new_key()) as store:
        check_keys(store.engine, [new_key()])
