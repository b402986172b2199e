"""What the mail program's page shows: a folder's list, and one mail beside it."""

from typing import Any
from urllib.parse import urlencode

from flask import render_template, request

from playground.inbox_card import ReadableInvite, readable_invite, readable_text
from playground.inbox_everybody import is_from_owner, unanswered
from playground.inbox_folders import Folder, all_folders, stamp
from playground.inbox_glance import Glance, Kind
from playground.reply import PROGRAM_NAMES
from playground.reply_bounce import BOUNCES
from playground.reply_unsubscribe import unsubscribe_address

Json = dict[str, Any]
ROWS = 100
TABS = {"message": "Message", "html": "HTML", "source": "Source"}
ANSWERS = {"ACCEPTED": "You accepted", "TENTATIVE": "You answered: tentative", "DECLINED": "You declined"}
_INVITES = {Kind.INVITE, Kind.UPDATE}


def _standing(folder: Folder, glance: Glance) -> str:
    """What the attendee has answered, as the organizer has it."""
    partstat, is_to_this = folder.shelf.partstat(glance)
    if partstat not in ANSWERS:
        return ""
    return ANSWERS[partstat] if is_to_this else f"{ANSWERS[partstat]} before this update"


def _mail_facts(folder: Folder, number: int) -> Json:
    glance, shelf = folder.shelf.glances()[number - 1], folder.shelf
    tab = request.args.get("view", "message")
    successor, others = shelf.successor(glance), shelf.about_the_same(glance)
    asked = [one.mail for one in others[:1]] if glance.kind is Kind.ANSWER else []
    invite = readable_invite(glance.mail, *asked)
    is_live = folder.mailbox.own_address is not None and glance.kind in _INVITES and successor is None
    has_arrived = not shelf.has_bounced(glance)
    is_heard = has_arrived and is_from_owner(folder.mailbox, glance)
    return {
        "mail": glance.mail,
        "glance": glance,
        "tab": tab if tab in TABS else "message",
        "invite": invite,
        "text": readable_text(glance.mail),
        "successor": successor,
        "others": others,
        "partstat": shelf.partstat(glance),
        "has_bounced": not has_arrived,
        "is_delayed": has_arrived and shelf.is_delayed(glance),
        "has_complained": shelf.has_complained(glance),
        "has_unsubscribed": shelf.has_unsubscribed(glance),
        "changes": _changes(folder, glance, invite),
        "can_answer": is_live and has_arrived,
        "can_bounce": is_heard,
        "can_complain": is_heard and not shelf.has_complained(glance),
        "can_unsubscribe": has_arrived and _can_unsubscribe(folder, glance),
        "programs": PROGRAM_NAMES,
        "bounces": BOUNCES,
        "is_kept_elsewhere": shelf.calendars is not None and not is_from_owner(folder.mailbox, glance),
    }


def _can_unsubscribe(folder: Folder, glance: Glance) -> bool:
    return bool(unsubscribe_address(glance.mail)) and not folder.shelf.has_unsubscribed(glance)


def _changes(folder: Folder, glance: Glance, invite: ReadableInvite | None) -> list[str]:
    """What an update has changed, by the names that the card gives it."""
    older = folder.shelf.predecessor(glance) if glance.kind is Kind.UPDATE else None
    before = readable_invite(older.mail) if older else None
    if invite is None or before is None:
        return []
    pairs = {
        "title": (before.title, invite.title),
        "time": (before.when, invite.when),
        "repetition": (before.repeats, invite.repeats),
        "place": (before.place, invite.place),
        "description": (before.body, invite.body),
    }
    return [name for name, (old, new) in pairs.items() if old != new]


def draw(at: str, folder: Folder, number: int | None = None, trouble: str = "", said: str = "") -> str:
    """The page; ``number`` is the mail that is open, ``trouble`` what a deed with it met.

    ``said`` is what came of a deed with the whole list.
    """
    asked = request.args.get("q", "").strip()
    rows = folder.shelf.rows(lambda one: folder.holds(one) and asked.casefold() in _searched(folder, one))
    shown = max(request.args.get("rows", ROWS, type=int), ROWS)
    kept = {"q": asked} if asked else {}

    def link(to: int, deed: str = "", **more: str) -> str:
        query = urlencode(kept | more)
        return f"{at}/{to}{f'/{deed}' if deed else ''}{f'?{query}' if query else ''}"

    facts = _mail_facts(folder, number) if number else {"mail": None, "glance": None}
    is_of_attendees = folder.mailbox.own_address is not None and not folder.shows_sender
    return render_template(
        "inbox.html",
        folders=all_folders(),
        folder=folder,
        at=at,
        rows=rows[:shown],
        count=len(rows),
        more=f"{folder.path}?{urlencode(kept | {'rows': shown + ROWS})}" if len(rows) > shown else "",
        asked=asked,
        link=link,
        tabs=TABS,
        trouble=trouble,
        said=said,
        waiting=len(unanswered(folder.shelf, folder.mailbox)) if is_of_attendees else 0,
        stamp=stamp(),
        standing=_standing,
        **facts,
    )


def _searched(folder: Folder, glance: Glance) -> str:
    sender = glance.sender if folder.shows_sender else ""
    return " ".join((glance.to, *glance.mail.recipients, sender)).casefold()
