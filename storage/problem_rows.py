"""What was found in a campaign's list, by line."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, insert, select

from campaigns.model import Problem
from storage.tables import problem


def insert_problems(connection: Connection, campaign_id: int, problems: Iterable[Problem]) -> None:
    """Add ``problems`` to those that are known."""
    rows = [
        {
            "campaign_id": campaign_id,
            "line": one.line,
            "value": one.value,
            "reason": one.reason,
            "blocks": one.blocks,
        }
        for one in problems
    ]
    if rows:
        connection.execute(insert(problem), rows)


def problems_of(connection: Connection, campaign_id: int) -> list[Problem]:
    """Those that are known, by line."""
    query = select(problem).where(problem.c.campaign_id == campaign_id).order_by(problem.c.line, problem.c.id)
    return [Problem(row.line, row.value, row.reason, row.blocks) for row in connection.execute(query)]


def problems_to_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """For a list that waits."""
    return [asdict(one) for one in sorted(problems, key=lambda one: one.line)]


def problems_from_json(kept: Iterable[dict[str, Any]]) -> tuple[Problem, ...]:
    """The same problems again, by line."""
    return tuple(Problem(**one) for one in kept)
