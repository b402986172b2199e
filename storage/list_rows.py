"""Lists that were read for a campaign that exists, and wait to be applied."""

from datetime import datetime

from sqlalchemy import Connection, Update, case, delete, exists, func, insert, literal, select, update

from campaigns.list_changes import TAKEN_OFF, merged_columns
from campaigns.model import DeliveryState, Kind
from campaigns.roster import Roster
from campaigns.uploaded_list import Difference, ListPurpose, Upload
from storage.attendee_rows import insert_people, listed, takes_in
from storage.list_difference import difference_of, expect_many, known_by_key, merge_with_known
from storage.problem_rows import insert_problems, problems_from_json, problems_to_json
from storage.skipping import skipped
from storage.tables import attendee, campaign, delivery, problem, staged, staged_list
from storage.upsert import insert_or

_SAID = ("line", "address", "name", "fields", "content")


class ListRows:
    """See ``campaigns.store_port.Lists``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def stage(self, upload_id: int, roster: Roster, now: datetime) -> bool:
        header = insert_or(self._connection, staged_list).values(
            upload_id=upload_id,
            columns=list(roster.columns),
            problems=problems_to_json(roster.problems),
            duplicates=roster.duplicates,
            staged_at=now,
        )
        new = header.on_conflict_do_nothing().returning(staged_list.c.upload_id)
        if self._connection.execute(new).first() is None:
            return False
        insert_people(self._connection, staged, roster.attendees, upload_id=upload_id)
        return True

    def difference(self, upload: Upload, *, samples: int) -> Difference | None:
        waiting = select(staged_list).where(
            staged_list.c.upload_id == upload.id, staged_list.c.closed_at.is_(None)
        )
        header = self._connection.execute(waiting).first()
        if header is None or upload.target is None:
            return None
        return difference_of(
            self._connection,
            upload.id,
            upload.target,
            upload.purpose,
            problems=problems_from_json(header.problems),
            duplicates=header.duplicates,
            samples=samples,
        )

    def apply(self, upload: Upload, now: datetime) -> bool:
        if upload.target is None:
            return False
        # two lists for one campaign: the second waits, and then sees what the first one did
        locked = (
            select(campaign.c.columns).where(campaign.c.id == upload.target).with_for_update(key_share=True)
        )
        before: list[str] = self._connection.execute(locked).scalar_one()
        header = self._connection.execute(
            _closing(now)
            .where(staged_list.c.upload_id == upload.id)
            .returning(staged_list.c.columns, staged_list.c.problems)
        ).first()
        if header is None:
            return False
        expect_many(self._connection)
        columns = list(merged_columns(before, header.columns, upload.purpose))
        if upload.purpose is ListPurpose.APPEND:
            merge_with_known(self._connection, upload.id, upload.target)
        else:
            self._take_off(upload.id, upload.target, now)
        self._change(upload.id, upload.target, everybody=columns != before)
        self._add(upload.id, upload.target)
        self._tell_campaign(upload.target, columns)
        if upload.purpose is not ListPurpose.APPEND:
            self._connection.execute(delete(problem).where(problem.c.campaign_id == upload.target))
        insert_problems(self._connection, upload.target, problems_from_json(header.problems))
        self._forget(upload.id)
        return True

    def drop(self, upload_id: int, now: datetime) -> bool:
        dropped = _closing(now).where(staged_list.c.upload_id == upload_id)
        if self._connection.execute(dropped).rowcount != 1:
            return False
        self._forget(upload_id)
        return True

    def prune(self, before: datetime) -> int:
        # when exactly is not known here, and nobody asks
        old = _closing(before).where(staged_list.c.staged_at < before).returning(staged_list.c.upload_id)
        uploads = self._connection.execute(old).scalars().all()
        for upload_id in uploads:
            self._forget(upload_id)
        return len(uploads)

    def _take_off(self, upload_id: int, campaign_id: int, now: datetime) -> None:
        stays = exists().where(staged.c.upload_id == upload_id, staged.c.key == attendee.c.key)
        self._connection.execute(update(attendee).where(listed(campaign_id), ~stays).values(removed_at=now))
        gone = select(attendee.c.id).where(
            attendee.c.campaign_id == campaign_id, attendee.c.removed_at.is_not(None)
        )
        # a CANCEL goes to them all the more
        is_moot = (delivery.c.state == DeliveryState.QUEUED, delivery.c.deed != Kind.CANCEL)
        waiting = (*is_moot, delivery.c.attendee_id.in_(gone))
        self._connection.execute(update(delivery).where(*waiting).values(skipped(TAKEN_OFF, now)))

    def _change(self, upload_id: int, campaign_id: int, *, everybody: bool) -> None:
        changed = update(attendee).where(*known_by_key(upload_id, campaign_id))
        if not everybody:
            changed = changed.where(
                (attendee.c.content != staged.c.content)
                | (attendee.c.line != staged.c.line)
                | (attendee.c.address != staged.c.address)
                | attendee.c.removed_at.is_not(None)
            )
        is_new = case((attendee.c.removed_at.is_not(None), takes_in(campaign_id)), else_=attendee.c.is_new)
        said = {name: staged.c[name] for name in _SAID}
        self._connection.execute(changed.values(removed_at=None, is_new=is_new, **said))

    def _add(self, upload_id: int, campaign_id: int) -> None:
        last = select(func.max(attendee.c.position)).where(attendee.c.campaign_id == campaign_id)
        first_free = func.coalesce(last.scalar_subquery(), -1) + 1
        known = exists().where(attendee.c.campaign_id == campaign_id, attendee.c.key == staged.c.key)
        new = select(
            literal(campaign_id),
            staged.c.position + first_free,
            staged.c.key,
            takes_in(campaign_id),
            *(staged.c[name] for name in _SAID),
        ).where(staged.c.upload_id == upload_id, ~known)
        self._connection.execute(
            insert(attendee).from_select(["campaign_id", "position", "key", "is_new", *_SAID], new)
        )

    def _tell_campaign(self, campaign_id: int, columns: list[str]) -> None:
        people = select(func.count()).select_from(attendee).where(listed(campaign_id)).scalar_subquery()
        told = update(campaign).where(campaign.c.id == campaign_id)
        self._connection.execute(told.values(attendees=people, columns=columns))

    def _forget(self, upload_id: int) -> None:
        """What was read is people's data: it does not stay longer than it is of use."""
        self._connection.execute(delete(staged).where(staged.c.upload_id == upload_id))
        emptied = update(staged_list).where(staged_list.c.upload_id == upload_id)
        self._connection.execute(emptied.values(problems=[]))


def _closing(now: datetime) -> Update:
    """Exactly one of those who press at the same moment gets the row."""
    return update(staged_list).where(staged_list.c.closed_at.is_(None)).values(closed_at=now)
