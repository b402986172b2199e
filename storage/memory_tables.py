"""Tables in memory: rows by id, indexes that stay sorted, and a journal that takes a transaction back."""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from campaigns.errors import StorageTrouble


class Journal:
    """How to undo what the open transaction has written; without one nothing can be written."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] | None = None

    def begin(self) -> None:
        self._undo = []

    def note(self, undo: Callable[[], None]) -> None:
        """Raises StorageTrouble where the open transaction may only read."""
        if self._undo is None:
            raise StorageTrouble("This transaction only reads.")
        self._undo.append(undo)

    def commit(self) -> None:
        self._undo = None

    def roll_back(self) -> None:
        for undo in reversed(self._undo or []):
            undo()
        self._undo = None


class Identified(Protocol):
    @property
    def id(self) -> int: ...


Row = TypeVar("Row", bound=Identified)
Index = Callable[[Row], Hashable | None]


class Table(Generic[Row]):
    """Immutable rows by id. An index maps a row to its key, or to None where it does not hold the row.

    Under one key rows are in the order of ``order`` and then of their ids, so the first of many is found
    without a look at the others.
    """

    def __init__(self, journal: Journal, *, order: Callable[[Row], Any], **indexes: Index[Row]) -> None:
        self._journal = journal
        self._order = order
        self._rows: dict[int, Row] = {}
        self._last_id = 0
        self._indexes: dict[str, tuple[Index[Row], defaultdict[Hashable, list[tuple[Any, int]]]]] = {
            name: (key_of, defaultdict(list)) for name, key_of in indexes.items()
        }

    def new_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def get(self, row_id: int) -> Row | None:
        return self._rows.get(row_id)

    def all(self) -> list[Row]:
        """In the order of their ids."""
        return [self._rows[row_id] for row_id in sorted(self._rows)]

    def put(self, row: Row) -> None:
        self._journal.note(partial(self._set, row.id, self._rows.get(row.id)))
        self._set(row.id, row)

    def remove(self, row_id: int) -> None:
        self._journal.note(partial(self._set, row_id, self._rows.get(row_id)))
        self._set(row_id, None)

    def where(self, index: str, key: Hashable) -> Iterator[Row]:
        """The rows that were under ``key`` when the walk began: they may be changed on the way."""
        for _, row_id in tuple(self._entries(index, key)):
            yield self._rows[row_id]

    def first(self, index: str, key: Hashable) -> Row | None:
        return next(self.where(index, key), None)

    def last(self, index: str, key: Hashable) -> Row | None:
        entries = self._entries(index, key)
        return self._rows[entries[-1][1]] if entries else None

    def count(self, index: str, key: Hashable) -> int:
        return len(self._entries(index, key))

    def count_after(self, index: str, key: Hashable, order: Any) -> int:
        """How many rows under ``key`` come strictly after ``order``."""
        entries = self._entries(index, key)
        return len(entries) - bisect_right(entries, (order, self._last_id))

    def nth_from_end(self, index: str, key: Hashable, n: int) -> Row | None:
        entries = self._entries(index, key)
        return self._rows[entries[-n][1]] if n <= len(entries) else None

    def _entries(self, index: str, key: Hashable) -> Sequence[tuple[Any, int]]:
        return self._indexes[index][1].get(key, ())

    def _set(self, row_id: int, row: Row | None) -> None:
        old = self._rows.get(row_id)
        for key_of, entries_of in self._indexes.values():
            was = None if old is None else self._entry(key_of, old)
            now = None if row is None else self._entry(key_of, row)
            if was == now:
                continue
            if was is not None:
                entries = entries_of[was[0]]
                del entries[bisect_left(entries, was[1])]
            if now is not None:
                insort(entries_of[now[0]], now[1])
        if row is None:
            self._rows.pop(row_id, None)
        else:
            self._rows[row_id] = row

    def _entry(self, key_of: Index[Row], row: Row) -> tuple[Hashable, tuple[Any, int]] | None:
        key = key_of(row)
        return None if key is None else (key, (self._order(row), row.id))
