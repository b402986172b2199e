"""The Campaign List, reports, history and typed answers, each as large and as nasty as can come."""

from dataclasses import replace
from itertools import cycle

from campaigns.answer_desk import CampaignAnswers
from campaigns.errors import NotAllowed, StorageTrouble
from campaigns.history import Deed, Entry
from campaigns.ports import ListQuery
from campaigns.roles import Actor
from campaigns.service import CampaignPage
from handlers import views_archive, views_command, views_history, views_home, views_list, views_report
from handlers.command_words import Unknown, Word
from handlers.list_place import packed
from handlers.report_actions import runs_in
from tests.fakes.clocks import NOON
from tests.fakes.largest_screens import (
    ALL_SENT,
    ANSWERS,
    LONG,
    READ,
    RUNS,
    TITLES,
    TROUBLED,
    UNREAD,
    campaign,
    report,
    summary,
)

OWNER = Actor("T1", "U0ANA")
ADMIN = Actor("T1", "U0KIM", is_admin=True)
EDITOR = Actor("T1", "U0BEN", in_group=True)
GUEST = Actor("T1", "U0BEN", is_guest=True, in_group=False)
ACTORS = (OWNER, ADMIN, EDITOR, GUEST)
WORDS = ("&<" * 40, "يوم \u202eevil " * 6, "👩‍👩‍👧‍👦" * 10)


def rows(title):
    """A full page, with many of the states a run can be in; some of the events are cancelled."""
    for number in range(views_list.PER_PAGE):
        of = RUNS[number % len(RUNS)] if number % 3 else None
        item = summary(title, of, 10**12 + number, "U0ANA" if number % 2 else "U0BEN")
        yield replace(item, campaign=replace(item.campaign, is_cancelled=number % 5 == 0))


def known(page):
    """Answers for all of them, of every kind."""
    return {item.campaign.id: seen for item, seen in zip(page.items, cycle(ANSWERS[1:]), strict=False)}


def archived(item):
    return replace(item, campaign=replace(item.campaign, archived_at=NOON))


def pages(title):
    items = list(rows(title))
    for offset in (20, 100):
        yield f"at {offset}", CampaignPage(items, 121, ListQuery(offset=offset))
    for words in WORDS:
        yield f"found {words}", CampaignPage(items, 121, ListQuery(words[:80], offset=20))
        yield f"not found {words}", CampaignPage([], 0, ListQuery(words[:80]))
    yield "archived", CampaignPage([archived(item) for item in items], 121, ListQuery(archived=True))
    yield "nothing archived", CampaignPage([], 0, ListQuery(archived=True))
    yield "past the end", CampaignPage([], 20, ListQuery(offset=20))
    yield "empty", CampaignPage([], 0, ListQuery())


def lists(title):
    for number, (name, page) in enumerate(pages(title)):
        for actor in ACTORS if number == 0 else (OWNER, GUEST):
            yield f"list {name}, {actor}", views_list.campaign_list(page, actor, known(page)), "modal"
            yield f"home {name}, {actor}", views_home.home(page, actor, known(page)), "home"
    yield "home in trouble", views_home.home_trouble(StorageTrouble()), "home"
    yield "home refused", views_home.home_trouble(NotAllowed(hint="Ask <@U0ANA>.")), "home"
    metadata = packed(ListQuery("w" * 80, archived=True, offset=100))
    yield "archive?", views_archive.archive_question(campaign(title), metadata), "modal"
    yield "which one", views_list.choose_one(list(rows(title)), ADMIN), "modal"


def entries():
    facts = dict.fromkeys(("fields", "domain", "attendees", "invites", "gap_minutes", "kind"), LONG)
    counted = {
        **dict.fromkeys(("attendees", "invites", "added", "removed", "changed", "source"), "123456"),
        **dict.fromkeys(("per_batch", "gap_minutes", "per_batch_before", "gap_minutes_before"), "10000"),
        "kind": "update",
    }
    deeds = [deed for deed in Deed for _ in range(4)][: views_history.MOST]
    return [Entry(n, 1, n, deed, "U0BEN", NOON, ({}, facts, counted)[n % 3]) for n, deed in enumerate(deeds)]


def reports(title):
    made, told = campaign(title), entries()
    turns = cycle((READ, TROUBLED, UNREAD))
    many = [replace(told[0], deed=Deed.STARTED, run_id=n) for n in range(views_history.MOST)]
    for actor in (OWNER, GUEST):
        for of in RUNS:
            for counts in (report(of).counts, ALL_SENT):
                seen = report(of, counts, is_open=counts is ALL_SENT)
                runs = runs_in(many, made.event.zone)
                name = f"report {of.state} {of.reason} {of.kind} {counts.total} {actor}"
                answers = next(turns)
                known_now = CampaignAnswers(answers, 123_456 if answers is READ else 0)
                view = views_report.report(made, seen, actor, runs=runs, answers=known_now, note="Done.")
                yield name, view, "modal"
    alone = views_report.report(made, report(RUNS[0], causes=0), OWNER, runs=[])
    yield "report of the only run", alone, "modal"
    yield "history", views_history.history(made, told), "modal"
    yield "no history", views_history.history(made, []), "modal"


def answers(title):
    items = list(rows(title))
    yield "help", views_command.help_text()
    for nearest in ("", "status"):
        yield "not a word", views_command.not_a_word(Unknown(LONG, nearest))
    for actor in (OWNER, GUEST):
        yield f"several, {actor}", views_command.several(items, Word.STATUS, actor)
        for item in items:
            yield f"standing {item.run}, {actor}", views_command.standing(item, actor, "Paused.")
            yield f"stop {item.run}", views_command.stop_question(item, 10**9)


def everything():
    """(name, payload, surface) of all of them, for every title."""
    for title in TITLES:
        yield from lists(title)
        yield from reports(title)
        for name, message in answers(title):
            yield name, {"text": message.text, "blocks": message.blocks}, "message"
