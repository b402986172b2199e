"""What a list for a campaign that exists does to its columns and its people: one rule for every store."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace

from campaigns.headings import NAME
from campaigns.model import Attendee
from campaigns.uploaded_list import Change, ListPurpose

TAKEN_OFF = "Taken off the list"
"""The cause of a delivery that was skipped because its attendee is on the list no more."""

SAMPLES = 5
"""How many people of each kind of change are named."""


def merged_columns(before: Iterable[str], after: Iterable[str], purpose: ListPurpose) -> tuple[str, ...]:
    """The columns texts may use once the list is applied."""
    return tuple(dict.fromkeys((*before, *after))) if purpose is ListPurpose.APPEND else tuple(after)


def content_of(attendee: Attendee) -> str:
    """A digest of name and columns, whatever their order: equal ones mean that nothing changed.

    An empty column says no more than one that is not there.
    """
    said = json.dumps(sorted((name, value) for name, value in _said(attendee).items() if value))
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def merged(before: Attendee, after: Attendee, purpose: ListPurpose) -> Attendee:
    """``after`` as it will stand: a list that is appended leaves alone what it says nothing of.

    An empty cell says nothing: it may be there since somebody else has a value in that column.
    """
    if purpose is not ListPurpose.APPEND:
        return after
    said = {name: value for name, value in after.fields.items() if value or name not in before.fields}
    return replace(after, name=after.name or before.name, fields={**before.fields, **said})


def change_of(before: Attendee, after: Attendee) -> Change:
    """Name and columns where they differ; a column that comes or goes is empty on the other side."""
    was, now = _said(before), _said(after)
    names = [name for name in dict.fromkeys((*was, *now)) if was.get(name, "") != now.get(name, "")]
    return Change(
        address=after.address,
        name=after.name,
        before={name: was.get(name, "") for name in names},
        after={name: now.get(name, "") for name in names},
    )


def mention(attendee: Attendee) -> Change:
    """Somebody who comes or goes as a whole."""
    return Change(attendee.address, attendee.name, before={}, after={})


def _said(attendee: Attendee) -> dict[str, str]:
    return {NAME: attendee.name, **attendee.fields}
