"""Lines of the Campaign List: a page of them takes as many queries as one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from campaigns.model import Campaign, Counts, Run
from campaigns.ports import CampaignSummary
from storage.run_values import counts_by_run, run_of, runs_query
from storage.tables import batch, run


def summaries_of(connection: Connection, campaigns: Sequence[Campaign]) -> list[CampaignSummary]:
    """Each campaign with its latest run, in the same order."""
    latest = _latest_runs(connection, [one.id for one in campaigns])
    run_ids = [last.id for last in latest.values()]
    counts = counts_by_run(connection, run_ids)
    next_at = _next_batches(connection, run_ids)
    return [
        CampaignSummary(one, last, counts[last.id], next_at.get(last.id))
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
