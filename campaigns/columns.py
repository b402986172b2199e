"""Which row is the header, which column holds the addresses, and what the merge fields are called."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from campaigns.address_column import cell, headed, is_known, taken_of_several, unheaded
from campaigns.addresses import looks_like_address
from campaigns.errors import RosterError
from campaigns.headings import EMAIL, NAME, field_name, field_names
from campaigns.invite_clean import one_line

HEADER_WITHIN = 5
"""A header is looked for in this many non-blank rows: lists often have a title above it."""

_MOST = 0.8


class Row(NamedTuple):
    """One row of a sheet. ``line`` is where it starts in the file, counted from 1."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """How to read the rows: ``names`` are the merge fields, column by column.

    ``header_line`` is None for a list without a header row; rows above it are no people. ``guessed``: no
    header was known, the row was taken for one because it holds no address. ``remark``: another column holds
    addresses too, and whose are taken.
    """

    names: tuple[str, ...]
    address: int
    header_line: int | None
    guessed: bool = False
    remark: str = ""


def find_columns(sample: Sequence[Row]) -> Columns:
    """The columns, judged by the first non-blank rows. Raises RosterError if no column holds addresses."""
    width = max((len(row.cells) for row in sample), default=0)
    if not width:
        raise RosterError("The list is empty.", hint="Upload a list with one attendee on each row.")
    sure = (False, False)
    first = any(looks_like_address(text) for text in sample[0].cells)
    found = [(_doubt(row, columns), columns) for row, columns in _headers(sample)]
    kept = [one for one in found if not first or one[0] == sure]
    return min(kept, key=lambda one: one[0])[1] if kept else _unheaded(sample, width)


def _headers(sample: Sequence[Row]) -> Iterator[tuple[Row, Columns]]:
    """The rows above the first address that can be the header, each with what it makes of the list.

    An address that is all of the first row may be that of whoever made the list: a sure header may follow.
    """
    for at, row in enumerate(sample[:HEADER_WITHIN]):
        if any(looks_like_address(text) for text in row.cells):
            if at or not _is_alone(row):
                return
            continue
        below = [one.cells for one in sample[at + 1 :]]
        address = headed([field_name(text) for text in row.cells], below)
        if address is not None:
            remark = taken_of_several(row.cells, address, below)
            yield row, Columns(field_names(row.cells, address), address, row.line, remark=remark)


def _doubt(row: Row, columns: Columns) -> tuple[bool, bool]:
    """A title above the header stands alone in its row, or is no word for e-mail by itself."""
    return _is_alone(row), not is_known(field_name(row.cells[columns.address]))


def _is_alone(row: Row) -> bool:
    return sum(bool(text.strip()) for text in row.cells) == 1


def _unheaded(sample: Sequence[Row], width: int) -> Columns:
    """The column in which nearly every cell is an address; the first row may still be a header."""
    every = [row.cells for row in sample]
    below = every[1:] or every
    best = unheaded(every, below)
    if best is None:
        raise _no_address_column(sample)
    first = sample[0]
    if cell(first.cells, best) and not any("@" in text for text in first.cells):
        remark = taken_of_several(first.cells, best, below)
        return Columns(field_names(first.cells, best), best, first.line, guessed=True, remark=remark)
    return Columns(_numbered(sample, width, best), best, None, remark=taken_of_several((), best, every))


def _numbered(sample: Sequence[Row], width: int, address: int) -> tuple[str, ...]:
    """Names for a list without a header; the only other column is the name if it reads like one."""
    names = [EMAIL if index == address else f"column_{index + 1}" for index in range(width)]
    if width == 2:
        cells = [text for row in sample if (text := cell(row.cells, 1 - address))]
        wordy = sum(not any(letter.isdigit() or letter == "@" for letter in text) for text in cells)
        if cells and wordy > _MOST * len(cells):
            names[1 - address] = NAME
    return tuple(names)


def _no_address_column(sample: Sequence[Row]) -> RosterError:
    headers = [one_line(cell)[:40] for cell in sample[0].cells if cell.strip()]
    shown = ", ".join(f"“{header}”" for header in headers[:12])
    more = f" and {len(headers) - 12} more" if len(headers) > 12 else ""
    return RosterError(
        f"There is no column with e-mail addresses. The first row holds: {shown}{more}.",
        hint="Name the column with the addresses “email” and upload the list again.",
    )
