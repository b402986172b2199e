"""A mail with a calendar part in it → what an attendee answers (iMIP REPLY, RFC 5546 and 6047).

Lines are read one by one: one that cannot be read, of which real replies have many, spoils no other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from icalendar import vDatetime
from icalendar.parser import Contentline, Contentlines

from campaigns.answer import Said
from campaigns.incoming import Nothing, Reply
from campaigns.mail_parts import Mail, dated_at, key_of, keys_in, leaves, name_of_sender, octets_of, text_of

_LARGEST_CALENDAR = 256 * 1024
_LONGEST_UID = 320
_CALENDAR = "text/calendar"
_ATTACHED = ("application/ics", "application/calendar", "application/octet-stream")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_OF_EVENT = frozenset({"UID", "ATTENDEE", "SEQUENCE", "DTSTAMP", "RECURRENCE-ID"})
_SAID = {"ACCEPTED": Said.ACCEPTED, "DECLINED": Said.DECLINED, "TENTATIVE": Said.TENTATIVE}


@dataclass(slots=True)
class _Entry:
    """One VEVENT: its attendees with what each says, by which delegate, and the other lines of interest."""

    attendees: list[tuple[str, str]] = field(default_factory=list)
    delegates: dict[str, str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)


def read_reply(mail: Mail) -> Reply | Nothing | None:
    """The answer in ``mail``; Nothing if its calendar part is no answer, None if it has no calendar part."""
    found: Nothing | None = None
    for part in _calendars(mail):
        if len(octets_of(part)) > _LARGEST_CALENDAR:
            found = found or Nothing("The calendar part is too large.")
            continue
        read = _read(text_of(part), str(part.get_param("method") or ""), mail)
        if isinstance(read, Reply):
            return read
        found = found or read
    return found


def _calendars(mail: Mail) -> list[Mail]:
    """The parts to try: real calendar parts first, then what is only attached."""
    parts = list(leaves(mail))
    proper = [part for part in parts if part.get_content_type() == _CALENDAR]
    attached = [
        part
        for part in parts
        if part.get_content_type() in _ATTACHED and str(part.get_filename() or "").lower().endswith(".ics")
    ]
    return proper + attached


def _read(text: str, method: str, mail: Mail) -> Reply | Nothing:
    entries: list[_Entry] = []
    for inside, name, line in _lines(text):
        if inside == ["VCALENDAR"] and name == "METHOD":
            # where the mail says one thing and the calendar another, the calendar counts (MS-OXCICAL)
            method = line.partition(":")[2]
        elif name == "BEGIN" and inside == ["VCALENDAR", "VEVENT"]:
            entries.append(_Entry())
        elif entries and inside == ["VCALENDAR", "VEVENT"] and name in _OF_EVENT:
            _note(entries[-1], name, line)
    if method.strip().upper() != "REPLY":
        return Nothing("The calendar part is no answer.")
    if not entries or len({entry.lines.get("UID", "") for entry in entries}) > 1:
        return Nothing("The answer does not name one calendar entry.", is_strange=True)
    return _reply(entries, mail)


def _reply(entries: list[_Entry], mail: Mail) -> Reply | Nothing:
    # an answer to a series may come with answers to single dates; the one to the series counts
    entry = next((one for one in entries if "RECURRENCE-ID" not in one.lines), entries[0])
    uid, sender = entry.lines.get("UID", ""), _sender(mail)
    if not uid or len(uid) > _LONGEST_UID or not uid.isprintable():
        return Nothing("The answer does not name one calendar entry.", is_strange=True)
    attendees = dict(entry.attendees)
    attendee = sender if sender in attendees else next(iter(attendees), "")
    if not attendees or (len(attendees) > 1 and attendee != sender):
        return Nothing("The answer does not say whose it is.", is_strange=True)
    said = _SAID.get(attendees[attendee])
    if said is None:
        return Nothing("The attendee has neither accepted nor declined.")
    sequence = entry.lines.get("SEQUENCE", "0").strip()
    if not re.fullmatch(r"[0-9]{1,9}", sequence):
        return Nothing("The answer has no valid SEQUENCE.", is_strange=True)
    return Reply(
        uid=uid,
        attendee=attendee,
        sender=sender,
        said=said,
        sequence=int(sequence),
        stamped_at=_moment(entry.lines.get("DTSTAMP", "")) or dated_at(mail),
        is_one_occurrence="RECURRENCE-ID" in entry.lines,
        sent_by=entry.delegates.get(attendee, ""),
        sender_name=name_of_sender(mail),
    )


def _sender(mail: Mail) -> str:
    """Who mailed it; '' if From names several: mail servers check one, and need not mean the first."""
    senders = keys_in(mail, "From")
    return senders[0] if len(senders) == 1 else ""


def _lines(text: str) -> Iterator[tuple[list[str], str, str]]:
    """Each unfolded line with its name, and the components it is inside of (a BEGIN: its own as well)."""
    inside: list[str] = []
    unfolded = Contentlines.from_ical(text)  # type: ignore[no-untyped-call] # untyped in the library
    for line in unfolded:
        named = _NAME.match(line)
        name = named[0].upper() if named else ""
        if name == "BEGIN":
            inside.append(line.partition(":")[2].strip().upper())
        yield inside, name, line
        if name == "END" and inside:
            inside.pop()


def _note(entry: _Entry, name: str, line: str) -> None:
    try:
        _, parameters, value = Contentline(line).parts()  # type: ignore[no-untyped-call]
    except ValueError:
        return
    if name != "ATTENDEE":
        entry.lines.setdefault(name, str(value).strip())
        return
    # Apple's servers write the address as a parameter of a URN that only they know
    address = key_of(value) or key_of(str(parameters.get("EMAIL", "")))
    if address:
        entry.attendees.append((address, str(parameters.get("PARTSTAT", "")).upper()))
        entry.delegates[address] = key_of(str(parameters.get("SENT-BY", "")))


def _moment(stamp: str) -> datetime | None:
    try:
        moment = vDatetime.from_ical(stamp)  # type: ignore[no-untyped-call]
    except ValueError:
        return None
    if not isinstance(moment, datetime):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
