"""What is noted of the bot's own calendar in an account: its id, or why there is none. Pure.

One column holds it and is only ever changed on the condition of what it held, so that of several processes
one makes the calendar, and none of them makes another before a person has been told.
"""

from datetime import datetime

GONE = "!gone"  # somebody deleted it; a person's word is awaited
LOST = "!lost"  # whether it was made is not known; a person's word is awaited
ANEW = "!anew"  # a person has given it: another may be made

_MAKING = "!making "


def calendar_in(note: str) -> str:
    """The calendar's id, '' where there is none."""
    return "" if note.startswith("!") else note


def awaits_a_person(note: str) -> bool:
    return note in {GONE, LOST}


def making(at: datetime, by: str) -> str:
    """Somebody has begun to make it; ``by`` tells those apart who begin at the same moment."""
    return f"{_MAKING}{at.isoformat()} {by}"


def making_since(note: str) -> datetime | None:
    """When somebody began to make it; None if nobody has."""
    if not note.startswith(_MAKING):
        return None
    return datetime.fromisoformat(note.removeprefix(_MAKING).partition(" ")[0])
