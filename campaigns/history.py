"""What people did to a campaign, by whom and when: written with the change, never altered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Deed(StrEnum):
    """One kind of thing a person does. Its words live in the handlers."""

    CREATED = "created"
    DUPLICATED = "duplicated"
    EDITED = "edited"
    SETTINGS_CHANGED = "settings_changed"
    LIST_CHANGED = "list_changed"
    TEST_SENT = "test_sent"
    ARCHIVED = "archived"
    RESTORED = "restored"
    STARTED = "started"
    APPROVED = "approved"
    DECLINED = "declined"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    PACE_CHANGED = "pace_changed"
    LEFT_UNSURE = "left_unsure"
    CANCELLED = "cancelled"  # the event: the run that tells people is a line of its own
    NEVER_INVITE = "never_invite"  # somebody was put on, or taken off, the campaign's never-invite list
    TAKEN_IN = "taken_in"  # attendees were added, and are invited by themselves


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A line about to be written. ``facts`` are numbers and short words, never an address in full."""

    campaign_id: int
    deed: Deed
    by: str
    run_id: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history."""

    id: int
    campaign_id: int
    run_id: int | None
    deed: Deed
    by: str
    at: datetime
    facts: Mapping[str, str]
