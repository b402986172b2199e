"""Lines of a calendar as text: for answers in the words of one program, which no library would write so."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

_LONGEST = 75


def calendar_bytes(lines: Iterable[str]) -> bytes:
    """Folded at 75 octets (RFC 5545, 3.1); lines that are '' are left out."""
    return b"".join(_folded(line.encode()) + b"\r\n" for line in lines if line)


def _folded(line: bytes) -> bytes:
    pieces, most = [], _LONGEST
    while len(line) > most:
        cut = most
        while line[cut] & 0xC0 == 0x80:  # never inside a character
            cut -= 1
        pieces.append(line[:cut])
        line, most = line[cut:], _LONGEST - 1
    return b"\r\n ".join([*pieces, line])


def escaped(words: str) -> str:
    """As a TEXT value (RFC 5545, 3.3.11)."""
    return re.sub(r"([\\;,])", r"\\\1", words).replace("\r\n", "\\n").replace("\n", "\\n")


def quoted(words: str) -> str:
    """As a parameter's value."""
    clean = re.sub(r'[\x00-\x1f"]', "'", words)
    return f'"{clean}"' if re.search(r"[^A-Za-z0-9 @.+_'-]", clean) else clean


def stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def block(text: str, name: str) -> list[str]:
    """All components of this name, as they were sent."""
    found = re.findall(rf"^BEGIN:{name}$.*?^END:{name}$", text, re.MULTILINE | re.DOTALL)
    return [line for one in found for line in one.splitlines()]
