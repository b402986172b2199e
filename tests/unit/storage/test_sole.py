"""One process per SQLite file."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.errors import ConfigError
from storage.sole import SoleProcess

HOLD = """
import sys
from pathlib import Path
from storage.sole import SoleProcess
SoleProcess(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db.lock"


@pytest.fixture
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_process_is_refused(path, holder):
    with pytest.raises(ConfigError, match="Another sendinvites") as error:
        SoleProcess(path).acquire()
    assert error.value.hint


def test_a_killed_holder_leaves_nothing_to_clean_up(path, holder):
    holder.kill()
    holder.wait()
    sole = SoleProcess(path)
    sole.acquire()
    sole.release()


def test_a_refused_process_may_try_again_later(path):
    first, second = SoleProcess(path), SoleProcess(path)
    first.acquire()
    with pytest.raises(ConfigError):
        second.acquire()
    first.release()
    second.acquire()
    second.release()
    second.release()


def test_the_lock_stands_beside_the_database_and_only_its_owner_may_open_it(tmp_path):
    sole = SoleProcess.of(f"sqlite:///{tmp_path}/store.db")
    assert sole is not None
    sole.acquire()
    assert (tmp_path / "store.db.lock").stat().st_mode & 0o777 == 0o600
    sole.release()


def test_a_server_may_be_used_by_many_processes():
    assert SoleProcess.of("postgresql://user@host/name") is None
