"""The JSON that a program sends, as rows of a list."""

from collections.abc import Mapping
from typing import Any

from campaigns.adding import MOST_ROWS
from campaigns.errors import InputError
from campaigns.headings import EMAIL
from handlers.sheet_limits import Limits

_OF_A_LIST = Limits()
MOST_COLUMNS = _OF_A_LIST.columns
LONGEST_NAME = 100
LONGEST_VALUE = _OF_A_LIST.cell
LARGEST_NUMBER = 2**53 - 1
"""The largest whole number that every JSON parser reads as it was written."""

_HOW = 'Nobody was added. Send {"attendees": [{"email": "ana@example.com", "name": "Ana"}]}.'


def rows_in(body: Any) -> list[Mapping[str, str]]:
    """What stands in ``{"attendees": [...]}``. Raises InputError in words."""
    given = body.get("attendees") if isinstance(body, dict) else None
    if not isinstance(given, list):
        raise InputError("There is no list of attendees in this call.", hint=_HOW)
    if len(given) > MOST_ROWS:
        raise InputError(
            f"That is more than {MOST_ROWS:,} attendees.",
            hint="Nobody was added. Send them in several calls.",
        )
    rows = [_row(line, one) for line, one in enumerate(given, start=1)]
    columns = {name for row in rows for name in row}
    if len(columns) > MOST_COLUMNS:
        raise InputError(f"These attendees have more than {MOST_COLUMNS} fields.", hint="Leave some out.")
    return rows


def _row(line: int, given: Any) -> Mapping[str, str]:
    if not isinstance(given, dict):
        raise InputError(f"Attendee {line} is not an object with an email.", hint=_HOW)
    if EMAIL not in given:
        raise InputError(f"Attendee {line} has no “email”.", hint=_HOW)
    return {_name(line, name): _value(line, name, value) for name, value in given.items()}


def _name(line: int, name: str) -> str:
    if not name.strip() or len(name) > LONGEST_NAME or not _is_text(name):
        raise InputError(f"A field of attendee {line} has a name that cannot be used.", hint=_HOW)
    return name


def _value(line: int, name: str, value: Any) -> str:
    """Texts and whole numbers as they are; null is an empty cell."""
    if value is None:
        return ""
    if _is_whole(value):
        value = str(int(value))
    if not isinstance(value, str) or not _is_text(value):
        raise InputError(f"“{name[:60]}” of attendee {line} is not a text.", hint=_HOW)
    if len(value) > LONGEST_VALUE:
        raise InputError(
            f"“{name[:60]}” of attendee {line} is longer than {LONGEST_VALUE:,} characters.", hint=_HOW
        )
    return value


def _is_whole(value: Any) -> bool:
    """JSON has one kind of number: 7.0 is 7."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= LARGEST_NUMBER and value == int(value)


def _is_text(text: str) -> bool:
    """JSON can write down half a character, which no database takes."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
