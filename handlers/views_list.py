"""The Campaign List, as a modal and as the Home tab."""

from campaigns.model import RunState
from campaigns.ports import CampaignSummary
from campaigns.roles import Actor, may_run
from campaigns.service import CampaignPage
from campaigns.when import short_time
from handlers import ids
from handlers.blocks import Json, button, buttons, divider, modal, paragraph, small, words
from handlers.mrkdwn import cut, mention, moment
from handlers.wording import DOT, number, state_line

PER_PAGE = 20


def campaign_list(page: CampaignPage, actor: Actor, offset: int) -> Json:
    """The modal that ``/sendinvites`` opens."""
    return modal("Campaign List", _blocks(page, actor, offset), metadata=str(offset))


def home(page: CampaignPage, actor: Actor, offset: int) -> Json:
    """The same list on the Home tab."""
    title = {"type": "header", "text": {"type": "plain_text", "text": "Campaign List"}}
    return {
        "type": "home",
        "blocks": [title, *_blocks(page, actor, offset)],
        "private_metadata": str(offset),
    }


def _blocks(page: CampaignPage, actor: Actor, offset: int) -> list[Json]:
    if not page.total:
        return _empty()
    blocks: list[Json] = [buttons(button("New campaign", ids.NEW_CAMPAIGN, style="primary"))]
    for item in page.items:
        blocks += [divider(), *_campaign(item, actor)]
    return blocks + _turning(page, offset)


def _campaign(item: CampaignSummary, actor: Actor) -> list[Json]:
    campaign = item.campaign
    title = cut(campaign.event.title, 150)
    if may_run(actor, campaign):
        accessory = button(
            "Send Invite", ids.SEND_INVITE, str(campaign.id), spoken=f"Send Invite: {campaign.event.title}"
        )
        whose = ""
    else:
        accessory, whose = None, f"{DOT}by {mention(campaign.owner)}"
    # The event's own day and time, as its attendees read it; the next batch in the reader's zone.
    when = short_time(campaign.event.starts_at, campaign.event.zone)
    state = state_line(item, moment)
    if item.run is not None and item.run.state is RunState.PAUSED:
        state = f"*{state}*"
    return [words(title, accessory), small(f"{when}{whose}\n{state}")]


def _turning(page: CampaignPage, offset: int) -> list[Json]:
    turns = []
    if offset > 0:
        turns.append(button("Newer", ids.NEWER, str(max(offset - PER_PAGE, 0))))
    if offset + PER_PAGE < page.total:
        turns.append(button("Older", ids.OLDER, str(offset + PER_PAGE)))
    if not turns:
        return []
    shown = f"{offset + 1}–{offset + len(page.items)} of {number(page.total, 'campaign')}"
    return [divider(), small(shown), buttons(*turns)]


def _empty() -> list[Json]:
    return [
        words("No campaigns yet. A campaign is an event and the list of people it invites."),
        paragraph(
            "*How it goes*\n"
            "1. Press *New campaign*: say what, when and where, and upload the attendee list "
            "(CSV or Excel, with a column of email addresses).\n"
            "2. Press *Send Invite* beside your campaign, then *Send Calendar Invite*.\n"
            "3. Choose *Send Invite in Batches*: how many at a time, and how many minutes in between.\n"
            "Nothing is sent before you have seen what would go, and when."
        ),
        buttons(button("New campaign", ids.NEW_CAMPAIGN, style="primary")),
    ]
