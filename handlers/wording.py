"""How the state of a run is put in words. Words only: which block they stand in is decided elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from campaigns.faults import is_probed
from campaigns.model import Counts, Kind, Reason, Run, RunState
from campaigns.ports import Behind, CampaignSummary, Whom
from campaigns.report import RunReport
from campaigns.timing import Pace
from handlers.mrkdwn import safe

Tell = Callable[[datetime], str]
"""How a time is shown: as a Slack date token, or in the event's zone where tokens are not read."""

DOT = " · "
_BAR = 20


def number(count: int, one: str, many: str = "") -> str:
    """``1 attendee``, ``1,200 attendees``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


@dataclass(frozen=True, slots=True)
class KindWords:
    """How a run of one kind is spoken of: what goes on, what was done, and what each person gets.

    ``left_out`` ends "3 people were not …"; ``way`` is the button that leads to such a run.
    """

    doing: str
    done: str
    one: str
    left_out: str
    way: str

    @property
    def many(self) -> str:
        return f"{self.one.capitalize()}s"


KIND_WORDS = {
    Kind.INVITE: KindWords("Sending", "sent", "invite", "invited", "Send Invite"),
    Kind.UPDATE: KindWords("Updating", "updated", "update", "updated", "Update Calendar Invites"),
    Kind.CANCEL: KindWords("Cancelling", "cancelled", "cancellation", "told", "Cancel event"),
    Kind.REMIND: KindWords("Reminding", "reminded", "reminder", "reminded", "Remind"),
}

CANCELLED = "Cancelled"
TAKES_PLACE = "Takes place after all"
CAME_BACK = "came back"
_REPLACED = "Replaced by "


def done(kind: Kind) -> str:
    """What has been done to an attendee of such a run."""
    return KIND_WORDS[kind].done


def invites(count: int, kind: Kind) -> str:
    return number(count, KIND_WORDS[kind].one)


def whom_line(whom: Whom) -> str:
    """``80 get the new version · 2 are invited again · 5 … for the first time``; no noughts."""
    said = []
    if whom.updates:
        said.append(f"{whom.updates:,} {'gets' if whom.updates == 1 else 'get'} the new version")
    if whom.again:
        said.append(f"{number(whom.again, 'is', 'are')} invited again")
    if first := whom.invites - whom.again:
        said.append(f"{number(first, 'is', 'are')} invited for the first time")
    if whom.cancels:
        who = (
            "who is no longer on the list gets" if whom.cancels == 1 else "who are no longer on the list get"
        )
        said.append(f"{whom.cancels:,} {who} a cancellation")
    if whom.reminders:
        has = "has not answered gets" if whom.reminders == 1 else "have not answered get"
        said.append(f"{whom.reminders:,} who {has} the invite once more")
    if whom.left_out:
        said.append(left_out_words(whom.left_out))
    return DOT.join(said)


def left_out_words(people: int) -> str:
    """``2 on a never-invite list get nothing``."""
    return f"{people:,} on a never-invite list {'gets' if people == 1 else 'get'} nothing"


def behind_words(behind: Behind) -> str:
    """``12 still believe it is off · 3 hold an earlier version``; '' if nobody does."""
    said = []
    if behind.off:
        said.append(f"{number(behind.off, 'still believes', 'still believe')} it is off")
    if behind.outdated:
        said.append(f"{number(behind.outdated, 'holds', 'hold')} an earlier version")
    return DOT.join(said)


def pace_words(pace: Pace) -> str:
    """``50 every 30 minutes``."""
    if pace.per_batch is None:
        return "all at once"
    if not pace.gap_minutes:
        return f"{pace.per_batch:,} at a time, without a gap"
    return f"{pace.per_batch:,} every {number(pace.gap_minutes, 'minute')}"


def counts_line(counts: Counts, kind: Kind) -> str:
    """``48 of 120 sent · 2 failed · 1 unsure · 69 left``; what is nought is left out."""
    rest = (
        (counts.failed, "failed"),
        (counts.bounced, CAME_BACK),
        (counts.unsure, "unsure"),
        (counts.left, "left"),
        (counts.skipped, "not sent"),
    )
    said = [f"{counts.sent:,} of {counts.total:,} {done(kind)}"]
    return DOT.join(said + [f"{count:,} {what}" for count, what in rest if count])


def all_done(total: int, kind: Kind) -> str:
    """``All 120 sent``; of one, ``Sent``."""
    return f"All {total:,} {done(kind)}" if total > 1 else done(kind).capitalize()


def bar(counts: Counts) -> str:
    """How far a run has come, drawn; full only when everybody was dealt with, and nobody left out."""
    come = counts.settled - counts.skipped
    filled = _BAR * come // counts.total if counts.total else _BAR
    return "█" * filled + "░" * (_BAR - filled)


def state_line(summary: CampaignSummary, tell: Tell) -> str:
    """Where a campaign stands, in a line of the Campaign List, and who has still to be told of a change."""
    said = _standing_line(summary, tell)
    behind = behind_words(summary.behind)
    return f"{said}{DOT}{behind}" if behind else said


def _standing_line(summary: CampaignSummary, tell: Tell) -> str:
    run, campaign = summary.run, summary.campaign
    if run is None:
        said = f"Not sent yet{DOT}{number(campaign.attendees, 'attendee')}"
        return f"{CANCELLED}{DOT}{said}" if campaign.is_cancelled else said
    if run.kind is Kind.CANCEL and run.ended_at is not None and not campaign.is_cancelled:
        return TAKES_PLACE
    if run.kind is Kind.CANCEL and run.state is RunState.FINISHED and _is_all_sent(summary.counts):
        return f"{CANCELLED}: {_who_was_told(summary)}"
    said = _run_line(summary, run, tell)
    is_on = run.kind is Kind.CANCEL and run.state is RunState.RUNNING
    return f"{CANCELLED}{DOT}{said}" if campaign.is_cancelled and not is_on else said


def _who_was_told(summary: CampaignSummary) -> str:
    """Whoever is on a never-invite list for good, or was invited by a letter that came late, has it still."""
    if not (keeping := summary.behind.keeping):
        return "everybody was told"
    have = "has" if keeping == 1 else "have"
    return f"{summary.counts.sent:,} told{DOT}{keeping:,} not told {have} it still"


def _run_line(summary: CampaignSummary, run: Run, tell: Tell) -> str:
    counts = summary.counts
    line = counts_line(counts, run.kind)
    match run.state:
        case RunState.PLANNED:
            return f"Waits for approval{DOT}{invites(run.total, run.kind)}"
        case RunState.RUNNING:
            if is_ahead(run, counts, summary.next_at) and summary.next_at:
                return f"Starts {tell(summary.next_at)}{DOT}{invites(run.total, run.kind)}"
            lead = KIND_WORDS[run.kind].doing
            coming = coming_batch(run, summary.next_at, tell) if summary.next_at else "a batch is under way"
            return f"{lead}: {counts.sent:,} of {counts.total:,} {done(run.kind)}, {coming}"
        case RunState.PAUSED:
            return f"Paused: {why_paused(run)}{DOT}{line}"
        case RunState.FINISHED:
            said = all_done(counts.total, run.kind) if _is_all_sent(counts) else line
            people = summary.campaign.attendees
            # of a run over some of them, such as a retry, nobody may think that it was all
            return said if counts.total == people else f"{said}{DOT}{people:,} on the list"
        case RunState.STOPPED:
            return f"Stopped{DOT}{line}"
        case _:
            assert_never(run.state)


def _is_all_sent(counts: Counts) -> bool:
    return counts.sent == counts.total


def replaced_by(run: Run) -> str:
    """``Replaced by Update Calendar Invites`` if that is why it was stopped, else ''."""
    is_it = run.state is RunState.STOPPED and run.detail.startswith(_REPLACED)
    return safe(run.detail, 100) if is_it else ""


def is_ahead(run: Run, counts: Counts, next_at: datetime | None) -> bool:
    """Whether the run has not begun because its time, or its hours, are still to come."""
    has_timing = run.timing.starts_at is not None or run.timing.hours is not None
    return has_timing and next_at is not None and next_at > run.created_at and _is_untried(counts)


def _is_untried(counts: Counts) -> bool:
    """Whether nobody has been written to; who was taken off meanwhile never will be."""
    return counts.left + counts.skipped == counts.total


def coming_batch(run: Run, at: datetime, tell: Tell) -> str:
    """``next batch …``, and that it waits for the sending hours if that is why."""
    hours = run.timing.hours
    opens = hours is not None and at.astimezone(ZoneInfo(hours.zone)).time().replace(second=0) == hours.opens
    return f"next batch {tell(at)}{', when the sending hours open' if opens else ''}"


def batch_line(report: RunReport, tell: Tell) -> str:
    """``Batch 2 of 5 done · next batch …``."""
    run, batches = report.run, max(report.batches, report.batch)
    if is_ahead(run, report.counts, report.next_at) and report.next_at:
        return f"Starts {tell(report.next_at)}{DOT}{number(batches, 'batch', 'batches')}"
    if report.next_at and report.batch_open:
        coming = f"goes on {tell(report.next_at)}, when the sending hours open"
        return f"Batch {report.batch:,} of {batches:,} {coming}"
    if report.batch_open:
        return f"Batch {report.batch:,} of {batches:,}{DOT}under way"
    if report.next_at and report.batch > 1:
        coming = coming_batch(run, report.next_at, tell)
        return f"Batch {report.batch - 1:,} of {batches:,} done{DOT}{coming}"
    return f"Batch {report.batch:,} of {batches:,}{DOT}starting"


def why_paused(run: Run) -> str:
    """The reason in a few words, without names."""
    match run.reason:
        case Reason.QUOTA:
            return "the account's sending limit is reached"
        case Reason.ACCESS:
            return "the mail account refused the login"
        case Reason.FAULTS:
            return f"{KIND_WORDS[run.kind].one}s do not get through"
        case Reason.OVER:
            return "the event is over"
        case Reason.STORAGE:
            return "the database could not be written"
        case Reason.PERSON | None:
            return "by hand"
        case _:
            assert_never(run.reason)


def next_step(run: Run, tell: Tell) -> str:
    """What to do about a pause, in our own mrkdwn."""
    match run.reason:
        case Reason.QUOTA:
            if run.resume_at:
                does = "tries again" if is_probed(run.detail) else "goes on"
                return f"It {does} by itself {tell(run.resume_at)}. *Resume* tries earlier."
            return "Press *Resume* when the limit has passed."
        case Reason.ACCESS:
            if "settings" in run.detail:
                return "Then the run goes on where it stopped; if not by itself, press *Resume*."
            where = "*Renew token* is in the alert, and under *Email services*."
            return f"{where} After it the run goes on where it stopped; if not by itself, press *Resume*."
        case Reason.FAULTS:
            return "Put the cause right, then press *Resume*: it goes on where it stopped."
        case Reason.OVER:
            return ""  # the detail says it, by what the run tells people
        case Reason.STORAGE:
            return "Check the disk and the database, then press *Resume*."
        case Reason.PERSON | None:
            return "Press *Resume* to go on where it stopped."
        case _:
            assert_never(run.reason)


def kept_safe(counts: Counts) -> str:
    """What a pause does not touch."""
    waiting = number(counts.left, "person waits", "people wait")
    if not counts.sent:
        return f"Nobody is lost: {waiting}."
    have = number(counts.sent, "person has theirs", "people have theirs")
    return f"Nobody is lost: {have} and will not get it twice; {waiting}."


def account_detail(run: Run) -> str:
    """What the provider or the system said about a pause."""
    return safe(run.detail, 600) if run.detail.strip() else ""
