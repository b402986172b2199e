"""How the state of a run is put in words. Words only: which block they stand in is decided elsewhere."""

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from campaigns.model import Counts, Kind, Reason, Run, RunState
from campaigns.ports import CampaignSummary
from handlers.mrkdwn import safe

Tell = Callable[[datetime], str]
"""How a time is shown: as a Slack date token, or in the event's zone where tokens are not read."""

DOT = " · "
_BAR = 20


def number(count: int, one: str, many: str = "") -> str:
    """``1 attendee``, ``1,200 attendees``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def done(kind: Kind) -> str:
    """What has been done to an attendee of such a run."""
    return "updated" if kind is Kind.UPDATE else "sent"


def invites(count: int, kind: Kind) -> str:
    return number(count, "update" if kind is Kind.UPDATE else "invite")


def counts_line(counts: Counts, kind: Kind) -> str:
    """``48 of 120 sent · 2 failed · 1 unsure · 69 left``; what is nought is left out."""
    rest = (
        (counts.failed, "failed"),
        (counts.unsure, "unsure"),
        (counts.left, "left"),
        (counts.skipped, "not sent"),
    )
    said = [f"{counts.sent:,} of {counts.total:,} {done(kind)}"]
    return DOT.join(said + [f"{count:,} {what}" for count, what in rest if count])


def bar(counts: Counts) -> str:
    """How far a run is, drawn; full only when nothing is left."""
    filled = _BAR * counts.settled // counts.total if counts.total else _BAR
    return "█" * filled + "░" * (_BAR - filled)


def state_line(summary: CampaignSummary, tell: Tell) -> str:
    """Where a campaign stands, in a line of the Campaign List."""
    run, counts = summary.run, summary.counts
    if run is None:
        return f"Not sent yet{DOT}{number(summary.campaign.attendees, 'attendee')}"
    line = counts_line(counts, run.kind)
    match run.state:
        case RunState.RUNNING:
            lead = "Updating" if run.kind is Kind.UPDATE else "Sending"
            coming = f"next batch {tell(summary.next_at)}" if summary.next_at else "a batch is under way"
            return f"{lead}: {counts.sent:,} of {counts.total:,} {done(run.kind)}, {coming}"
        case RunState.PAUSED:
            return f"Paused: {why_paused(run)}{DOT}{line}"
        case RunState.FINISHED:
            if counts.sent == counts.total:
                return f"All {counts.total:,} {done(run.kind)}"
            return line
        case RunState.STOPPED:
            return f"Stopped{DOT}{line}"
        case _:
            assert_never(run.state)


def why_paused(run: Run) -> str:
    """The reason in a few words, without names."""
    match run.reason:
        case Reason.QUOTA:
            return "the account's sending limit is reached"
        case Reason.ACCESS:
            return "the mail account refused the login"
        case Reason.FAULTS:
            return "invites are being refused"
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
                return f"It goes on by itself {tell(run.resume_at)}. *Resume* tries earlier."
            return "Press *Resume* when the limit has passed."
        case Reason.ACCESS:
            lead = "Then" if run.detail.strip() else "Renew the account's access, then"
            return f"{lead} press *Resume*: it goes on where it stopped."
        case Reason.FAULTS:
            return "Put the cause right, then press *Resume*: it goes on where it stopped."
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


def account_detail(run: Run, limit: int = 600) -> str:
    """What the provider or the system said about a pause."""
    return safe(run.detail, limit) if run.detail.strip() else ""
