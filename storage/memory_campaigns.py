"""Campaigns of the in-memory store."""

import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from campaigns.errors import NotFound
from campaigns.holding import asks_who_is_behind, behind_of, holds, was_written_to, whom_of
from campaigns.identity import domain_of
from campaigns.list_changes import merged
from campaigns.model import Attendee, Campaign, Counts, DeliveryState, Event, Problem
from campaigns.ports import (
    Behind,
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
from campaigns.uploaded_list import ListPurpose
from storage.folding import fold, number_of, words_of
from storage.memory_ledger import AttendeeRow, CampaignRow, Ledger
from storage.memory_selecting import chosen_people, is_wanted, needy_people, uninvited


class MemoryCampaigns:
    """See ``campaigns.store_port.Campaigns``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

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
        people = len(roster.attendees)
        columns = tuple(roster.columns)
        campaign = self._new(form, workspace, owner, columns=columns, attendees=people, now=now)
        problems = tuple(sorted(roster.problems, key=lambda problem: problem.line))
        first = Revision(0, form.event, now)
        self._ledger.campaigns.put(CampaignRow(campaign.id, campaign, missing_values, (first,), problems))
        for position, one in enumerate(roster.attendees):
            put_attendee(self._ledger, campaign.id, position, one)
        return campaign

    def copy(self, source: Campaign, form: CampaignForm, *, owner: str, now: datetime) -> Campaign:
        listed = list(self._ledger.attendees.where("campaign", source.id))
        copied = self._new(
            form, source.workspace, owner, columns=source.columns, attendees=len(listed), now=now
        )
        missing_values = self._row(source.id).missing_values
        first = Revision(0, form.event, now)
        self._ledger.campaigns.put(CampaignRow(copied.id, copied, missing_values, (first,), ()))
        for row in listed:
            put_attendee(self._ledger, copied.id, row.position, row.attendee)
        return copied

    def get(self, campaign_id: int, workspace: str | None = None) -> Campaign:
        campaign = self._row(campaign_id).campaign
        if workspace is not None and campaign.workspace != workspace:
            raise NotFound
        return campaign

    def lock(self, campaign_id: int) -> None:
        """Writers are one at a time as it is."""

    def count(self, workspace: str, query: ListQuery) -> int:
        return len(self._found(workspace, query))

    def summaries(self, workspace: str, query: ListQuery) -> list[CampaignSummary]:
        page = self._found(workspace, query)[query.offset : query.offset + query.limit]
        return [self.summary(row.campaign) for row in page]

    def summary(self, campaign: Campaign) -> CampaignSummary:
        last = self._ledger.runs.last("campaign", campaign.id)
        if last is None:
            return CampaignSummary(campaign, None, Counts(), None)
        row = self._ledger.batches.last("run", last.id)
        next_at = row.batch.due_at if row is not None and row.batch.opened_at is None else None
        behind = self._behind(campaign) if asks_who_is_behind(campaign, last.run) else Behind()
        return CampaignSummary(campaign, last.run, counts_of(self._ledger, last.id), next_at, behind)

    def change_settings(self, campaign_id: int, settings: CampaignSettings) -> Campaign:
        row = self._row(campaign_id)
        campaign = replace(
            row.campaign,
            alert_address=settings.alert_address,
            mail_progress=settings.mail_progress,
            editors=settings.editors,
            routing=settings.routing,
            takes_in=settings.takes_in,
        )
        self._ledger.campaigns.put(replace(row, campaign=campaign))
        return campaign

    def archive(self, campaign_id: int, at: datetime | None) -> bool:
        row = self._ledger.campaigns.get(campaign_id)
        if row is None or (row.campaign.archived_at is None) == (at is None):
            return False
        self._ledger.campaigns.put(replace(row, campaign=replace(row.campaign, archived_at=at)))
        return True

    def revise(
        self,
        campaign_id: int,
        event: Event,
        *,
        missing_values: int,
        now: datetime,
        is_cancelled: bool = False,
    ) -> Campaign:
        row = self._row(campaign_id)
        number = row.campaign.revision + 1
        campaign = replace(
            row.campaign, event=event, revision=number, revised_at=now, is_cancelled=is_cancelled
        )
        revisions = (*row.revisions, Revision(number, event, now, is_cancelled))
        self._ledger.campaigns.put(
            replace(row, campaign=campaign, missing_values=missing_values, revisions=revisions)
        )
        return campaign

    def missing_values(self, campaign_id: int) -> int:
        return self._row(campaign_id).missing_values

    def uninvited(self, campaign: Campaign) -> Uninvited:
        return uninvited(self._ledger, campaign)

    def set_newcomers(self, campaign_id: int, count: int) -> None:
        row = self._row(campaign_id)
        self._ledger.campaigns.put(replace(row, campaign=replace(row.campaign, newcomers=count)))

    def with_newcomers(self) -> list[int]:
        return [row.campaign.id for row in self._ledger.campaigns.all() if row.campaign.newcomers]

    def set_missing_values(self, campaign_id: int, count: int) -> None:
        self._ledger.campaigns.put(replace(self._row(campaign_id), missing_values=count))

    def problems(self, campaign_id: int) -> list[Problem]:
        return list(self._row(campaign_id).problems)

    def revision(self, campaign_id: int, number: int) -> Revision:
        return self._row(campaign_id).revisions[number]

    def of_account(self, account_id: int) -> list[Campaign]:
        newest_first = reversed(self._ledger.campaigns.all())
        of_account = (row.campaign for row in newest_first if row.campaign.account_id == account_id)
        return [campaign for campaign in of_account if campaign.archived_at is None]

    def events_told(self, account_id: int, *, ends_after: datetime) -> Iterator[tuple[datetime, Event]]:
        oldest_first = sorted(
            self.of_account(account_id), key=lambda campaign: (campaign.created_at, campaign.id)
        )
        for campaign in oldest_first:
            event = campaign.event
            is_to_come = event.recurrence is not None or event.ends_at > ends_after
            if is_to_come and self._ledger.runs.count("campaign", campaign.id):
                yield campaign.created_at, event

    def attendees(self, campaign_id: int) -> Iterator[Attendee]:
        return (row.attendee for row in self._ledger.attendees.where("campaign", campaign_id))

    def attendee(self, campaign_id: int, attendee_id: int) -> Attendee | None:
        row = self._ledger.attendees.get(attendee_id)
        return row.attendee if row is not None and row.campaign_id == campaign_id else None

    def attendee_at(self, campaign_id: int, index: int) -> Attendee | None:
        if index < 0:
            return None
        return next(islice(self.attendees(campaign_id), index, None), None)

    def selected(self, campaign: Campaign, selection: Selection) -> int:
        return len(chosen_people(self._ledger, campaign, selection))

    def in_doubt(self, campaign: Campaign) -> int:
        listed = self._ledger.attendees.where("campaign", campaign.id)
        return sum(row.unsure and not holds(row) for row in listed)

    def at_domains(
        self, campaign: Campaign, selection: Selection, domains: Collection[str]
    ) -> dict[str, int]:
        chosen = chosen_people(self._ledger, campaign, selection)
        counted = Counter(domain_of(row.attendee.key) for row, _ in chosen)
        return {domain: counted[domain] for domain in domains}

    def whom(self, campaign: Campaign, selection: Selection) -> Whom:
        needy = needy_people(self._ledger, campaign, selection)
        return whom_of((deed, was_written_to(row), is_allowed, 1) for row, deed, is_allowed in needy)

    def add_people(self, campaign_id: int, people: Sequence[Attendee]) -> list[Attendee]:
        known = {row.attendee.key: row for row in self._ledger.attendees.where("known", campaign_id)}
        position = max((row.position for row in known.values()), default=-1) + 1
        first_of = {one.key: one for one in reversed(people)}
        is_new = self._row(campaign_id).campaign.takes_in
        new = [one for one in people if one.key not in known and first_of.pop(one.key, None) is not None]
        back = [row for key, row in known.items() if key in first_of and row.removed_at is not None]
        added = {*(one.key for one in new), *(row.attendee.key for row in back)}
        for index, one in enumerate(new):
            put_attendee(self._ledger, campaign_id, position + index, one, is_new=is_new)
        for row in back:
            stands = merged(row.attendee, first_of[row.attendee.key], ListPurpose.APPEND)
            kept = replace(stands, id=row.id, fields=dict(stands.fields))
            self._ledger.attendees.put(replace(row, attendee=kept, removed_at=None, is_new=is_new))
        of = self._row(campaign_id)
        listed = self._ledger.attendees.count("campaign", campaign_id)
        self._ledger.campaigns.put(replace(of, campaign=replace(of.campaign, attendees=listed)))
        return [one for one in self.attendees(campaign_id) if one.key in added]

    def _new(
        self,
        form: CampaignForm,
        workspace: str,
        owner: str,
        *,
        columns: tuple[str, ...],
        attendees: int,
        now: datetime,
    ) -> Campaign:
        return Campaign(
            id=self._ledger.campaigns.new_id(),
            workspace=workspace,
            owner=owner,
            account_id=form.account_id,
            organizer=form.organizer,
            event=form.event,
            revision=0,
            revised_at=now,
            seed=secrets.token_hex(16),
            alert_address=form.alert_address,
            mail_progress=form.mail_progress,
            columns=columns,
            attendees=attendees,
            created_at=now,
            editors=form.editors,
            routing=form.routing,
        )

    def _behind(self, campaign: Campaign) -> Behind:
        known = self._ledger.attendees.where("known", campaign.id)
        return behind_of(campaign, ((row, is_wanted(self._ledger, campaign, row)) for row in known))

    def _found(self, workspace: str, query: ListQuery) -> list[CampaignRow]:
        words = words_of(query.words)
        return [
            row
            for row in self._ledger.campaigns.where("workspace", workspace)
            if (row.campaign.archived_at is not None) == query.archived
            and all(_has(row.campaign, word) for word in words)
        ]

    def _row(self, campaign_id: int) -> CampaignRow:
        row = self._ledger.campaigns.get(campaign_id)
        if row is None:
            raise NotFound
        return row


def put_attendee(
    ledger: Ledger, campaign_id: int, position: int, one: Attendee, *, is_new: bool = False
) -> None:
    """A new row for ``one``, who holds nothing."""
    attendee = replace(one, id=ledger.attendees.new_id(), fields=dict(one.fields))
    ledger.attendees.put(AttendeeRow(attendee.id, campaign_id, position, attendee, is_new=is_new))


def counts_of(ledger: Ledger, run_id: int) -> Counts:
    """How many deliveries of the run are in each state."""
    return Counts(
        **{state.value: ledger.deliveries.count("state", (run_id, state)) for state in DeliveryState}
    )


def _has(campaign: Campaign, word: str) -> bool:
    return word in fold(campaign.event.title) or number_of(word) == campaign.id
