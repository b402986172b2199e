"""What Google accepts as the `recurrence` of an event: RRULE, RDATE and EXDATE lines, no DTSTART or DTEND."""

import re
from typing import Any

from icalendar import vRecur

from playground import google_errors as errors
from playground.provider_answers import Refused

_RULE = re.compile(r"RRULE:(?P<parts>[A-Z]+=[^;=]+(?:;[A-Z]+=[^;=]+)*)")
_DAYS = re.compile(r"(?:EXDATE|RDATE);VALUE=DATE:\d{8}(?:,\d{8})*")
_TIMES = re.compile(
    r"(?:EXDATE|RDATE)(?:;TZID=[\w/+-]+:\d{8}T\d{6}(?:,\d{8}T\d{6})*|:\d{8}T\d{6}Z(?:,\d{8}T\d{6}Z)*)"
)
_UNTIL_DAY = re.compile(r"\d{8}")
_UNTIL_TIME = re.compile(r"\d{8}T\d{6}Z")
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}


def checked_recurrence(lines: Any, *, is_all_day: bool) -> list[str]:
    """The lines as they are kept. Raises Refused."""
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise Refused(errors.BAD_RECURRENCE)
    for line in lines:
        found = _RULE.fullmatch(line)
        dates = _DAYS if is_all_day else _TIMES
        if not (_is_rule(found["parts"], is_all_day=is_all_day) if found else dates.fullmatch(line)):
            raise Refused(errors.BAD_RECURRENCE)
    return list(lines)


def _is_rule(text: str, *, is_all_day: bool) -> bool:
    pairs = [part.split("=", 1) for part in text.split(";")]
    said = dict(pairs)
    if len(said) != len(pairs) or said.get("FREQ") not in _FREQUENCIES or {"COUNT", "UNTIL"} <= said.keys():
        return False
    until = said.get("UNTIL")
    if until is not None and not (_UNTIL_DAY if is_all_day else _UNTIL_TIME).fullmatch(until):
        return False
    if any(not said[name].isdigit() or int(said[name]) < 1 for name in {"COUNT", "INTERVAL"} & said.keys()):
        return False
    try:
        vRecur.from_ical(text)
    except ValueError:
        return False
    return True
