"""The Campaign List as a modal, and the pieces that it shares with the Home tab."""

from collections.abc import Mapping
from dataclasses import replace

from campaigns.answers_seen import AnswersSeen
from campaigns.ports import CampaignSummary, ListQuery
from campaigns.roles import Actor, may_create
from campaigns.service import CampaignPage
from handlers import ids
from handlers.blocks import Json, button, buttons, divider, modal, paragraph, small, words
from handlers.list_place import SEARCH, packed
from handlers.searching import Turns
from handlers.views_never_invite import never_invite_button
from handlers.views_row import row
from handlers.wording import number

PER_PAGE = 20
_TURNS = Turns(ids.NEWER, ids.OLDER, ids.SHOW_ALL, PER_PAGE)
_FEW = 5
"""So many are found by looking; a search field would only be in the way."""


def campaign_list(page: CampaignPage, actor: Actor, answers: Mapping[int, AnswersSeen] | None = None) -> Json:
    """The modal that ``/sendinvites`` opens. A modal with a field must have a submit button: *Search*."""
    blocks = list_blocks(page, actor, answers)
    is_searchable = any(block["type"] == "input" for block in blocks)
    return modal(
        "Campaign List",
        blocks,
        callback_id=ids.CAMPAIGN_LIST_FORM,
        submit="Search" if is_searchable else "",
        metadata=packed(page.query),
    )


def choose_one(found: list[CampaignSummary], actor: Actor) -> Json:
    """Several campaigns are meant by what was typed."""
    return modal("Which campaign?", which_one(found, actor))


def which_one(found: list[CampaignSummary], actor: Actor) -> list[Json]:
    """The same in a private message."""
    blocks: list[Json] = []
    for item in found[:10]:
        blocks += [divider(), *row(item, actor)]
    if len(found) > 10:
        blocks.append(small(f"And {len(found) - 10:,} more: name more words of the title."))
    return blocks


def list_blocks(
    page: CampaignPage, actor: Actor, answers: Mapping[int, AnswersSeen] | None = None
) -> list[Json]:
    """Everything below the title; ``answers`` are by campaign."""
    query, known = page.query, answers or {}
    if not page.total and not query.words and not query.archived:
        return _empty(actor)
    blocks = [_ways_on(query, actor)]
    if query.archived:
        blocks.append(small("Archived campaigns. Nothing of them was deleted."))
    if page.total > _FEW or query.words:
        blocks.append(SEARCH.shown(query.words))
    if not page.items:
        return [*blocks, *_nothing(page)]
    for item in page.items:
        blocks += [divider(), *row(item, actor, known.get(item.campaign.id))]
    turns = _TURNS.shown(
        offset=query.offset,
        count=len(page.items),
        total=page.total,
        what=number(page.total, "campaign"),
        is_search=bool(query.words),
    )
    return blocks + turns


def _ways_on(query: ListQuery, actor: Actor) -> Json:
    new = [button("New campaign", ids.NEW_CAMPAIGN, style="primary")] if may_create(actor) else []
    if query.archived:
        return buttons(*new, button("Back to the list", ids.SHOW_ALL))
    services = [button("Email services", ids.EMAIL_SERVICES)] if may_create(actor) else []
    never = [never_invite_button()] if may_create(actor) else []
    return buttons(
        *new, *services, *never, button("Archived", ids.SHOW_ARCHIVED, spoken="Show archived campaigns")
    )


def _nothing(page: CampaignPage) -> list[Json]:
    show_all = buttons(button("Show all", ids.SHOW_ALL))
    if page.total:  # the list has become shorter meanwhile
        return [words("There is nothing on this page any more."), show_all]
    if page.query.words:
        return [words(f"Nothing found for “{page.query.words}”."), show_all]
    return [words("Nothing is archived.")]


def last_page(page: CampaignPage) -> ListQuery | None:
    """Where to look instead if this page lies past the end, as after an archiving; None if it does not."""
    if page.items or not page.total:
        return None
    return replace(page.query, offset=(page.total - 1) // PER_PAGE * PER_PAGE)


def _empty(actor: Actor) -> list[Json]:
    lead = words("No campaigns yet. A campaign is an event and the list of people it invites.")
    if not may_create(actor):
        return [
            lead,
            words("To make campaigns here, ask a workspace admin to add you."),
            buttons(button("Archived", ids.SHOW_ARCHIVED, spoken="Show archived campaigns")),
        ]
    return [
        lead,
        paragraph(
            "*How it goes*\n"
            "1. Once: press *Email services* and connect the mailbox or calendar that invites come from.\n"
            "2. Press *New campaign*: say what, when and where, and upload the attendee list "
            "(CSV or Excel, with a column of email addresses).\n"
            "3. Press *Send Invite* beside your campaign, then *Send Calendar Invite*.\n"
            "4. Choose *Send Invite in Batches*: how many at a time, and how many minutes in between.\n"
            "Nothing is sent before you have seen what would go, and when."
        ),
        _ways_on(ListQuery(), actor),
    ]
