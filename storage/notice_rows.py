"""Notices: what people must hear, kept until told."""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from campaigns.model import Medium
from campaigns.notices import SPACING, URGENT, Draft, Notice, NoticeKind
from storage.tables import notice
from storage.upsert import insert_or


class NoticeRows:
    """See ``campaigns.run_port.Notices``.

    What is to be told is written at the end of the transaction, and Home tabs, which every campaign of a
    workspace touches, in the order of their keys: so that on PostgreSQL nobody who holds a notice waits
    for a run, an account or a notice of somebody who waits for this one.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._drafted: list[tuple[Draft, Callable[[], None]]] = []

    def write(self, draft: Draft, now: datetime) -> None:
        self._at_the_end(draft, partial(self._write, draft, now))

    def touch(self, draft: Draft, now: datetime) -> None:
        self._at_the_end(draft, partial(self._touch, draft, now))

    def touch_gently(self, draft: Draft, now: datetime) -> None:
        self._at_the_end(draft, partial(self._touch_gently, draft, now))

    def flush(self) -> None:
        """Write now what was drafted; whoever ends the transaction calls it."""
        drafted, self._drafted = self._drafted, []
        for _, write in sorted(drafted, key=lambda one: _shared_order(one[0])):
            write()

    def _at_the_end(self, draft: Draft, write: Callable[[], None]) -> None:
        if draft.media:
            self._drafted.append((draft, write))

    def _write(self, draft: Draft, now: datetime) -> None:
        self._connection.execute(self._insert(draft, now).on_conflict_do_nothing())

    def _touch(self, draft: Draft, now: datetime) -> None:
        self._connection.execute(
            self._insert(draft, now).on_conflict_do_update(
                index_elements=["key", "medium"],
                set_={"state": "due", "due_at": now, "attempts": 0, "version": notice.c.version + 1},
            )
        )

    def _touch_gently(self, draft: Draft, now: datetime) -> None:
        query = select(notice.c.state, notice.c.told_at, notice.c.due_at).where(notice.c.key == draft.key)
        found = self._connection.execute(query).first()
        if found is None:
            self._touch(draft, now)
        elif found.state != "due":
            due_at = max(now, found.told_at + SPACING) if found.told_at else now
            self._connection.execute(
                update(notice)
                .where(notice.c.key == draft.key, notice.c.state != "due")
                .values(state="due", due_at=due_at, attempts=0, version=notice.c.version + 1)
            )
        elif found.due_at <= now:
            # it may just be being told: what is true since must be told as well
            self._connection.execute(
                update(notice).where(notice.c.key == draft.key).values(version=notice.c.version + 1)
            )

    def due(self, now: datetime, limit: int, media: Collection[Medium] = tuple(Medium)) -> list[Notice]:
        self.flush()
        query = (
            select(notice)
            .where(notice.c.state == "due", notice.c.due_at <= now, notice.c.medium.in_(media))
            .order_by(
                notice.c.kind.not_in(URGENT), notice.c.medium == Medium.HOME, notice.c.due_at, notice.c.id
            )
            .limit(limit)
        )
        return [_notice(row) for row in self._connection.execute(query)]

    def told(self, of: Notice, reference: str, now: datetime) -> None:
        told = {"told_at": now, "reference": reference}
        done = update(notice).where(notice.c.id == of.id, notice.c.version == of.version)
        if self._connection.execute(done.values(state="told", **told)).rowcount == 0:
            self._connection.execute(update(notice).where(notice.c.id == of.id).values(told))

    def retry(self, of: Notice, due_at: datetime) -> None:
        later = update(notice).where(notice.c.id == of.id).values(due_at=due_at, attempts=of.attempts + 1)
        self._connection.execute(later)

    def give_up(self, of: Notice, why: str, now: datetime) -> None:
        self._connection.execute(
            update(notice)
            .where(notice.c.id == of.id, notice.c.version == of.version)
            .values(state="given_up", told_at=now, reference=why[:500])
        )

    def next_due_at(self) -> datetime | None:
        self.flush()
        query = select(func.min(notice.c.due_at)).where(notice.c.state == "due")
        return self._connection.execute(query).scalar()

    def _insert(self, draft: Draft, now: datetime) -> Any:
        return insert_or(self._connection, notice).values(
            [
                {
                    "kind": draft.kind,
                    "medium": medium,
                    "key": draft.key,
                    "campaign_id": draft.campaign_id,
                    "run_id": draft.run_id,
                    "payload": dict(draft.payload),
                    "state": "due",
                    "due_at": now,
                    "created_at": now,
                }
                for medium in draft.media
            ]
        )


def _shared_order(draft: Draft) -> tuple[bool, str]:
    """A run's own notices come first and keep their order, which is the order of its thread."""
    return (True, draft.key) if draft.kind is NoticeKind.HOME else (False, "")


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        id=row.id,
        kind=NoticeKind(row.kind),
        medium=Medium(row.medium),
        key=row.key,
        campaign_id=row.campaign_id,
        run_id=row.run_id,
        payload=row.payload,
        attempts=row.attempts,
        version=row.version,
        due_at=row.due_at,
        created_at=row.created_at,
    )
