"""Runs of the in-memory store."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from campaigns.errors import NotFound
from campaigns.holding import whom_of
from campaigns.lifecycle import ACTIVE, already_on, nobody_selected, runs_before
from campaigns.model import Batch, Campaign, DeliveryState, Failure, Kind, Reason, Run, RunState
from campaigns.ports import NewRun, Progress, SentAt, Standing, Upcoming, Whom
from campaigns.timing import Pace
from storage.memory_accounts import MemoryAccounts
from storage.memory_batches import MemoryBatches
from storage.memory_campaigns import counts_of
from storage.memory_ledger import AttendeeRow, BatchRow, DeliveryRow, Ledger, RunRow
from storage.memory_run_members import are_in, queued_again, sorted_newcomers
from storage.memory_selecting import chosen_people
from storage.memory_skipping import skip
from storage.run_rows import NOT_SENT
from storage.sent_over_time import in_stretches


class MemoryRuns:
    """See ``campaigns.run_port.Runs``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def start(self, campaign: Campaign, new: NewRun, now: datetime) -> Run:
        again = self.by_submission(new.submission)
        if again is not None:
            return again
        if any(row.run.campaign_id == campaign.id for row in self._ledger.runs.where("active", key=True)):
            raise already_on()
        chosen = chosen_people(self._ledger, campaign, new.selection)
        if not chosen:
            raise nobody_selected(new.selection.kind)
        run = Run(
            id=self._ledger.runs.new_id(),
            campaign_id=campaign.id,
            kind=new.selection.kind,
            state=RunState.PLANNED if new.is_planned else RunState.RUNNING,
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
            timing=new.timing,
        )
        self._ledger.runs.put(RunRow(run.id, run, new.submission))
        self._ledger.batches.put(BatchRow(self._ledger.batches.new_id(), Batch(run.id, 1, now, None, None)))
        doubted = self._take_over_unsure(run.id, new, {row.id for row, _ in chosen})
        for row, deed in chosen:
            delivery = self._member(run.id, campaign.account_id, row, deed)
            if row.id in doubted:
                earlier = doubted[row.id]
                delivery = replace(
                    delivery,
                    revision=earlier.revision,
                    sequence=earlier.sequence,
                    words=earlier.words,
                    doubted=earlier.doubted,
                    first_claimed_at=earlier.first_claimed_at,
                )
            self._ledger.deliveries.put(delivery)
        are_in(self._ledger, run.id)
        return run

    def take_in(self, run_id: int, now: datetime) -> int:
        into = self._row(run_id)
        campaign = self._ledger.campaigns.get(into.run.campaign_id)
        if into.run.state not in ACTIVE or campaign is None:
            return 0
        again, new = sorted_newcomers(self._ledger, campaign.campaign, into.run)
        for earlier, row, deed in again:
            member = self._member(run_id, campaign.campaign.account_id, row, deed)
            self._ledger.deliveries.put(queued_again(earlier, member))
        for row, deed in new:
            member = self._member(run_id, campaign.campaign.account_id, row, deed)
            self._ledger.deliveries.put(member)
        are_in(self._ledger, run_id)
        self._ledger.runs.put(replace(into, run=replace(into.run, total=into.run.total + len(new))))
        return len(again) + len(new)

    def joining(self, run_id: int) -> int:
        into = self._row(run_id).run
        campaign = self._ledger.campaigns.get(into.campaign_id)
        return len(sorted_newcomers(self._ledger, campaign.campaign, into)[1]) if campaign else 0

    def by_submission(self, submission: str) -> Run | None:
        row = self._ledger.runs.first("submission", submission)
        return row.run if row else None

    def get(self, run_id: int) -> Run:
        return self._row(run_id).run

    def lock(self, run_id: int) -> None:
        """Writers are one at a time as it is."""

    def standing(self, run_id: int) -> Standing:
        row = self._row(run_id)
        account = MemoryAccounts(self._ledger).get(self._account_of(row.run) or 0)
        batch = MemoryBatches(self._ledger).current(run_id)
        of = self._ledger.campaigns.get(row.run.campaign_id)
        return Standing(row.run, batch, row.refusals, account, of.campaign.revision if of else 0)

    def latest(self, campaign_id: int) -> Run | None:
        row = self._ledger.runs.last("campaign", campaign_id)
        return row.run if row else None

    def active(self) -> list[Run]:
        return [row.run for row in self._ledger.runs.where("active", key=True)]

    def of_account(self, account_id: int, states: Sequence[RunState]) -> list[Run]:
        runs = (row.run for row in self._ledger.runs.all() if row.run.state in states)
        return [run for run in runs if self._account_of(run) == account_id]

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

    def change_pace(self, run_id: int, pace: Pace) -> bool:
        row = self._ledger.runs.get(run_id)
        if row is None or row.run.state not in ACTIVE:
            return False
        self._ledger.runs.put(replace(row, run=replace(row.run, pace=pace)))
        return True

    def upcoming(self, account_id: int) -> list[Upcoming]:
        found = (self._upcoming(row.run, account_id) for row in self._ledger.runs.where("active", key=True))
        return [one for one in found if one is not None]

    def sent_over_time(self, run_id: int, *, stretches: int) -> list[SentAt]:
        sent = self._ledger.deliveries.where("state", (run_id, DeliveryState.SENT))
        seconds = Counter(row.settled_at.replace(microsecond=0) for row in sent if row.settled_at)
        return in_stretches(sorted(seconds.items()), stretches)

    def skip_queued(self, run_id: int, cause: str, now: datetime) -> int:
        queued = list(self._ledger.deliveries.where("state", (run_id, DeliveryState.QUEUED)))
        for row in queued:
            skip(self._ledger, row, cause, now)
        return len(queued)

    def skip_person(
        self, run_id: int, key: str, cause: str, now: datetime, *, but_cancels: bool = False
    ) -> bool:
        campaign_id = self._row(run_id).run.campaign_id
        people = self._ledger.attendees.where("known", campaign_id)
        ids = {person.id for person in people if person.attendee.key == key}
        queued = self._ledger.deliveries.where("state", (run_id, DeliveryState.QUEUED))
        spared = {Kind.CANCEL} if but_cancels else set()
        theirs = [row for row in queued if row.attendee_id in ids and row.deed not in spared]
        for row in theirs:
            skip(self._ledger, row, cause, now)
        return bool(theirs)

    def posted(self, run_id: int, channel: str, ts: str) -> None:
        row = self._row(run_id)
        self._ledger.runs.put(replace(row, run=replace(row.run, posted_channel=channel, posted_ts=ts)))

    def progress(self, run_id: int) -> Progress:
        return Progress(
            counts=counts_of(self._ledger, run_id),
            waiting=self._ledger.deliveries.count("place", (run_id, None, DeliveryState.QUEUED)),
            batch=MemoryBatches(self._ledger).current(run_id),
        )

    def waiting(self, run_id: int) -> Whom:
        queued = self._ledger.deliveries.where("state", (run_id, DeliveryState.QUEUED))
        return whom_of((row.deed, False, True, 1) for row in queued)

    def causes(self, run_id: int) -> list[tuple[str, str, int, int]]:
        rows = list(self._not_sent(run_id))
        counted = Counter((row.cause, row.hint) for row in rows)
        back = Counter((row.cause, row.hint) for row in rows if row.state is DeliveryState.BOUNCED)
        grouped = [(*why, count, back[why]) for why, count in counted.items()]
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

    def limit_told(self, run_id: int, at: datetime | None) -> None:
        row = self._row(run_id)
        self._ledger.runs.put(replace(row, run=replace(row.run, limit_told_at=at)))

    def is_through(self, run_id: int) -> bool:
        row = self._row(run_id)
        if row.run.state is not RunState.RUNNING or not row.run.detail:
            return False
        self._ledger.runs.put(replace(row, run=replace(row.run, detail="")))
        return True

    def _member(self, run_id: int, account_id: int, person: AttendeeRow, deed: Kind) -> DeliveryRow:
        """Queued; whoever has an older letter on the wire gets it when what became of that one is known."""
        sending = self._ledger.deliveries.where("on_the_wire", key=True)
        ends = [row.lease_until for row in sending if row.attendee_id == person.id and row.lease_until]
        return DeliveryRow(
            id=self._ledger.deliveries.new_id(),
            run_id=run_id,
            attendee_id=person.id,
            account_id=account_id,
            position=person.position,
            deed=deed,
            not_before=max(ends, default=None),
        )

    def _row(self, run_id: int) -> RunRow:
        row = self._ledger.runs.get(run_id)
        if row is None:
            raise NotFound
        return row

    def _account_of(self, run: Run) -> int | None:
        row = self._ledger.campaigns.get(run.campaign_id)
        return row.campaign.account_id if row else None

    def _not_sent(self, run_id: int) -> list[DeliveryRow]:
        return [row for state in NOT_SENT for row in self._ledger.deliveries.where("state", (run_id, state))]

    def _upcoming(self, run: Run, account_id: int) -> Upcoming | None:
        if self._account_of(run) != account_id or run.state is RunState.PLANNED:
            return None
        due_at = MemoryBatches(self._ledger).current(run.id).due_at
        left = counts_of(self._ledger, run.id).left
        if due_at is None or not left:
            return None
        next_at = max(due_at, run.resume_at or due_at)
        return Upcoming(run.campaign_id, left, run.pace, run.timing, next_at, run.kind)

    def _take_over_unsure(self, run_id: int, new: NewRun, chosen: set[int]) -> dict[int, DeliveryRow]:
        """The earlier rows by attendee; each says now where it went."""
        if new.selection.from_state is not DeliveryState.UNSURE or new.selection.from_run is None:
            return {}
        rows = self._ledger.deliveries.where("state", (new.selection.from_run, DeliveryState.UNSURE))
        unsure = [row for row in rows if row.attendee_id in chosen]
        for row in unsure:
            cause = f"Sent again in run {run_id}"
            self._ledger.deliveries.put(
                replace(row, state=DeliveryState.SKIPPED, cause=cause, again_in=run_id)
            )
        return {row.attendee_id: row for row in unsure}
