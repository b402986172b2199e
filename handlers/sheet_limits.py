"""How large an uploaded list may be, and what is said when it is larger."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass

from campaigns.columns import Row
from campaigns.errors import RosterError

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on an uploaded list. ``upload_bytes`` is Slack's own cap for files in forms.

    ``unpacked_bytes``, ``entries`` and ``ratio`` hold for the archive that an XLSX or ODS file is;
    ``memory_bytes`` and ``seconds`` for the process that reads it.
    """

    upload_bytes: int = 10 * _MIB
    rows: int = 100_000
    columns: int = 100
    cell: int = 10_000
    unpacked_bytes: int = 128 * _MIB
    entries: int = 1_000
    ratio: int = 200
    memory_bytes: int = 512 * _MIB
    seconds: int = 30


def within_limits(rows: Iterable[Row], limits: Limits) -> Generator[Row, None, None]:
    """``rows`` without blank cells at their ends. Raises RosterError at the first that is too much."""
    filled = 0
    longest = limits.cell
    for row in rows:
        line, cells = row
        end = len(cells)
        while end and not cells[end - 1].strip():
            end -= 1
        if end > limits.columns:
            raise RosterError(
                f"Line {line} has {end} columns; a list may have {limits.columns}.",
                hint="Delete the columns that are not needed, or check the separator of the file.",
            )
        filled += end > 0
        if filled > limits.rows + 1:  # one of them is the header
            raise RosterError(
                f"The list has more than {limits.rows:,} rows.",
                hint="Split it into several lists, one campaign each.",
            )
        if any(len(cell) > longest for cell in cells):
            raise RosterError(
                f"A cell in line {line} is longer than {limits.cell:,} letters.",
                hint="Shorten it. In a CSV file, look for a quotation mark that is never closed.",
            )
        yield row if end == len(cells) else Row(line, cells[:end])
