"""Campaigns, their revisions, attendees and what was found in their lists."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, select, update

from campaigns.errors import NotFound
from campaigns.model import (
    Attendee,
    Campaign,
    Counts,
    Event,
    MailProgress,
    Organizer,
    Problem,
)
from campaigns.ports import CampaignForm, CampaignSummary, Revision, Selection
from campaigns.roster import Roster
from storage.attendee_rows import attendee_of, selected_attendees
from storage.run_rows import counts_of, run_of, runs_query
from storage.tables import attendee, batch, campaign, problem, revision, run
from storage.vault import Vault

_INSERTED_AT_ONCE = 10_000


class CampaignRows:
    """See ``campaigns.store_port.Campaigns``."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def add(
        self,
        form: CampaignForm,
        *,
        workspace: str,
        owner: str,
        roster: Roster,
        missing_values: int,
        now: datetime,
    ) -> Campaign:
        values = {
            "workspace": workspace,
            "owner": owner,
            "account_id": form.account_id,
            "organizer_name": form.organizer.name,
            "organizer_address": form.organizer.address,
            "revision": 0,
            "sealed_seed": self._vault.seal(secrets.token_hex(16)),
            "alert_address": form.alert_address,
            "mail_progress": form.mail_progress,
            "columns": list(roster.columns),
            "attendees": len(roster.attendees),
            "missing_values": missing_values,
            "created_at": now,
        }
        campaign_id = self._connection.execute(
            insert(campaign).values(values).returning(campaign.c.id)
        ).scalar_one()
        self._add_revision(campaign_id, 0, form.event, now)
        self._add_attendees(campaign_id, roster.attendees)
        if roster.problems:
            rows = [
                {
                    "campaign_id": campaign_id,
                    "line": p.line,
                    "value": p.value,
                    "reason": p.reason,
                    "blocks": p.blocks,
                }
                for p in roster.problems
            ]
            self._connection.execute(insert(problem), rows)
        return self.get(campaign_id)

    def get(self, campaign_id: int, workspace: str | None = None) -> Campaign:
        query = _campaigns().where(campaign.c.id == campaign_id)
        if workspace is not None:
            query = query.where(campaign.c.workspace == workspace)
        found = self._connection.execute(query).first()
        if found is None:
            raise NotFound
        return self._campaign(found)

    def count(self, workspace: str) -> int:
        counted = select(func.count()).where(campaign.c.workspace == workspace)
        return self._connection.execute(counted).scalar_one()

    def summaries(self, workspace: str, *, limit: int, offset: int) -> list[CampaignSummary]:
        query = _campaigns().where(campaign.c.workspace == workspace)
        rows = self._connection.execute(query.order_by(campaign.c.id.desc()).limit(limit).offset(offset))
        return [self.summary(self._campaign(row)) for row in rows.all()]

    def summary(self, of: Campaign) -> CampaignSummary:
        latest = runs_query().where(run.c.campaign_id == of.id).order_by(run.c.id.desc()).limit(1)
        found = self._connection.execute(latest).first()
        if found is None:
            return CampaignSummary(of, None, Counts(), None)
        last = run_of(found)
        due = select(batch.c.due_at).where(batch.c.run_id == last.id, batch.c.opened_at.is_(None))
        next_at = self._connection.execute(due.where(batch.c.ended_at.is_(None))).scalar()
        return CampaignSummary(of, last, counts_of(self._connection, last.id), next_at)

    def revise(self, campaign_id: int, event: Event, *, missing_values: int, now: datetime) -> Campaign:
        raised = (
            update(campaign)
            .where(campaign.c.id == campaign_id)
            .values(revision=campaign.c.revision + 1, missing_values=missing_values)
            .returning(campaign.c.revision)
        )
        self._add_revision(campaign_id, self._connection.execute(raised).scalar_one(), event, now)
        return self.get(campaign_id)

    def revision(self, campaign_id: int, number: int) -> Revision:
        query = select(revision).where(revision.c.campaign_id == campaign_id, revision.c.number == number)
        row = self._connection.execute(query).one()
        return Revision(row.number, _event(row), row.revised_at)

    def missing_values(self, campaign_id: int) -> int:
        query = select(campaign.c.missing_values).where(campaign.c.id == campaign_id)
        return int(self._connection.execute(query).scalar_one())

    def problems(self, campaign_id: int) -> list[Problem]:
        query = (
            select(problem).where(problem.c.campaign_id == campaign_id).order_by(problem.c.line, problem.c.id)
        )
        return [
            Problem(row.line, row.value, row.reason, row.blocks) for row in self._connection.execute(query)
        ]

    def attendees(self, campaign_id: int) -> Iterator[Attendee]:
        query = select(attendee).where(attendee.c.campaign_id == campaign_id).order_by(attendee.c.position)
        result = self._connection.execution_options(yield_per=1_000).execute(query)
        return (attendee_of(row) for row in result)

    def selected(self, of: Campaign, selection: Selection) -> int:
        query = select(func.count()).select_from(attendee).where(selected_attendees(of, selection))
        return int(self._connection.execute(query).scalar_one())

    def _add_revision(self, campaign_id: int, number: int, event: Event, now: datetime) -> None:
        values = {
            "title": event.title,
            "starts_at": event.starts_at,
            "ends_at": event.ends_at,
            "zone": event.zone,
            "place": event.place,
            "description": event.description,
            "greeting": event.greeting,
        }
        self._connection.execute(
            insert(revision).values(campaign_id=campaign_id, number=number, revised_at=now, **values)
        )

    def _add_attendees(self, campaign_id: int, attendees: list[Attendee]) -> None:
        rows = (
            {
                "campaign_id": campaign_id,
                "position": position,
                "line": one.line,
                "address": one.address,
                "key": one.key,
                "name": one.name,
                "fields": dict(one.fields),
            }
            for position, one in enumerate(attendees)
        )
        while chunk := list(islice(rows, _INSERTED_AT_ONCE)):
            self._connection.execute(insert(attendee), chunk)

    def reseal(self) -> int:
        """Seal every seed anew under the first key; returns how many."""
        rows = self._connection.execute(select(campaign.c.id, campaign.c.sealed_seed)).all()
        for row in rows:
            sealed = self._vault.rotate(row.sealed_seed)
            self._connection.execute(
                update(campaign).where(campaign.c.id == row.id).values(sealed_seed=sealed)
            )
        return len(rows)

    def _campaign(self, row: Row[Any]) -> Campaign:
        return Campaign(
            id=row.id,
            workspace=row.workspace,
            owner=row.owner,
            account_id=row.account_id,
            organizer=Organizer(row.organizer_name, row.organizer_address),
            event=_event(row),
            revision=row.revision,
            revised_at=row.revised_at,
            seed=self._vault.open(row.sealed_seed),
            alert_address=row.alert_address,
            mail_progress=MailProgress(row.mail_progress),
            columns=tuple(row.columns),
            attendees=row.attendees,
            created_at=row.created_at,
        )


def _campaigns() -> Select[Any]:
    newest = and_(revision.c.campaign_id == campaign.c.id, revision.c.number == campaign.c.revision)
    event_columns = [c for c in revision.c if c.name not in {"campaign_id", "number"}]
    return select(campaign, *event_columns).join(revision, newest)


def _event(row: Row[Any]) -> Event:
    return Event(row.title, row.starts_at, row.ends_at, row.zone, row.place, row.description, row.greeting)
