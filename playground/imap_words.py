"""The words of an IMAP command (RFC 3501, section 9): atoms, strings, lists, sets of numbers, dates."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

_TOKEN = re.compile(
    rb'(?P<gap> )|(?P<open>\()|(?P<close>\))|"(?P<quoted>(?:[^"\\\r\n]|\\["\\])*)"'
    rb'|(?P<atom>(?:[^\x00-\x20\x7f-\xff(){"\[]|\[[^\]\r\n]*\])+)'
)
_RANGE = re.compile(r"(\d+|\*)(?::(\d+|\*))?")
_DATE = re.compile(r"(\d{1,2})-([A-Z][a-z]{2})-(\d{4})")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class BadCommand(Exception):
    """What was sent is not in the language; the text says why."""


@dataclass(frozen=True, slots=True)
class Word:
    """An atom, or a string: quoted or literal."""

    text: str
    is_string: bool = False


Item = Word | list["Item"]


def items_of(pieces: Sequence[bytes]) -> list[Item]:
    """``pieces`` are text and literals by turns, the first of them text. Raises BadCommand."""
    open_lists: list[list[Item]] = [[]]
    wants_item, was_opened = True, False
    for kind, value in _tokens(pieces):
        is_item = kind in {"quoted", "atom", "literal", "open"}
        if is_item != wants_item and not (was_opened and kind == "close"):
            raise BadCommand("Words are parted by one space each")
        was_opened = kind == "open"
        wants_item = kind in {"gap", "open"}
        if kind == "open":
            open_lists.append([])
        elif kind == "close":
            if len(open_lists) == 1:
                raise BadCommand("A list is closed that was not opened")
            closed = open_lists.pop()
            open_lists[-1].append(closed)
        elif kind != "gap":
            open_lists[-1].append(Word(value, is_string=kind != "atom"))
    if wants_item or len(open_lists) > 1:
        raise BadCommand("The command ends too early")
    return open_lists[0]


def _tokens(pieces: Sequence[bytes]) -> Iterator[tuple[str, str]]:
    for number, piece in enumerate(pieces):
        if number % 2:
            yield "literal", piece.decode("utf-8", "replace")
            continue
        at = 0
        while at < len(piece):
            found = _TOKEN.match(piece, at)
            if not found or not found.lastgroup:
                raise BadCommand("A character stands where it may not")
            value = found[found.lastgroup].decode("ascii", "replace")
            yield found.lastgroup, re.sub(r'\\(["\\])', r"\1", value) if found["quoted"] else value
            at = found.end()


def atom(item: Item) -> str:
    """A keyword, in capitals. Raises BadCommand."""
    if isinstance(item, list) or item.is_string:
        raise BadCommand("A keyword was expected")
    return item.text.upper()


def text(item: Item) -> str:
    """An atom or a string, as it is. Raises BadCommand."""
    if isinstance(item, list):
        raise BadCommand("A word was expected")
    return item.text


def numbers(said: str, known: Sequence[int]) -> set[int]:
    """Those of ``known`` that a set names, as 1:4,7,9:*. Raises BadCommand.

    ``*`` is the highest there is, and a range may be written either way round: ``12:*`` is never empty.
    """
    highest, found = max(known, default=0), set[int]()
    for part in said.split(","):
        match = _RANGE.fullmatch(part)
        if not match or "0" in match.groups():
            raise BadCommand("A set of numbers was expected")
        ends = [highest if end == "*" else int(end) for end in match.groups() if end]
        found |= {number for number in known if min(ends) <= number <= max(ends)}
    return found


def day(item: Item) -> date:
    """A date as 1-Feb-2026. Raises BadCommand."""
    match = _DATE.fullmatch(text(item))
    try:
        if match:
            return date(int(match[3]), MONTHS.index(match[2]) + 1, int(match[1]))
    except ValueError:
        pass
    raise BadCommand("A date as 1-Feb-2026 was expected")
