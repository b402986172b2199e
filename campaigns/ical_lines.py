"""Calendar content lines made by hand, for the fast builder: the same bytes as icalendar's."""

from datetime import UTC, datetime

_ROOM = 74  # octets a line; a continuation has one more, its leading space (RFC 5545, 3.1: at most 75)


def escaped(text: str) -> str:
    r"""A TEXT value (RFC 5545, 3.3.11).

    icalendar's own escaping first turns a literal backslash-N into a line end, which would rewrite
    ``C:\New`` in somebody's description; both builders use this one.
    """
    return text.replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,").replace("\n", r"\n")


def utc_stamp(moment: datetime) -> str:
    """``20261124T093000Z``."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def folded(line: str) -> bytes:
    """``line`` as octets with CRLF, never split inside a character nor, where it can be, after an escape."""
    octets = line.encode()
    if len(octets) <= _ROOM:
        return octets + b"\r\n"
    pieces = []
    start, size = 0, len(octets)
    while size - start > _ROOM:
        end = start + _ROOM
        while octets[end] & 0xC0 == 0x80:  # a continuation octet: the character began before the limit
            end -= 1
        if octets[end - 1] in b"\\^":
            end -= 1
        pieces.append(octets[start:end])
        start = end
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces) + b"\r\n"
