"""One process per SQLite file: the lock that says so is gone with the process, however it ends."""

import fcntl
import os
from pathlib import Path
from typing import Self

from campaigns.errors import ConfigError
from storage.engine import parse_url


class SoleProcess:
    """Holds ``<database>.lock``. While it is held, every lease in the database is of a dead process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @classmethod
    def of(cls, database_url: str) -> Self | None:
        """The lock of a SQLite database; None for a server, which many processes may use."""
        url = parse_url(database_url)
        if url.get_backend_name() != "sqlite" or url.database is None:
            return None
        return cls(Path(f"{url.database}.lock"))

    def acquire(self) -> None:
        """Raises ConfigError if another process holds it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise ConfigError(
                "Another sendinvites is using this database.",
                hint="Stop it first, or give this one a DATABASE_URL of its own.",
            ) from error
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
