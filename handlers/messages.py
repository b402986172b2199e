"""What is posted about a run in its channel. Pure: values in, text and blocks out."""

from dataclasses import dataclass

from campaigns.model import Campaign, Reason, RunState
from campaigns.notices import Notice
from campaigns.report import CauseCount, RunReport
from handlers import ids
from handlers.answer_words import answers_line
from handlers.blocks import Json, button, buttons, header, paragraph, small, words
from handlers.mrkdwn import channel_link, cut, escape, mention, moment, safe
from handlers.run_buttons import (
    paused_buttons,
    report_button,
    resume_button,
    retry_button,
    running_buttons,
    stop_button,
    unsure_buttons,
)
from handlers.unreached_words import correct_first, reach_again
from handlers.wording import (
    CAME_BACK,
    KIND_WORDS,
    account_detail,
    all_done,
    bar,
    batch_line,
    counts_line,
    invites,
    is_ahead,
    kept_safe,
    next_step,
    number,
    pace_words,
    replaced_by,
    why_paused,
)

LONGEST_TEXT = 3_900
MOST_CAUSES = 12


@dataclass(frozen=True, slots=True)
class Message:
    """``text`` is what notifications and screen readers say; ``blocks`` are what is seen.

    ``is_line``: its place in a thread says of which campaign it is.
    """

    text: str
    blocks: list[Json]
    is_line: bool = False


def message(text: str, *blocks: Json) -> Message:
    return Message(text[:LONGEST_TEXT], list(blocks))


def titled(campaign: Campaign, said: str) -> Message:
    """A few words about a campaign."""
    return message(f"{safe(campaign.event.title)}: {said}", words(campaign.event.title), paragraph(said))


def progress(campaign: Campaign, report: RunReport, *, aside: str = "") -> Message:
    """The one message of a run that is kept up to date; ``aside`` says why it stands elsewhere."""
    run, counts = report.run, report.counts
    line = counts_line(counts, run.kind)
    lead, answers = _lead(report), _answers(report)
    blocks = [
        header(campaign.event.title),
        paragraph(f"*{lead}*\n{bar(counts)}  {line}"),
        *([paragraph(answers)] if answers else []),
        *_now(campaign, report),
    ]
    verb = KIND_WORDS[run.kind].many
    verb = f"{verb} planned" if run.state is RunState.PLANNED else f"{verb} started"
    note = f"{verb} by {mention(run.started_by)} · {pace_words(run.pace)}"
    blocks.append(small(note, *([aside] if aside else [])))
    told = f"{lead}. {line}{f'. {answers}' if answers else ''}".replace("*", "")
    return message(f"{safe(campaign.event.title)}: {told}", *blocks)


def _answers(report: RunReport) -> str:
    """What was answered; that answers are not read is said when the run has ended."""
    seen = report.answers
    is_worth_it = seen is not None and (seen.is_told or report.run.ended_at is not None)
    said = answers_line(seen) if is_worth_it else ""
    return f"Answers: {said}" if seen is not None and seen.is_told else said


def _now(campaign: Campaign, report: RunReport) -> list[Json]:
    """What comes next, and what can be done about it."""
    run, counts, about = report.run, report.counts, campaign.event.title
    match run.state:
        case RunState.PLANNED:
            said = (
                "Nothing is sent until a second person approves it, in this thread or in the Campaign List."
            )
            return [paragraph(said), buttons(stop_button(run.id, counts, about, kind=run.kind))]
        case RunState.RUNNING:
            made = [*running_buttons(run.id, counts, about, kind=run.kind), report_button(run.id, about)]
            return [paragraph(batch_line(report, moment)), buttons(*made)]
        case RunState.PAUSED:
            made = [*paused_buttons(run.id, counts, about, kind=run.kind), report_button(run.id, about)]
            return [paragraph("\n".join(_why(report))), buttons(*made)]
        case _:
            return [buttons(report_button(run.id, about))]


def _lead(report: RunReport) -> str:
    run, counts = report.run, report.counts
    match run.state:
        case RunState.PLANNED:
            return "Waits for approval"
        case RunState.RUNNING:
            if is_ahead(run, counts, report.next_at):
                return "Not started yet"
            return KIND_WORDS[run.kind].doing
        case RunState.PAUSED:
            by = f" by {mention(run.acted_by)}" if run.reason is Reason.PERSON and run.acted_by else ""
            return f"Paused{by}" if run.reason in {Reason.PERSON, None} else f"Paused: {why_paused(run)}"
        case RunState.FINISHED:
            return _ended(report)
        case RunState.STOPPED:
            by = f" by {mention(run.acted_by)}" if run.acted_by else ""
            what = (
                f"{number(counts.skipped, 'person was', 'people were')} not {KIND_WORDS[run.kind].left_out}"
            )
            return f"{replaced_by(run) or f'Stopped{by}'}: {what}"


def _ended(report: RunReport) -> str:
    counts = report.counts
    if counts.sent == counts.total:
        return all_done(counts.total, report.run.kind)
    return "Finished"


def _why(report: RunReport) -> list[str]:
    run = report.run
    lines = (account_detail(run), next_step(run, moment), kept_safe(report.counts))
    return [line for line in lines if line]


def why_here(channel: str, code: str) -> str:
    """Why something is told here and not in ``channel``, and what to do; ``code`` is Slack's word for it."""
    where = channel_link(channel)
    if code in {"is_archived", "is_inactive"}:  # chat.update has another word than chat.postMessage
        return f"Told here because {where} is archived. Choose another channel for the next run."
    if code == "not_in_channel":
        return f"Told here because I am not in {where}: invite me with /invite @sendinvites."
    if code == "channel_not_found":
        return (
            f"Told here because I cannot see {where}: it was deleted, or it is private and I am not in it. "
            "Invite me there with /invite @sendinvites, or choose another channel for the next run."
        )
    if code.startswith("restricted_action"):
        return (
            f"Told here because posting in {where} is restricted. Ask a workspace admin to let me post "
            "there, or choose another channel for the next run."
        )
    return (
        f"Told here because I cannot post in {where}: invite me with /invite @sendinvites, "
        "or choose another channel for the next run."
    )


def elsewhere(campaign: Campaign, told: Message, aside: str) -> Message:
    """The same message for a direct conversation; ``aside`` says why it stands there."""
    title = [words(campaign.event.title)] if told.is_line else []
    return beside(Message(told.text, [*title, *told.blocks]), aside)


def beside(told: Message, aside: str) -> Message:
    """The message with a line of small print."""
    return Message(told.text, [*told.blocks, small(aside)])


def settled(text: str, blocks: list[Json], action_id: str, note: str) -> Message:
    """A posted message after one of its buttons was used: the row with that button gives way to ``note``."""

    def is_used(block: Json) -> bool:
        return any(element.get("action_id") == action_id for element in block.get("elements", []))

    return message(text, *(small(note) if is_used(block) else block for block in blocks))


def finished(campaign: Campaign, report: RunReport, *, is_listed: bool = True) -> Message:
    """The confirmation once all batches have been processed.

    ``is_listed``: who was not reached is told in a message of its own.
    """
    counts, said = report.counts, [f"*{_ended(report)}: all batches have been processed.*"]
    if counts.sent < counts.total:
        said.append(counts_line(counts, report.run.kind))
    if counts.unreached:
        where = "is told in a message of its own" if is_listed else "stands in *Report*"
        said.append(f"Who was not reached, and why, {where}.")
    if answers := _answers(report):
        said.append(answers)
    told = "\n".join(said)
    spoken = " ".join(said).replace("*", "")
    return message(f"{safe(campaign.event.title)}: {spoken}", words(campaign.event.title), paragraph(told))


def failures(campaign: Campaign, report: RunReport) -> Message:
    """Who was not invited, by cause, with the buttons that help."""
    run, counts, title = report.run, report.counts, campaign.event.title
    said = []
    if counts.failed:
        said.append(f"{invites(counts.failed, run.kind)} failed")
    if counts.bounced:
        said.append(f"{invites(counts.bounced, run.kind)} {CAME_BACK}")
    if counts.unsure:
        said.append(f"{invites(counts.unsure, run.kind)} may or may not have arrived")
    lead = f"{' and '.join(said) or 'Nothing is left to do about failures'}."
    blocks = [words(title), paragraph(f"*{lead}*")]
    blocks += [words(_cause(cause)) for cause in report.causes[:MOST_CAUSES]]
    if len(report.causes) > MOST_CAUSES:
        blocks.append(small(f"And {len(report.causes) - MOST_CAUSES:,} more causes, in the file."))
    blocks += [paragraph(advice) for advice in (correct_first(report), reach_again(report)) if advice]
    made = []
    if counts.failed:
        made.append(
            retry_button(run.id, counts.failed, title, is_hopeful=report.wrong_failed < counts.failed)
        )
    if correct_first(report):
        made.append(button("Edit campaign", ids.EDIT, str(campaign.id), spoken=f"Edit campaign: {title}"))
    blocks += [buttons(*made)] if made else []
    if counts.unsure:
        blocks += [
            paragraph(f"*{counts.unsure:,} unsure:* look whether they have it before you choose."),
            buttons(*unsure_buttons(run.id, counts.unsure, title, kind=run.kind)),
        ]
    blocks.append(small("Who, and what the mail service said, is in the file in this thread."))
    return message(f"{safe(title)}: {lead}", *blocks)


def _cause(cause: CauseCount) -> str:
    hint = f"\n{cut(cause.hint, 600)}" if cause.hint else ""
    return f"{cause.count:,} × {cut(cause.cause, 600)}{hint}"


def paused(campaign: Campaign, report: RunReport, notice: Notice) -> Message:
    """The alert when a run had to pause: what happened, what is safe, what to press."""
    run, doing = report.run, KIND_WORDS[report.run.kind].doing
    if run.state is not RunState.PAUSED:
        said = f"{doing} was paused: {safe(notice.payload.get('detail', ''), 600)} It is {run.state} now."
        return titled(campaign, said)
    lead = f"{doing} is paused: {why_paused(run)}."
    return message(
        f"{safe(campaign.event.title)}: {lead} {escape(cut(run.detail, 300))}",
        words(campaign.event.title),
        paragraph("\n".join((f"*{lead}*", *_why(report)))),
        buttons(
            resume_button(run.id, campaign.event.title),
            stop_button(run.id, report.counts, campaign.event.title, kind=run.kind),
        ),
    )
