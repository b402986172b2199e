"""What attendees answered, and what their mail servers sent back, in the in-memory store."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from campaigns.answer import Answer, AnswerCounts
from campaigns.answer_port import Holder, PersonLine, Posted
from campaigns.holding import holds
from campaigns.model import DeliveryState
from storage.memory_holding import is_sent_again, may_have_gone, take_back, was_asked_again
from storage.memory_ledger import AttendeeRow, Ledger


class MemoryAnswers:
    """See ``campaigns.answer_port.Answers``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def holders(self, account_id: int, *, uid: str = "", key: str = "") -> list[Holder]:
        named = self._ledger.attendees.where("uid", uid) if uid else self._ledger.attendees.where("key", key)
        return [
            Holder(row.campaign_id, row.attendee, row.uid, row.held_sequence)
            for row in sorted(named, key=lambda row: row.id)
            if row.held_sequence is not None and self._is_of(account_id, row)
        ]

    def listed(self, campaign_id: int, keys: Sequence[str]) -> set[str]:
        named = (row for key in keys for row in self._ledger.attendees.where("key", key))
        return {row.attendee.key for row in named if row.campaign_id == campaign_id}

    def record(self, attendee_id: int, answer: Answer, *, is_shown: bool = False) -> bool:
        row = self._ledger.attendees.get(attendee_id)
        if row is None:
            return False
        if is_shown and row.answer is not None and row.answer.said is answer.said:
            return False
        place = (answer.sequence, answer.stamped_at)
        if row.heard is not None and place <= row.heard:
            is_other_word = row.answer is not None and row.answer.said is not answer.said
            if place < row.heard or not is_other_word:
                return False
        if was_asked_again(self._ledger, row, answer.sequence):
            return False
        self._ledger.attendees.put(replace(row, answer=answer, heard=place))
        return True

    def counts(self, campaign_ids: Sequence[int]) -> dict[int, AnswerCounts]:
        return {campaign_id: AnswerCounts(**self._counted(campaign_id)) for campaign_id in campaign_ids}

    def posted_to(self, account_id: int, key: str) -> list[Posted]:
        people = [row for row in self._ledger.attendees.where("key", key) if self._is_of(account_id, row)]
        found = [
            Posted(
                delivery_id=row.id,
                run_id=row.run_id,
                campaign_id=person.campaign_id,
                attendee=person.attendee,
                deed=row.deed,
                sequence=row.sequence,
                state=row.state,
            )
            for person in people
            for row in self._ledger.deliveries.where("attendee", person.id)
            if row.sequence is not None and may_have_gone(row)
        ]
        return sorted(found, key=lambda posted: -posted.delivery_id)

    def bounce(self, delivery_id: int, *, cause: str, evidence: str, now: datetime) -> bool:
        row = self._ledger.deliveries.get(delivery_id)
        may_come_back = {DeliveryState.SENT, DeliveryState.UNSURE}
        if row is None or not (row.state in may_come_back or is_sent_again(row)):
            return False
        bounced = replace(
            row, state=DeliveryState.BOUNCED, cause=cause, hint="", evidence=evidence, settled_at=now
        )
        self._ledger.deliveries.put(bounced)
        take_back(self._ledger, bounced)
        return True

    def people(self, campaign_id: int) -> Iterator[PersonLine]:
        known = list(self._ledger.attendees.where("known", campaign_id))
        yield from (self._line(row) for row in known if row.removed_at is None)
        yield from (self._line(row) for row in known if row.removed_at and (holds(row) or row.unsure))

    def _counted(self, campaign_id: int) -> Counter[str]:
        listed = self._ledger.attendees.where("campaign", campaign_id)
        return Counter(row.answer.said.value if row.answer else "unanswered" for row in listed if holds(row))

    def _line(self, row: AttendeeRow) -> PersonLine:
        deliveries = self._ledger.deliveries.where("attendee", row.id)
        latest = max(deliveries, key=lambda delivery: delivery.id, default=None)
        return PersonLine(
            attendee=row.attendee,
            revision=row.held_revision,
            is_cancelled=row.held_cancelled,
            is_unsure=row.unsure,
            answer=row.answer,
            state=latest.state if latest else None,
            cause=latest.cause if latest else "",
            is_listed=row.removed_at is None,
        )

    def _is_of(self, account_id: int, row: AttendeeRow) -> bool:
        campaign = self._ledger.campaigns.get(row.campaign_id)
        return campaign is not None and campaign.campaign.account_id == account_id
