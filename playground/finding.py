"""Where on a screen a label, a menu or a button stands."""

from collections.abc import Sequence
from typing import Any

from playground.forms import choose
from playground.inputs import elements_of
from playground.plain import Button, plain_block, without_shortcodes
from playground.records import Message, View

Json = dict[str, Any]
Surface = Message | View
Place = tuple[Surface, Json, Json]


def neighbourhood(blocks: list[Json], block: Json) -> str:
    """The words that stand with a block: between two lines, or else right before and after it."""
    at = blocks.index(block)
    lines = [place for place, one in enumerate(blocks) if one["type"] == "divider"]
    first = max((line + 1 for line in lines if line < at), default=at - 1)
    last = min((line for line in lines if line > at), default=max(at + 2, len(blocks) if lines else 0))
    return "\n".join(plain_block(one) for one in blocks[max(0, first) : last])


def button_with(surfaces: Sequence[Surface], label: str, near: str | None) -> tuple[Surface, Button]:
    """The button, or the option of an overflow menu, that says this."""
    seen: list[str] = []
    for surface in surfaces:
        for button in surface.pressables:
            seen.append(button.label)
            is_meant = label in (button.label, without_shortcodes(button.label))
            if is_meant and (near is None or near in neighbourhood(surface.blocks, button.block)):
                return surface, button
    which = f"{label!r} near {near!r}" if near else repr(label)
    raise LookupError(f"there is no button {which}; buttons: {', '.join(map(repr, seen)) or 'none'}")


def input_with(surface: Surface, label: str) -> Place:
    labels = []
    for block in surface.blocks:
        if block["type"] == "input":
            labels.append(block["label"]["text"])
            if labels[-1] == label:
                return surface, block, block["element"]
    raise LookupError(f"there is no input {label!r}; inputs: {', '.join(map(repr, labels)) or 'none'}")


def menu_near(surface: Surface, near: str) -> Place:
    """The menu, picker or box in a section or an actions block with these words."""
    for block in surface.blocks:
        for element in elements_of(block) if block["type"] in {"section", "actions"} else []:
            if element["type"] not in {"button", "image", "overflow"} and near in plain_block(block):
                return surface, block, element
    raise LookupError(f"there is no menu near {near!r}")


def boxes_with(surface: Surface, option: str, near: str | None) -> tuple[Place, Json]:
    """The check boxes of which one says this, and that one."""
    for block in surface.blocks:
        for element in elements_of(block):
            is_near = near is None or near in neighbourhood(surface.blocks, block)
            if element["type"] == "checkboxes" and is_near:
                try:
                    return (surface, block, element), choose(element["options"], option)
                except LookupError:
                    continue
    raise LookupError(f"there is no check box {option!r}")


def overflow_near(surfaces: Sequence[Surface], near: str | None) -> list[str]:
    """What the first overflow menu offers that stands near these words."""
    for surface in surfaces:
        for block in surface.blocks:
            for element in elements_of(block):
                is_near = near is None or near in neighbourhood(surface.blocks, block)
                if element["type"] == "overflow" and is_near:
                    return [option["text"]["text"] for option in element["options"]]
    raise LookupError(f"there is no overflow menu near {near!r}" if near else "there is no overflow menu")
