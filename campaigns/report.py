"""A run as it stands, ready to be put in words by any medium."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.answer import Said
from campaigns.answer_port import PersonLine
from campaigns.answers_seen import AnswersSeen
from campaigns.hours import is_open
from campaigns.model import Counts, DeliveryState, Failure, Run, RunState
from campaigns.plan import batches_for, last_start

WRONG_ADDRESS = frozenset(
    {
        "The mailbox doesn't exist",
        "The mailbox is closed",
        "The domain takes no mail",
        "The address is not valid",
        "The person has moved",
    }
)
"""Causes that no second try helps: the list has to be corrected first. Tests hold them to the words of the
mailers, and of reports that come back."""


@dataclass(frozen=True, slots=True)
class CauseCount:
    """Invites that failed, came back or are unsure, grouped by why, with what to do about it.

    The same cause has one line: what a mail server refuses at once, another one takes and sends back.
    ``back`` of ``count`` came back.
    """

    cause: str
    hint: str
    count: int
    back: int = 0


@dataclass(frozen=True, slots=True)
class RunReport:
    """``batch`` of ``batches``; ``next_at`` is when the next batch goes (None: under way or over).

    An open batch with a ``next_at`` rests until its run's hours open. ``expected_end_at`` is when the last
    batch would start if nothing comes between.
    """

    run: Run
    counts: Counts
    batch: int
    batches: int
    batch_open: bool
    next_at: datetime | None
    expected_end_at: datetime | None
    causes: tuple[CauseCount, ...]
    answers: AnswersSeen | None = None

    @property
    def wrong_failed(self) -> int:
        """How many failed because the list holds an address at which nobody is."""
        return sum(one.count - one.back for one in self.causes if one.cause in WRONG_ADDRESS)

    @property
    def wrong_bounced(self) -> int:
        """How many came back for that."""
        return sum(one.back for one in self.causes if one.cause in WRONG_ADDRESS)


def run_report(
    run: Run,
    counts: Counts,
    *,
    waiting: int,
    seq: int,
    due_at: datetime | None,
    opened_at: datetime | None,
    ended_at: datetime | None,
    causes: list[tuple[str, str, int, int]],
    now: datetime,
    minute: timedelta,
    answers: AnswersSeen | None = None,
) -> RunReport:
    """The report of ``run``; ``waiting`` are queued and in no batch, ``seq`` is the open or next one."""
    size = run.pace.per_batch or max(run.total, 1)
    batch_open = opened_at is not None and ended_at is None
    ahead = batches_for(waiting, size)
    batches = seq + ahead if batch_open or ended_at is not None else seq - 1 + max(ahead, 1)
    # what is planned or paused goes when a person, or the limit, says so
    active = run.state is RunState.RUNNING
    hours = run.timing.hours
    rests = not batch_open or not is_open(hours, now)
    expected = (
        last_start(max(due_at or now, now), batches - seq, minute * run.pace.gap_minutes, hours)
        if active
        else None
    )
    return RunReport(
        run=run,
        counts=counts,
        batch=seq,
        batches=batches,
        batch_open=batch_open,
        next_at=due_at if active and rests else None,
        expected_end_at=expected,
        causes=_by_cause(causes),
        answers=answers,
    )


def _by_cause(counted: list[tuple[str, str, int, int]]) -> tuple[CauseCount, ...]:
    """One for each cause, the most frequent first; a mail that came back brings no hint of its own."""
    merged: dict[str, CauseCount] = {}
    for cause, hint, count, back in counted:
        known = merged.get(cause, CauseCount(cause, "", 0))
        merged[cause] = CauseCount(cause, known.hint or hint, known.count + count, known.back + back)
    return tuple(sorted(merged.values(), key=lambda one: (-one.count, one.cause)))


FAILURE_COLUMNS = ("Line", "Name", "Address", "Outcome", "Why", "What the mail service said", "Tries")

_OUTCOME = {
    DeliveryState.FAILED: "failed",
    DeliveryState.UNSURE: "unsure, may have arrived",
    DeliveryState.BOUNCED: "came back",
    DeliveryState.SKIPPED: "not sent",
}
_ON_ITS_WAY = frozenset({DeliveryState.QUEUED, DeliveryState.SENDING})
_ANSWERS = {Said.ACCEPTED: "yes", Said.TENTATIVE: "maybe", Said.DECLINED: "no"}


def failure_row(failure: Failure) -> tuple[str, ...]:
    """One row of the failure list, in the order of ``FAILURE_COLUMNS``."""
    return (
        str(failure.line),
        failure.name,
        failure.address,
        _OUTCOME.get(failure.state, failure.state),
        failure.cause,
        failure.evidence,
        str(failure.attempts),
    )


def person_columns(zone: str) -> tuple[str, ...]:
    """The head of the list of all attendees; times in it are in ``zone``."""
    answered_at = f"Answered at ({zone})"
    held = ("In the calendar", "Answer", answered_at)
    return ("Line", "Name", "Address", "On the list", *held, "Last outcome", "Why")


def person_row(person: PersonLine, zone: str) -> tuple[str, ...]:
    """One row of the list of all attendees, in the order of ``person_columns``."""
    attendee, answer = person.attendee, person.answer
    at = f"{answer.stamped_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" if answer else ""
    return (
        str(attendee.line) if attendee.line else "",
        attendee.name,
        attendee.address,
        "yes" if person.is_listed else "taken off",
        _in_the_calendar(person),
        _ANSWERS[answer.said] if answer else "",
        at,
        _OUTCOME.get(person.state, person.state) if person.state else "",
        person.cause,
    )


def _in_the_calendar(person: PersonLine) -> str:
    if person.is_unsure:
        # what is on its way, or is tried again in a moment, will say it
        return "Not known yet" if person.state in _ON_ITS_WAY else "Unsure"
    if person.revision is None:
        return "Nothing"
    # people count from one
    return "Cancelled" if person.is_cancelled else f"Version {person.revision + 1}"
