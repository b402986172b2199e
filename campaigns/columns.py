"""Which row is the header, which column holds the addresses, and what the merge fields are called."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from campaigns.addresses import looks_like_address
from campaigns.errors import RosterError
from campaigns.headings import EMAIL, NAME, canonical, field_name, field_names
from campaigns.invite_clean import one_line

HEADER_WITHIN = 5
"""A header is looked for in this many non-blank rows: lists often have a title above it."""

_ENOUGH = 0.8
_HALF = 0.5
# Headers that may also be a postal address or a name: taken for e-mail only if the cells say so.
_PERHAPS_WORDS = """address addresses adresse adresses adresa adres direccion indirizzo endereco adress osoite
    адрес attendee contact contacts kontakt contacto invitee participant guest user login username to"""
_PERHAPS_EMAIL = frozenset(_PERHAPS_WORDS.split())


class Row(NamedTuple):
    """One row of a sheet. ``line`` is where it starts in the file, counted from 1."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """How to read the rows: ``names`` are the merge fields, column by column.

    ``header_line`` is None for a list without a header row; rows above it are no people. ``guessed``: no
    header was known, the row was taken for one because it holds no address.
    """

    names: tuple[str, ...]
    address: int
    header_line: int | None
    guessed: bool = False


def find_columns(sample: Sequence[Row]) -> Columns:
    """The columns, judged by the first non-blank rows. Raises RosterError if no column holds addresses."""
    width = max((len(row.cells) for row in sample), default=0)
    if not width:
        raise RosterError("The list is empty.", hint="Upload a list with one attendee on each row.")
    for at, row in enumerate(sample[:HEADER_WITHIN]):
        if any(looks_like_address(cell) for cell in row.cells):
            break
        address = _headed_address(row, sample[at + 1 :])
        if address is not None:
            return Columns(field_names(row.cells, address), address, row.line)
    return _unheaded(sample, width)


def _headed_address(header: Row, below: Sequence[Row]) -> int | None:
    """The address column by its header; of several, the one with most addresses, then the first."""
    fields = [field_name(cell) for cell in header.cells]
    sure = [index for index, field in enumerate(fields) if canonical(field) == EMAIL]
    perhaps = [
        index
        for index, field in enumerate(fields)
        if field in _PERHAPS_EMAIL and _share(below, index) > (1 - _ENOUGH)
    ]
    candidates = sure or perhaps
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    return max(candidates, key=lambda index: (_count(below, index), -index))


def _unheaded(sample: Sequence[Row], width: int) -> Columns:
    """The column in which nearly every cell is an address; the first row may still be a header."""
    below = sample[1:] or sample
    shares = [max(_share(below, index), _share(sample, index)) for index in range(width)]
    best = max(range(width), key=lambda index: (shares[index], -index))
    alone = sum(share > 0 for share in shares) == 1 and shares[best] >= _HALF
    if shares[best] <= _ENOUGH and not alone:
        raise _no_address_column(sample)
    first = sample[0]
    if _cell(first, best) and not any("@" in cell for cell in first.cells):
        return Columns(field_names(first.cells, best), best, first.line, guessed=True)
    return Columns(_numbered(sample, width, best), best, None)


def _numbered(sample: Sequence[Row], width: int, address: int) -> tuple[str, ...]:
    """Names for a list without a header; the only other column is the name if it reads like one."""
    names = [EMAIL if index == address else f"column_{index + 1}" for index in range(width)]
    if width == 2:
        cells = [text for row in sample if (text := _cell(row, 1 - address))]
        wordy = sum(not any(letter.isdigit() or letter == "@" for letter in cell) for cell in cells)
        if cells and wordy > _ENOUGH * len(cells):
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


def _cell(row: Row, index: int) -> str:
    return row.cells[index].strip() if index < len(row.cells) else ""


def _count(rows: Sequence[Row], index: int) -> int:
    return sum(looks_like_address(_cell(row, index)) for row in rows)


def _share(rows: Sequence[Row], index: int) -> float:
    filled = sum(bool(_cell(row, index)) for row in rows)
    return _count(rows, index) / filled if filled else 0.0
