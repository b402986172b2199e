"""Runs: one pass over a campaign each."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from campaigns.errors import NotFound
from campaigns.lifecycle import ACTIVE, already_on, nobody_selected, runs_before
from campaigns.model import Batch, Campaign, DeliveryState, Failure, Kind, Run, RunState
from campaigns.ports import NewRun, Progress, SentAt, Standing, Upcoming, Whom
from campaigns.timing import Pace
from storage.account_rows import account_of
from storage.batch_rows import BatchRows
from storage.run_members import add_members, joining, take_in
from storage.run_outlook import sent_by_second, upcoming, waiting
from storage.run_values import counts_of, run_of, runs_query
from storage.sent_over_time import in_stretches
from storage.skipping import skipped
from storage.tables import account, attendee, batch, campaign, delivery, run
from storage.timing_json import hours_to_json

_BATCH = (batch.c.seq, batch.c.due_at, batch.c.opened_at, batch.c.ended_at, batch.c.stumbles)
_ACCOUNT = tuple(column.name for column in account.c)
# read before every invite: built once
_STANDING = (
    select(
        run,
        *(column.label(f"batch_{column.name}") for column in _BATCH),
        *(account.c[name].label(f"account_{name}") for name in _ACCOUNT),
        campaign.c.revision.label("revision"),
    )
    .join(batch, batch.c.run_id == run.c.id)
    .join(campaign, campaign.c.id == run.c.campaign_id)
    .join(account, account.c.id == campaign.c.account_id)
    .where(run.c.id == bindparam("of_run"))
    .order_by(batch.c.seq.desc())
    .limit(1)
)
NOT_SENT = (DeliveryState.FAILED, DeliveryState.UNSURE, DeliveryState.BOUNCED)


class RunRows:
    """See ``campaigns.run_port.Runs``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def start(self, campaign: Campaign, new: NewRun, now: datetime) -> Run:
        values = {
            "campaign_id": campaign.id,
            "kind": new.selection.kind,
            "state": RunState.PLANNED if new.is_planned else RunState.RUNNING,
            "per_batch": new.pace.per_batch,
            "gap_minutes": new.pace.gap_minutes,
            "total": 0,
            "started_by": new.started_by,
            "channel": new.channel,
            "submission": new.submission,
            "created_at": now,
            "starts_at": new.timing.starts_at,
            "hours": hours_to_json(new.timing.hours),
        }
        try:
            # in a savepoint: PostgreSQL would refuse every further statement of a transaction that failed,
            # and whoever goes on after a refusal is left no run of nobody
            with self._connection.begin_nested():
                run_id = self._connection.execute(insert(run).values(values).returning(run.c.id)).scalar_one()
                self._connection.execute(insert(batch).values(run_id=run_id, seq=1, due_at=now))
                total = add_members(self._connection, run_id, campaign, new.selection)
                if not total:
                    raise nobody_selected(new.selection.kind)
                self._connection.execute(update(run).where(run.c.id == run_id).values(total=total))
        except IntegrityError as error:
            again = self.by_submission(new.submission)
            if again is not None:
                return again  # the other press of a doubled submission has just been committed
            raise already_on() from error
        return self.get(run_id)

    def take_in(self, run_id: int, now: datetime) -> int:
        return take_in(self._connection, self.get(run_id))

    def joining(self, run_id: int) -> int:
        return joining(self._connection, self.get(run_id))

    def by_submission(self, submission: str) -> Run | None:
        found = self._connection.execute(runs_query().where(run.c.submission == submission)).first()
        return run_of(found) if found else None

    def get(self, run_id: int) -> Run:
        found = self._connection.execute(runs_query().where(run.c.id == run_id)).first()
        if found is None:
            raise NotFound
        return run_of(found)

    def lock(self, run_id: int) -> None:
        # see AccountRows.lock: what refers to the run may be written meanwhile
        locked = select(run.c.id).where(run.c.id == run_id).with_for_update(key_share=True)
        self._connection.execute(locked)

    def standing(self, run_id: int) -> Standing:
        row = self._connection.execute(_STANDING, {"of_run": run_id}).first()
        if row is None:
            raise NotFound
        current = Batch(
            run_id,
            row.batch_seq,
            row.batch_due_at,
            row.batch_opened_at,
            row.batch_ended_at,
            row.batch_stumbles,
        )
        values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
        sender = account_of({name: values[f"account_{name}"] for name in _ACCOUNT})
        return Standing(run_of(row), current, row.refusals, sender, row.revision)

    def latest(self, campaign_id: int) -> Run | None:
        newest = runs_query().where(run.c.campaign_id == campaign_id).order_by(run.c.id.desc()).limit(1)
        found = self._connection.execute(newest).first()
        return run_of(found) if found else None

    def active(self) -> list[Run]:
        query = runs_query().where(run.c.state.in_(ACTIVE)).order_by(run.c.id)
        return [run_of(row) for row in self._connection.execute(query)]

    def of_account(self, account_id: int, states: Sequence[RunState]) -> list[Run]:
        query = (
            runs_query()
            .join(campaign, campaign.c.id == run.c.campaign_id)
            .where(campaign.c.account_id == account_id, run.c.state.in_(states))
            .order_by(run.c.id)
        )
        return [run_of(row) for row in self._connection.execute(query)]

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
        ended_at = now if to in {RunState.FINISHED, RunState.STOPPED} else None
        step = (
            update(run)
            .where(run.c.id == run_id, run.c.state.in_(runs_before(to)))
            .values(
                state=to, reason=reason, detail=detail, resume_at=resume_at, acted_by=by, ended_at=ended_at
            )
        )
        return self._connection.execute(step).rowcount == 1

    def change_pace(self, run_id: int, pace: Pace) -> bool:
        changed = (
            update(run)
            .where(run.c.id == run_id, run.c.state.in_(ACTIVE))
            .values(per_batch=pace.per_batch, gap_minutes=pace.gap_minutes)
        )
        return self._connection.execute(changed).rowcount == 1

    def upcoming(self, account_id: int) -> list[Upcoming]:
        return upcoming(self._connection, account_id)

    def sent_over_time(self, run_id: int, *, stretches: int) -> list[SentAt]:
        return in_stretches(sent_by_second(self._connection, run_id), stretches)

    def skip_queued(self, run_id: int, cause: str, now: datetime) -> int:
        queued = update(delivery).where(delivery.c.run_id == run_id, delivery.c.state == DeliveryState.QUEUED)
        return self._connection.execute(queued.values(skipped(cause, now))).rowcount

    def skip_person(
        self, run_id: int, key: str, cause: str, now: datetime, *, but_cancels: bool = False
    ) -> bool:
        of_run = select(run.c.campaign_id).where(run.c.id == run_id).scalar_subquery()
        person = select(attendee.c.id).where(attendee.c.campaign_id == of_run, attendee.c.key == key)
        queued = update(delivery).where(
            delivery.c.run_id == run_id,
            delivery.c.attendee_id.in_(person),
            delivery.c.state == DeliveryState.QUEUED,
        )
        if but_cancels:
            queued = queued.where(delivery.c.deed != Kind.CANCEL)
        return self._connection.execute(queued.values(skipped(cause, now))).rowcount > 0

    def posted(self, run_id: int, channel: str, ts: str) -> None:
        where = update(run).where(run.c.id == run_id).values(posted_channel=channel, posted_ts=ts)
        self._connection.execute(where)

    def progress(self, run_id: int) -> Progress:
        waiting = select(func.count()).where(
            delivery.c.run_id == run_id,
            delivery.c.state == DeliveryState.QUEUED,
            delivery.c.batch_seq.is_(None),
        )
        return Progress(
            counts=counts_of(self._connection, run_id),
            waiting=self._connection.execute(waiting).scalar_one(),
            batch=BatchRows(self._connection).current(run_id),
        )

    def waiting(self, run_id: int) -> Whom:
        return waiting(self._connection, run_id)

    def causes(self, run_id: int) -> list[tuple[str, str, int, int]]:
        back = func.count().filter(delivery.c.state == DeliveryState.BOUNCED)
        grouped = (
            select(delivery.c.cause, delivery.c.hint, func.count().label("count"), back)
            .where(delivery.c.run_id == run_id, delivery.c.state.in_(NOT_SENT))
            .group_by(delivery.c.cause, delivery.c.hint)
            .order_by(func.count().desc(), delivery.c.cause)
        )
        return [(row.cause, row.hint, row[2], row[3]) for row in self._connection.execute(grouped)]

    def failures(self, run_id: int) -> Iterator[Failure]:
        who = (attendee.c.name, attendee.c.address, attendee.c.line)
        why = (delivery.c.state, delivery.c.cause, delivery.c.evidence, delivery.c.tries)
        query = (
            select(*who, *why)
            .join(attendee, attendee.c.id == delivery.c.attendee_id)
            .where(delivery.c.run_id == run_id, delivery.c.state.in_(NOT_SENT))
            .order_by(delivery.c.position)
        )
        for row in self._connection.execute(query, execution_options={"yield_per": 1_000}):
            state = DeliveryState(row.state)
            yield Failure(row.name, row.address, row.line, state, row.cause, row.evidence, row.tries)

    def count_refusal(self, run_id: int, cause: str) -> int:
        current = self._connection.execute(
            select(run.c.refusals, run.c.refusal_cause).where(run.c.id == run_id)
        ).one()
        streak = current.refusals + 1 if current.refusal_cause == cause else 1
        counted = update(run).where(run.c.id == run_id).values(refusals=streak, refusal_cause=cause)
        self._connection.execute(counted)
        return int(streak)

    def clear_refusals(self, run_id: int) -> None:
        self._connection.execute(
            update(run).where(run.c.id == run_id, run.c.refusals > 0).values(refusals=0, refusal_cause="")
        )

    def limit_told(self, run_id: int, at: datetime | None) -> None:
        self._connection.execute(update(run).where(run.c.id == run_id).values(limit_told_at=at))

    def is_through(self, run_id: int) -> bool:
        passed = update(run).where(run.c.id == run_id, run.c.state == RunState.RUNNING, run.c.detail != "")
        return self._connection.execute(passed.values(detail="")).rowcount == 1
