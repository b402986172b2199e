"""Lists for people to download, which no spreadsheet takes for formulas."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from campaigns.model import Problem

PROBLEM_COLUMNS = ("Line", "Value", "What is wrong", "Invited")

# OWASP's list, and the full-width signs, which Excel reads like the plain ones in Chinese and Japanese.
_FORMULA_STARTS = tuple("=+-@\t\r\n\0＝＋－＠")

_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """A CSV file that Excel opens with every letter right and as text: UTF-8 with its mark, CRLF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_cell(name) for name in header])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def problems_csv(problems: Iterable[Problem]) -> bytes:
    """The lines of a list that could not be used, or were changed, in the order of the list."""
    ordered = sorted(problems, key=lambda problem: problem.line)
    return csv_bytes(
        PROBLEM_COLUMNS,
        (
            (problem.line, problem.value, problem.reason, "no" if problem.blocks else "see reason")
            for problem in ordered
        ),
    )


def _cell(value: str | int) -> str:
    """``value`` without control characters, and with an apostrophe before what would start a formula."""
    if isinstance(value, int):
        return str(value)
    kept = value.replace("\r\n", "\n").replace("\r", "\n")
    kept = _UNWANTED.sub("", kept)
    risky = value.startswith(_FORMULA_STARTS) or kept.lstrip().startswith(_FORMULA_STARTS)
    return f"'{kept}" if risky else kept
