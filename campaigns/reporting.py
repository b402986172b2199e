"""Gathers from the store what a report or a notice needs."""

from collections.abc import Sequence

from campaigns.account import Account
from campaigns.answer import AnswerCounts
from campaigns.answer_reading import AnswerReading, reading_of, reads_answers
from campaigns.answers_seen import AnswersSeen
from campaigns.export import csv_bytes, problems_csv
from campaigns.model import Attachment, Campaign, Kind, Run, RunState
from campaigns.notices import Notice, NoticeKind
from campaigns.ports import Clock, SentAt
from campaigns.report import (
    FAILURE_COLUMNS,
    RunReport,
    failure_row,
    person_columns,
    person_row,
    run_report,
)
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
        answers=_answers_of(work, run),
    )


def _answers_of(work: UnitOfWork, run: Run) -> AnswersSeen | None:
    if run.kind is Kind.CANCEL or run.state is RunState.PLANNED:
        return None
    campaign = work.campaigns.get(run.campaign_id)
    return None if campaign.is_cancelled else answers_seen(work, [campaign]).get(campaign.id)


def answers_seen(
    work: UnitOfWork, campaigns: Sequence[Campaign], *, reads_of_settings: bool | None = None
) -> dict[int, AnswersSeen]:
    """What is known of their answers, by campaign; all of them are counted in one query.

    ``reads_of_settings``: whether the settings say where the mail of their account is. None: that is not
    known here, and nothing is said of it before its mail was looked at once.
    """
    readings: dict[int, AnswerReading | None] = {}
    for account_id in {campaign.account_id for campaign in campaigns}:
        account = work.accounts.get(account_id)
        readings[account_id] = _reading_of(work, account, reads_of_settings=reads_of_settings)
    known = [(one.id, reading) for one in campaigns if (reading := readings[one.account_id]) is not None]
    counted = [campaign_id for campaign_id, reading in known if reading.is_on]
    counts = work.answers.counts(counted) if counted else {}
    return {
        campaign_id: AnswersSeen(counts.get(campaign_id, AnswerCounts()), reading)
        for campaign_id, reading in known
    }


def _reading_of(
    work: UnitOfWork, account: Account, *, reads_of_settings: bool | None
) -> AnswerReading | None:
    mailbox = work.mailboxes.get(account.id)
    if not account.is_of_settings:
        is_on = reads_answers(account, work.accounts.credential(account.id))
        return reading_of(account, mailbox, is_on=is_on)
    if reads_of_settings is not None:
        return reading_of(account, mailbox, is_on=reads_of_settings)
    return reading_of(account, mailbox, is_on=True) if mailbox.looked_at is not None else None


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


def attendees_file(work: UnitOfWork, campaign: Campaign) -> Attachment:
    """Everybody on the list with what they hold and answered; then who was taken off and holds something."""
    zone = campaign.event.zone
    rows = (person_row(person, zone) for person in work.answers.people(campaign.id))
    return Attachment(f"attendees-campaign-{campaign.id}.csv", csv_bytes(person_columns(zone), rows))
