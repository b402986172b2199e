"""A mail's bytes as a tree of parts, within limits: whoever sends it may have made it to do harm."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses, parsedate_to_datetime
from urllib.parse import unquote

LARGEST = 1024 * 1024
_MOST_LINES = 50_000
_MOST_PARTS = 100
_LONGEST_HEADER = 4_096
_LONGEST_ADDRESS = 320
_LONGEST_NAME = 200
_ID = re.compile(r"<[^<>\s]{3,250}>")

Mail = Message


class TooMuch(ValueError):
    """The mail would take too long to read."""


class _ShortHeaders(Compat32):
    """Cuts header values: the library takes quadratic time for the parameters of a long one (measured)."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST_HEADER]


_POLICY = _ShortHeaders()


def parse(octets: bytes) -> Mail:
    """The tree; raises TooMuch for a mail that would take too long to read."""
    if len(octets) > LARGEST:
        raise TooMuch("The mail is too large.")
    # each line is compared with every boundary that is open around it
    if octets.count(b"\n") + octets.count(b"\r\r") > _MOST_LINES:
        raise TooMuch("The mail has too many lines.")
    if octets.lower().count(b"content-type") > _MOST_PARTS:
        raise TooMuch("The mail has too many parts.")
    return message_from_bytes(octets, policy=_POLICY)


def leaves(mail: Mail) -> Iterator[Mail]:
    """The parts that hold no others, in order.

    A mail inside the mail is one of them: it is somebody else's word.
    """
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting.extend(reversed(inside(part)))
        else:
            yield part


def inside(part: Mail) -> list[Mail]:
    """The parts, or the mail, or the groups of fields that ``part`` holds."""
    # only where there are some: asked for text, the library trusts the charset that the part names
    held = part.get_payload() if part.is_multipart() else []
    return [one for one in held if isinstance(one, Message)]


def header(mail: Mail, name: str) -> str:
    """The first header of this name on one line; '' without one."""
    return " ".join(str(mail.get(name, "")).split())


def octets_of(part: Mail) -> bytes:
    """What the part holds, its transfer encoding taken off as far as that is possible."""
    held = part.get_payload(decode=True)
    return held if isinstance(held, bytes) else b""


def text_of(part: Mail) -> str:
    """The part as text, in whatever charset it says or, if that is none, in the likeliest."""
    octets = octets_of(part)
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            return octets.decode(charset).removeprefix("\ufeff")
        except (LookupError, ValueError):
            continue
    return octets.decode("latin-1")


def key_of(address: str) -> str:
    """``address`` (also ``mailto:`` one) as ``Attendee.key`` is written; '' if it is none."""
    bare = address.strip()
    if bare[:7].lower() == "mailto:":
        bare = unquote(bare[7:].partition("?")[0])
    local, at, domain = bare.strip(" <>").lower().rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except ValueError:
            return ""
    key = f"{local}@{domain}"
    is_one = bool(at and local and domain) and key.isprintable() and " " not in key and "@" not in local
    return key if is_one and len(key) <= _LONGEST_ADDRESS else ""


def keys_in(mail: Mail, name: str) -> tuple[str, ...]:
    """The addresses in the headers of this name."""
    values = [str(value) for value in mail.get_all(name, [])]
    found = (key_of(address) for _, address in getaddresses(values))
    return tuple(dict.fromkeys(key for key in found if key))


def sender_of(mail: Mail) -> str:
    """The key of the first From address, or ''."""
    return next(iter(keys_in(mail, "From")), "")


def name_of_sender(mail: Mail) -> str:
    """What the first From address is called, decoded; '' without a name."""
    named = next((name for name, address in getaddresses([str(mail.get("From", ""))]) if key_of(address)), "")
    try:
        return " ".join(str(make_header(decode_header(named))).split())[:_LONGEST_NAME]
    except (LookupError, ValueError, MessageError):
        return ""


def ids_in(mail: Mail, *names: str) -> tuple[str, ...]:
    """The Message-IDs in the headers of these names, angle brackets included."""
    values = (header(mail, name) for name in names)
    return tuple(dict.fromkeys(one for value in values for one in _ID.findall(value) if one.isprintable()))


def dated_at(mail: Mail) -> datetime | None:
    try:
        date = parsedate_to_datetime(header(mail, "Date"))
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None
