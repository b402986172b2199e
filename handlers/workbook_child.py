"""Reads one spreadsheet in a process of its own: ``python -I workbook_child.py FILE MEMORY_BYTES SECONDS``.

python-calamine 0.9.1 makes a sheet as large as its farthest cell and aborts the process if memory runs
out: a workbook of one kilobyte with cells in A1 and XFD1048576 asks for 512 GiB. It may abort this process
only.

Writes JSON lines: ``{"sheet": …, "others": […]}`` or ``{"error": …}``, then ``[row, cell, …]``, and last
``{"end": true}``, without which rows are missing. Exits with 3 if memory ran out.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

Cell = int | float | str | bool | time | date | datetime | timedelta


def limit_self(memory: int, seconds: int) -> None:
    """Let the system stop this process at the limits, where it can."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - Unix only

        for what, value in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_AS, memory),
        ):
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (value, value))


def text_of(cell: Cell) -> str:
    """A cell as a person would type it: whole numbers without ``.0``, dates as in ISO 8601."""
    match cell:
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
        case datetime():
            if cell.time() == time():
                return cell.date().isoformat()
            return cell.isoformat(" ", "seconds" if cell.second else "minutes")
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def sheets(workbook: CalamineWorkbook) -> Iterator[CalamineSheet]:
    """The visible sheets that hold anything."""
    for at, about in enumerate(workbook.sheets_metadata):
        if about.visible == SheetVisibleEnum.Visible and about.typ == SheetTypeEnum.WorkSheet:
            sheet = workbook.get_sheet_by_index(at)
            if sheet.start is not None:
                yield sheet


def tell(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def main(path: str) -> None:
    try:
        # From an open file: by its path the name would decide, not the content.
        workbook = CalamineWorkbook.from_object(Path(path).open("rb"))  # noqa: SIM115 - as long as we live
        found = sheets(workbook)
        sheet = next(found, None)
        others = [other.name for other in found]
    except PasswordError:
        tell({"error": "password"})
        return
    except CalamineError:
        tell({"error": "damaged"})
        return
    if sheet is None or sheet.start is None:
        tell({"error": "empty"})
        return
    tell({"sheet": sheet.name, "others": others})
    top = sheet.start[0]
    for at, cells in enumerate(sheet.iter_rows()):
        if at >= top:
            tell([at + 1, *map(text_of, cells)])
    tell({"end": True})


if __name__ == "__main__":
    limit_self(int(sys.argv[2]), int(sys.argv[3]))
    try:
        main(sys.argv[1])
    except MemoryError:
        sys.exit(3)
