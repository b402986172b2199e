"""Bytes of a mail: header lines, quoted-printable and base64, all 7-bit with CRLF.

CPython's own folding loses the space between two neighbouring non-ASCII words of a header (measured on 3.11:
``café 🎉`` arrives as ``café🎉``), so header lines are made here: the space stays inside the encoded words.
"""

import binascii
import re

_WIDTH = 76
# Octets in an encoded word: 52 base64 digits, 64 with "=?utf-8?B?" and "?=", 73 with "Subject: ".
_WORD_ROOM = 39
_LONGEST_PHRASE = 60
_PLAIN_WORDS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")


def subject_line(text: str) -> str:
    """The Subject header for ``text``, which is one line already."""
    if _needs_encoding(text):
        return "Subject:" + _encoded(text)
    return _folded("Subject:", text.split(" "))


def mailbox_line(header: str, name: str, address: str) -> str:
    """``header: "name" <address>``; ``name`` and ``address`` are clean already."""
    if not name:
        return f"{header}: {address}"
    if _needs_encoding(name) or len(name) > _LONGEST_PHRASE:
        phrase = _encoded(name)
    elif _PLAIN_WORDS.fullmatch(name):
        phrase = f" {name}"
    else:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        phrase = f' "{escaped}"'
    last = f"{header}:{phrase}".rpartition("\r\n")[2]
    glue = " " if len(last) + len(address) + 3 <= _WIDTH else "\r\n "
    return f"{header}:{phrase}{glue}<{address}>"


def quoted_printable(text: str) -> bytes:
    r"""``text`` (lines end in ``\n``, the last one too) as quoted-printable UTF-8."""
    # b2a_qp copies the line end it finds first, so with CRLF its soft breaks are CRLF as well.
    return binascii.b2a_qp(text.replace("\n", "\r\n").encode())


def base64_lines(data: bytes) -> bytes:
    """``data`` as base64 in lines of 76 columns."""
    digits = binascii.b2a_base64(data, newline=False)
    lines = [digits[start : start + _WIDTH] for start in range(0, len(digits), _WIDTH)]
    return b"\r\n".join([*lines, b""])


def _needs_encoding(text: str) -> bool:
    if not (text.isascii() and text.isprintable()) or "=?" in text:
        return True
    return any(len(word) > _WIDTH - len("Subject: ") for word in text.split(" "))


def _encoded(text: str) -> str:
    """``text`` as one run of encoded words, a line each (RFC 2047: no word over 75, no split character)."""
    words = []
    room = bytearray()
    for character in text:
        octets = character.encode()
        if len(room) + len(octets) > _WORD_ROOM:
            words.append(bytes(room))
            room.clear()
        room += octets
    words.append(bytes(room))
    digits = (binascii.b2a_base64(word, newline=False).decode() for word in words)
    return "\r\n".join(f" =?utf-8?B?{word}?=" for word in digits)


def _folded(header: str, words: list[str]) -> str:
    lines = []
    line = header
    for word in words:
        if len(line) + 1 + len(word) > _WIDTH and line != header:
            lines.append(line)
            line = ""
        line += " " + word
    return "\r\n".join([*lines, line])
