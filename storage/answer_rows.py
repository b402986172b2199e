"""What attendees answered, and what their mail servers sent back."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, not_, or_, select, update

from campaigns.answer import Answer, AnswerCounts, Said
from campaigns.answer_port import Holder, PersonLine, Posted
from campaigns.model import DeliveryState, Kind
from storage.attendee_rows import attendee_of
from storage.held_rows import IS_SENT_AGAIN, MAY_HAVE_GONE, take_back, was_asked_again
from storage.selecting import HOLDS
from storage.tables import attendee, campaign, delivery, run

_ANY_OF_THEIRS = delivery.alias()
_NEWEST = select(func.max(_ANY_OF_THEIRS.c.id)).where(_ANY_OF_THEIRS.c.attendee_id == attendee.c.id)
_WITH_LATEST = (
    select(attendee, delivery.c.state.label("latest_state"), delivery.c.cause.label("latest_cause"))
    .select_from(attendee)
    .outerjoin(delivery, delivery.c.id == _NEWEST.scalar_subquery())
    .order_by(attendee.c.position, attendee.c.id)
)


class AnswerRows:
    """See ``campaigns.answer_port.Answers``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def holders(self, account_id: int, *, uid: str = "", key: str = "") -> list[Holder]:
        named = attendee.c.uid == uid if uid else attendee.c.key == key
        query = (
            select(attendee)
            .join(campaign, campaign.c.id == attendee.c.campaign_id)
            .where(named, campaign.c.account_id == account_id, attendee.c.held_sequence.is_not(None))
            .order_by(attendee.c.id)
        )
        return [
            Holder(row.campaign_id, attendee_of(row), row.uid or "", row.held_sequence)
            for row in self._connection.execute(query)
        ]

    def listed(self, campaign_id: int, keys: Sequence[str]) -> set[str]:
        known = select(attendee.c.key).where(attendee.c.campaign_id == campaign_id, attendee.c.key.in_(keys))
        return set(self._connection.execute(known).scalars())

    def record(self, attendee_id: int, answer: Answer, *, is_shown: bool = False) -> bool:
        kept = attendee.c
        is_newer = or_(
            kept.answer_sequence.is_(None),
            kept.answer_sequence < answer.sequence,
            and_(
                kept.answer_sequence == answer.sequence,
                or_(
                    kept.answered_at < answer.stamped_at,
                    and_(kept.answered_at == answer.stamped_at, kept.answer != answer.said),
                ),
            ),
        )
        is_of_this = ~was_asked_again(attendee_id, answer.sequence)
        recorded = update(attendee).where(kept.id == attendee_id, is_newer, is_of_this)
        if is_shown:
            recorded = recorded.where(kept.answer.is_distinct_from(answer.said))
        values = {
            "answer": answer.said,
            "answer_sequence": answer.sequence,
            "answered_at": answer.stamped_at,
        }
        return self._connection.execute(recorded.values(values)).rowcount == 1

    def counts(self, campaign_ids: Sequence[int]) -> dict[int, AnswerCounts]:
        by_campaign: dict[int, dict[str, int]] = {campaign_id: {} for campaign_id in campaign_ids}
        query = (
            select(attendee.c.campaign_id, attendee.c.answer, func.count().label("people"))
            .where(attendee.c.campaign_id.in_(campaign_ids), attendee.c.removed_at.is_(None), HOLDS)
            .group_by(attendee.c.campaign_id, attendee.c.answer)
        )
        for row in self._connection.execute(query):
            by_campaign[row.campaign_id][row.answer or "unanswered"] = row.people
        return {campaign_id: AnswerCounts(**said) for campaign_id, said in by_campaign.items()}

    def posted_to(self, account_id: int, key: str) -> list[Posted]:
        query = (
            select(delivery, run.c.campaign_id)
            .join(run, run.c.id == delivery.c.run_id)
            .join(attendee, attendee.c.id == delivery.c.attendee_id)
            .join(campaign, campaign.c.id == run.c.campaign_id)
            .where(attendee.c.key == key, campaign.c.account_id == account_id)
            .where(MAY_HAVE_GONE)
            .order_by(delivery.c.id.desc())
        )
        rows = self._connection.execute(query).all()
        ids = {row.attendee_id for row in rows}
        found = self._connection.execute(select(attendee).where(attendee.c.id.in_(ids)))
        people = {row.id: attendee_of(row) for row in found}
        return [
            Posted(
                delivery_id=row.id,
                run_id=row.run_id,
                campaign_id=row.campaign_id,
                attendee=people[row.attendee_id],
                deed=Kind(row.deed),
                sequence=row.sequence,
                state=DeliveryState(row.state),
            )
            for row in rows
        ]

    def bounce(self, delivery_id: int, *, cause: str, evidence: str, now: datetime) -> bool:
        bounced = (
            update(delivery)
            .where(
                delivery.c.id == delivery_id,
                or_(delivery.c.state.in_([DeliveryState.SENT, DeliveryState.UNSURE]), IS_SENT_AGAIN),
            )
            .values(state=DeliveryState.BOUNCED, cause=cause, hint="", evidence=evidence, settled_at=now)
            .returning(delivery.c.attendee_id, delivery.c.sequence)
        )
        row = self._connection.execute(bounced).first()
        if row is None:
            return False
        take_back(self._connection, row.attendee_id, row.sequence)
        return True

    def people(self, campaign_id: int) -> Iterator[PersonLine]:
        # a generator: whoever asks and does not look opens no cursor. Two, so that neither has to be sorted
        listed = attendee.c.removed_at.is_(None)
        for which in (listed, and_(not_(listed), or_(HOLDS, attendee.c.unsure.is_(True)))):
            query = _WITH_LATEST.where(attendee.c.campaign_id == campaign_id, which)
            yield from map(_line, self._connection.execute(query, execution_options={"yield_per": 1_000}))


def _line(row: Row[Any]) -> PersonLine:
    return PersonLine(
        attendee=attendee_of(row),
        revision=row.held_revision,
        is_cancelled=row.held_cancelled,
        is_unsure=row.unsure,
        answer=Answer(Said(row.answer), row.answer_sequence, row.answered_at) if row.answer else None,
        state=DeliveryState(row.latest_state) if row.latest_state else None,
        cause=row.latest_cause or "",
        is_listed=row.removed_at is None,
    )
