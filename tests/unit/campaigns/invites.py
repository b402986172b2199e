"""An event, people, and an independent reader of invites: it unfolds and decodes by hand."""

import base64
import email
import quopri
import re
from datetime import UTC, datetime
from email.message import Message

from campaigns.model import Attendee, Event, Kind, Organizer

SEED = "a-seed"
ORGANIZER = Organizer("Ann Lee", "ann@acme.example")
CREATED = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
REVISED = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
DATED = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)


def event(**changes) -> Event:
    values = {
        "title": "Autumn day",
        "starts_at": datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 24, 10, 30, tzinfo=UTC),
        "zone": "Europe/Berlin",
        "place": "Room 5",
        "description": "Bring a pen.",
        "greeting": "Hello {{first_name|there}},",
    }
    return Event(**(values | changes))


def attendee(address="bob@example.com", name="Bob Dee", **fields) -> Attendee:
    return Attendee(address, address.lower(), name, 1, fields)


def build(builder, who=None, *, of=None, sequence=None, **changes):
    values = {
        "event": of or event(),
        "organizer": ORGANIZER,
        "revision": 0,
        "revised_at": REVISED,
        "created_at": CREATED,
        "seed": SEED,
        "kind": Kind.INVITE,
    }
    made = builder(**(values | changes))
    # The fast builder leaves its first letter to the reference, which would hide what it does itself.
    letter = getattr(made, "_quick", made.letter)
    return letter(who or attendee(), DATED, sequence)


def leaves(mime: bytes) -> list[Message]:
    return [part for part in email.message_from_bytes(mime).walk() if not part.is_multipart()]


def body(mime: bytes, kind: str) -> str:
    part = next(part for part in leaves(mime) if part.get_content_type() == kind)
    encoded = part.get_payload().encode()
    decode = base64.b64decode if part["Content-Transfer-Encoding"] == "base64" else quopri.decodestring
    return decode(encoded).decode().replace("\r\n", "\n")


def calendar(mime: bytes) -> bytes:
    part = next(part for part in leaves(mime) if part.get_content_type() == "text/calendar")
    return base64.b64decode(part.get_payload())


def unfolded(octets: bytes) -> list[str]:
    return octets.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


def properties(mime: bytes) -> dict[str, str]:
    """Each property's parameters and value as they stand, by name."""
    lines = unfolded(calendar(mime))
    return {re.split("[;:]", line, maxsplit=1)[0]: line for line in lines}


def text_value(line: str) -> str:
    r"""A TEXT value unescaped octet by octet, as RFC 5545 says; no program's shortcuts."""
    out, raw = [], iter(line.partition(":")[2])
    for sign in raw:
        if sign == "\\":
            following = next(raw)
            out.append("\n" if following in "nN" else following)
        else:
            out.append(sign)
    return "".join(out)


def header(mime: bytes, name: str) -> str:
    """A header with its encoded words decoded by hand (CPython's parser puts spaces between them)."""
    block = mime.partition(b"\r\n\r\n")[0].decode("ascii")
    raw = next(
        line.partition(":")[2].strip()
        for line in re.sub(r"\r\n([ \t])", r"\1", block).split("\r\n")
        if line.lower().startswith(name.lower() + ":")
    )
    raw = re.sub(r"\?=\s+=\?", "?==?", raw)
    return re.sub(r"=\?utf-8\?B\?([^?]*)\?=", lambda found: base64.b64decode(found[1]).decode(), raw)
