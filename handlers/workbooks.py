"""XLSX, XLS and ODS, read by a child process that may not take more than its share."""

import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO, Any

from campaigns.columns import Row
from campaigns.model import Problem
from handlers.sheet_kinds import damaged, empty, protected, too_large
from handlers.sheet_limits import Limits

_CHILD = Path(__file__).with_name("workbook_child.py")
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
_FAILURES = {"password": protected, "damaged": damaged, "empty": empty}


def read_workbook(path: Path, limits: Limits, notes: list[Problem]) -> Generator[Row, None, None]:
    """The rows of the first visible sheet that holds anything; a note tells which, if there are several."""
    command = [sys.executable, "-I", str(_CHILD), str(path), str(limits.memory_bytes), str(limits.seconds)]
    # Hardly any environment: what reads a stranger's file has no business with our tokens.
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    with subprocess.Popen(  # noqa: S603 - our own interpreter and script; the path is our temporary file
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as child:
        assert child.stdout is not None  # noqa: S101 - a pipe was asked for
        try:
            yield from _rows(child.stdout, notes)
        except EOFError:
            # Stopped at its limits (memory: 3 or SIGABRT, time: SIGKILL or SIGXCPU), or fell over the file.
            stopped = child.wait()
            raise (too_large() if stopped < 0 or stopped == 3 else damaged()) from None
        finally:
            child.kill()


def _rows(told: IO[bytes], notes: list[Problem]) -> Iterator[Row]:
    """What the child tells. Raises EOFError if it stopped before the end, so that no row goes missing."""
    first: Any = _message(told.readline())
    if "error" in first:
        failure = _FAILURES[first["error"]]
        raise failure()
    if first["others"]:
        sheet, others = first["sheet"], ", ".join(f"“{name}”" for name in first["others"][:5])
        notes.append(Problem(0, sheet, f"Only the sheet “{sheet}” was read, not {others}.", blocks=False))
    for line in told:
        message: Any = _message(line)
        if isinstance(message, dict):
            return
        yield Row(message[0], tuple(message[1:]))
    raise EOFError


def _message(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        raise EOFError from None
