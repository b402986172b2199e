"""Deliveries: one attendee in one run each, and what became of every try."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, insert, select, update

from campaigns.lifecycle import ACTIVE, deliveries_before
from campaigns.list_changes import TAKEN_OFF
from campaigns.model import Delivery, DeliveryState
from campaigns.ports import Settlement
from storage.attendee_rows import attendee_of
from storage.claims import claim_deliveries
from storage.skipping import skipped
from storage.tables import attendee, batch, delivery, run, spend

# These run once or twice for every invite: built here once, since building costs more than executing.
_PEOPLE = select(attendee).where(attendee.c.id.in_(bindparam("ids", expanding=True)))
_SETTLE = update(delivery).where(
    delivery.c.id == bindparam("of_id"),
    delivery.c.attempt == bindparam("of_attempt"),
    delivery.c.state.in_(bindparam("before", expanding=True)),
)
# word of an older revision may come late; a calendar keeps the newer one, and so does the ledger
_HOLD = (
    update(attendee)
    .where(attendee.c.id == bindparam("of_id"))
    .values(
        unsure=False,
        held_revision=case(
            (attendee.c.held_revision > bindparam("revision"), attendee.c.held_revision),
            else_=bindparam("revision"),
        ),
    )
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
            gone = [row.id for row in claimed if people[row.attendee_id].removed_at is not None]
            if gone:
                self._leave_out(gone, now)
            if len(gone) < len(claimed):
                return [
                    _delivery(row, run_id, seq, people[row.attendee_id], DeliveryState.SENDING)
                    for row in sorted(claimed, key=lambda row: int(row.position))
                    if row.id not in gone
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
        }
        if self._connection.execute(_SETTLE, outcome).rowcount != 1:
            return False
        self._tell_attendee(of, settlement.state)
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
            .returning(delivery.c.run_id, delivery.c.attendee_id, delivery.c.account_id)
        )
        rows = self._connection.execute(abandoned).all()
        if rows:
            # it may have gone, so it counts against the account's limits
            self._connection.execute(
                insert(spend), [{"account_id": row.account_id, "at": now} for row in rows]
            )
            doubted = update(attendee).where(attendee.c.id.in_([row.attendee_id for row in rows]))
            self._connection.execute(doubted.values(unsure=True))
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
        else:
            values |= {"reference": reference, "settled_at": now}
        answered = update(delivery).where(
            delivery.c.id == of.id,
            delivery.c.attempt == of.attempt,
            delivery.c.state == DeliveryState.UNSURE,
        )
        if self._connection.execute(answered.values(values)).rowcount != 1:
            return False
        if to is DeliveryState.SENT:
            self._hold(of.attendee.id, of.revision)
        else:
            self._trust(of.attendee.id)
        return True

    def failed_in(self, run_id: int, seq: int) -> tuple[int, int]:
        has_failed = case((delivery.c.state == DeliveryState.FAILED, 1))
        counted = select(func.count(has_failed), func.count())
        of_batch = counted.where(delivery.c.run_id == run_id, delivery.c.batch_seq == seq)
        failed, members = self._connection.execute(of_batch).one()
        return int(failed), int(members)

    def settle_unsure(self, run_id: int, to: DeliveryState, cause: str, now: datetime) -> int:
        settled = (
            update(delivery)
            .where(delivery.c.run_id == run_id, delivery.c.state == DeliveryState.UNSURE)
            .values(state=to, cause=cause, settled_at=now)
            .returning(delivery.c.attendee_id, delivery.c.revision)
        )
        rows = self._connection.execute(settled).all()
        if to is DeliveryState.SENT:
            for row in rows:
                self._hold(row.attendee_id, row.revision)
        return len(rows)

    def _leave_out(self, claimed: list[int], now: datetime) -> None:
        """Give back deliveries of people who were taken off the list while theirs were on their way back."""
        values = skipped(TAKEN_OFF, now) | {
            "tries": delivery.c.tries - 1,
            "lease_until": None,
            "lease_owner": None,
        }
        self._connection.execute(update(delivery).where(delivery.c.id.in_(claimed)).values(values))

    def _tell_attendee(self, of: Delivery, state: DeliveryState) -> None:
        if state is DeliveryState.SENT:
            self._hold(of.attendee.id, of.revision)
        elif state is DeliveryState.UNSURE:
            self._connection.execute(
                update(attendee).where(attendee.c.id == of.attendee.id).values(unsure=True)
            )

    def _batch_to_come(self, run_id: int) -> int | None:
        """The open or next batch of a run that has not ended; both stay so until the transaction ends."""
        active = select(run.c.id).where(run.c.id == run_id, run.c.state.in_(ACTIVE))
        if self._connection.execute(active.with_for_update(key_share=True)).first() is None:
            return None
        waiting = select(batch.c.seq).where(batch.c.run_id == run_id, batch.c.ended_at.is_(None))
        return self._connection.execute(waiting.with_for_update(key_share=True)).scalar()

    def _trust(self, attendee_id: int) -> None:
        """Nothing of this person's is in doubt, unless another delivery is."""
        doubts = select(delivery.c.id).where(
            delivery.c.attendee_id == attendee_id, delivery.c.state == DeliveryState.UNSURE
        )
        self._connection.execute(
            update(attendee).where(attendee.c.id == attendee_id).values(unsure=doubts.exists())
        )

    def _hold(self, attendee_id: int, revision: int) -> None:
        self._connection.execute(_HOLD, {"of_id": attendee_id, "revision": revision})


def _delivery(row: Row[Any], run_id: int, seq: int, person: Row[Any], state: DeliveryState) -> Delivery:
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
    )
