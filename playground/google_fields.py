"""Partial answers: the ``fields`` parameter of Google's APIs, as ``messages(id,threadId),nextPageToken``."""

import re
from typing import Any

from playground import google_errors as errors
from playground.provider_answers import Json, Refused

_PART = re.compile(r"[A-Za-z*]+|[(),/]")


def masked(body: Json, fields: str | None) -> Json:
    """What of ``body`` was asked for; all of it without ``fields``. Raises Refused."""
    if fields is None:
        return body
    parts = _PART.findall(fields)
    if not parts or "".join(parts) != fields:
        raise Refused(_bad(fields))
    tree = _tree(parts, fields)
    if parts:
        raise Refused(_bad(fields))
    cut: Json = _cut(body, tree)
    return cut


def _tree(parts: list[str], fields: str) -> Json:
    """Names with what is asked for below each; empty means all of it. Takes from ``parts``."""
    tree: Json = {}
    while True:
        below = tree
        while True:
            if not parts or parts[0] in "(),/":
                raise Refused(_bad(fields))
            below = below.setdefault(parts.pop(0), {})
            if not parts or parts[0] != "/":
                break
            parts.pop(0)
        if parts and parts[0] == "(":
            parts.pop(0)
            below |= _tree(parts, fields)
            if not parts or parts.pop(0) != ")":
                raise Refused(_bad(fields))
        if not parts or parts[0] != ",":
            return tree
        parts.pop(0)


def _cut(value: Any, tree: Json) -> Any:
    if not tree or "*" in tree:
        return value
    if isinstance(value, list):
        return [_cut(one, tree) for one in value]
    if isinstance(value, dict):
        return {name: _cut(one, tree[name]) for name, one in value.items() if name in tree}
    return value


def _bad(fields: str) -> Any:
    words = f"Invalid field selection {fields}"
    return errors.error(400, "invalidParameter", words, locationType="parameter", location="fields")
