"""What user text must lose before it may enter a mail or a calendar entry."""

import re

from campaigns.errors import BadAddress

MAX_NAME = 120
"""A name longer than this is cut: no client shows more, and header lines stay short."""

_LINE_ENDS = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(" {2,}")
_BLANK_LINES = re.compile(r"\n{4,}")

_DROPPED: dict[int, str | None] = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)))
_DROPPED |= dict.fromkeys(range(0x202A, 0x202F))  # bidi embeddings and overrides: they disguise what follows
_DROPPED |= dict.fromkeys(range(0x2066, 0x206A))  # bidi isolates
_DROPPED |= dict.fromkeys(range(0xD800, 0xE000))  # lone surrogates cannot be encoded
_DROPPED |= dict.fromkeys((0xFEFF, 0xFFFE, 0xFFFF))
_DROPPED[0x09] = " "
_KEEPING_LINES = {code: to for code, to in _DROPPED.items() if code != 0x0A}

# RFC 5322 dot-atom @ A-label domain or address literal. Quoted local parts are legal and refused: providers
# refuse most of them, and every layer below would need its own escaping of them.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)


def one_line(text: str) -> str:
    """``text`` on one line: a run of blanks or line ends is one space, control characters are gone."""
    if not (text.isascii() and text.isprintable()):
        text = _LINE_ENDS.sub(" ", text).translate(_DROPPED)
    if "  " in text:
        text = _SPACES.sub(" ", text)
    return text.strip()


def many_lines(text: str) -> str:
    r"""``text`` with ``\n`` as its only line end and control character; no blank edges."""
    if not (text.isascii() and text.isprintable()):
        text = _LINE_ENDS.sub("\n", text).translate(_KEEPING_LINES)
        text = "\n".join(line.rstrip() for line in text.split("\n"))
        text = _BLANK_LINES.sub("\n\n\n", text)
    return text.strip()


def display_name(name: str) -> str:
    """``name`` fit for a CN parameter and a header alike.

    Quotes, backslash and caret mean different things to different calendar programs (RFC 6868 is not read
    by vobject, node-ical and others), so they go.
    """
    name = one_line(name)
    if not name.isascii() or any(mark in name for mark in '"\\^'):
        name = name.replace('"', "'").replace("\\", "").replace("^", "")
    return name[:MAX_NAME].strip()


def checked_address(address: str) -> str:
    """``address``, or BadAddress if it could break out of a header, an envelope or a calendar line."""
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        fault = BadAddress("The address cannot be written in a mail")
        fault.hint = "Correct it in the list: letters, digits and the usual signs only, one @, no spaces."
        raise fault
    return address
