"""Deliveries of the in-memory store."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from itertools import islice

from campaigns.errors import NotFound
from campaigns.holding import doubted_after, why_not, words_of
from campaigns.lifecycle import ACTIVE, MISSED, OUTCOMES, deliveries_before
from campaigns.model import Campaign, Delivery, DeliveryState
from campaigns.ports import Misses, Settlement
from storage.memory_accounts import MemoryAccounts
from storage.memory_holding import doubt, free_number, hold, holder, trust
from storage.memory_ledger import DeliveryRow, Ledger
from storage.memory_skipping import skip


class MemoryDeliveries:
    """See ``campaigns.run_port.Deliveries``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def claim(
        self, run_id: int, seq: int, *, limit: int, owner: str, now: datetime, lease_until: datetime
    ) -> list[Delivery]:
        queued = self._ledger.deliveries.where("place", (run_id, seq, DeliveryState.QUEUED))
        ready = (row for row in queued if row.not_before is None or row.not_before <= now)
        due = (row for row in ready if self._is_due(row, now))
        return [self._claim(row, now, lease_until) for row in islice(due, limit)]

    def settle(self, delivery: Delivery, settlement: Settlement, now: datetime) -> bool:
        row = self._ledger.deliveries.get(delivery.id)
        # a receipt that comes late is still evidence: it settles a row that was given up as unsure
        before = (
            deliveries_before(DeliveryState.SENT)
            if settlement.state is DeliveryState.SENT
            else (DeliveryState.SENDING,)
        )
        if row is None or row.attempt != delivery.attempt or row.state not in before:
            return False
        settled = replace(
            row,
            state=settlement.state,
            cause=settlement.cause,
            hint=settlement.hint,
            evidence=settlement.evidence,
            reference=settlement.reference,
            tries=delivery.tries - 1 if settlement.given_back else delivery.tries,
            not_before=settlement.not_before,
            batch_seq=None if settlement.leave_batch else delivery.batch_seq,
            lease_until=None,
            settled_at=None if settlement.state is DeliveryState.QUEUED else now,
            doubted=doubted_after(delivery, settlement),
        )
        self._ledger.deliveries.put(settled)
        if settlement.state is DeliveryState.SENT:
            hold(self._ledger, settled, uid=settlement.uid)
        elif settlement.state is DeliveryState.UNSURE or settlement.may_have_gone:
            doubt(self._ledger, settled, uid=settlement.uid)
        elif settlement.state is DeliveryState.FAILED and delivery.doubted is not None:
            trust(self._ledger, settled)
        return True

    def next_retry_at(self, run_id: int, seq: int, now: datetime) -> datetime | None:
        queued = self._ledger.deliveries.where("place", (run_id, seq, DeliveryState.QUEUED))
        earliest: datetime | None = None
        for row in queued:
            if row.not_before is None:
                return now
            earliest = min(earliest or row.not_before, row.not_before)
        return earliest

    def sending(self, run_id: int, seq: int) -> int:
        return self._ledger.deliveries.count("place", (run_id, seq, DeliveryState.SENDING))

    def abandon_expired(self, leased_until: datetime, now: datetime, cause: str) -> list[int]:
        concerned: set[int] = set()
        for row in self._ledger.deliveries.where("on_the_wire", key=True):
            if row.lease_until is None or row.lease_until > leased_until:
                continue
            self._ledger.deliveries.put(
                replace(row, state=DeliveryState.UNSURE, cause=cause, lease_until=None, settled_at=now)
            )
            doubt(self._ledger, row)
            MemoryAccounts(self._ledger).spend(row.account_id, now, row.deed)
            concerned.add(row.run_id)
        return sorted(concerned)

    def unsure(self, run_id: int, *, after: int, limit: int) -> list[Delivery]:
        rows = self._ledger.deliveries.where("state", (run_id, DeliveryState.UNSURE))
        tried = sorted((row for row in rows if row.first_claimed_at), key=lambda row: row.id)
        return [self._delivery(row) for row in tried if row.id > after][:limit]

    def answer_unsure(
        self, delivery: Delivery, to: DeliveryState, *, reference: str, cause: str, now: datetime
    ) -> bool:
        row = self._ledger.deliveries.get(delivery.id)
        if row is None or row.attempt != delivery.attempt or not _is_open(row):
            return False
        if to is DeliveryState.SENT:
            row = replace(row, doubted=None)
            told = replace(
                row, state=to, cause=cause, hint="", evidence="", reference=reference, settled_at=now
            )
            self._ledger.deliveries.put(told)
            hold(self._ledger, told)
            return True
        batch = self._batch_to_come(row.run_id)
        if batch is None or row.state is not DeliveryState.UNSURE:
            return False
        row = replace(row, doubted=None if row.doubted == row.sequence else row.doubted)
        stays = row.batch_seq if row.batch_seq == batch else None
        self._ledger.deliveries.put(
            replace(row, state=to, cause=cause, hint="", evidence="", batch_seq=stays, settled_at=None)
        )
        trust(self._ledger, row)
        return True

    def doubtful(self, delivery_id: int) -> Delivery | None:
        row = self._ledger.deliveries.get(delivery_id)
        return self._delivery(row) if row and row.first_claimed_at and _is_open(row) else None

    def misses(self, run_id: int, most: int) -> Misses:
        settled = [
            (row.settled_at, row.id, row.state)
            for state in OUTCOMES
            for row in self._ledger.deliveries.where("state", (run_id, state))
            if row.settled_at
        ]
        latest = sorted(settled, reverse=True)[:most]
        counts = Counter(state for _, _, state in latest)
        return Misses(
            size=len(latest),
            failed=counts[DeliveryState.FAILED],
            unsure=counts[DeliveryState.UNSURE],
            times=tuple(at for at, _, state in latest if state in MISSED),
        )

    def settle_unsure(self, run_id: int, to: DeliveryState, cause: str, now: datetime) -> int:
        unsure = list(self._ledger.deliveries.where("state", (run_id, DeliveryState.UNSURE)))
        for row in unsure:
            self._ledger.deliveries.put(replace(row, state=to, cause=cause, settled_at=now, doubted=None))
            if to is DeliveryState.SENT:
                hold(self._ledger, row)
        return len(unsure)

    def _is_due(self, row: DeliveryRow, now: datetime) -> bool:
        """Whether it is to be sent still; if not, it is settled as skipped."""
        campaign = self._campaign(row)
        cause = why_not(
            row.deed,
            holder(self._ledger, row),
            campaign.revision,
            is_event_cancelled=campaign.is_cancelled,
        )
        if cause:
            skip(self._ledger, row, cause, now)
        return not cause

    def _claim(self, row: DeliveryRow, now: datetime, lease_until: datetime) -> Delivery:
        revision, person = self._campaign(row).revision, holder(self._ledger, row)
        words = words_of(row.deed, person, person.attendee.address)
        # the number of a letter names its words: only the same ones keep it
        is_a_retry = row.revision == revision and row.words == words
        number = row.sequence if is_a_retry else None
        if number is None:
            number = max(revision, free_number(self._ledger, person))
        claimed = replace(
            row,
            state=DeliveryState.SENDING,
            attempt=row.attempt + 1,
            tries=row.tries + 1,
            revision=revision,
            sequence=number,
            words=words,
            first_claimed_at=row.first_claimed_at or now,
            not_before=None,
            lease_until=lease_until,
        )
        self._ledger.deliveries.put(claimed)
        return self._delivery(claimed)

    def _campaign(self, row: DeliveryRow) -> Campaign:
        run = self._ledger.runs.get(row.run_id)
        campaign = self._ledger.campaigns.get(run.run.campaign_id) if run else None
        if campaign is None:
            raise NotFound
        return campaign.campaign

    def _delivery(self, row: DeliveryRow) -> Delivery:
        if row.revision is None or row.sequence is None or row.first_claimed_at is None:
            raise ValueError(f"delivery {row.id} was never claimed")
        person = holder(self._ledger, row)
        return Delivery(
            id=row.id,
            run_id=row.run_id,
            batch_seq=row.batch_seq or 0,
            attendee=person.attendee,
            state=row.state,
            attempt=row.attempt,
            tries=row.tries,
            revision=row.revision,
            first_claimed_at=row.first_claimed_at,
            deed=row.deed,
            sequence=row.sequence,
            held=person.held_revision,
            was_taken_out=person.held_cancelled,
            doubted=row.doubted,
        )

    def _batch_to_come(self, run_id: int) -> int | None:
        run = self._ledger.runs.get(run_id)
        newest = self._ledger.batches.last("run", run_id)
        if run is None or run.run.state not in ACTIVE or newest is None or newest.batch.ended_at is not None:
            return None
        return newest.batch.seq


def _is_open(row: DeliveryRow) -> bool:
    """Whether an answer of the attendee would settle it."""
    waits = row.state is DeliveryState.QUEUED and row.doubted is not None
    return waits or row.state is DeliveryState.UNSURE
