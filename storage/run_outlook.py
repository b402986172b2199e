"""What is still to come of runs, and when a run's invites went."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from campaigns.holding import whom_of
from campaigns.model import DeliveryState, Kind, RunState
from campaigns.ports import Upcoming, Whom
from campaigns.timing import Pace
from storage.schema import UtcDateTime
from storage.tables import batch, campaign, delivery, run
from storage.timing_json import timing_of


def upcoming(connection: Connection, account_id: int) -> list[Upcoming]:
    """Of every run of the account that is on, what it has still to send; of none that waits for approval."""
    left = (
        select(func.count())
        .where(
            delivery.c.run_id == run.c.id,
            delivery.c.state.in_([DeliveryState.QUEUED, DeliveryState.SENDING]),
        )
        .scalar_subquery()
    )
    query = (
        select(run, batch.c.due_at, left.label("left_to_send"))
        .join(campaign, campaign.c.id == run.c.campaign_id)
        .join(batch, batch.c.run_id == run.c.id)
        .where(
            campaign.c.account_id == account_id,
            run.c.state.in_([RunState.RUNNING, RunState.PAUSED]),
            batch.c.ended_at.is_(None),
        )
        .order_by(run.c.id)
    )
    return [_upcoming(row) for row in connection.execute(query) if row.left_to_send]


def waiting(connection: Connection, run_id: int) -> Whom:
    """Those who are queued in the run, by what it would do for them."""
    queued = (
        select(delivery.c.deed, func.count().label("people"))
        .where(delivery.c.run_id == run_id, delivery.c.state == DeliveryState.QUEUED)
        .group_by(delivery.c.deed)
    )
    return whom_of((Kind(row.deed), False, True, row.people) for row in connection.execute(queued))


def sent_by_second(connection: Connection, run_id: int) -> Iterator[tuple[datetime, int]]:
    """How many were settled as sent in each second that had any, by time."""
    at = delivery.c.settled_at
    if connection.dialect.name == "postgresql":
        second = func.date_trunc("second", at, type_=UtcDateTime)
    else:
        second = func.substr(at, 1, len("2026-11-24 12:00:00"), type_=UtcDateTime)
    counted = (
        select(second.label("second"), func.count().label("sent"))
        .where(delivery.c.run_id == run_id, delivery.c.state == DeliveryState.SENT)
        .group_by("second")
        .order_by("second")
    )
    return ((row.second, row.sent) for row in connection.execute(counted))


def _upcoming(row: Row[Any]) -> Upcoming:
    return Upcoming(
        campaign_id=row.campaign_id,
        left=row.left_to_send,
        pace=Pace(row.per_batch, row.gap_minutes),
        timing=timing_of(row.starts_at, row.hours),
        next_at=max(row.due_at, row.resume_at or row.due_at),
        kind=Kind(row.kind),
    )
