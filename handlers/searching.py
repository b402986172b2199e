"""A list that is searched and shown page by page: its search field, and the way to its other pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.blocks import Json, button, buttons, divider, plain, small

LONGEST_SEARCH = 80


@dataclass(frozen=True, slots=True)
class SearchField:
    """``action`` is heard on Enter, and by it the field is found in a submitted view."""

    action: str
    label: str
    hint: str

    @property
    def _blocks(self) -> tuple[str, str]:
        """Slack keeps what was typed in a block of one name: two names, so that *Show all* empties it."""
        return self.action, f"{self.action}_found"

    def shown(self, wanted: str) -> Json:
        empty, found = self._blocks
        field: Json = {
            "type": "plain_text_input",
            "action_id": self.action,
            "max_length": LONGEST_SEARCH,
            "placeholder": plain(self.hint, 150),
            "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
        }
        if wanted:
            field["initial_value"] = wanted
        return {
            "type": "input",
            "block_id": found if wanted else empty,
            "dispatch_action": True,
            "optional": True,
            "label": plain(self.label, 2_000),
            "element": field,
        }

    def held(self, view: Mapping[str, Any]) -> str:
        """What stands in the field of ``view``, as ``tidied``."""
        values = (view.get("state") or {}).get("values") or {}
        for block in self._blocks:
            if typed := (values.get(block) or {}).get(self.action):
                return tidied(typed.get("value"))
        return ""


@dataclass(frozen=True, slots=True)
class Turns:
    """The actions of the buttons that lead to other pages; the value of the first two is an offset."""

    newer: str
    older: str
    show_all: str
    per_page: int

    def shown(self, *, offset: int, count: int, total: int, what: str, is_search: bool) -> list[Json]:
        """``count`` stand on this page, after ``offset`` others; ``what`` is ``total`` in words."""
        turns = []
        if is_search:
            turns.append(button("Show all", self.show_all))
        if offset > 0:
            turns.append(button("Newer", self.newer, str(max(offset - self.per_page, 0))))
        if offset + count < total:
            turns.append(button("Older", self.older, str(offset + self.per_page)))
        if not turns:
            return []
        said = f"{offset + 1}–{offset + count} of {what}" if count else what
        return [divider(), small(said), buttons(*turns)]


def tidied(words: object) -> str:
    """What was typed as it is looked for: one line, of a bounded length."""
    return " ".join(str(words or "").split())[:LONGEST_SEARCH]
