"""Which campaigns a query of the Campaign List finds, as a condition."""

from typing import Any

from sqlalchemy import and_, or_

from campaigns.ports import ListQuery
from storage.folding import number_of, words_of
from storage.tables import campaign


def found_by(workspace: str, query: ListQuery) -> Any:
    """The condition on ``campaign`` that ``query`` means."""
    away = campaign.c.archived_at.is_not(None) if query.archived else campaign.c.archived_at.is_(None)
    return and_(campaign.c.workspace == workspace, away, *(_has(word) for word in words_of(query.words)))


def _has(word: str) -> Any:
    # autoescape: the per cent sign that somebody types is a per cent sign
    titled = campaign.c.folded_title.contains(word, autoescape=True)
    number = number_of(word)
    return titled if number is None else or_(titled, campaign.c.id == number)
