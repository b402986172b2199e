"""Which part of the Campaign List a screen shows, carried in its ``private_metadata``."""

import json
from collections.abc import Mapping
from typing import Any

from campaigns.ports import ListQuery
from handlers import ids

LONGEST_SEARCH = 80
WORDS_BLOCK = "search"
FOUND_BLOCK = "searched"
"""Slack keeps what was typed in a block of the same name: two names, so that *Show all* empties the field."""


def packed(query: ListQuery) -> str:
    return json.dumps([query.words, query.archived, query.offset], ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> ListQuery:
    """The place in a view's ``private_metadata``; the beginning if there is none."""
    if not text:
        return ListQuery()
    words, is_archived, offset = json.loads(text)
    return ListQuery(str(words), bool(is_archived), int(offset))


def searched(view: Mapping[str, Any]) -> str:
    """What stands in the search field of a submitted list."""
    values = (view.get("state") or {}).get("values") or {}
    for block in (WORDS_BLOCK, FOUND_BLOCK):
        if held := (values.get(block) or {}).get(ids.SEARCH):
            return tidied(held.get("value"))
    return ""


def tidied(words: object) -> str:
    """What was typed as it is looked for: one line, of a bounded length."""
    return " ".join(str(words or "").split())[:LONGEST_SEARCH]
