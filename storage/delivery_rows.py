"""Deliveries: one attendee in one run each, and what became of every try."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, func, null, or_, select, update

from campaigns.holding import content_in, doubted_after, why_not, words_of
from campaigns.lifecycle import ACTIVE, MISSED, deliveries_before
from campaigns.list_changes import content_of
from campaigns.model import Delivery, DeliveryState, Kind
from campaigns.ports import Misses, Settlement
from storage import spend_rows
from storage.attendee_rows import attendee_of
from storage.claims import claim_deliveries, rewrite
from storage.held_rows import believe, doubt, hold, trust
from storage.run_tables import OUTCOME
from storage.skipping import skipped
from storage.tables import attendee, batch, campaign, delivery, revision, run

# These run once or twice for every invite: built here once, since building costs more than executing.
_PEOPLE = select(attendee).where(attendee.c.id.in_(bindparam("ids", expanding=True)))
_IS_EVENT_CANCELLED = (
    select(revision.c.is_cancelled)
    .join(campaign, and_(campaign.c.id == revision.c.campaign_id, campaign.c.revision == revision.c.number))
    .join(run, run.c.campaign_id == campaign.c.id)
    .where(run.c.id == bindparam("of_run"))
)
# what an answer of the attendee settles
_IS_OPEN = or_(
    delivery.c.state == DeliveryState.UNSURE,
    and_(delivery.c.state == DeliveryState.QUEUED, delivery.c.doubted.is_not(None)),
)
_SETTLE = update(delivery).where(
    delivery.c.id == bindparam("of_id"),
    delivery.c.attempt == bindparam("of_attempt"),
    delivery.c.state.in_(bindparam("before", expanding=True)),
)


class DeliveryRows:
    """See ``campaigns.run_port.Deliveries``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(
        self, run_id: int, seq: int, *, limit: int, owner: str, now: datetime, lease_until: datetime
    ) -> list[Delivery]:
        while claimed := claim_deliveries(
            self._connection, run_id, seq, limit=limit, owner=owner, now=now, lease_until=lease_until
        ):
            ids = [row.attendee_id for row in claimed]
            people = {row.id: row for row in self._connection.execute(_PEOPLE, {"ids": ids})}
            numbers = self._numbers(claimed, people)
            left_out = self._leave_out(run_id, claimed, people, now)
            if len(left_out) < len(claimed):
                return [
                    _delivery(
                        row, run_id, seq, people[row.attendee_id], DeliveryState.SENDING, numbers.get(row.id)
                    )
                    for row in sorted(claimed, key=lambda row: int(row.position))
                    if row.id not in left_out
                ]
        return []

    def settle(self, of: Delivery, settlement: Settlement, now: datetime) -> bool:
        queued = settlement.state is DeliveryState.QUEUED
        # a receipt that comes late is still evidence: it settles a row that was given up as unsure
        before = (
            deliveries_before(DeliveryState.SENT)
            if settlement.state is DeliveryState.SENT
            else (DeliveryState.SENDING,)
        )
        outcome = {
            "of_id": of.id,
            "of_attempt": of.attempt,
            "before": before,
            "state": settlement.state,
            "cause": settlement.cause,
            "hint": settlement.hint,
            "evidence": settlement.evidence,
            "reference": settlement.reference,
            "tries": of.tries - 1 if settlement.given_back else of.tries,
            "not_before": settlement.not_before,
            "batch_seq": None if settlement.leave_batch else of.batch_seq,
            "lease_until": None,
            "lease_owner": None,
            "settled_at": None if queued else now,
            "doubted": doubted_after(of, settlement),
        }
        if self._connection.execute(_SETTLE, outcome).rowcount != 1:
            return False
        self._tell_attendee(of, settlement)
        return True

    def next_retry_at(self, run_id: int, seq: int, now: datetime) -> datetime | None:
        earliest = (
            select(delivery.c.not_before)
            .where(
                delivery.c.run_id == run_id,
                delivery.c.batch_seq == seq,
                delivery.c.state == DeliveryState.QUEUED,
            )
            .order_by(delivery.c.not_before.is_not(None), delivery.c.not_before)
            .limit(1)
        )
        found = self._connection.execute(earliest).first()
        if found is None:
            return None
        return found.not_before or now

    def sending(self, run_id: int, seq: int) -> int:
        counted = select(func.count()).where(
            delivery.c.run_id == run_id,
            delivery.c.batch_seq == seq,
            delivery.c.state == DeliveryState.SENDING,
        )
        return self._connection.execute(counted).scalar_one()

    def abandon_expired(self, leased_until: datetime, now: datetime, cause: str) -> list[int]:
        abandoned = (
            update(delivery)
            .where(delivery.c.state == DeliveryState.SENDING, delivery.c.lease_until <= leased_until)
            .values(
                state=DeliveryState.UNSURE, cause=cause, lease_until=None, lease_owner=None, settled_at=now
            )
            .returning(
                delivery.c.run_id,
                delivery.c.attendee_id,
                delivery.c.account_id,
                delivery.c.deed,
                delivery.c.sequence,
                delivery.c.words,
            )
        )
        rows = self._connection.execute(abandoned).all()
        if rows:
            # it may have gone, so it counts against the account's limits
            spend_rows.add(self._connection, [(row.account_id, now, Kind(row.deed)) for row in rows])
            doubt(self._connection, [(row.attendee_id, row.sequence, content_in(row.words)) for row in rows])
        return sorted({row.run_id for row in rows})

    def unsure(self, run_id: int, *, after: int, limit: int) -> list[Delivery]:
        # one that was skipped before its first try was never at a provider: nobody there can know it
        tried = (delivery.c.state == DeliveryState.UNSURE, delivery.c.first_claimed_at.is_not(None))
        query = select(delivery).where(delivery.c.run_id == run_id, delivery.c.id > after, *tried)
        rows = self._connection.execute(query.order_by(delivery.c.id).limit(limit)).all()
        ids = [row.attendee_id for row in rows]
        people = {row.id: row for row in self._connection.execute(_PEOPLE, {"ids": ids})}
        return [
            _delivery(row, run_id, row.batch_seq or 0, people[row.attendee_id], DeliveryState.UNSURE)
            for row in rows
        ]

    def answer_unsure(
        self, of: Delivery, to: DeliveryState, *, reference: str, cause: str, now: datetime
    ) -> bool:
        values: dict[str, Any] = {"state": to, "cause": cause, "hint": "", "evidence": ""}
        if to is DeliveryState.QUEUED:
            seq = self._batch_to_come(of.run_id)
            if seq is None:
                return False
            # a member of the batch that is open stays one; others join one that is opened later
            values |= {"batch_seq": case((delivery.c.batch_seq == seq, seq)), "settled_at": None}
            values["doubted"] = case((delivery.c.doubted < delivery.c.sequence, delivery.c.doubted))
        else:
            values |= {"reference": reference, "settled_at": now, "doubted": None}
        answered = update(delivery).where(
            delivery.c.id == of.id,
            delivery.c.attempt == of.attempt,
            _IS_OPEN if to is DeliveryState.SENT else delivery.c.state == DeliveryState.UNSURE,
        )
        row = self._connection.execute(answered.values(values).returning(delivery.c.words)).first()
        if row is None:
            return False
        if to is DeliveryState.SENT:
            hold(
                self._connection,
                of.attendee.id,
                of.deed,
                revision=of.revision,
                sequence=of.sequence,
                content=content_in(row.words),
            )
        else:
            trust(self._connection, of.attendee.id, of.sequence)
        return True

    def doubtful(self, delivery_id: int) -> Delivery | None:
        found = self._connection.execute(select(delivery).where(delivery.c.id == delivery_id, _IS_OPEN))
        row = found.first()
        if row is None or row.first_claimed_at is None:
            return None
        person = self._connection.execute(_PEOPLE, {"ids": [row.attendee_id]}).one()
        return _delivery(row, row.run_id, row.batch_seq or 0, person, DeliveryState(row.state))

    def misses(self, run_id: int, most: int) -> Misses:
        latest = (
            select(delivery.c.state, delivery.c.settled_at)
            .where(delivery.c.run_id == run_id, OUTCOME)
            .order_by(delivery.c.settled_at.desc(), delivery.c.id.desc())
            .limit(most)
        )
        outcomes = self._connection.execute(latest).all()
        states = [row.state for row in outcomes]
        return Misses(
            size=len(outcomes),
            failed=states.count(DeliveryState.FAILED),
            unsure=states.count(DeliveryState.UNSURE),
            times=tuple(row.settled_at for row in outcomes if row.state in MISSED),
        )

    def settle_unsure(self, run_id: int, to: DeliveryState, cause: str, now: datetime) -> int:
        settled = (
            update(delivery)
            .where(delivery.c.run_id == run_id, delivery.c.state == DeliveryState.UNSURE)
            .values(state=to, cause=cause, settled_at=now, doubted=None)
            .returning(
                delivery.c.attendee_id,
                delivery.c.deed,
                delivery.c.revision,
                delivery.c.sequence,
                delivery.c.words,
            )
        )
        rows = self._connection.execute(settled).all()
        if to is DeliveryState.SENT:
            for row in rows:
                self._take_as_sent(row)
        return len(rows)

    def _take_as_sent(self, row: Row[Any]) -> None:
        if row.sequence is None:  # skipped before its first try: the doubt is about an earlier letter
            believe(self._connection, row.attendee_id)
            return
        hold(
            self._connection,
            row.attendee_id,
            Kind(row.deed),
            revision=row.revision,
            sequence=row.sequence,
            content=content_in(row.words),
        )

    def _numbers(self, claimed: Sequence[Row[Any]], people: Mapping[int, Row[Any]]) -> dict[int, int]:
        """New ones for those whose words were changed between the claim and the look at them."""
        numbers = {}
        for row in claimed:
            person = people[row.attendee_id]
            words = words_of(Kind(row.deed), person, person.address)
            if words != row.words:
                numbers[row.id] = rewrite(self._connection, row.id, words)
        return numbers

    def _leave_out(
        self, run_id: int, claimed: Sequence[Row[Any]], people: Mapping[int, Row[Any]], now: datetime
    ) -> set[int]:
        """Give back what has become pointless since the run was made; returns the deliveries."""
        moot: dict[str, list[int]] = {}
        for row in claimed:
            deed, person = Kind(row.deed), people[row.attendee_id]
            is_off = deed is Kind.CANCEL and self._is_event_cancelled(run_id)
            if cause := why_not(deed, person, row.revision, is_event_cancelled=is_off):
                moot.setdefault(cause, []).append(row.id)
        for cause, ids in moot.items():
            self._give_back(ids, cause, now)
        return {row_id for ids in moot.values() for row_id in ids}

    def _give_back(self, claimed: list[int], cause: str, now: datetime) -> None:
        is_first = and_(delivery.c.attempt == 1, delivery.c.first_claimed_at == now)
        # no letter was made: what this claim noted of one is void
        void = {
            name: case((is_first, null()), else_=delivery.c[name])
            for name in ("revision", "sequence", "words", "first_claimed_at")
        }
        values = skipped(cause, now) | {
            **void,
            "tries": delivery.c.tries - 1,
            "lease_until": None,
            "lease_owner": None,
        }
        self._connection.execute(update(delivery).where(delivery.c.id.in_(claimed)).values(values))

    def _is_event_cancelled(self, run_id: int) -> bool:
        return bool(self._connection.execute(_IS_EVENT_CANCELLED, {"of_run": run_id}).scalar_one())

    def _tell_attendee(self, of: Delivery, settlement: Settlement) -> None:
        content, uid = content_of(of.attendee), settlement.uid
        if settlement.state is DeliveryState.UNSURE or settlement.may_have_gone:
            doubt(self._connection, [(of.attendee.id, of.sequence, content)], uid=uid)
            return
        if settlement.state is DeliveryState.FAILED and of.doubted is not None:
            trust(self._connection, of.attendee.id, of.doubted)
        if settlement.state is not DeliveryState.SENT:
            return
        hold(
            self._connection,
            of.attendee.id,
            of.deed,
            revision=of.revision,
            sequence=of.sequence,
            content=content,
            uid=uid,
        )

    def _batch_to_come(self, run_id: int) -> int | None:
        """The open or next batch of a run that has not ended; both stay so until the transaction ends."""
        active = select(run.c.id).where(run.c.id == run_id, run.c.state.in_(ACTIVE))
        if self._connection.execute(active.with_for_update(key_share=True)).first() is None:
            return None
        waiting = select(batch.c.seq).where(batch.c.run_id == run_id, batch.c.ended_at.is_(None))
        return self._connection.execute(waiting.with_for_update(key_share=True)).scalar()


def _delivery(
    row: Row[Any],
    run_id: int,
    seq: int,
    person: Row[Any],
    state: DeliveryState,
    number: int | None = None,
) -> Delivery:
    """``number``: the SEQUENCE, if it is another one than in ``row``."""
    return Delivery(
        id=row.id,
        run_id=run_id,
        batch_seq=seq,
        attendee=attendee_of(person),
        state=state,
        attempt=row.attempt,
        tries=row.tries,
        revision=row.revision,
        first_claimed_at=row.first_claimed_at,
        deed=Kind(row.deed),
        sequence=row.sequence if number is None else number,
        held=person.held_revision,
        was_taken_out=person.held_cancelled,
        doubted=row.doubted,
    )
