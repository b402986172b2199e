"""The Home tab: the Campaign List, for one person."""

from collections.abc import Mapping

from campaigns.answers_seen import AnswersSeen
from campaigns.errors import SendInvitesError
from campaigns.roles import Actor
from campaigns.service import CampaignPage
from handlers import ids
from handlers.blocks import Json, button, buttons, header, paragraph
from handlers.list_place import packed
from handlers.mrkdwn import advice
from handlers.views_list import list_blocks


def home(page: CampaignPage, actor: Actor, answers: Mapping[int, AnswersSeen] | None = None) -> Json:
    """``page`` knows its place, so that a later press turns from there. ``answers`` are by campaign."""
    return {
        "type": "home",
        "blocks": [header("Campaign List"), *list_blocks(page, actor, answers)],
        "private_metadata": packed(page.query),
    }


def home_trouble(error: SendInvitesError) -> Json:
    """Why the list cannot be shown now."""
    return {
        "type": "home",
        "blocks": [
            header("Campaign List"),
            paragraph(advice(error)),
            buttons(button("Try again", ids.SHOW_ALL)),
        ],
    }
