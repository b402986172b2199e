"""What is posted in channels and direct messages. Pure: values in, text and blocks out."""

from dataclasses import dataclass

from campaigns.model import Campaign, Kind, Reason, RunState
from campaigns.notices import Notice
from campaigns.report import CauseCount, RunReport
from handlers.blocks import Json, buttons, header, paragraph, small, words
from handlers.mrkdwn import channel_link, cut, escape, mention, moment, safe
from handlers.run_buttons import resume_button, retry_button, running_buttons, stop_button, unsure_buttons
from handlers.views_send import batch_line
from handlers.wording import (
    account_detail,
    bar,
    counts_line,
    done,
    invites,
    kept_safe,
    next_step,
    number,
    why_paused,
)

LONGEST_TEXT = 3_900
MOST_CAUSES = 12


@dataclass(frozen=True, slots=True)
class Message:
    """``text`` is what notifications and screen readers say; ``blocks`` are what is seen."""

    text: str
    blocks: list[Json]


def _message(text: str, *blocks: Json) -> Message:
    return Message(text[:LONGEST_TEXT], list(blocks))


def progress(campaign: Campaign, report: RunReport, *, not_in: str = "") -> Message:
    """The one message of a run that is kept up to date.

    ``not_in`` is the channel in which it should stand and cannot.
    """
    run, counts = report.run, report.counts
    line = counts_line(counts, run.kind)
    lead = _lead(report)
    blocks = [
        header(campaign.event.title),
        paragraph(f"*{lead}*\n{bar(counts)}  {line}"),
    ]
    if run.state is RunState.RUNNING:
        blocks += [paragraph(batch_line(report)), buttons(*running_buttons(run.id, counts))]
    elif run.state is RunState.PAUSED:
        blocks += [
            paragraph("\n".join(_why(report))),
            buttons(resume_button(run.id), stop_button(run.id, counts)),
        ]
    verb = "Updates" if run.kind is Kind.UPDATE else "Invites"
    blocks.append(small(f"{verb} started by {mention(run.started_by)}{_note(not_in)}"))
    return _message(f"{safe(campaign.event.title)}: {lead}. {line}", *blocks)


def _lead(report: RunReport) -> str:
    run, counts = report.run, report.counts
    match run.state:
        case RunState.RUNNING:
            return "Updating" if run.kind is Kind.UPDATE else "Sending"
        case RunState.PAUSED:
            by = f" by {mention(run.acted_by)}" if run.reason is Reason.PERSON and run.acted_by else ""
            return f"Paused{by}" if run.reason in {Reason.PERSON, None} else f"Paused: {why_paused(run)}"
        case RunState.FINISHED:
            return _ended(report)
        case RunState.STOPPED:
            by = f" by {mention(run.acted_by)}" if run.acted_by else ""
            return f"Stopped{by}: {number(counts.skipped, 'person was', 'people were')} not sent to"


def _ended(report: RunReport) -> str:
    counts = report.counts
    if counts.sent == counts.total:
        return f"All {counts.total:,} {done(report.run.kind)}"
    return "Finished"


def _why(report: RunReport) -> list[str]:
    run = report.run
    lines = (account_detail(run), next_step(run, moment), kept_safe(report.counts))
    return [line for line in lines if line]


def _note(not_in: str) -> str:
    if not not_in:
        return ""
    return f"\nTold here because I cannot post in {channel_link(not_in)}: invite me there, or choose another."


def elsewhere(message: Message, channel: str) -> Message:
    """The same message for a direct conversation, since ``channel`` cannot be used."""
    return Message(message.text, [*message.blocks, small(_note(channel).strip())])


def settled(text: str, blocks: list[Json], action_id: str, note: str) -> Message:
    """A posted message after one of its buttons was used: the row with that button gives way to ``note``."""
    kept = [
        block
        for block in blocks
        if not any(element.get("action_id") == action_id for element in block.get("elements", []))
    ]
    return _message(text, *kept, small(note))


def finished(campaign: Campaign, report: RunReport) -> Message:
    """The confirmation once all batches have been processed."""
    said = f"{_ended(report)}: all batches have been processed."
    line = counts_line(report.counts, report.run.kind)
    if report.counts.failed or report.counts.unsure:
        line += "\nWho was not reached, and why, is told in this thread."
    return _message(
        f"{safe(campaign.event.title)}: {said}", words(campaign.event.title), paragraph(f"*{said}*\n{line}")
    )


def failures(campaign: Campaign, report: RunReport) -> Message:
    """Who was not invited, by cause, with the buttons that help."""
    run, counts = report.run, report.counts
    said = []
    if counts.failed:
        said.append(f"{invites(counts.failed, run.kind)} failed")
    if counts.unsure:
        said.append(f"{invites(counts.unsure, run.kind)} may or may not have arrived")
    lead = f"{' and '.join(said) or 'Nothing is left to do about failures'}."
    blocks = [words(campaign.event.title), paragraph(f"*{lead}*")]
    blocks += [paragraph(_cause(cause)) for cause in report.causes[:MOST_CAUSES]]
    if len(report.causes) > MOST_CAUSES:
        blocks.append(small(f"And {len(report.causes) - MOST_CAUSES:,} more causes, in the file."))
    if counts.failed:
        blocks.append(buttons(retry_button(run.id, counts.failed)))
    if counts.unsure:
        blocks += [
            paragraph(
                f"*{counts.unsure:,} unsure:* the reply was lost after the hand-over. "
                "Look whether they have it, then choose:"
            ),
            buttons(*unsure_buttons(run.id, counts.unsure)),
        ]
    blocks.append(small("Who, and what the mail service said, is in the file in this thread."))
    return _message(f"{safe(campaign.event.title)}: {lead}", *blocks)


def _cause(cause: CauseCount) -> str:
    hint = f"\n{safe(cause.hint, 600)}" if cause.hint else ""
    return f"{cause.count:,} × {safe(cause.cause, 600)}{hint}"


def paused(campaign: Campaign, report: RunReport, notice: Notice) -> Message:
    """The alert when a run had to pause: what happened, what is safe, what to press."""
    run = report.run
    if run.state is not RunState.PAUSED:
        said = f"Sending was paused: {safe(notice.payload.get('detail', ''), 600)} It is {run.state} now."
        return _message(f"{safe(campaign.event.title)}: {said}", words(campaign.event.title), paragraph(said))
    lead = f"Sending is paused: {why_paused(run)}."
    return _message(
        f"{safe(campaign.event.title)}: {lead} {escape(cut(run.detail, 300))}",
        words(campaign.event.title),
        paragraph("\n".join((f"*{lead}*", *_why(report)))),
        buttons(resume_button(run.id), stop_button(run.id, report.counts)),
    )


def resumed(campaign: Campaign, report: RunReport) -> Message:
    """A run that had paused by itself goes on by itself."""
    said = f"Sending goes on. {counts_line(report.counts, report.run.kind)}"
    return _message(f"{safe(campaign.event.title)}: {said}", words(campaign.event.title), paragraph(said))


def stopped(campaign: Campaign, report: RunReport) -> Message:
    """What a person's stop has come to."""
    by = f" by {mention(report.run.acted_by)}" if report.run.acted_by else ""
    line = counts_line(report.counts, report.run.kind)
    said = f"Stopped{by}. {line}. What was sent stays in people's calendars."
    return _message(f"{safe(campaign.event.title)}: {said}", words(campaign.event.title), paragraph(said))


def imported(campaign: Campaign, notice: Notice) -> Message:
    """What is in an uploaded list, told to who uploaded it."""
    told = notice.payload
    said = [f"{number(_count(told.get('attendees')), 'attendee')} on the list."]
    counted = (
        ("duplicates", "duplicate was merged.", "duplicates were merged."),
        ("problems", "entry cannot be invited.", "entries cannot be invited."),
        ("remarks", "remark on other lines.", "remarks on other lines."),
        ("missing_values", "merge value is missing.", "merge values are missing."),
    )
    said += [number(count, one, many) for key, one, many in counted if (count := _count(told.get(key)))]
    lines = "\n".join(said)
    return _message(
        f"{safe(campaign.event.title)}: the campaign is ready. {' '.join(said)}",
        words(campaign.event.title),
        paragraph(f"*The campaign is ready.*\n{lines}"),
        small("Next: /sendinvites, then Send Invite beside this campaign."),
    )


def refused(notice: Notice) -> Message:
    """Why an uploaded list was not used."""
    told = notice.payload
    title = told.get("title", "")
    why = safe(f"{told.get('message', '')} {told.get('hint', '')}", 2_500)
    return _message(
        f"{safe(title)}: the list was not used. {why}",
        words(title),
        paragraph(f"*The list was not used.* {why}"),
        small("Nothing was stored. Change it, then make the campaign again with /sendinvites."),
    )


def _count(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
