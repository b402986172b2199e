"""The folders of the mail program, over one mailbox or several."""

import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, request

from playground.inbox_glance import Glance
from playground.inbox_shelf import Shelf
from playground.mail_store import StoredMail
from playground.mailbox import Mailbox
from playground.reply_calendar import CalendarAnswers

LONGEST_POLL = 20.0
_LOOK = 0.25
_KEY = "playground.mail_folders"


@dataclass(frozen=True)
class Folder:
    """What of a mailbox is shown in one place."""

    title: str
    path: str
    empty: str
    shows_sender: bool
    mailbox: Mailbox
    shelf: Shelf
    holds: Callable[[Glance], bool]

    @property
    def count(self) -> int:
        return sum(1 for glance in self.shelf.glances() if self.holds(glance))


def folders_of(
    mailbox: Mailbox, at: str, title: str, calendars: CalendarAnswers | None = None
) -> list[Folder]:
    """One folder; with a second for what comes to the owner, if the mailbox has one."""
    shelf, own = Shelf(mailbox, calendars), (mailbox.own_address or "").casefold()

    def is_to_owner(glance: Glance) -> bool:
        return bool(own) and own in {address.casefold() for address in glance.mail.recipients}

    def is_to_others(glance: Glance) -> bool:
        return not is_to_owner(glance)

    first = Folder(
        title,
        at,
        "No mail has come yet.",
        shows_sender=False,
        mailbox=mailbox,
        shelf=shelf,
        holds=is_to_others,
    )
    if not own:
        return [first]
    nothing = "No answer has come yet. Open an invitation and press Accept, Tentative or Decline."
    answers = Folder(
        "Answers",
        f"{at}/answers",
        nothing,
        shows_sender=True,
        mailbox=mailbox,
        shelf=shelf,
        holds=is_to_owner,
    )
    return [first, answers]


def folder_with(folders: Sequence[Folder], mail: StoredMail) -> Folder:
    """The folder that shows this mail."""
    [glance] = (one for one in folders[0].shelf.glances() if one.mail is mail)
    return next(folder for folder in folders if folder.holds(glance))


def add_folders(pages: Blueprint, folders: Sequence[Folder]) -> None:
    """Lists these folders beside those of the other mailboxes of the same page."""
    pages.record(lambda setup: setup.app.extensions.setdefault(_KEY, []).extend(folders))


def all_folders() -> list[Folder]:
    return list(current_app.extensions[_KEY])


def stamp() -> str:
    """Changes whenever mail comes to any folder, when something is done there, and when one is emptied."""
    shelves = {id(folder.shelf): folder for folder in all_folders()}
    return "-".join(f"{len(one.mailbox)}.{one.shelf.deeds}" for one in shelves.values())


def wait_for_change(mailbox: Mailbox, since: str) -> str:
    """The new stamp as soon as it differs; the old one after a while, or when the browser has gone."""
    ends = time.monotonic() + LONGEST_POLL
    while (now := stamp()) == since and time.monotonic() < ends and not has_left(request.environ):
        with mailbox.store.condition:
            if stamp() == since:
                mailbox.store.condition.wait(_LOOK)
    return now


def has_left(environ: dict[str, Any]) -> bool:
    """Whether the other end has hung up: its own page was closed, or this server is being stopped."""
    line = environ.get("werkzeug.socket")
    if not isinstance(line, socket.socket):
        return False
    try:
        return line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
