"""Of which events people were told from an account: as long as one of them is not long over, it is read."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, and_, exists, or_, select

from campaigns.model import Event
from storage.event_json import event_of
from storage.tables import campaign, revision, run


def events_told(
    connection: Connection, account_id: int, ends_after: datetime
) -> Iterator[tuple[datetime, Event]]:
    """See ``campaigns.store_port.Campaigns.events_told``. One query, asked of each account every minute."""
    newest = and_(revision.c.campaign_id == campaign.c.id, revision.c.number == campaign.c.revision)
    query = (
        select(campaign.c.created_at, revision)
        .join(revision, newest)
        .where(
            campaign.c.account_id == account_id,
            campaign.c.archived_at.is_(None),
            or_(revision.c.recurrence.is_not(None), revision.c.ends_at > ends_after),
            exists().where(run.c.campaign_id == campaign.c.id),
        )
        .order_by(campaign.c.created_at, campaign.c.id)
    )
    with connection.execute(query) as found:
        yield from ((row.created_at, event_of(row)) for row in found)
