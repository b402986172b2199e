"""The main job as a person does it, without a browser: every step by what the screens say."""

import time
from dataclasses import dataclass
from datetime import datetime

from playground.person import Person
from playground.records import View
from playground.workspace import Workspace

_SCREEN = 10.0
_LONG_LIST = 300.0


class Refused(Exception):
    """A form or a screen said no; the text is what it said."""


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """What is typed into *New campaign*; everything else stays as the form proposes it."""

    title: str
    starts_at: datetime
    minutes: int
    place: str
    description: str
    list_name: str
    list_content: bytes


def create_campaign(workspace: Workspace, person: Person, campaign: NewCampaign) -> str:
    """Types /sendinvites and makes the campaign; returns what *Campaign ready* says. Raises Refused."""
    person.type("/sendinvites", channel="events")
    _screen(workspace, person, "Campaign List")
    person.press("New campaign")
    _screen(workspace, person, "New campaign")
    person.fill("Title", campaign.title)
    person.fill("Start date", f"{campaign.starts_at:%Y-%m-%d}")
    person.fill("Start time", f"{campaign.starts_at:%H:%M}")
    person.fill("Duration in minutes", str(campaign.minutes))
    person.fill("Place or link", campaign.place)
    person.fill("Description", campaign.description)
    person.fill("Attendee list", (campaign.list_name, campaign.list_content))
    _submit(person)
    ready = _screen(workspace, person, "Campaign ready", or_else=("List not used",), patience=_LONG_LIST)
    return ready.plain()


def prepare_batches(workspace: Workspace, person: Person, *, per_batch: str, gap: str) -> str:
    """From *Campaign ready* to the preview; returns what the preview says. Raises Refused."""
    person.press("Send Calendar Invite")
    _screen(workspace, person, "Send Calendar Invite")
    person.press("Send Invite in Batches")
    _screen(workspace, person, "Send in batches")
    person.fill("Invites per Batch", per_batch)
    person.fill("Time Gap Between Batches (in minutes)", gap)
    _submit(person)
    return _screen(workspace, person, "Check and start").plain()


def start_batch_sending(workspace: Workspace, person: Person) -> float:
    """Presses *Start Batch Sending*; returns the moment of the press on the monotonic clock."""
    pressed_at = time.monotonic()
    _submit(person)
    _screen(workspace, person, "Sending has started")
    return pressed_at


def _submit(person: Person) -> None:
    errors = person.submit()
    if errors:
        raise Refused("\n".join(f"{label}: {said}" for label, said in errors.items()))


def _screen(
    workspace: Workspace,
    person: Person,
    title: str,
    *,
    or_else: tuple[str, ...] = (),
    patience: float = _SCREEN,
) -> View:
    """The screen with this title; Refused with its words if one of the others, or a no, comes instead."""
    noes = (*or_else, "Not possible now", "Not allowed", "Something went wrong")

    def shown() -> View | None:
        view = person.modal
        return view if view and view.title in (title, *noes) else None

    view = workspace.wait_for(shown, patience)
    if view.title != title:
        raise Refused(view.plain())
    return view
