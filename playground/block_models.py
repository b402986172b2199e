"""What slack_sdk's own models say of a payload, asked at every depth."""

from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from playground.block_grammar import fault

_MISSHAPEN = (SlackObjectFormationError, TypeError, KeyError, AttributeError, ValueError)


def model_problems(payload: dict[str, Any], surface: str) -> Iterator[str]:
    """Faults slack_sdk finds: its validators, and keys that do not survive parsing."""
    if surface != "message":
        yield from _judge(payload, lambda: View(**payload), "")
        return
    for index, block in enumerate(payload.get("blocks") or []):
        if isinstance(block, dict):
            yield from _judge(block, lambda block=block: Block.parse(block), f"/blocks/{index}")  # type: ignore[misc]


def _judge(given: dict[str, Any], parse: Callable[[], JsonObject | None], path: str) -> Iterator[str]:
    try:
        parsed = parse()
        if parsed is None:
            yield fault(path, f"unsupported type: {given.get('type')}")
            return
        for part in _parts(parsed, set()):
            # View.to_dict does not descend into its blocks' elements, so every part is asked by itself.
            part.validate_json()
        for where in _lost(given, parsed.to_dict(), path):
            yield fault(where, "is not known to slack_sdk or of a wrong type")
    except _MISSHAPEN as error:
        yield fault(path, str(error))


def _parts(value: Any, seen: set[int]) -> Iterator[JsonObject]:
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, JsonObject):
        yield value
        for inner in vars(value).values():
            yield from _parts(inner, seen)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _parts(inner, seen)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _parts(inner, seen)


def _lost(given: Any, kept: Any, path: str) -> Iterator[str]:
    """Pointers of what parsing dropped or changed; what it added by default is no fault."""
    if isinstance(given, dict) and isinstance(kept, dict):
        for key, value in given.items():
            # The models leave out what is empty, which says the same.
            if value is None or value in ("", []):
                continue
            if key not in kept:
                yield f"{path}/{key}"
            else:
                yield from _lost(value, kept[key], f"{path}/{key}")
    elif isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        for index, (one, other) in enumerate(zip(given, kept, strict=True)):
            yield from _lost(one, other, f"{path}/{index}")
    elif given != kept:
        yield path
