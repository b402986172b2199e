"""The words a person sees in blocks, and the buttons there are to press."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SHORTCODE = re.compile(r":[a-z0-9_+\-]+:\s*")


@dataclass(frozen=True)
class Button:
    """Something to press: a button, or one option of an overflow menu."""

    label: str
    block: dict[str, Any]
    element: dict[str, Any]
    option: dict[str, Any] | None = None


def without_shortcodes(text: str) -> str:
    return SHORTCODE.sub("", text).strip()


def buttons_of(blocks: list[dict[str, Any]]) -> list[Button]:
    """Every button in reading order."""
    found: list[Button] = []
    for block in blocks:
        accessory = block.get("accessory")
        elements = block.get("elements", []) if block["type"] == "actions" else []
        for element in [*([accessory] if accessory else []), *elements]:
            if element["type"] == "button":
                found.append(Button(element["text"]["text"], block, element))
            elif element["type"] == "overflow":
                found += [
                    Button(option["text"]["text"], block, element, option) for option in element["options"]
                ]
    return found


def plain_blocks(blocks: list[dict[str, Any]]) -> str:
    return "\n".join(words for block in blocks if (words := plain_block(block)))


def plain_block(block: dict[str, Any]) -> str:
    return "\n".join(text for text in _texts(block) if text)


def _texts(item: Any) -> Iterator[str]:
    """Walks in the order in which Slack draws; keys a person never sees are not visited."""
    if isinstance(item, list):
        for inner in item:
            yield from _texts(inner)
    elif isinstance(item, str):
        yield item
    elif isinstance(item, dict):
        if item.get("type") in {"plain_text", "mrkdwn", "raw_text"}:
            yield str(item.get("text", ""))
            return
        for key in ("title", "label", "text", "fields", "hint", "rows", "elements", "accessory", "element"):
            if key in item:
                yield from _texts(item[key])
        yield from _choices(item)
        if item.get("type") == "image":
            yield str(item.get("alt_text", ""))


def _choices(element: dict[str, Any]) -> Iterator[str]:
    kind = element.get("type")
    if kind in {"radio_buttons", "checkboxes", "overflow"}:
        for option in element.get("options", []):
            yield from _texts(option["text"])
            yield from _texts(option.get("description"))
    elif kind == "static_select":
        # A closed menu shows its choice only, or what stands in its place.
        yield from _texts((element.get("initial_option") or {}).get("text") or element.get("placeholder"))
    elif kind in {"plain_text_input", "number_input", "email_text_input", "url_text_input"}:
        yield from _texts(element.get("placeholder"))
