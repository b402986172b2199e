"""Notices of the in-memory store."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from campaigns.model import Medium
from campaigns.notices import SPACING, URGENT, Draft, Notice
from storage.memory_ledger import Ledger, NoticeRow


class MemoryNotices:
    """See ``campaigns.run_port.Notices``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def write(self, draft: Draft, now: datetime) -> None:
        for medium in draft.media:
            if self._written(draft, medium) is None:
                self._insert(draft, medium, now)

    def touch(self, draft: Draft, now: datetime) -> None:
        for medium in draft.media:
            row = self._written(draft, medium)
            if row is None:
                self._insert(draft, medium, now)
            else:
                self._make_due(row, now)

    def touch_gently(self, draft: Draft, now: datetime) -> None:
        first = self._ledger.notices.first("key", draft.key)
        if first is None:
            self.touch(draft, now)
        elif first.state != "due":
            due_at = max(now, first.told_at + SPACING) if first.told_at else now
            for row in self._ledger.notices.where("key", draft.key):
                if row.state != "due":
                    self._make_due(row, due_at)
        elif first.notice.due_at <= now:
            # it may just be being told: what is true since must be told as well
            for row in self._ledger.notices.where("key", draft.key):
                self._make_due(row, row.notice.due_at)

    def due(self, now: datetime, limit: int, media: Collection[Medium] = tuple(Medium)) -> list[Notice]:
        waiting = self._ledger.notices.where("due", key=True)
        due = [row.notice for row in waiting if row.notice.due_at <= now and row.notice.medium in media]
        return sorted(due, key=_order)[:limit]

    def told(self, notice: Notice, reference: str, now: datetime) -> None:
        row = self._ledger.notices.get(notice.id)
        if row is not None:
            state = "told" if row.notice.version == notice.version else row.state
            self._ledger.notices.put(replace(row, state=state, told_at=now, reference=reference))

    def retry(self, notice: Notice, due_at: datetime) -> None:
        row = self._ledger.notices.get(notice.id)
        if row is not None:
            later = replace(row.notice, due_at=due_at, attempts=notice.attempts + 1)
            self._ledger.notices.put(replace(row, notice=later))

    def give_up(self, notice: Notice, why: str, now: datetime) -> None:
        row = self._ledger.notices.get(notice.id)
        if row is not None and row.notice.version == notice.version:
            self._ledger.notices.put(replace(row, state="given_up", told_at=now, reference=why[:500]))

    def next_due_at(self) -> datetime | None:
        row = self._ledger.notices.first("due", key=True)
        return row.notice.due_at if row else None

    def _written(self, draft: Draft, medium: Medium) -> NoticeRow | None:
        same_key = self._ledger.notices.where("key", draft.key)
        return next((row for row in same_key if row.notice.medium is medium), None)

    def _make_due(self, row: NoticeRow, due_at: datetime) -> None:
        touched = replace(row.notice, due_at=due_at, attempts=0, version=row.notice.version + 1)
        self._ledger.notices.put(replace(row, notice=touched, state="due"))

    def _insert(self, draft: Draft, medium: Medium, now: datetime) -> None:
        notice = Notice(
            id=self._ledger.notices.new_id(),
            kind=draft.kind,
            medium=medium,
            key=draft.key,
            campaign_id=draft.campaign_id,
            run_id=draft.run_id,
            payload=dict(draft.payload),
            attempts=0,
            version=0,
            due_at=now,
            created_at=now,
        )
        self._ledger.notices.put(NoticeRow(notice.id, notice))


def _order(notice: Notice) -> tuple[bool, bool]:
    return (notice.kind not in URGENT, notice.medium is Medium.HOME)
