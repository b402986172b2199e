"""Filling in a form as the Slack client lets a person do it, with the client's own refusals."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import PurePath
from typing import Any

from playground.inputs import held, initial

Json = dict[str, Any]

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://\S+")
LARGEST_FILE = 10 * 1024 * 1024
REQUIRED = "Please complete this required field."


def stamp(value: Any) -> int:
    """The moment that a date-and-time picker holds; a bare date and time is read as UTC."""
    if isinstance(value, int):
        return value
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def picked(kind: str, value: Any) -> Any:
    """What a date or time picker holds; the picker offers nothing that is not a date or a time."""
    if kind == "datepicker":
        return date.fromisoformat(str(value)).isoformat()
    if kind == "timepicker":
        return time.fromisoformat(str(value)).strftime("%H:%M")
    return stamp(value)


def choose(options: list[Json], wanted: str) -> Json:
    """The option with this text, or the only one that has it in it."""
    exact = [option for option in options if option["text"]["text"] == wanted]
    near = [option for option in options if wanted.casefold() in option["text"]["text"].casefold()]
    if len(exact) == 1 or (not exact and len(near) == 1):
        return (exact or near)[0]
    offered = ", ".join(repr(option["text"]["text"]) for option in options) or "nothing"
    raise LookupError(f"there is no one option {wanted!r}; offered: {offered}")


def client_errors(blocks: list[Json], entered: Json, channel: str | None) -> dict[str, str]:
    """What the client refuses before anything is sent, by block_id."""
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        state = entered.get(block["block_id"], {}).get(element["action_id"]) or initial(element, channel)
        value = held(element, state)
        if value in (None, "", []):
            if not block.get("optional"):
                found[block["block_id"]] = REQUIRED
        elif words := _refusal(element, value):
            found[block["block_id"]] = words
    return found


def _refusal(element: Json, value: Any) -> str:
    match element["type"]:
        case "number_input":
            return _number(element, value)
        case "email_text_input":
            return "" if EMAIL.fullmatch(value) else "Please enter a valid email address."
        case "url_text_input":
            return "" if URL.fullmatch(value) else "Please enter a valid URL."
        case "plain_text_input":
            return _length(element, value)
        case "file_input":
            return _files(element, value)
    return ""


def _number(element: Json, value: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Please enter a number."
    if not number.is_finite():
        return "Please enter a number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Please enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Please enter a number that is at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Please enter a number that is at most {element['max_value']}."
    return ""


def _length(element: Json, value: str) -> str:
    most, least = element.get("max_length", 3000), element.get("min_length", 0)
    if len(value) > most:
        return f"Please enter no more than {most} characters."
    if len(value) < least:
        return f"Please enter at least {least} characters."
    return ""


def _files(element: Json, files: list[Json]) -> str:
    most = element.get("max_files", 10)
    if len(files) > most:
        return f"You can upload up to {most} file{'s' if most > 1 else ''}."
    if any(file["size"] > LARGEST_FILE for file in files):
        return "This file is larger than 10 MB."
    allowed = element.get("filetypes")
    if allowed and any(
        PurePath(file["name"]).suffix.lower().removeprefix(".") not in allowed for file in files
    ):
        return f"Only these file types are allowed: {', '.join(allowed)}."
    return ""
