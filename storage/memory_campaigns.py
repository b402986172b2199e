"""Accounts, campaigns and uploads of the in-memory store."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from campaigns.errors import NotFound
from campaigns.model import Account, Attendee, Campaign, Counts, DeliveryState, Event, Kind, Problem
from campaigns.ports import CampaignForm, CampaignSummary, Revision, Selection, Upload
from campaigns.roster import Roster
from storage.memory_ledger import AttendeeRow, CampaignRow, Ledger, SpendRow, UploadRow


class MemoryAccounts:
    """See ``campaigns.store_port.Accounts``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def upsert(self, account: Account) -> Account:
        known = self._ledger.accounts.first("name", (account.kind, account.address))
        kept = replace(account, id=known.id if known else self._ledger.accounts.new_id())
        self._ledger.accounts.put(kept)
        return kept

    def retire_others(self, account_id: int) -> None:
        for other in list(self._ledger.accounts.all()):
            if other.id != account_id:
                self._ledger.accounts.put(replace(other, is_current=False))

    def get(self, account_id: int) -> Account:
        found = self._ledger.accounts.get(account_id)
        if found is None:
            raise NotFound("That sending account is no longer set up.")
        return found

    def all(self) -> list[Account]:
        return self._ledger.accounts.all()

    def spend(self, account_id: int, at: datetime) -> None:
        self._ledger.spends.put(SpendRow(self._ledger.spends.new_id(), account_id, at))

    def spent_since(self, account_id: int, since: datetime) -> int:
        return self._ledger.spends.count_after("account", account_id, since)

    def nth_newest_spend(self, account_id: int, n: int) -> datetime | None:
        spend = self._ledger.spends.nth_from_end("account", account_id, n)
        return spend.at if spend else None

    def in_flight(self, account_id: int) -> int:
        sending = self._ledger.deliveries.where("on_the_wire", key=True)
        return sum(row.account_id == account_id for row in sending)

    def lock(self, account_id: int) -> None:
        """Writers are one at a time as it is."""

    def prune_spends(self, before: datetime) -> int:
        old = [spend for spend in self._ledger.spends.all() if spend.at < before]
        for spend in old:
            self._ledger.spends.remove(spend.id)
        return len(old)


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
        campaign = Campaign(
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
            columns=tuple(roster.columns),
            attendees=len(roster.attendees),
            created_at=now,
        )
        problems = tuple(sorted(roster.problems, key=lambda problem: problem.line))
        first = Revision(0, form.event, now)
        self._ledger.campaigns.put(CampaignRow(campaign.id, campaign, missing_values, (first,), problems))
        for position, one in enumerate(roster.attendees):
            attendee = replace(one, id=self._ledger.attendees.new_id(), fields=dict(one.fields))
            self._ledger.attendees.put(AttendeeRow(attendee.id, campaign.id, position, attendee))
        return campaign

    def get(self, campaign_id: int, workspace: str | None = None) -> Campaign:
        campaign = self._row(campaign_id).campaign
        if workspace is not None and campaign.workspace != workspace:
            raise NotFound
        return campaign

    def count(self, workspace: str) -> int:
        return self._ledger.campaigns.count("workspace", workspace)

    def summaries(self, workspace: str, *, limit: int, offset: int) -> list[CampaignSummary]:
        newest = list(self._ledger.campaigns.where("workspace", workspace))
        return [self.summary(row.campaign) for row in newest[offset : offset + limit]]

    def summary(self, campaign: Campaign) -> CampaignSummary:
        last = self._ledger.runs.last("campaign", campaign.id)
        if last is None:
            return CampaignSummary(campaign, None, Counts(), None)
        row = self._ledger.batches.last("run", last.id)
        next_at = row.batch.due_at if row is not None and row.batch.opened_at is None else None
        return CampaignSummary(campaign, last.run, counts_of(self._ledger, last.id), next_at)

    def revise(self, campaign_id: int, event: Event, *, missing_values: int, now: datetime) -> Campaign:
        row = self._row(campaign_id)
        number = row.campaign.revision + 1
        campaign = replace(row.campaign, event=event, revision=number, revised_at=now)
        revisions = (*row.revisions, Revision(number, event, now))
        self._ledger.campaigns.put(
            replace(row, campaign=campaign, missing_values=missing_values, revisions=revisions)
        )
        return campaign

    def missing_values(self, campaign_id: int) -> int:
        return self._row(campaign_id).missing_values

    def problems(self, campaign_id: int) -> list[Problem]:
        return list(self._row(campaign_id).problems)

    def revision(self, campaign_id: int, number: int) -> Revision:
        return self._row(campaign_id).revisions[number]

    def attendees(self, campaign_id: int) -> Iterator[Attendee]:
        return (row.attendee for row in self._ledger.attendees.where("campaign", campaign_id))

    def selected(self, campaign: Campaign, selection: Selection) -> int:
        return len(selected_attendees(self._ledger, campaign, selection))

    def _row(self, campaign_id: int) -> CampaignRow:
        row = self._ledger.campaigns.get(campaign_id)
        if row is None:
            raise NotFound
        return row


class MemoryUploads:
    """See ``campaigns.store_port.Uploads``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add(
        self,
        form: CampaignForm,
        *,
        workspace: str,
        user: str,
        view_id: str,
        file: Mapping[str, object],
        submission: str,
        now: datetime,
    ) -> Upload:
        again = self._ledger.uploads.first("submission", submission)
        if again is not None:
            return again.upload
        new_id = self._ledger.uploads.new_id()
        upload = Upload(new_id, workspace, user, view_id, form, dict(file))
        self._ledger.uploads.put(UploadRow(new_id, upload, submission))
        return upload

    def get(self, upload_id: int) -> Upload:
        row = self._ledger.uploads.get(upload_id)
        if row is None:
            raise NotFound
        return row.upload

    def unfinished(self) -> list[Upload]:
        return [row.upload for row in self._ledger.uploads.all() if not row.finished]

    def finish(self, upload_id: int, *, campaign_id: int | None, now: datetime) -> bool:
        row = self._ledger.uploads.get(upload_id)
        if row is None or row.finished:
            return False
        upload = replace(row.upload, campaign_id=campaign_id)
        self._ledger.uploads.put(replace(row, upload=upload, finished=True))
        return True


def counts_of(ledger: Ledger, run_id: int) -> Counts:
    """How many deliveries of the run are in each state."""
    return Counts(
        **{state.value: ledger.deliveries.count("state", (run_id, state)) for state in DeliveryState}
    )


def selected_attendees(ledger: Ledger, campaign: Campaign, selection: Selection) -> list[AttendeeRow]:
    """Whom ``selection`` means; see ``storage.attendee_rows`` for the same as a condition."""
    rows = [
        row for row in ledger.attendees.where("campaign", campaign.id) if _in_need(row, campaign, selection)
    ]
    if selection.from_run is None:
        return rows
    earlier = ledger.deliveries.where("state", (selection.from_run, selection.from_state))
    chosen = {row.attendee_id for row in earlier}
    return [row for row in rows if row.id in chosen]


def _in_need(row: AttendeeRow, campaign: Campaign, selection: Selection) -> bool:
    if selection.from_state is DeliveryState.UNSURE:
        return row.unsure
    if selection.kind is Kind.INVITE:
        return row.held_revision is None and not row.unsure
    newest = campaign.revision
    return (row.held_revision is not None and row.held_revision < newest) or (row.unsure and newest > 0)
