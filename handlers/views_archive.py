"""Asks before a campaign is put away. A menu's options cannot ask by themselves."""

from campaigns.model import Campaign
from handlers import ids
from handlers.blocks import Json, header, modal, words


def archive_question(campaign: Campaign, metadata: str) -> Json:
    """``metadata`` says what to show when it is done."""
    return modal(
        "Archive?",
        [
            header(campaign.event.title),
            words(
                "It leaves the Campaign List. Nothing is deleted, and what people hold in their calendars "
                "stays. To bring it back: Archived, then Restore."
            ),
        ],
        callback_id=ids.ARCHIVE_FORM,
        submit="Archive",
        close="Keep it",
        metadata=metadata,
    )
