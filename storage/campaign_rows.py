"""Campaigns, their revisions, attendees and what was found in their lists."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, select, update

from campaigns.errors import NotFound
from campaigns.holding import whom_of
from campaigns.model import (
    Attendee,
    Campaign,
    Event,
    Kind,
    MailProgress,
    Organizer,
    Problem,
)
from campaigns.ports import (
    CampaignForm,
    CampaignSettings,
    CampaignSummary,
    ListQuery,
    Revision,
    Selection,
    Uninvited,
    Whom,
)
from campaigns.roster import Roster
from campaigns.same_time import is_at_the_same_time
from storage.attendee_rows import add_people, attendee_of, copy_people, insert_people, listed
from storage.event_json import event_of, event_to_columns
from storage.events_told import events_told
from storage.finding import found_by
from storage.folding import fold
from storage.problem_rows import insert_problems, problems_of
from storage.routing_json import routing_of, routing_to_json
from storage.selecting import MAY_HOLD_OR_NOT, WAS_WRITTEN_TO, at_domains, chosen_people, uninvited
from storage.summaries import summaries_of
from storage.tables import attendee, campaign, revision
from storage.vault import Vault


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
        campaign_id = self._add(
            form,
            now,
            workspace=workspace,
            owner=owner,
            columns=list(roster.columns),
            attendees=len(roster.attendees),
            missing_values=missing_values,
        )
        insert_people(self._connection, attendee, roster.attendees, campaign_id=campaign_id)
        insert_problems(self._connection, campaign_id, roster.problems)
        return self.get(campaign_id)

    def copy(self, source: Campaign, form: CampaignForm, *, owner: str, now: datetime) -> Campaign:
        campaign_id = self._add(
            form,
            now,
            workspace=source.workspace,
            owner=owner,
            columns=list(source.columns),
            attendees=0,
            missing_values=self.missing_values(source.id),
        )
        copied = copy_people(self._connection, source.id, campaign_id)
        counted = update(campaign).where(campaign.c.id == campaign_id).values(attendees=copied)
        self._connection.execute(counted)
        return self.get(campaign_id)

    def get(self, campaign_id: int, workspace: str | None = None) -> Campaign:
        query = _campaigns().where(campaign.c.id == campaign_id)
        if workspace is not None:
            query = query.where(campaign.c.workspace == workspace)
        found = self._connection.execute(query).first()
        if found is None:
            raise NotFound
        return self._campaign(found)

    def lock(self, campaign_id: int) -> None:
        # see AccountRows.lock: what refers to the campaign may be written meanwhile
        locked = select(campaign.c.id).where(campaign.c.id == campaign_id).with_for_update(key_share=True)
        self._connection.execute(locked)

    def count(self, workspace: str, query: ListQuery) -> int:
        counted = select(func.count()).select_from(campaign).where(found_by(workspace, query))
        return self._connection.execute(counted).scalar_one()

    def summaries(self, workspace: str, query: ListQuery) -> list[CampaignSummary]:
        newest = _campaigns().where(found_by(workspace, query)).order_by(campaign.c.id.desc())
        rows = self._connection.execute(newest.limit(query.limit).offset(query.offset))
        return summaries_of(self._connection, [self._campaign(row) for row in rows.all()])

    def summary(self, of: Campaign) -> CampaignSummary:
        return summaries_of(self._connection, [of])[0]

    def change_settings(self, campaign_id: int, settings: CampaignSettings) -> Campaign:
        changed = (
            update(campaign)
            .where(campaign.c.id == campaign_id)
            .values(
                alert_address=settings.alert_address,
                mail_progress=settings.mail_progress,
                editors=list(settings.editors),
                routing=routing_to_json(settings.routing),
                takes_in=settings.takes_in,
            )
        )
        self._connection.execute(changed)
        return self.get(campaign_id)

    def archive(self, campaign_id: int, at: datetime | None) -> bool:
        is_away = campaign.c.archived_at.is_not(None)
        moved = (
            update(campaign)
            .where(campaign.c.id == campaign_id, is_away if at is None else ~is_away)
            .values(archived_at=at)
        )
        return self._connection.execute(moved).rowcount == 1

    def revise(
        self,
        campaign_id: int,
        event: Event,
        *,
        missing_values: int,
        now: datetime,
        is_cancelled: bool = False,
    ) -> Campaign:
        raised = (
            update(campaign)
            .where(campaign.c.id == campaign_id)
            .values(
                revision=campaign.c.revision + 1,
                missing_values=missing_values,
                folded_title=fold(event.title),
            )
            .returning(campaign.c.revision)
        )
        number = self._connection.execute(raised).scalar_one()
        before = select(revision).where(revision.c.campaign_id == campaign_id).order_by(revision.c.number)
        rows = self._connection.execute(before)
        timed_as = next((row.number for row in rows if is_at_the_same_time(event_of(row), event)), number)
        self._add_revision(campaign_id, Revision(number, event, now, is_cancelled), timed_as=timed_as)
        return self.get(campaign_id)

    def revision(self, campaign_id: int, number: int) -> Revision:
        query = select(revision).where(revision.c.campaign_id == campaign_id, revision.c.number == number)
        row = self._connection.execute(query).one()
        return Revision(row.number, event_of(row), row.revised_at, row.is_cancelled)

    def missing_values(self, campaign_id: int) -> int:
        query = select(campaign.c.missing_values).where(campaign.c.id == campaign_id)
        return int(self._connection.execute(query).scalar_one())

    def uninvited(self, of: Campaign) -> Uninvited:
        return uninvited(self._connection, of)

    def set_newcomers(self, campaign_id: int, count: int) -> None:
        where = (campaign.c.id == campaign_id, campaign.c.newcomers != count)
        self._connection.execute(update(campaign).where(*where).values(newcomers=count))

    def with_newcomers(self) -> list[int]:
        waiting = select(campaign.c.id).where(campaign.c.newcomers > 0).order_by(campaign.c.id)
        return list(self._connection.execute(waiting).scalars())

    def set_missing_values(self, campaign_id: int, count: int) -> None:
        where = update(campaign).where(campaign.c.id == campaign_id)
        self._connection.execute(where.values(missing_values=count))

    def problems(self, campaign_id: int) -> list[Problem]:
        return problems_of(self._connection, campaign_id)

    def of_account(self, account_id: int) -> list[Campaign]:
        query = _campaigns().where(campaign.c.account_id == account_id, campaign.c.archived_at.is_(None))
        rows = self._connection.execute(query.order_by(campaign.c.id.desc()))
        return [self._campaign(row) for row in rows]

    def events_told(self, account_id: int, *, ends_after: datetime) -> Iterator[tuple[datetime, Event]]:
        return events_told(self._connection, account_id, ends_after)

    def attendees(self, campaign_id: int) -> Iterator[Attendee]:
        # a generator: whoever asks and does not look opens no cursor
        query = select(attendee).where(listed(campaign_id)).order_by(attendee.c.position)
        result = self._connection.execute(query, execution_options={"yield_per": 1_000})
        yield from map(attendee_of, result)

    def attendee(self, campaign_id: int, attendee_id: int) -> Attendee | None:
        query = select(attendee).where(attendee.c.id == attendee_id, attendee.c.campaign_id == campaign_id)
        found = self._connection.execute(query).first()
        return attendee_of(found) if found else None

    def attendee_at(self, campaign_id: int, index: int) -> Attendee | None:
        if index < 0:
            return None
        query = select(attendee).where(listed(campaign_id)).order_by(attendee.c.position)
        found = self._connection.execute(query.offset(index).limit(1)).first()
        return attendee_of(found) if found else None

    def selected(self, of: Campaign, selection: Selection) -> int:
        query = select(func.count()).select_from(attendee).where(chosen_people(of, selection).who)
        return int(self._connection.execute(query).scalar_one())

    def in_doubt(self, of: Campaign) -> int:
        counted = select(func.count()).select_from(attendee).where(listed(of.id), MAY_HOLD_OR_NOT)
        return int(self._connection.execute(counted).scalar_one())

    def at_domains(self, of: Campaign, selection: Selection, domains: Collection[str]) -> dict[str, int]:
        return at_domains(self._connection, of, selection, domains)

    def whom(self, of: Campaign, selection: Selection) -> Whom:
        chosen = chosen_people(of, selection)
        kinds = (chosen.deed.label("deed"), WAS_WRITTEN_TO.label("again"), chosen.allowed.label("allowed"))
        each = select(*kinds).select_from(attendee).where(chosen.needy).subquery()
        counted = select(*each.c, func.count().label("people")).group_by(*each.c)
        return whom_of(
            (Kind(row.deed), row.again, row.allowed, row.people) for row in self._connection.execute(counted)
        )

    def add_people(self, campaign_id: int, people: Sequence[Attendee]) -> list[Attendee]:
        return add_people(self._connection, campaign_id, people)

    def _add(self, form: CampaignForm, now: datetime, **values: object) -> int:
        new = insert(campaign).values(
            account_id=form.account_id,
            organizer_name=form.organizer.name,
            organizer_address=form.organizer.address,
            revision=0,
            sealed_seed=self._vault.seal(secrets.token_hex(16)),
            alert_address=form.alert_address,
            mail_progress=form.mail_progress,
            created_at=now,
            editors=list(form.editors),
            routing=routing_to_json(form.routing),
            folded_title=fold(form.event.title),
            **values,
        )
        campaign_id: int = self._connection.execute(new.returning(campaign.c.id)).scalar_one()
        self._add_revision(campaign_id, Revision(0, form.event, now), timed_as=0)
        return campaign_id

    def _add_revision(self, campaign_id: int, new: Revision, *, timed_as: int) -> None:
        self._connection.execute(
            insert(revision).values(
                campaign_id=campaign_id,
                number=new.number,
                revised_at=new.revised_at,
                is_cancelled=new.is_cancelled,
                timed_as=timed_as,
                **event_to_columns(new.event),
            )
        )

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
            event=event_of(row),
            revision=row.revision,
            revised_at=row.revised_at,
            seed=self._vault.open(row.sealed_seed),
            alert_address=row.alert_address,
            mail_progress=MailProgress(row.mail_progress),
            columns=tuple(row.columns),
            attendees=row.attendees,
            created_at=row.created_at,
            editors=tuple(row.editors),
            routing=routing_of(row.routing),
            archived_at=row.archived_at,
            is_cancelled=row.is_cancelled,
            takes_in=row.takes_in,
            newcomers=row.newcomers,
        )


def _campaigns() -> Select[Any]:
    newest = and_(revision.c.campaign_id == campaign.c.id, revision.c.number == campaign.c.revision)
    event_columns = [c for c in revision.c if c.name not in {"campaign_id", "number"}]
    return select(campaign, *event_columns).join(revision, newest)
