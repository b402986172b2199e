"""Lines of the Campaign List: a page of them takes as many queries as one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from campaigns.holding import asks_who_is_behind
from campaigns.model import Campaign, Counts, Run
from campaigns.ports import Behind, CampaignSummary
from storage.run_values import counts_by_run, run_of, runs_query
from storage.selecting import BELIEVES_IT_IS_OFF, HOLDS, is_never_invited
from storage.tables import attendee, batch, run


def summaries_of(connection: Connection, campaigns: Sequence[Campaign]) -> list[CampaignSummary]:
    """Each campaign with its latest run, in the same order."""
    latest = _latest_runs(connection, [one.id for one in campaigns])
    run_ids = [last.id for last in latest.values()]
    counts = counts_by_run(connection, run_ids)
    next_at = _next_batches(connection, run_ids)
    asked = [one for one in campaigns if (last := latest.get(one.id)) and asks_who_is_behind(one, last)]
    behind = {one.id: _behind(connection, one) for one in asked}
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


def _behind(connection: Connection, of: Campaign) -> Behind:
    """As ``campaigns.holding.behind_of``. Whoever is not behind costs nothing, however long the list is."""
    people = select(func.count()).where(attendee.c.campaign_id == of.id)
    if of.is_cancelled:
        return Behind(keeping=connection.execute(people.where(HOLDS)).scalar_one())
    listed = people.where(attendee.c.removed_at.is_(None))
    is_older = and_(HOLDS, attendee.c.held_revision < of.revision)
    off, outdated = (
        connection.execute(listed.where(one)).scalar_one()
        - connection.execute(listed.where(one, is_never_invited(of))).scalar_one()
        for one in (BELIEVES_IT_IS_OFF, is_older)
    )
    return Behind(off, outdated)
