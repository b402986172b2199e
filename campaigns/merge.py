"""Merge fields: ``{{first_name}}``, or ``{{first_name|friend}}`` where the list may have no value.

Logic-less on purpose: a text can only name columns, and a value is put in as it is, never read again.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from campaigns.errors import TemplateError
from campaigns.headings import EMAIL, NAME, field_name, meanings
from campaigns.model import Attendee, Event

_BRACES = re.compile(r"\{\{|\}\}")
_A_SLIP = 0.85


@dataclass(frozen=True, slots=True)
class Slot:
    """A place to fill: the columns it may mean, the likeliest first, and what to write without a value."""

    names: tuple[str, ...]
    default: str | None


@dataclass(frozen=True, slots=True)
class Template:
    """A text taken apart once, so that filling it for each attendee is only joining."""

    segments: tuple[str | Slot, ...]

    @property
    def slots(self) -> Iterator[Slot]:
        return (segment for segment in self.segments if isinstance(segment, Slot))

    def fill(self, attendee: Attendee) -> str:
        """The text for ``attendee``; a missing value becomes the default, or nothing."""
        return "".join(
            segment if isinstance(segment, str) else _value(segment, attendee) or segment.default or ""
            for segment in self.segments
        )


@lru_cache(maxsize=256)
def template(text: str) -> Template:
    """``text`` taken apart. Raises TemplateError if its braces do not match."""
    segments: list[str | Slot] = []
    at = 0
    opened = -1
    for brace in _BRACES.finditer(text):
        if brace[0] == "{{" and opened < 0:
            segments.append(text[at : brace.start()])
            opened = brace.end()
        elif brace[0] == "}}" and opened >= 0:
            segments.append(_slot(text[opened : brace.start()]))
            at, opened = brace.end(), -1
        else:
            raise _unbalanced(text, brace.start())
    if opened >= 0:
        raise _unbalanced(text, opened - 2)
    segments.append(text[at:])
    return Template(tuple(segment for segment in segments if segment != ""))


def _slot(inner: str) -> Slot:
    header, bar, default = inner.partition("|")
    name = field_name(header)
    if not name:
        raise TemplateError(
            "There is a merge field without a name: {{" + inner.strip()[:40] + "}}.",
            hint="Write the name of a column between the braces, such as {{first_name}}.",
        )
    return Slot(meanings(name), default.strip() if bar else None)


def _unbalanced(text: str, at: int) -> TemplateError:
    near = " ".join(text[max(0, at - 15) : at + 25].split())
    return TemplateError(
        f"The double braces do not match near “{near}”.",
        hint="A merge field opens with {{ and closes with }}, such as {{first_name}}.",
    )


def merge_texts(event: Event) -> tuple[str, ...]:
    """The texts of an event that may hold merge fields."""
    return (event.title, event.greeting, event.place, event.description)


def check(texts: Iterable[str], columns: Collection[str]) -> None:
    """Raise TemplateError if a text names a field that is no column.

    A field with a default may have no column: a list of bare addresses still reads "Hello there". Unless its
    name all but equals that of a column, for then it is a slip that would give everybody the default.
    """
    known = dict.fromkeys((EMAIL, *columns))
    unknown = dict.fromkeys(
        slot.names[0]
        for text in texts
        for slot in template(text).slots
        if not any(name in known for name in slot.names)
        and (slot.default is None or get_close_matches(slot.names[0], known, n=1, cutoff=_A_SLIP))
    )
    if not unknown:
        return
    wrong = ", ".join(_braced(name) for name in unknown)
    close = [match for name in unknown for match in get_close_matches(name, known, n=1)]
    guess = f" Did you mean {_braced(close[0])}?" if close else ""
    raise TemplateError(
        f"The list has no column for {wrong}.{guess}",
        hint="It has: " + ", ".join(_braced(name) for name in known) + ".",
    )


def fill(text: str, attendee: Attendee) -> str:
    """``text`` for ``attendee``, its merge fields filled."""
    return template(text).fill(attendee)


def missing(texts: Iterable[str], attendees: Iterable[Attendee]) -> Iterator[tuple[Attendee, str]]:
    """The attendees for whom a field would stay empty, with that field's name, each once."""
    slots = _slots_without_default(texts)
    for attendee in attendees:
        for name, slot in slots.items():
            if not _value(slot, attendee):
                yield attendee, name


def asks_for_values(texts: Iterable[str]) -> bool:
    """Whether anybody could be ``missing`` a value; if not, nobody has to be looked at."""
    return bool(_slots_without_default(texts))


def _slots_without_default(texts: Iterable[str]) -> dict[str, Slot]:
    return {slot.names[0]: slot for text in texts for slot in template(text).slots if not slot.default}


def _value(slot: Slot, attendee: Attendee) -> str:
    """The first of the columns the list has."""
    for name in slot.names:
        if name == EMAIL:
            return attendee.address
        if name == NAME:
            return attendee.name
        if name in attendee.fields:
            return attendee.fields[name]
    return ""


def _braced(name: str) -> str:
    return "{{" + name + "}}"
