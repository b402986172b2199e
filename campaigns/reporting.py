"""Gathers from the store what a report or a notice needs."""

from campaigns.export import csv_bytes, problems_csv
from campaigns.model import Attachment, Run
from campaigns.notices import Notice, NoticeKind
from campaigns.ports import Clock, SentAt
from campaigns.report import FAILURE_COLUMNS, RunReport, failure_row, run_report
from campaigns.store_port import UnitOfWork

_STRETCHES = 48
"""Into how many points the picture of a run divides its time."""


def report_of(work: UnitOfWork, run: Run, clock: Clock) -> RunReport:
    """The report of ``run`` as it is in this transaction."""
    progress = work.runs.progress(run.id)
    return run_report(
        run,
        progress.counts,
        waiting=progress.waiting,
        seq=progress.batch.seq,
        due_at=progress.batch.due_at,
        opened_at=progress.batch.opened_at,
        ended_at=progress.batch.ended_at,
        causes=work.runs.causes(run.id),
        now=clock.now(),
        minute=clock.minute,
    )


def timeline_of(work: UnitOfWork, run: Run) -> list[SentAt]:
    """How the sending went over time, for the picture of the final report."""
    return work.runs.sent_over_time(run.id, stretches=_STRETCHES)


def failures_file(work: UnitOfWork, run_id: int) -> Attachment:
    """Who was not reached, and why, by the list's own order."""
    rows = (failure_row(failure) for failure in work.runs.failures(run_id))
    return Attachment(f"not-sent-run-{run_id}.csv", csv_bytes(FAILURE_COLUMNS, rows))


def files_for(work: UnitOfWork, notice: Notice) -> list[Attachment]:
    """The files that go with ``notice``: who failed and why, or which lines of the list have problems."""
    if notice.kind is NoticeKind.FAILURES and notice.run_id is not None:
        return [failures_file(work, notice.run_id)]
    if notice.kind is NoticeKind.IMPORTED and notice.campaign_id is not None:
        problems = work.campaigns.problems(notice.campaign_id)
        return [Attachment("list-problems.csv", problems_csv(problems))] if problems else []
    return []
