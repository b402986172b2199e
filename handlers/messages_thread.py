"""What is told in the thread of a run: each batch, who did what, and the question to a second person."""

from collections.abc import Mapping
from datetime import datetime

from campaigns.history import Deed
from campaigns.model import Campaign, Kind, RunState
from campaigns.notices import Notice
from campaigns.report import RunReport
from handlers.blocks import buttons, paragraph, words
from handlers.deed_words import deed_words
from handlers.messages import LONGEST_TEXT, Message, message, titled
from handlers.mrkdwn import mention, moment, safe
from handlers.run_buttons import approval_buttons
from handlers.wording import (
    CAME_BACK,
    DOT,
    KIND_WORDS,
    coming_batch,
    counts_line,
    done,
    invites,
    pace_words,
    replaced_by,
)

_MORE = {
    Deed.EDITED: " Whoever holds an earlier version gets the new one with Update Calendar Invites.",
    Deed.DECLINED: " Nothing was sent.",
}
"""What a deed means for the run, where its words alone would not tell."""

_STAYS = {
    Kind.INVITE: " What was sent stays in people's calendars.",
    Kind.UPDATE: " What was sent stays in people's calendars.",
    Kind.CANCEL: " Whoever was not told still has the event in their calendar.",
    Kind.REMIND: "",
}
"""What a stop does not undo."""


def line(campaign: Campaign, said: str) -> Message:
    """One line in the thread of a run, which names the campaign itself."""
    return Message(f"{safe(campaign.event.title)}: {said}"[:LONGEST_TEXT], [paragraph(said)], is_line=True)


def batch_done(notice: Notice, report: RunReport) -> str:
    """``Batch 2 of 5 done: 100 of 250 sent · 1 failed · next batch …``, as it was when the batch ended."""
    told, run = notice.payload, report.run
    batch = count_of(told, "batch")
    total = count_of(told, "total") or run.total
    said = [f"{count_of(told, 'sent'):,} of {total:,} {done(run.kind)}"] if "sent" in told else []
    rest = {"failed": "failed", "bounced": CAME_BACK, "unsure": "unsure"}
    said += [f"{count:,} {what}" for name, what in rest.items() if (count := count_of(told, name))]
    next_at = time_of(told, "next_at")
    if next_at:
        said.append(coming_batch(run, next_at, moment))
    more = f": {DOT.join(said)}" if said else ""
    return f"Batch {batch:,} of {max(report.batches, batch):,} done{more}"


def deed(campaign: Campaign, notice: Notice) -> Message:
    """``@ben changed the pace from 20 every 60 minutes to 50 every 30 minutes``: as in the history."""
    told = notice.payload
    done_so = next((one for one in Deed if one == told.get("deed")), None)
    said = deed_words(done_so, told) if done_so else "changed something"
    more = f".{_MORE[done_so]}" if done_so in _MORE else ""
    return line(campaign, f"{mention(told.get('by', ''))} {said}{more}")


def approval(campaign: Campaign, report: RunReport) -> Message:
    """The question to a second person; without its buttons once somebody has answered."""
    run = report.run
    what = invites(run.total, run.kind)
    wants = "wants to cancel the event and" if run.kind is Kind.CANCEL else "wants to"
    asks = f"{mention(run.started_by)} {wants} send {what}, {pace_words(run.pace)}."
    if run.state is not RunState.PLANNED:
        return titled(campaign, f"{asks} That has been answered: the run is {run.state}.")
    said = f"{asks} A second person has to approve."
    who = "Whoever may run this campaign, and any workspace admin, can; whoever asks cannot."
    title = campaign.event.title
    return message(
        f"{safe(title)}: {said}",
        words(title),
        paragraph(f"{said}\n{who}"),
        buttons(*approval_buttons(run.id, run.total, title, kind=run.kind)),
    )


def resumed(report: RunReport) -> str:
    """A run that had paused by itself goes on by itself."""
    return f"{KIND_WORDS[report.run.kind].doing} goes on. {counts_line(report.counts, report.run.kind)}"


def stopped(report: RunReport) -> str:
    """What a person's stop has come to."""
    run, counted = report.run, counts_line(report.counts, report.run.kind)
    by = f" by {mention(run.acted_by)}" if run.acted_by else ""
    if instead := replaced_by(run):
        return f"{instead}, started{by}. {counted}."
    return f"Stopped{by}. {counted}.{_STAYS[run.kind]}"


def count_of(facts: Mapping[str, str], name: str) -> int:
    """A number in a notice's payload; 0 if it is absent or no number."""
    text = facts.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() else 0


def time_of(facts: Mapping[str, str], name: str) -> datetime | None:
    """A time in a notice's payload; None if it is absent or empty."""
    text = facts.get(name, "")
    return datetime.fromisoformat(text) if text else None
