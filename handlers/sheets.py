"""An uploaded file as rows, streamed, whatever program wrote it."""

from collections.abc import Iterator
from pathlib import Path

from campaigns.columns import Row
from campaigns.model import Problem
from handlers.delimited import read_delimited
from handlers.sheet_kinds import SheetKind, kind_of
from handlers.sheet_limits import Limits, within_limits
from handlers.workbooks import read_workbook

__all__ = ["Limits", "Row", "Rows", "read_rows"]


class Rows:
    """The rows of a file, one by one. ``notes`` grows while they are read: what to tell the organizer.

    ``close`` ends the reading early; use ``contextlib.closing``.
    """

    def __init__(self, path: Path, kind: SheetKind, limits: Limits) -> None:
        self.kind = kind
        self.notes: list[Problem] = []
        if kind is SheetKind.DELIMITED:
            self._source = read_delimited(path, self.notes)
        else:
            self._source = read_workbook(path, limits, self.notes)
        self._rows = within_limits(self._source, limits)

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        return next(self._rows)

    def close(self) -> None:
        self._rows.close()
        self._source.close()


def read_rows(path: Path, filename: str, limits: Limits | None = None) -> Rows:
    """The rows of the file at ``path``, which was uploaded as ``filename``.

    Raises RosterError at once if it is no list, and while reading if it is damaged or too large.
    """
    limits = limits or Limits()
    return Rows(path, kind_of(path, filename, limits), limits)
