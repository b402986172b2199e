"""The one judge of everything the bot shows in Slack."""

import json
from collections.abc import Iterator
from typing import Any, Literal

from playground.block_grammar import fault
from playground.block_models import model_problems
from playground.block_shapes import HOME, MESSAGE_BLOCKS, MODAL
from playground.block_ties import tie_problems

Surface = Literal["modal", "home", "message"]

LONGEST_MESSAGE = 40_000
LONGEST_UPDATE = 4_000
LARGEST_VIEW = 250 * 1024


def problems(payload: dict[str, Any], surface: Surface, *, longest_text: int = LONGEST_MESSAGE) -> list[str]:
    """Everything Slack would refuse in this view or message; nothing if it would take it.

    `longest_text` is 40,000 for a new message and 4,000 for an update of one.
    """
    found = [*_own(payload, surface, longest_text), *model_problems(payload, surface)]
    return list(dict.fromkeys(found))


def view_size(view: dict[str, Any]) -> int:
    return len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode())


def _own(payload: dict[str, Any], surface: Surface, longest_text: int) -> Iterator[str]:
    if surface == "message":
        yield from _message(payload, longest_text)
    else:
        yield from (MODAL if surface == "modal" else HOME)(payload, "")
        if view_size(payload) > LARGEST_VIEW:
            yield fault("", "view is larger than 250 KB")
    blocks = payload.get("blocks")
    if isinstance(blocks, list):
        if surface == "modal" and not payload.get("submit") and _has_input(blocks):
            yield fault("/submit", "missing required field: submit, because the view has input blocks")
        yield from tie_problems(blocks)


def _has_input(blocks: list[Any]) -> bool:
    return any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)


def _message(payload: dict[str, Any], longest_text: int) -> Iterator[str]:
    text = payload.get("text")
    if not isinstance(text, str) or not text.strip():
        # Slack takes blocks without text, but then notifications and screen readers have nothing to say.
        yield fault("/text", "missing required field: text")
    elif len(text) > longest_text:
        yield fault("/text", f"must be less than {longest_text + 1} characters")
    if payload.get("blocks") is not None:
        yield from MESSAGE_BLOCKS(payload["blocks"], "/blocks")
    attachments = payload.get("attachments")
    if attachments is not None and (not isinstance(attachments, list) or len(attachments) > 100):
        yield fault("/attachments", "no more than 100 items allowed")
