"""Runs as values, and their deliveries counted."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from campaigns.model import Counts, Kind, Reason, Run, RunState
from campaigns.timing import Pace
from storage.tables import delivery, run
from storage.timing_json import timing_of


def runs_query() -> Select[Any]:
    """Every column ``run_of`` needs."""
    return select(run)


def run_of(row: Row[Any]) -> Run:
    """A run from a row of ``runs_query``."""
    return Run(
        id=row.id,
        campaign_id=row.campaign_id,
        kind=Kind(row.kind),
        state=RunState(row.state),
        reason=Reason(row.reason) if row.reason else None,
        detail=row.detail,
        resume_at=row.resume_at,
        pace=Pace(row.per_batch, row.gap_minutes),
        total=row.total,
        started_by=row.started_by,
        channel=row.channel,
        posted_channel=row.posted_channel,
        posted_ts=row.posted_ts,
        created_at=row.created_at,
        ended_at=row.ended_at,
        acted_by=row.acted_by,
        timing=timing_of(row.starts_at, row.hours),
        limit_told_at=row.limit_told_at,
    )


def counts_of(connection: Connection, run_id: int) -> Counts:
    """How many deliveries of the run are in each state."""
    return counts_by_run(connection, [run_id])[run_id]


def counts_by_run(connection: Connection, run_ids: Iterable[int]) -> dict[int, Counts]:
    """The same of several runs."""
    states: dict[int, dict[str, int]] = {run_id: {} for run_id in run_ids}
    grouped = (
        select(delivery.c.run_id, delivery.c.state, func.count().label("deliveries"))
        .where(delivery.c.run_id.in_(list(states)))
        .group_by(delivery.c.run_id, delivery.c.state)
    )
    for row in connection.execute(grouped):
        states[row.run_id][row.state] = row.deliveries
    return {run_id: Counts(**counted) for run_id, counted in states.items()}
