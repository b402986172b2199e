"""Runs and batches of the in-memory store."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from campaigns.conduct import nobody_selected
from campaigns.errors import NotFound, StateError
from campaigns.lifecycle import runs_before
from campaigns.model import Batch, Campaign, DeliveryState, Failure, Reason, Run, RunState
from campaigns.ports import NewRun, Progress, Standing
from storage.memory_campaigns import counts_of, selected_attendees
from storage.memory_ledger import BatchRow, DeliveryRow, Ledger, RunRow
from storage.run_rows import NOT_SENT, already_on


class MemoryRuns:
    """See ``campaigns.store_port.Runs``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def start(self, campaign: Campaign, new: NewRun, now: datetime) -> Run:
        again = self.by_submission(new.submission)
        if again is not None:
            return again
        if any(row.run.campaign_id == campaign.id for row in self._ledger.runs.where("active", key=True)):
            raise already_on()
        chosen = selected_attendees(self._ledger, campaign, new.selection)
        if not chosen:
            raise nobody_selected(new.selection.kind)
        run = Run(
            id=self._ledger.runs.new_id(),
            campaign_id=campaign.id,
            kind=new.selection.kind,
            state=RunState.RUNNING,
            reason=None,
            detail="",
            resume_at=None,
            pace=new.pace,
            total=len(chosen),
            started_by=new.started_by,
            channel=new.channel,
            posted_channel="",
            posted_ts="",
            created_at=now,
            ended_at=None,
        )
        self._ledger.runs.put(RunRow(run.id, run, new.submission))
        self._ledger.batches.put(BatchRow(self._ledger.batches.new_id(), Batch(run.id, 1, now, None, None)))
        doubted = self._take_over_unsure(run.id, new, {row.id for row in chosen})
        for row in chosen:
            delivery = DeliveryRow(
                id=self._ledger.deliveries.new_id(),
                run_id=run.id,
                attendee_id=row.id,
                account_id=campaign.account_id,
                position=row.position,
            )
            if row.id in doubted:
                earlier = doubted[row.id]
                delivery = replace(
                    delivery, revision=earlier.revision, first_claimed_at=earlier.first_claimed_at
                )
            self._ledger.deliveries.put(delivery)
        return run

    def by_submission(self, submission: str) -> Run | None:
        row = self._ledger.runs.first("submission", submission)
        return row.run if row else None

    def get(self, run_id: int) -> Run:
        return self._row(run_id).run

    def standing(self, run_id: int) -> Standing:
        row = self._row(run_id)
        return Standing(row.run, MemoryBatches(self._ledger).current(run_id), row.refusals)

    def latest(self, campaign_id: int) -> Run | None:
        row = self._ledger.runs.last("campaign", campaign_id)
        return row.run if row else None

    def active(self) -> list[Run]:
        return [row.run for row in self._ledger.runs.where("active", key=True)]

    def move(
        self,
        run_id: int,
        to: RunState,
        *,
        now: datetime,
        reason: str | None = None,
        detail: str = "",
        resume_at: datetime | None = None,
        by: str = "",
    ) -> bool:
        row = self._ledger.runs.get(run_id)
        if row is None or row.run.state not in runs_before(to):
            return False
        moved = replace(
            row.run,
            state=to,
            reason=Reason(reason) if reason else None,
            detail=detail,
            resume_at=resume_at,
            acted_by=by,
            ended_at=now if to in {RunState.FINISHED, RunState.STOPPED} else None,
        )
        self._ledger.runs.put(replace(row, run=moved))
        return True

    def skip_queued(self, run_id: int, cause: str, now: datetime) -> int:
        queued = list(self._ledger.deliveries.where("state", (run_id, DeliveryState.QUEUED)))
        for row in queued:
            person = self._ledger.attendees.get(row.attendee_id)
            doubted = person is not None and person.unsure
            state = DeliveryState.UNSURE if doubted else DeliveryState.SKIPPED
            self._ledger.deliveries.put(replace(row, state=state, cause=cause))
        return len(queued)

    def posted(self, run_id: int, channel: str, ts: str) -> None:
        row = self._row(run_id)
        self._ledger.runs.put(replace(row, run=replace(row.run, posted_channel=channel, posted_ts=ts)))

    def progress(self, run_id: int) -> Progress:
        return Progress(
            counts=counts_of(self._ledger, run_id),
            waiting=self._ledger.deliveries.count("place", (run_id, None, DeliveryState.QUEUED)),
            batch=MemoryBatches(self._ledger).current(run_id),
        )

    def causes(self, run_id: int) -> list[tuple[str, str, int]]:
        counted = Counter((row.cause, row.hint) for row in self._not_sent(run_id))
        grouped = [(cause, hint, count) for (cause, hint), count in counted.items()]
        return sorted(grouped, key=lambda group: (-group[2], group[0]))

    def failures(self, run_id: int) -> Iterator[Failure]:
        for row in sorted(self._not_sent(run_id), key=lambda row: row.position):
            known = self._ledger.attendees.get(row.attendee_id)
            if known is None:
                raise NotFound
            who = known.attendee
            yield Failure(who.name, who.address, who.line, row.state, row.cause, row.evidence, row.tries)

    def count_refusal(self, run_id: int, cause: str) -> int:
        row = self._row(run_id)
        streak = row.refusals + 1 if row.refusal_cause == cause else 1
        self._ledger.runs.put(replace(row, refusals=streak, refusal_cause=cause))
        return streak

    def clear_refusals(self, run_id: int) -> None:
        self._ledger.runs.put(replace(self._row(run_id), refusals=0, refusal_cause=""))

    def _row(self, run_id: int) -> RunRow:
        row = self._ledger.runs.get(run_id)
        if row is None:
            raise NotFound
        return row

    def _not_sent(self, run_id: int) -> list[DeliveryRow]:
        return [row for state in NOT_SENT for row in self._ledger.deliveries.where("state", (run_id, state))]

    def _take_over_unsure(self, run_id: int, new: NewRun, chosen: set[int]) -> dict[int, DeliveryRow]:
        """The earlier rows by attendee; each says now where it went."""
        if new.selection.from_state is not DeliveryState.UNSURE or new.selection.from_run is None:
            return {}
        rows = self._ledger.deliveries.where("state", (new.selection.from_run, DeliveryState.UNSURE))
        unsure = [row for row in rows if row.attendee_id in chosen]
        for row in unsure:
            self._ledger.deliveries.put(
                replace(row, state=DeliveryState.SKIPPED, cause=f"Sent again in run {run_id}")
            )
        return {row.attendee_id: row for row in unsure}


class MemoryBatches:
    """See ``campaigns.store_port.Batches``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def current(self, run_id: int) -> Batch:
        row = self._ledger.batches.last("run", run_id)
        if row is None:
            raise NotFound
        return row.batch

    def open(self, run_id: int, seq: int, size: int | None, now: datetime) -> int:
        row = self._row(run_id, seq)
        if row.batch.opened_at is not None:
            return 0
        self._ledger.batches.put(replace(row, batch=replace(row.batch, opened_at=now)))
        waiting = self._ledger.deliveries.where("place", (run_id, None, DeliveryState.QUEUED))
        ready = (row for row in waiting if row.not_before is None or row.not_before <= now)
        members = list(islice(ready, size))
        for member in members:
            self._ledger.deliveries.put(replace(member, batch_seq=seq))
        return len(members)

    def renew(self, run_id: int, seq: int, owner: str, lease_until: datetime) -> None:
        row = self._row(run_id, seq)
        if row.batch.ended_at is None:
            self._ledger.batches.put(replace(row, lease_until=lease_until))

    def release(self, run_id: int, seq: int) -> None:
        self._ledger.batches.put(replace(self._row(run_id, seq), lease_until=None))

    def postpone(self, run_id: int, seq: int, due_at: datetime, *, stumbled: bool) -> None:
        row = self._row(run_id, seq)
        if row.batch.ended_at is None:
            batch = replace(row.batch, due_at=due_at, stumbles=row.batch.stumbles + stumbled)
            self._ledger.batches.put(replace(row, batch=batch, lease_until=None))

    def progressed(self, run_id: int, seq: int) -> None:
        row = self._row(run_id, seq)
        self._ledger.batches.put(replace(row, batch=replace(row.batch, stumbles=0)))

    def end(self, run_id: int, seq: int, now: datetime) -> bool:
        row = self._row(run_id, seq)
        if row.batch.ended_at is not None:
            return False
        ended = replace(row.batch, ended_at=now, due_at=None)
        self._ledger.batches.put(replace(row, batch=ended, lease_until=None))
        return True

    def arm_next(self, run_id: int, seq: int, due_at: datetime) -> None:
        if self.current(run_id).ended_at is None:
            raise StateError(f"batch {seq} of run {run_id} was armed while the one before it is open")
        self._ledger.batches.put(
            BatchRow(self._ledger.batches.new_id(), Batch(run_id, seq, due_at, None, None))
        )

    def earliest_waiting(self, run_id: int) -> datetime | None:
        earliest: datetime | None = None
        for row in self._ledger.deliveries.where("place", (run_id, None, DeliveryState.QUEUED)):
            if row.not_before is None:
                return None
            earliest = min(earliest or row.not_before, row.not_before)
        return earliest

    def release_all(self) -> None:
        for row in self._ledger.batches.where("waiting", key=True):
            self._ledger.batches.put(replace(row, lease_until=None))

    def _row(self, run_id: int, seq: int) -> BatchRow:
        row = self._ledger.batches.first("place", (run_id, seq))
        if row is None:
            raise NotFound
        return row
