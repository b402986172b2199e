"""A conversation as the page lays it out: days, groups of messages, and what has not been read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playground.mrkdwn_html import ordinal
from playground.person import Person
from playground.records import Channel, Message

GROUPED = timedelta(minutes=5).total_seconds()


@dataclass(frozen=True, slots=True)
class Line:
    """A message with what the one before it has left to say."""

    message: Message
    day: str = ""
    """The words of the line above it, where a day begins."""
    is_grouped: bool = False
    """Its author and the hour stand at a message right above."""


def day_words(at: float, zone: str) -> str:
    moment, now = datetime.fromtimestamp(at, ZoneInfo(zone)), datetime.now(UTC).astimezone(ZoneInfo(zone))
    if moment.date() == now.date():
        return "Today"
    if moment.date() == (now - timedelta(days=1)).date():
        return "Yesterday"
    return f"{moment:%A, %B} {ordinal(moment.day)}"


def clock_words(at: float, zone: str) -> str:
    moment = datetime.fromtimestamp(at, ZoneInfo(zone))
    return f"{moment.hour % 12 or 12}:{moment:%M} {moment:%p}"


def lines(messages: list[Message], zone: str, *, has_days: bool = True) -> Iterator[Line]:
    """The messages in order, each with what has to be drawn around it."""
    before: Message | None = None
    said = ""
    for message in messages:
        day = day_words(message.posted_at, zone) if has_days else ""
        is_grouped = before is not None and day == said and _goes_on(before, message)
        yield Line(message, day if day != said else "", is_grouped)
        before, said = message, day


def _goes_on(before: Message, message: Message) -> bool:
    """Whether a message reads as more of the one before it."""
    is_plain = not (message.only_for or message.is_broadcast or before.only_for or before.is_broadcast)
    return is_plain and before.user == message.user and message.posted_at - before.posted_at < GROUPED


def mark_read(person: Person, room: str) -> None:
    """What stands in a room has been seen; nothing on any screen changes by it but a dot."""
    with person.state.condition:
        seen = [message.ts for message in person.read(room)]
        if seen:
            person.state.read_up_to[person.user.id, room] = max(seen)


def unread(person: Person, room: Channel) -> int:
    """How many messages of others have come since this person last looked."""
    seen = person.state.read_up_to.get((person.user.id, room.id), "")
    return sum(1 for m in person.read(room.id) if m.ts > seen and m.user != person.user.id)
