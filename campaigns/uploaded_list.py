"""An uploaded attendee list that waits for a yes: what it is for, and how it differs from the one there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from campaigns.model import Problem
from campaigns.ports import CampaignForm
from campaigns.roster import Roster


class ListPurpose(StrEnum):
    """What an uploaded list is for."""

    NEW = "new"  # makes a campaign
    APPEND = "append"  # adds to a campaign's list; nobody is taken off
    REPLACE = "replace"  # becomes a campaign's list


@dataclass(frozen=True, slots=True)
class Upload:
    """A form that was submitted with a list that is still to be read, kept so that a crash loses neither.

    ``target`` is the campaign whose list is to change (None: a new one); ``campaign_id`` the one that came
    of it. A list for an existing campaign is *staged* when read, and changes nothing until it is applied.
    """

    id: int
    workspace: str
    user: str
    view_id: str
    form: CampaignForm
    file: Mapping[str, object]
    campaign_id: int | None = None
    purpose: ListPurpose = ListPurpose.NEW
    target: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One person in a difference. ``before`` and ``after`` are name and columns where they changed."""

    address: str
    name: str
    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """What applying a staged list would do; ``samples`` hold the first few of each by line.

    ``removed_holding``: of those removed, how many hold an invite. ``changed`` people have the same address
    and another name or other columns. ``takes_in`` is the campaign's: who is added is invited by itself.
    """

    purpose: ListPurpose
    added: int
    removed: int
    changed: int
    unchanged: int
    removed_holding: int
    added_samples: tuple[Change, ...]
    removed_samples: tuple[Change, ...]
    changed_samples: tuple[Change, ...]
    problems: tuple[Problem, ...]
    duplicates: int
    takes_in: bool = False


class Attachments(Protocol):
    """Fetches and reads an uploaded list. Raises RosterError with words for the organizer."""

    def read(self, upload: Upload) -> Roster: ...
