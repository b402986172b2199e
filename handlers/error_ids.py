"""The number by which an error that nobody foresaw is told to a person and found in the log."""

import secrets

_SIGN = "error id "


def number_of(error: BaseException) -> str:
    """The same each time it is asked, on a screen, in a message and in the log."""
    for note in getattr(error, "__notes__", ()):
        if note.startswith(_SIGN):
            return str(note.removeprefix(_SIGN))
    made = secrets.token_hex(4)  # short enough to read out, long enough to find in a log
    error.add_note(f"{_SIGN}{made}")
    return made
