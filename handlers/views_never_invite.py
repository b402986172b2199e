"""*Never invite*: who gets no invites, on one campaign's list or on that of the workspace."""

import json

from campaigns.account_port import Suppressed
from campaigns.model import Campaign
from campaigns.never_inviting import PASTED, WHY_WORDS, NeverInvited, Place
from campaigns.roles import Actor
from campaigns.suppressing import OWN_WORD
from handlers import ids
from handlers.blocks import (
    Json,
    button,
    buttons,
    divider,
    entry,
    modal,
    paragraph,
    question,
    text_input,
    words,
)
from handlers.mrkdwn import mention, moment, safe
from handlers.searching import SearchField, Turns
from handlers.wording import DOT, number

PER_PAGE = 20
SEARCH = SearchField(ids.NEVER_INVITE_SEARCH, "Search addresses", "Part of an address, then Enter")
_TURNS = Turns(ids.NEVER_INVITE_NEWER, ids.NEVER_INVITE_OLDER, ids.NEVER_INVITE_ALL, PER_PAGE)
_FEW = 5


def never_invite_button(campaign: Campaign | None = None) -> Json:
    """The way to the list of ``campaign``, or (None) of the workspace."""
    value = str(campaign.id) if campaign else ""
    spoken = f"Never invite: {campaign.event.title}" if campaign else "Never-invite list of the workspace"
    return button("Never invite", ids.NEVER_INVITE, value, spoken=spoken)


def never_invite_paragraph(campaign: Campaign) -> Json:
    """The line of *Edit campaign* that leads to the campaign's own list."""
    said = "*Never invite*\nPeople who get nothing of this campaign, whatever list they stand on."
    return paragraph(said, never_invite_button(campaign))


def packed(place: Place) -> str:
    """A place as text for ``private_metadata``."""
    return json.dumps([place.campaign_id, place.wanted, place.offset], ensure_ascii=False)


def unpacked(text: str) -> Place:
    campaign_id, wanted, offset = json.loads(text)
    return Place(campaign_id, str(wanted), int(offset))


def never_invite(page: NeverInvited, actor: Actor, note: str = "") -> Json:
    """The list; ``note`` says what was just done, in our own mrkdwn."""
    wanted = page.place.wanted
    blocks = [paragraph(note)] if note else []
    blocks += [words(_about(page)), _deeds(page)]
    is_searchable = page.total > _FEW or bool(wanted)
    if is_searchable:
        blocks.append(SEARCH.shown(wanted))
    if not page.entries:
        blocks.append(
            words(f"Nobody with “{wanted}” in the address." if wanted else "Nobody is on this list.")
        )
    else:
        blocks += [divider(), *(_line(one, page, actor) for one in page.entries)]
    blocks += _TURNS.shown(
        offset=page.place.offset,
        count=len(page.entries),
        total=page.total,
        what=number(page.total, "person", "people"),
        is_search=bool(wanted),
    )
    return modal(
        "Never invite",
        blocks,
        callback_id=ids.NEVER_INVITE_LIST,
        submit="Search" if is_searchable else "",
        metadata=packed(page.place),
    )


def add_form(campaign: Campaign | None, metadata: str) -> Json:
    """*Add to the list*: addresses, typed or pasted."""
    where = f"“{campaign.event.title}”" if campaign else "any campaign of this workspace"
    typed = text_input(multiline=True, placeholder="ana@example.com")
    return modal(
        "Add to never invite",
        [
            words(f"They get no more invites of {where}. What is queued for them is taken back."),
            entry(
                PASTED,
                "Email addresses",
                typed,
                hint="One a line, or with commas in between. What stands in their calendars stays.",
            ),
        ],
        callback_id=ids.NEVER_INVITE_FORM,
        submit="Add",
        close="Cancel",
        metadata=metadata,
    )


def _about(page: NeverInvited) -> str:
    if page.campaign is not None:
        return f"Who gets nothing of “{page.campaign.event.title}”. The workspace's own list counts besides."
    who = "" if page.may_edit else " Admins of the workspace keep this list."
    return (
        "Who gets no invites from this workspace: people who unsubscribed or reported spam, whose address "
        f"bounced, or who were added by hand.{who}"
    )


def _deeds(page: NeverInvited) -> Json:
    value = packed(page.place)
    made = [button("Add", ids.NEVER_INVITE_ADD, value, style="primary", spoken="Add people to this list")]
    export = button("Export", ids.NEVER_INVITE_EXPORT, value, spoken="Export this list as a file")
    return buttons(*(made if page.may_edit else []), export)


def _line(one: Suppressed, page: NeverInvited, actor: Actor) -> Json:
    by = f" by {mention(one.by)}" if one.by else ""
    said = f"*{safe(one.key, 320)}*\n{WHY_WORDS[one.why]}{by}{DOT}{moment(one.at)}"
    may_lift = page.may_edit and (actor.is_admin or one.why not in OWN_WORD)
    return paragraph(said, _remove(one) if may_lift else None)


def _remove(one: Suppressed) -> Json:
    if one.why in OWN_WORD:
        asked = "They asked for it themselves. Invite them again only if they asked you to."
    else:
        asked = "The next run may invite them again."
    return button(
        "Remove",
        ids.NEVER_INVITE_REMOVE,
        one.key,
        confirm=question("May they be invited again?", f"{one.key[:200]}\n{asked}", yes="Remove", no="Keep"),
        spoken=f"Remove {one.key}",
    )
