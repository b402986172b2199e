"""What the mail program's page shows: a folder's list, and one mail beside it."""

from typing import Any
from urllib.parse import urlencode

from flask import render_template, request

from playground.inbox_card import readable_invite, readable_text
from playground.inbox_folders import Folder, all_folders, stamp
from playground.inbox_shelf import Glance, Kind

Json = dict[str, Any]
ROWS = 100
TABS = {"message": "Message", "html": "HTML", "source": "Source"}
ANSWERS = {"ACCEPTED": "You accepted", "TENTATIVE": "You answered: tentative", "DECLINED": "You declined"}


def _standing(folder: Folder, glance: Glance) -> str:
    """What the attendee has answered, as the organizer's mailbox has it."""
    answer = folder.shelf.answer(glance)
    if answer is None or answer.partstat not in ANSWERS:
        return ""
    words = ANSWERS[answer.partstat]
    return words if answer.sequence >= glance.sequence else f"{words} before this update"


def _mail_facts(folder: Folder, number: int) -> Json:
    glance = folder.shelf.glances()[number - 1]
    tab = request.args.get("view", "message")
    successor, others = folder.shelf.successor(glance), folder.shelf.about_the_same(glance)
    asked = [one.mail for one in others[:1]] if glance.kind is Kind.ANSWER else []
    can_answer = folder.mailbox.own_address is not None and glance.kind in {Kind.INVITE, Kind.UPDATE}
    return {
        "mail": glance.mail,
        "glance": glance,
        "tab": tab if tab in TABS else "message",
        "invite": readable_invite(glance.mail, *asked),
        "text": readable_text(glance.mail),
        "successor": successor,
        "others": others,
        "answer": folder.shelf.answer(glance),
        "has_bounced": folder.shelf.has_bounced(glance),
        "can_answer": can_answer and successor is None,
        "can_bounce": can_answer and bool(glance.mail.sender),
    }


def draw(at: str, folder: Folder, number: int | None = None, trouble: str = "") -> str:
    """The page; ``number`` is the mail that is open, ``trouble`` what an answer to it met."""
    asked = request.args.get("q", "").strip()
    rows = folder.shelf.rows(lambda one: folder.holds(one) and asked.casefold() in _searched(folder, one))
    shown = max(request.args.get("rows", ROWS, type=int), ROWS)
    kept = {"q": asked} if asked else {}

    def link(to: int, deed: str = "", **more: str) -> str:
        query = urlencode(kept | more)
        return f"{at}/{to}{f'/{deed}' if deed else ''}{f'?{query}' if query else ''}"

    facts = _mail_facts(folder, number) if number else {"mail": None, "glance": None}
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
        stamp=stamp(),
        standing=_standing,
        **facts,
    )


def _searched(folder: Folder, glance: Glance) -> str:
    sender = glance.sender if folder.shows_sender else ""
    return " ".join((glance.to, *glance.mail.recipients, sender)).casefold()
