"""A few small pieces from which the shapes of Block Kit are put together."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Rule = Callable[[Any, str], Iterator[str]]
"""Tells every fault of a value that stands at a JSON pointer."""


def fault(path: str, words: str) -> str:
    """One fault in the words and the form in which Slack reports it."""
    return f"[ERROR] {words} [json-pointer:{path or '/'}]"


def string(longest: int, *, shortest: int = 1, pattern: str | None = None) -> Rule:
    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield fault(path, "must be a string")
        elif len(value) < shortest:
            yield fault(path, f"must be more than {shortest - 1} characters")
        elif len(value) > longest:
            yield fault(path, f"must be less than {longest + 1} characters")
        elif pattern and not re.fullmatch(pattern, value):
            yield fault(path, f"must match {pattern}")

    return check


def flag(value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield fault(path, "must be a boolean")


def whole(least: int, most: int) -> Rule:
    def check(value: Any, path: str) -> Iterator[str]:
        # In Python True is an int; in JSON it is not.
        if not isinstance(value, int) or isinstance(value, bool):
            yield fault(path, "must be an integer")
        elif not least <= value <= most:
            yield fault(path, f"must be between {least} and {most}")

    return check


def one_of(*allowed: str) -> Rule:
    def check(value: Any, path: str) -> Iterator[str]:
        if value not in allowed:
            yield fault(path, f"must be one of {', '.join(allowed)}")

    return check


def anything(value: Any, path: str) -> Iterator[str]:
    """No rule of ours: slack_sdk's models are the judge here."""
    return iter(())


def items(rule: Rule, most: int, *, least: int = 1) -> Rule:
    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield fault(path, "must be an array")
            return
        if len(value) < least:
            yield fault(path, f"no fewer than {least} items allowed")
        if len(value) > most:
            yield fault(path, f"no more than {most} items allowed")
        for index, item in enumerate(value):
            yield from rule(item, f"{path}/{index}")

    return check


def shape(needs: Mapping[str, Rule], may: Mapping[str, Rule] | None = None) -> Rule:
    """An object with these keys and no others."""
    known = {**needs, **(may or {})}

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault(path, "must be an object")
            return
        for key in needs:
            if key not in value:
                yield fault(path, f"missing required field: {key}")
        for key, inner in value.items():
            if key not in known:
                yield fault(path, f"no more keys allowed, found: {key}")
            else:
                yield from known[key](inner, f"{path}/{key}")

    return check


def kinds(table: Mapping[str, Rule]) -> Rule:
    """An object whose `type` says which rule it follows."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault(path, "must be an object")
            return
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in table:
            yield fault(path, f"unsupported type: {kind}")
        else:
            yield from table[kind](value, path)

    return check


def plain(longest: int) -> Rule:
    return kinds({"plain_text": shape({"type": anything, "text": string(longest)}, {"emoji": flag})})


def text(longest: int) -> Rule:
    """Either kind of text object."""
    return kinds(
        {
            "plain_text": shape({"type": anything, "text": string(longest)}, {"emoji": flag}),
            "mrkdwn": shape({"type": anything, "text": string(longest)}, {"verbatim": flag}),
        }
    )
