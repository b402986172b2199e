"""What a provider sends back, before it becomes HTTP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply: status, body, headers."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """The call is turned down with this answer; it has changed nothing."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status} {answer.body[:200].decode(errors='replace')}")
        self.answer = answer


def json_answer(body: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    kind = {"Content-Type": "application/json; charset=UTF-8"}
    return Answer(status, json.dumps(body, ensure_ascii=False).encode(), kind | dict(headers or {}))


GARBAGE = Answer(200, b"<!DOCTYPE html><title>Sign in to the network</title>", {"Content-Type": "text/html"})
"""What a hotel's network puts in the place of an answer."""
