"""From the rows of an uploaded sheet to attendees: every non-blank row becomes an attendee or a problem."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from campaigns.addresses import Address, AddressError, looks_like_address, read_address, split_addresses
from campaigns.columns import Columns, Row, find_columns
from campaigns.errors import RosterError
from campaigns.headings import FIRST, LAST, NAME
from campaigns.invite_clean import MAX_NAME, one_line
from campaigns.model import Attendee, Problem

SAMPLE_ROWS = 200
"""The columns are judged by this many non-blank rows."""

_MAX_SHOWN = 200
_ZERO_WIDTH = dict.fromkeys((0xAD, 0x200B, 0x200E, 0x200F, 0x2060))
_TITLE_WORDS = (
    """dr mr mrs ms mx miss prof sir sr sra srta don doña herr frau m mme mlle sig dott ing dhr mevr"""
)
_TITLES = frozenset(_TITLE_WORDS.split())
_SURNAME_FIRST = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Roster:
    """An attendee list after reading. ``columns`` are the merge fields that can be used in texts."""

    columns: tuple[str, ...]
    attendees: list[Attendee]
    problems: list[Problem]
    duplicates: int = 0
    blank: int = 0

    @property
    def blocked(self) -> int:
        """How many entries will not be invited until they are corrected."""
        return sum(problem.blocks for problem in self.problems)


class NothingUsable(RosterError):
    """No line of the list can be invited."""

    def __init__(self, problems: list[Problem]) -> None:
        told = [problem for problem in problems if problem.blocks] or problems
        reasons = "; ".join(f"line {problem.line}: {problem.reason}" for problem in told[:3])
        more = f" And {len(told) - 3} more." if len(told) > 3 else ""
        super().__init__(
            f"No line of the list can be invited. {reasons}{more}".strip(),
            hint="Correct the addresses and upload the list again.",
        )
        self.problems = problems


def read_roster(
    rows: Iterable[Row],
    *,
    organizer: str = "",
    allow_test_domains: bool = False,
    notes: Iterable[Problem] = (),
) -> Roster:
    """The roster in ``rows``, which are consumed one by one. Raises RosterError if it cannot be used.

    ``notes`` are what the reader of the file had to say; they are looked at after the last row.
    """
    reading = _Reading(own_key=_key_of(organizer), allow_test_domains=allow_test_domains)
    remaining = reading.without_blanks(rows)
    sample = list(islice(remaining, SAMPLE_ROWS))
    columns = find_columns(sample)
    if columns.remark:
        reading.problems.append(Problem(0, "", columns.remark, blocks=False))
    return _read(reading, columns, chain(sample, remaining), notes)


def read_named_rows(rows: Iterable[Row], columns: Columns, *, organizer: str = "") -> Roster:
    """The roster in rows whose columns are known: nothing is guessed, and a blank row is a problem too."""
    return _read(_Reading(own_key=_key_of(organizer), allow_test_domains=False), columns, rows, ())


def _read(reading: "_Reading", columns: Columns, rows: Iterable[Row], notes: Iterable[Problem]) -> Roster:
    fields, derives_first = _merge_fields(columns)
    for row in rows:
        if columns.header_line is not None and row.line <= columns.header_line:
            reading.above(row, columns)
        else:
            reading.take(row, columns, derives_first=derives_first)
    if not reading.attendees:
        if not reading.problems:
            raise RosterError("The list has a header and no attendees.", hint="Add one attendee on each row.")
        raise NothingUsable(reading.problems)
    problems = [*notes, *reading.problems]
    return Roster(fields, reading.attendees, problems, reading.duplicates, reading.blank)


def _merge_fields(columns: Columns) -> tuple[tuple[str, ...], bool]:
    """The fields texts may use, and whether the first name has to be taken from the whole name."""
    names = list(columns.names)
    derives_first = NAME in names and FIRST not in names
    if NAME not in names and (FIRST in names or LAST in names):
        names.append(NAME)
    if derives_first:
        names.append(FIRST)
    return tuple(names), derives_first


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    own_key: str
    allow_test_domains: bool
    attendees: list[Attendee] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    duplicates: int = 0
    blank: int = 0

    def without_blanks(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            if any(cell and not cell.isspace() for cell in row.cells):
                yield row
            else:
                self.blank += 1

    def tell(self, row: Row, value: str, reason: str, *, blocks: bool = False) -> None:
        self.problems.append(Problem(row.line, one_line(value)[:_MAX_SHOWN], reason, blocks))

    def above(self, row: Row, columns: Columns) -> None:
        """Remember rows that were taken for a title or, for want of a better one, for the header."""
        if row.line < (columns.header_line or 0):
            self.tell(row, " ".join(row.cells), "Stands above the header row: not read as an attendee.")
        elif columns.guessed:
            self.tell(row, " ".join(row.cells), "Taken for the header row: not read as an attendee.")

    def take(self, row: Row, columns: Columns, *, derives_first: bool) -> None:
        """Make the attendees of one row, usually one."""
        cell = row.cells[columns.address] if columns.address < len(row.cells) else ""
        fields = self._fields(row, columns)
        parts = split_addresses(cell)
        if len(parts) > 1:
            self.tell(row, cell, f"{len(parts)} addresses in one cell: each is invited on its own.")
        for part in parts:
            try:
                address = read_address(part, allow_test_domains=self.allow_test_domains)
            except AddressError as refusal:
                self.tell(
                    row, part or " ".join(row.cells), _elsewhere(row, part) or str(refusal), blocks=True
                )
                continue
            if self._is_new(row, address):
                self._add(row, address, fields, derives_first=derives_first)

    def _fields(self, row: Row, columns: Columns) -> dict[str, str]:
        """Every column but the address, cleaned; the keys are shared by all attendees."""
        cells = row.cells
        fields: dict[str, str] = {}
        for index, name in enumerate(columns.names):
            if index != columns.address:
                fields[name] = clean(cells[index]) if index < len(cells) else ""
        if any("\n" in cell and "@" in cell for cell in cells):
            self.tell(
                row,
                " ".join(cells),
                "One cell runs over several lines and holds addresses. Is a quote missing?",
            )
        if len(cells) > len(columns.names) and any(cells[len(columns.names) :]):
            self.tell(
                row,
                " ".join(cells),
                "Cells to the right of the last header are left out. Is a quote missing around a comma?",
            )
        return fields

    def _is_new(self, row: Row, address: Address) -> bool:
        if address.key == self.own_key:
            self.tell(row, address.text, "This is the organizer, who is not invited to their own event.")
            return False
        first = self.lines.get(address.key)
        if first is not None:
            self.duplicates += 1
            self.tell(row, address.text, f"The same address as in line {first}: invited once.")
            return False
        self.lines[address.key] = row.line
        return True

    def _add(self, row: Row, address: Address, fields: dict[str, str], *, derives_first: bool) -> None:
        for note in address.notes:
            self.tell(row, address.text, note)
        name = (
            fields.get(NAME)
            or f"{fields.get(FIRST, '')} {fields.get(LAST, '')}".strip()
            or clean(address.name)
        )
        if len(name) > MAX_NAME:
            self.tell(row, name, f"The name was cut to {MAX_NAME} letters.")
            name = name[:MAX_NAME].rstrip()
        own = {column: value for column, value in fields.items() if column != NAME}
        if derives_first:
            own[FIRST] = first_name_of(name)
        self.attendees.append(Attendee(address.text, address.key, name, row.line, own))


def clean(text: str) -> str:
    """``text`` on one line, in composed letters, without control, zero-width and direction characters."""
    if text.isascii():
        return one_line(text)
    return one_line(unicodedata.normalize("NFC", text.translate(_ZERO_WIDTH).replace("\u00a0", " ")))


def first_name_of(name: str) -> str:
    """The name to greet with: ``Ana`` of ``Dr. Ana López`` and of ``López, Ana``.

    Names in Chinese, Japanese and Korean letters put the surname first, so they are kept whole.
    """
    if _SURNAME_FIRST.search(name):
        return name
    _, comma, after = name.partition(",")
    words = (after if comma and after.strip() else name).split()
    while len(words) > 1 and words[0].rstrip(".").casefold() in _TITLES:
        del words[0]
    return words[0].strip(",") if words else ""


def _elsewhere(row: Row, part: str) -> str:
    """The reason for an empty or wrong address cell when another cell of the row holds an address."""
    found = next((cell for cell in row.cells if cell != part and looks_like_address(cell)), "")
    return f"The address stands in another column: {one_line(found)[:80]}" if found else ""


def _key_of(organizer: str) -> str:
    try:
        return read_address(organizer, allow_test_domains=True).key if organizer else ""
    except AddressError:
        return organizer.strip().lower()
