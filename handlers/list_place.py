"""Which part of the Campaign List a screen shows, carried in its ``private_metadata``."""

import json

from campaigns.ports import ListQuery
from handlers import ids
from handlers.searching import SearchField

SEARCH = SearchField(ids.SEARCH, "Search campaigns", "Words of the title, then Enter")


def packed(query: ListQuery) -> str:
    return json.dumps([query.words, query.archived, query.offset], ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> ListQuery:
    """The place in a view's ``private_metadata``; the beginning if there is none."""
    if not text:
        return ListQuery()
    words, is_archived, offset = json.loads(text)
    return ListQuery(str(words), bool(is_archived), int(offset))
