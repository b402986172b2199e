"""`sendinvites attendees add`: people come onto a list through the HTTP interface of a running bot."""

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from campaigns.adding import MOST_ROWS
from campaigns.columns import Row, find_columns
from campaigns.errors import ConfigError, InputError, SendInvitesError
from campaigns.headings import EMAIL, FIRST, LAST, NAME
from campaigns.roster import SAMPLE_ROWS
from handlers.api import LARGEST_BODY, PATH
from handlers.sheets import read_rows
from mailers.retry_times import after_header
from mailers.server_url import is_loopback

_PATIENCE = 60
_TRIES = 4
_LONGEST_WAIT = 60.0
_AGAIN = frozenset({429, 502, 503, 504})
_OF_EVERY_LIST = frozenset((EMAIL, NAME, FIRST, LAST))
_OURS = frozenset(("fields", "added", "title"))
"""One of them is in every answer of a bot."""
_AROUND = len('{"attendees": []}')
_BETWEEN = len(", ")
_TOO_LARGE = f"This row alone is more than {LARGEST_BODY // 1024:,} KB."


@dataclass(frozen=True, slots=True)
class Listed:
    """One person to add: the columns by the names of their merge fields, and where they were given."""

    columns: Mapping[str, str]
    where: str


@dataclass(frozen=True, slots=True)
class ListFile:
    """The people in a file. ``remark``: whose addresses were taken, where two columns hold some."""

    people: list[Listed]
    remark: str = ""


class NotAdded(SendInvitesError):
    """The bot did not add them."""


@dataclass(slots=True)
class Tally:
    """What became of all calls together. ``not_added`` are lines to read: who, and why."""

    added: int = 0
    known: int = 0
    never_invited: int = 0
    not_added: list[str] = field(default_factory=list)
    left_out: dict[str, None] = field(default_factory=dict)
    said: str = ""


def in_file(path: Path) -> ListFile:
    """Raises RosterError."""
    if not path.is_file():
        raise InputError(f"There is no file {path}.", hint="Nobody was added.")
    with closing(read_rows(path, path.name)) as source:
        rows = [row for row in source if any(cell.strip() for cell in row.cells)]
    columns = find_columns(rows[:SAMPLE_ROWS])
    first = columns.header_line or 0
    people = [_listed(row, columns.names) for row in rows if row.line > first]
    return ListFile(people, columns.remark)


def one_person(email: str, name: str) -> Listed:
    return Listed({EMAIL: email, NAME: name} if name else {EMAIL: email}, "--email")


def add(
    campaign: int,
    people: Sequence[Listed],
    *,
    url: str,
    token: str,
    wait: Callable[[float], None] = time.sleep,
) -> Tally:
    """Put ``people`` on the list, as many a call as it holds. Raises NotAdded with what was done before it.

    Only the columns that the list has are sent: nobody is refused for what would be left out.
    """
    if not token:
        raise ConfigError(
            "API_TOKEN is not set.",
            hint="Set it in the environment to the value that the bot's settings have.",
        )
    if not people:
        raise InputError("There is nobody to add.", hint="Give --email or --file.")
    where = f"{_safe(url)}{PATH}/campaigns/{campaign}"
    tally = Tally()
    with requests.Session() as session:
        session.trust_env = False  # no .netrc: its login would take the place of the token
        session.headers["Authorization"] = f"Bearer {token}"
        wire = _Wire(session, wait, tally)
        fields = _OF_EVERY_LIST.union(wire.ask("GET", where, [])["fields"])
        tally.left_out |= dict.fromkeys(name for one in people for name in one.columns if name not in fields)
        for chunk, body in _chunks(people, fields, tally):
            _count(tally, wire.ask("POST", f"{where}/attendees", chunk, body), chunk)
    return tally


def _listed(row: Row, names: Sequence[str]) -> Listed:
    cells = dict(zip(names, row.cells, strict=False))
    return Listed({EMAIL: "", **cells}, f"Line {row.line}")


def _chunks(
    people: Sequence[Listed], fields: frozenset[str], tally: Tally
) -> Iterator[tuple[list[Listed], bytes]]:
    """As many of them at once as a call may hold, and the call."""
    chunk: list[Listed] = []
    rows: list[bytes] = []
    size = _AROUND
    for one in people:
        row = _bytes({name: value for name, value in one.columns.items() if name in fields})
        if _AROUND + len(row) > LARGEST_BODY:
            tally.not_added.append(f"{one.where}, {one.columns[EMAIL][:80]}: {_TOO_LARGE}")
            continue
        if len(chunk) == MOST_ROWS or size + len(row) > LARGEST_BODY:
            yield chunk, _call(rows)
            chunk, rows, size = [], [], _AROUND
        chunk.append(one)
        rows.append(row)
        size += len(row) + _BETWEEN
    if chunk:
        yield chunk, _call(rows)


def _bytes(columns: Mapping[str, str]) -> bytes:
    """JSON in UTF-8; half a character, which UTF-8 has not, as the escape that JSON has for it."""
    return json.dumps(columns, ensure_ascii=False).encode(errors="backslashreplace")


def _call(rows: Sequence[bytes]) -> bytes:
    return b'{"attendees": [' + b", ".join(rows) + b"]}"


def _safe(url: str) -> str:
    """The bot's address. Raises ConfigError where the token would be readable on its way."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not host:
        raise ConfigError(f"{url} is no address of a bot.", hint="Give --url https://invites.example.com.")
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigError(
            "Over http everybody on the way could read the token.", hint="Give an address with https://."
        )
    return url.rstrip("/")


@dataclass(frozen=True, slots=True)
class _Wire:
    """The way to the bot. A call is made again, under the same name, where that may help."""

    session: requests.Session
    wait: Callable[[float], None]
    tally: Tally

    def ask(self, method: str, where: str, chunk: list[Listed], body: bytes = b"") -> Mapping[str, Any]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": secrets.token_urlsafe(24)}
        for tries in range(1, _TRIES + 1):
            try:
                answer = self.session.request(
                    method,
                    where,
                    data=body or None,
                    headers=headers if body else None,
                    timeout=_PATIENCE,
                    allow_redirects=False,  # nobody else gets the token
                )
            except requests.RequestException as error:
                if tries == _TRIES:
                    raise NotAdded(
                        f"The bot does not answer at {where}.", hint=_so_far(self.tally)
                    ) from error
                self.wait(2.0**tries)
                continue
            if answer.status_code in _AGAIN and tries < _TRIES:
                said = after_header(answer.headers.get("Retry-After", ""), datetime.now(UTC))
                self.wait(min(said.total_seconds() if said else 2.0**tries, _LONGEST_WAIT))
                continue
            return _said(answer, self.tally, chunk)
        raise NotAdded(hint=_so_far(self.tally))


def _said(answer: requests.Response, tally: Tally, chunk: list[Listed]) -> Mapping[str, Any]:
    """What the bot says of a call that was done, or of one of which nobody could be added."""
    try:
        said = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict) or not _OURS.intersection(said):
        said = {"title": f"At this address is no bot that takes attendees (status {answer.status_code})."}
        said["detail"] = "Check --url, and that API_TOKEN is set where the bot runs."
    elif answer.status_code == 200 or (chunk and said.get("not_added")):
        return said
    hint = " ".join(part for part in (str(said.get("detail", "")), _so_far(tally)) if part)
    raise NotAdded(str(said.get("title", "")), hint=hint)


def _count(tally: Tally, said: Mapping[str, Any], chunk: list[Listed]) -> None:
    tally.not_added += [_line(one, chunk) for one in said["not_added"]]
    if "added" not in said:  # a refusal, of each of them
        return
    tally.added += said["added"]
    tally.known += said["already_on_the_list"] + said["duplicates"]
    tally.never_invited += said["never_invited"]
    tally.left_out |= dict.fromkeys(said["fields_left_out"])
    tally.said = said["said"] if said["added"] or not tally.said else tally.said


def _line(one: Mapping[str, Any], chunk: list[Listed]) -> str:
    return f"{chunk[one['attendee'] - 1].where}, {one['value']}: {one['reason']}"


def _so_far(tally: Tally) -> str:
    return (
        f"{tally.added:,} were added before that; once this is mended, the same command adds the others."
        if tally.added
        else ""
    )
