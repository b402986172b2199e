"""CSV and its relatives, read line by line in whatever encoding and with whatever separator they came."""

import codecs
import csv
import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from campaigns.addresses import looks_like_address
from campaigns.columns import Row
from campaigns.errors import RosterError
from campaigns.model import Problem

SEPARATORS = ",;\t|"
_SAMPLE_ROWS = 200
_PIECE = 65536
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_END = "end"
_SAVE_UTF8 = "In Excel choose Save As, “CSV UTF-8”, and upload that."
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_delimited(path: Path, notes: list[Problem]) -> Generator[Row, None, None]:
    """The rows of a CSV or TSV file; ``line`` is the physical line on which a row starts."""
    encoding = _encoding(path)
    if encoding == "cp1252":
        notes.append(
            Problem(0, "", "The file is not in UTF-8: check the letters with accents.", blocks=False)
        )
    separator, declared = _separator(path, encoding)
    with path.open(encoding=encoding, newline="") as lines:
        skipped = 0
        if declared:
            next(lines, "")
            skipped = 1
        yield from _records(lines, separator, skipped)


def _records(lines: Iterable[str], separator: str, skipped: int) -> Iterator[Row]:
    """Rows with the line each starts on. A last line of our own shows whether a quote stayed open."""
    at_end = False

    def with_end() -> Iterator[str]:
        nonlocal at_end
        yield from lines
        at_end = True
        yield _END

    reader = csv.reader(with_end(), delimiter=separator)
    start = skipped + 1
    try:
        for cells in reader:
            if at_end and cells == [_END]:
                return
            if at_end:
                break
            yield Row(start, tuple(cells))
            start = reader.line_num + skipped + 1
    except csv.Error:
        pass  # a field longer than csv takes: the quote before it stayed open
    raise RosterError(
        f"The quotation mark that opens in the row of line {start} is never closed.",
        hint="Close it or take it out; all the rows after it would be lost.",
    )


def _encoding(path: Path) -> str:
    """By the byte order mark, else UTF-8 if every byte agrees, else Windows' Western code page."""
    with path.open("rb") as file:
        head = file.read(4096)
    marked = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "")
    if not marked and b"\0" in head:
        marked = _unmarked_utf16(head)
        if not marked:
            raise RosterError("The file is not a list: it holds binary data.", hint=_SAVE_UTF8)
    if marked:
        wrong = _undecodable(path, marked)
        if wrong is not None:
            raise _broken_letters(wrong[0])
        return marked
    wrong = _undecodable(path, "utf-8")
    if wrong is None:
        return "utf-8"
    line, had_letters = wrong
    # Accented cp1252 text is practically never valid UTF-8: letters that were mean a damaged UTF-8 file.
    if had_letters or _undecodable(path, "cp1252") is not None or not _looks_western(path):
        raise _broken_letters(line)
    return "cp1252"


def _unmarked_utf16(head: bytes) -> str:
    half = max(len(head) // 2, 1)
    first, second = head[0::2].count(0) / half, head[1::2].count(0) / half
    if second > 0.3 and first < 0.05:
        return "utf-16-le"
    return "utf-16-be" if first > 0.3 and second < 0.05 else ""


def _undecodable(path: Path, encoding: str) -> tuple[int, bool] | None:
    """The line of the first byte that does not fit, and whether letters beyond ASCII had come before it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    had_letters = False
    with path.open("rb") as file:
        while True:
            piece = file.read(_PIECE)
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                sound = bytes(error.object[: error.start])
                return line + sound.count(b"\n"), had_letters or not sound.isascii()
            line += text.count("\n")
            had_letters = had_letters or not text.isascii()
            if not piece:
                return None


def _looks_western(path: Path) -> bool:
    """Whether letters beyond ASCII mostly stand alone, as accents do; elsewhere they form words."""
    letters = together = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            for run in _BEYOND_ASCII.findall(piece):
                letters += len(run)
                together += len(run) if len(run) > 1 else 0
    return letters < 4 or together <= letters / 2


def _broken_letters(line: int) -> RosterError:
    return RosterError(f"The letters of the file cannot be read from line {line} on.", hint=_SAVE_UTF8)


def _separator(path: Path, encoding: str) -> tuple[str, bool]:
    """The separator, and whether the file's first line declares it as Excel does (``sep=;``)."""
    with path.open(encoding=encoding, newline="") as lines:
        first = next(lines, "").strip().strip('"')
    if first[:4].lower() == "sep=" and len(first) == 5:
        return first[4], True
    if first.lower() == "sep=":  # a tab, stripped
        return "\t", True
    return max(SEPARATORS, key=lambda separator: _fitness(path, encoding, separator)), False


def _fitness(path: Path, encoding: str, separator: str) -> tuple[float, float, int]:
    """How well the separator fits: its best column's addresses, the evenness of its rows, their length."""
    with path.open(encoding=encoding, newline="") as lines:
        rows = [row for row in _readable(csv.reader(lines, delimiter=separator)) if any(map(str.strip, row))]
    if not rows:
        return (0.0, 0.0, 0)
    widths = [len(row) for row in rows]
    width = max(set(widths), key=lambda count: (widths.count(count), count))
    best = max(
        sum(index < len(row) and looks_like_address(row[index]) for row in rows)
        for index in range(min(width, 100))
    )
    return (best / len(rows), widths.count(width) / len(rows) if width > 1 else 0.0, width)


def _readable(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """The first rows, as far as they can be read: a quote that stays open ends them."""
    with suppress(csv.Error):
        yield from islice(rows, _SAMPLE_ROWS)
