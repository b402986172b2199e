"""Lists of the in-memory store that wait to be applied."""

from dataclasses import replace
from datetime import datetime

from campaigns.holding import holds
from campaigns.list_changes import TAKEN_OFF, change_of, content_of, mention, merged, merged_columns
from campaigns.model import Attendee, Kind
from campaigns.roster import Roster
from campaigns.uploaded_list import Difference, ListPurpose, Upload
from storage.memory_campaigns import put_attendee
from storage.memory_ledger import AttendeeRow, Ledger, StagedRow
from storage.memory_skipping import skip


class MemoryLists:
    """See ``campaigns.store_port.Lists``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def stage(self, upload_id: int, roster: Roster, now: datetime) -> bool:
        if self._ledger.staged.get(upload_id) is not None:
            return False
        self._ledger.staged.put(StagedRow(upload_id, roster, now))
        return True

    def difference(self, upload: Upload, *, samples: int) -> Difference | None:
        roster = self._waiting(upload.id)
        if roster is None:
            return None
        known = self._known(upload)
        listed = {key: row for key, row in known.items() if row.removed_at is None}
        added = [one for one in roster.attendees if one.key not in listed]
        removed = _removed(listed, roster, upload.purpose)
        matched = [one for one in roster.attendees if one.key in listed]
        changed = [
            change_of(listed[one.key].attendee, merged(listed[one.key].attendee, one, upload.purpose))
            for one in sorted(matched, key=_line)
            if _is_changed(listed[one.key].attendee, one, upload.purpose)
        ]
        return Difference(
            purpose=upload.purpose,
            added=len(added),
            removed=len(removed),
            changed=len(changed),
            unchanged=len(matched) - len(changed),
            removed_holding=sum(holds(row) for row in removed),
            added_samples=tuple(mention(one) for one in sorted(added, key=_line)[:samples]),
            removed_samples=tuple(
                mention(one) for one in sorted((row.attendee for row in removed), key=_line)[:samples]
            ),
            changed_samples=tuple(changed[:samples]),
            problems=tuple(sorted(roster.problems, key=lambda problem: problem.line)),
            duplicates=roster.duplicates,
        )

    def apply(self, upload: Upload, now: datetime) -> bool:
        roster = self._waiting(upload.id)
        if roster is None or upload.target is None:
            return False
        self._close(upload.id)
        known = self._known(upload)
        listed = {key: row for key, row in known.items() if row.removed_at is None}
        for row in _removed(listed, roster, upload.purpose):
            self._ledger.attendees.put(replace(row, removed_at=now))
            for waiting in self._ledger.deliveries.where("queued_for", row.id):
                if waiting.deed is not Kind.CANCEL:  # which goes to them all the more
                    skip(self._ledger, waiting, TAKEN_OFF, now)
        is_new = self._takes_in(upload.target)
        position = max((row.position for row in known.values()), default=-1) + 1
        for index, one in enumerate(roster.attendees):
            earlier = known.get(one.key)
            if earlier is None:
                put_attendee(self._ledger, upload.target, position + index, one, is_new=is_new)
            else:
                stands = merged(earlier.attendee, one, upload.purpose)
                kept = replace(stands, id=earlier.id, fields=dict(stands.fields))
                marked = is_new if earlier.removed_at is not None else earlier.is_new
                self._ledger.attendees.put(replace(earlier, attendee=kept, removed_at=None, is_new=marked))
        self._tell_campaign(upload.target, roster, upload.purpose)
        return True

    def drop(self, upload_id: int, now: datetime) -> bool:
        if self._waiting(upload_id) is None:
            return False
        self._close(upload_id)
        return True

    def prune(self, before: datetime) -> int:
        old = [row for row in self._ledger.staged.where("waiting", key=True) if row.staged_at < before]
        for row in old:
            self._close(row.id)
        return len(old)

    def _waiting(self, upload_id: int) -> Roster | None:
        row = self._ledger.staged.get(upload_id)
        return row.roster if row else None

    def _close(self, upload_id: int) -> None:
        row = self._ledger.staged.get(upload_id)
        if row is not None:
            self._ledger.staged.put(replace(row, roster=None))

    def _known(self, upload: Upload) -> dict[str, AttendeeRow]:
        return {row.attendee.key: row for row in self._ledger.attendees.where("known", upload.target)}

    def _takes_in(self, campaign_id: int) -> bool:
        row = self._ledger.campaigns.get(campaign_id)
        return row is not None and row.campaign.takes_in

    def _tell_campaign(self, campaign_id: int, roster: Roster, purpose: ListPurpose) -> None:
        row = self._ledger.campaigns.get(campaign_id)
        if row is None:
            return
        columns = merged_columns(row.campaign.columns, roster.columns, purpose)
        attendees = self._ledger.attendees.count("campaign", campaign_id)
        earlier = row.problems if purpose is ListPurpose.APPEND else ()
        problems = tuple(sorted((*earlier, *roster.problems), key=lambda problem: problem.line))
        campaign = replace(row.campaign, columns=columns, attendees=attendees)
        self._ledger.campaigns.put(replace(row, campaign=campaign, problems=problems))


def _removed(listed: dict[str, AttendeeRow], roster: Roster, purpose: ListPurpose) -> list[AttendeeRow]:
    if purpose is not ListPurpose.REPLACE:
        return []
    stays = {one.key for one in roster.attendees}
    return [row for key, row in listed.items() if key not in stays]


def _is_changed(before: Attendee, after: Attendee, purpose: ListPurpose) -> bool:
    return content_of(before) != content_of(merged(before, after, purpose))


def _line(attendee: Attendee) -> int:
    return attendee.line
