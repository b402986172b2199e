"""What FETCH hands out of one mail."""

import re
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import SMTP

from playground.imap_folder import ImapFolder, Kept, date_time
from playground.imap_words import BadCommand, Item, atom

_BODY = re.compile(
    r"BODY(?P<peek>\.PEEK)?\[(?P<section>HEADER|TEXT|HEADER\.FIELDS \((?P<names>[^)]+)\))?\]"
    r"(?:<(?P<start>\d+)\.(?P<size>[1-9]\d*)>)?"
)
_PLAIN = {"UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE"}
_MACROS = {"ALL", "FAST", "FULL"}


@dataclass(frozen=True, slots=True)
class Body:
    """A body or a part of it, as asked for."""

    section: str
    names: tuple[str, ...]
    start: int | None
    size: int
    is_peek: bool


def wanted(item: Item, *, by_uid: bool) -> list[str | Body]:
    """What is asked for, in its order; with UID FETCH always the UID. Raises BadCommand."""
    names = [atom(one) for one in (item if isinstance(item, list) else [item])]
    if not names or _MACROS.intersection(names):
        raise BadCommand("FETCH what? This server knows no macros")
    asked = [name if name in _PLAIN else _body(name) for name in names]
    return asked if "UID" in asked or not by_uid else ["UID", *asked]


def _body(name: str) -> Body:
    found = _BODY.fullmatch(name)
    if not found:
        raise BadCommand(f"This server cannot fetch {name}")
    return Body(
        section=(found["section"] or "").partition(" ")[0],
        names=tuple((found["names"] or "").split()),
        start=int(found["start"]) if found["start"] else None,
        size=int(found["size"] or 0),
        is_peek=bool(found["peek"]),
    )


def fetched(folder: ImapFolder, one: Kept, asked: list[str | Body], *, is_read_only: bool) -> bytes:
    """The untagged answer for one mail. A body that is not only peeked at marks it as read."""
    if not is_read_only and any(isinstance(name, Body) and not name.is_peek for name in asked):
        folder.mark_seen(one.uid)
    said = b" ".join(_said(folder, one, name) for name in asked)
    return b"* %d FETCH (%s)\r\n" % (one.number, said)


def _said(folder: ImapFolder, one: Kept, name: str | Body) -> bytes:
    if isinstance(name, Body):
        return _cut(one.mail.content, name)
    match name:
        case "UID":
            return b"UID %d" % one.uid
        case "FLAGS":
            return b"FLAGS (\\Seen)" if one.uid in folder.seen else b"FLAGS ()"
        case "INTERNALDATE":
            return f'INTERNALDATE "{date_time(one.mail.received_at)}"'.encode()
        case _:
            return b"RFC822.SIZE %d" % len(one.mail.content)


def _cut(content: bytes, body: Body) -> bytes:
    head, gap, rest = content.partition(b"\r\n\r\n")
    said, label = content, body.section
    if body.section == "HEADER":
        said = head + gap
    elif body.section == "TEXT":
        said = rest
    elif body.names:
        said = _fields(content, body.names)
        label = f"{body.section} ({' '.join(body.names)})"
    place = ""
    if body.start is not None:
        said, place = said[body.start : body.start + body.size], f"<{body.start}>"
    return f"BODY[{label}]{place} {{{len(said)}}}\r\n".encode() + said


def _fields(content: bytes, names: tuple[str, ...]) -> bytes:
    headers = BytesHeaderParser(policy=SMTP).parsebytes(content)
    asked = {name.casefold() for name in names}
    lines = [f"{name}: {value}\r\n" for name, value in headers.raw_items() if name.casefold() in asked]
    return "".join(lines).encode("ascii", "replace") + b"\r\n"
