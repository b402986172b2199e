"""Lines of the Campaign List: a page of them takes as many queries as one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, func, not_, select

from campaigns.holding import asks_who_is_behind
from campaigns.model import Campaign, Counts, Run
from campaigns.ports import Behind, CampaignSummary
from storage.run_values import counts_by_run, run_of, runs_query
from storage.selecting import BELIEVES_IT_IS_OFF, HOLDS, IS_OLDER, Condition, is_wanted
from storage.tables import attendee, batch, campaign, run


def summaries_of(connection: Connection, campaigns: Sequence[Campaign]) -> list[CampaignSummary]:
    """Each campaign with its latest run, in the same order."""
    latest = _latest_runs(connection, [one.id for one in campaigns])
    run_ids = [last.id for last in latest.values()]
    counts = counts_by_run(connection, run_ids)
    next_at = _next_batches(connection, run_ids)
    asked = [one for one in campaigns if (last := latest.get(one.id)) and asks_who_is_behind(one, last)]
    behind = _behind(connection, asked) if asked else {}
    return [
        CampaignSummary(one, last, counts[last.id], next_at.get(last.id), behind.get(one.id, Behind()))
        if (last := latest.get(one.id))
        else CampaignSummary(one, None, Counts(), None)
        for one in campaigns
    ]


def _latest_runs(connection: Connection, campaign_ids: list[int]) -> dict[int, Run]:
    newest = select(func.max(run.c.id)).where(run.c.campaign_id.in_(campaign_ids)).group_by(run.c.campaign_id)
    rows = connection.execute(runs_query().where(run.c.id.in_(newest)))
    return {row.campaign_id: run_of(row) for row in rows}


def _next_batches(connection: Connection, run_ids: list[int]) -> dict[int, datetime]:
    due = select(batch.c.run_id, batch.c.due_at).where(
        batch.c.run_id.in_(run_ids), batch.c.opened_at.is_(None), batch.c.ended_at.is_(None)
    )
    return {row.run_id: row.due_at for row in connection.execute(due)}


def _behind(connection: Connection, campaigns: Sequence[Campaign]) -> dict[int, Behind]:
    """As ``campaigns.holding.behind_of``, of several campaigns."""
    is_off = attendee.c.campaign_id.in_([one.id for one in campaigns if one.is_cancelled])
    reached = and_(not_(is_off), attendee.c.removed_at.is_(None), is_wanted())
    counted = (
        select(
            attendee.c.campaign_id,
            _count(and_(BELIEVES_IT_IS_OFF, reached)).label("off"),
            _count(and_(HOLDS, IS_OLDER, reached)).label("outdated"),
            _count(and_(HOLDS, is_off)).label("keeping"),
        )
        .join(campaign, campaign.c.id == attendee.c.campaign_id)
        .where(attendee.c.campaign_id.in_([one.id for one in campaigns]))
        .where(attendee.c.held_revision.is_not(None))
        .group_by(attendee.c.campaign_id)
    )
    rows = connection.execute(counted)
    return {row.campaign_id: Behind(row.off, row.outdated, row.keeping) for row in rows}


def _count(of: Condition) -> ColumnElement[int]:
    return func.sum(case((of, 1), else_=0))
