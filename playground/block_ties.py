"""Rules that tie two places of a surface together, which no single shape can hold."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from playground.block_grammar import fault

Found = tuple[str, dict[str, Any]]


def elements_of(block: dict[str, Any], path: str) -> Iterator[Found]:
    """Every interactive element of one block with its JSON pointer."""
    for key in ("accessory", "element"):
        if isinstance(block.get(key), dict):
            yield f"{path}/{key}", block[key]
    listed = block.get("elements")
    for index, element in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(element, dict):
            yield f"{path}/elements/{index}", element


def tie_problems(blocks: list[Any]) -> Iterator[str]:
    """Faults between the parts of one surface."""
    found = [(f"/blocks/{index}", block) for index, block in enumerate(blocks) if isinstance(block, dict)]
    yield from _same_block_ids(found)
    focused: list[str] = []
    for path, block in found:
        yield from _section(block, path)
        if block.get("type") == "image":
            yield from _image(block, path)
        elements = list(elements_of(block, path))
        yield from _same_action_ids(elements)
        for place, element in elements:
            yield from _element(element, place)
            if element.get("focus_on_load") is True:
                focused.append(place)
    for place in focused[1:]:
        yield fault(place, "only one element may have focus_on_load")


def _same_block_ids(found: list[Found]) -> Iterator[str]:
    seen = Counter(str(block["block_id"]) for _, block in found if block.get("block_id"))
    for path, block in found:
        if block.get("block_id") and seen[str(block["block_id"])] > 1:
            yield fault(f"{path}/block_id", f"block_id already exists: {block['block_id']}")


def _same_action_ids(elements: list[Found]) -> Iterator[str]:
    seen = Counter(str(element["action_id"]) for _, element in elements if element.get("action_id"))
    for path, element in elements:
        if element.get("action_id") and seen[str(element["action_id"])] > 1:
            yield fault(f"{path}/action_id", f"action_id already exists: {element['action_id']}")


def _section(block: dict[str, Any], path: str) -> Iterator[str]:
    if block.get("type") == "section" and not block.get("text") and not block.get("fields"):
        yield fault(path, "a section needs text or fields")


def _image(item: dict[str, Any], path: str) -> Iterator[str]:
    if ("image_url" in item) == ("slack_file" in item):
        yield fault(path, "an image needs either image_url or slack_file")


def _element(element: dict[str, Any], path: str) -> Iterator[str]:
    kind = element.get("type")
    if kind in {"static_select", "multi_static_select"}:
        if ("options" in element) == ("option_groups" in element):
            yield fault(path, "needs either options or option_groups")
        yield from _initial(element, path)
        yield from _values(element, path)
    elif kind in {"radio_buttons", "checkboxes"}:
        yield from _initial(element, path)
        yield from _values(element, path)
    elif kind == "number_input":
        yield from _bounds(element, path)
    elif kind == "plain_text_input":
        yield from _lengths(element, path)
    elif kind == "image":
        yield from _image(element, path)


def options_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    """The options of a menu, whether or not they come in groups."""
    listed = [element.get("options")]
    groups = element.get("option_groups")
    listed += [group.get("options") for group in groups or [] if isinstance(group, dict)]
    return [
        option
        for options in listed
        if isinstance(options, list)
        for option in options
        if isinstance(option, dict)
    ]


def _initial(element: dict[str, Any], path: str) -> Iterator[str]:
    known = options_of(element)
    if "initial_option" in element and element["initial_option"] not in known:
        yield fault(f"{path}/initial_option", "must be one of the options")
    chosen = element.get("initial_options")
    for index, option in enumerate(chosen if isinstance(chosen, list) else []):
        if option not in known:
            yield fault(f"{path}/initial_options/{index}", "must be one of the options")


def _values(element: dict[str, Any], path: str) -> Iterator[str]:
    for value, times in Counter(str(option.get("value")) for option in options_of(element)).items():
        if times > 1:
            yield fault(f"{path}/options", f"two options have the value: {value}")


def _bounds(element: dict[str, Any], path: str) -> Iterator[str]:
    try:
        least, most, initial = (
            Decimal(element[key]) if isinstance(element.get(key), str) else None
            for key in ("min_value", "max_value", "initial_value")
        )
    except InvalidOperation:
        return  # the shape has said so already
    if least is not None and most is not None and least > most:
        yield fault(path, "min_value must not be more than max_value")
    if initial is not None and least is not None and initial < least:
        yield fault(f"{path}/initial_value", "must not be less than min_value")
    if initial is not None and most is not None and initial > most:
        yield fault(f"{path}/initial_value", "must not be more than max_value")
    if element.get("is_decimal_allowed") is False:
        for key in ("min_value", "max_value", "initial_value"):
            if "." in str(element.get(key, "")):
                yield fault(f"{path}/{key}", "must be a whole number")


def _lengths(element: dict[str, Any], path: str) -> Iterator[str]:
    least, most = element.get("min_length"), element.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield fault(path, "min_length must not be more than max_length")
    initial = element.get("initial_value")
    if isinstance(initial, str) and isinstance(most, int) and len(initial) > most:
        yield fault(f"{path}/initial_value", f"must be less than {most + 1} characters")
