"""Who did what with a campaign, and when."""

from campaigns.history import Entry
from campaigns.model import Campaign
from handlers import ids
from handlers.blocks import Json, header, modal, paragraph, small, words
from handlers.deed_words import deed_words
from handlers.mrkdwn import mention, moment
from handlers.wording import DOT

MOST = 50
_PER_BLOCK = 10


def history(campaign: Campaign, entries: list[Entry]) -> Json:
    """The latest first; times as the reader's clock shows them."""
    lines = [f"{moment(one.at)}{DOT}{mention(one.by)} {deed_words(one.deed, one.facts)}" for one in entries]
    blocks = [header(campaign.event.title)]
    blocks += [paragraph("\n".join(lines[at : at + _PER_BLOCK])) for at in range(0, len(lines), _PER_BLOCK)]
    if not entries:
        blocks.append(words("Nothing has been recorded yet."))
    if len(entries) >= MOST:
        blocks.append(small(f"The latest {MOST} are shown."))
    return modal("History", blocks, callback_id=ids.HISTORY, close="Back", metadata=str(campaign.id))
