"""*Report*: one run as it stands or ended, what failed and why, and what can be done about it."""

from campaigns.answer_desk import CampaignAnswers
from campaigns.model import Campaign, Kind, Run, RunState
from campaigns.report import CauseCount, RunReport
from campaigns.roles import Actor, Right, may
from handlers import ids
from handlers.answer_words import counts_words, not_reminded, reading_advice
from handlers.blocks import Json, button, buttons, divider, header, menu, modal, option, paragraph, small
from handlers.mrkdwn import mention, moment, safe
from handlers.run_buttons import (
    paused_buttons,
    retry_button,
    running_buttons,
    stop_button,
    unsure_buttons,
)
from handlers.send_buttons import remind_button
from handlers.unreached_words import correct_first, reach_again
from handlers.views_row import approval
from handlers.wording import (
    CAME_BACK,
    DOT,
    KIND_WORDS,
    account_detail,
    all_done,
    bar,
    batch_line,
    counts_line,
    invites,
    kept_safe,
    next_step,
    pace_words,
    replaced_by,
    why_paused,
)

MOST_CAUSES = 12


def report(
    campaign: Campaign,
    seen: RunReport,
    actor: Actor,
    *,
    runs: list[tuple[int, str]],
    answers: CampaignAnswers | None = None,
    note: str = "",
) -> Json:
    """``runs`` are number and name of the campaign's runs, latest first; ``note`` is what was just done."""
    blocks = [header(campaign.event.title)]
    if note:
        blocks.append(paragraph(f"*{note}*"))
    blocks += [*_standing(campaign, seen, actor), *_causes(seen), *_again(campaign, seen, actor)]
    blocks += [*_unsure(campaign, seen, actor), *_answers(campaign, answers or CampaignAnswers(), actor)]
    blocks += [divider(), _files(campaign, seen), *_others(seen.run, runs)]
    return modal("Report", blocks, callback_id=ids.REPORT, metadata=str(seen.run.id))


def _standing(campaign: Campaign, seen: RunReport, actor: Actor) -> list[Json]:
    run, counts = seen.run, seen.counts
    lines = [f"*{_lead(seen)}*", f"{bar(counts)}  {counts_line(counts, run.kind)}"]
    if run.state is RunState.RUNNING:
        lines.append(batch_line(seen, moment))
        if seen.expected_end_at is not None:
            lines.append(f"The last batch is expected {moment(seen.expected_end_at)}")
    if run.state is RunState.PAUSED:
        lines += [line for line in (account_detail(run), next_step(run, moment), kept_safe(counts)) if line]
    if run.ended_at is None:
        lines.append(f"Pace: {pace_words(run.pace)}")
    when = f"Started by {mention(run.started_by)} {moment(run.created_at)}"
    if run.ended_at is not None:
        when += f"{DOT}ended {moment(run.ended_at)}"
    made = _steering(campaign, seen, actor)
    return [paragraph("\n".join(lines)), small(when), *([buttons(*made)] if made else [])]


def _lead(seen: RunReport) -> str:
    run, counts = seen.run, seen.counts
    what = KIND_WORDS[run.kind].many
    match run.state:
        case RunState.PLANNED:
            return f"{what}: waiting for a second person's approval"
        case RunState.RUNNING:
            return f"{what}: under way"
        case RunState.PAUSED:
            return f"{what}: paused, {why_paused(run)}"
        case RunState.FINISHED:
            if counts.sent == counts.total:
                said = all_done(counts.total, run.kind)
                return f"{what}: {said[:1].lower()}{said[1:]}"
            return f"{what}: finished"
        case RunState.STOPPED:
            by = f" by {mention(run.acted_by)}" if run.acted_by else ""
            instead = replaced_by(run)
            return f"{what}: {instead[:1].lower()}{instead[1:]}" if instead else f"{what}: stopped{by}"


def _steering(campaign: Campaign, seen: RunReport, actor: Actor) -> list[Json]:
    run, counts = seen.run, seen.counts
    if not may(actor, campaign, Right.STEER):
        return []
    match run.state:
        case RunState.PLANNED:
            # who asked for approval may only take the run back
            return approval(run, campaign, actor) or [stop_button(run.id, counts, kind=run.kind)]
        case RunState.RUNNING:
            return running_buttons(run.id, counts, kind=run.kind)
        case RunState.PAUSED:
            return paused_buttons(run.id, counts, kind=run.kind)
        case RunState.FINISHED | RunState.STOPPED:
            return []


def _causes(seen: RunReport) -> list[Json]:
    if not seen.causes:
        return []
    counts = seen.counts
    concerned = invites(counts.unreached, seen.run.kind)
    states = ((counts.failed, "failed"), (counts.bounced, CAME_BACK), (counts.unsure, "unsure"))
    said = " or ".join(name for count, name in states if count) or "failed or unsure"
    blocks = [divider(), paragraph(f"*{concerned} {said}, by cause*")]
    blocks += [paragraph(_cause(one)) for one in seen.causes[:MOST_CAUSES]]
    if len(seen.causes) > MOST_CAUSES:
        blocks.append(small(f"And {len(seen.causes) - MOST_CAUSES:,} more causes, in the list."))
    return blocks


def _again(campaign: Campaign, seen: RunReport, actor: Actor) -> list[Json]:
    """What helps whom: a retry those who failed, and nobody whose invite came back."""
    if not _may_be_sent_again(campaign, seen.run, actor):
        return []
    advice = [said for said in (correct_first(seen), reach_again(seen)) if said]
    blocks = [paragraph("\n".join(advice))] if advice else []
    if seen.counts.failed:
        is_hopeful = seen.wrong_failed < seen.counts.failed
        blocks.append(buttons(retry_button(seen.run.id, seen.counts.failed, is_hopeful=is_hopeful)))
    return blocks


def _may_be_sent_again(campaign: Campaign, run: Run, actor: Actor) -> bool:
    """Not what is true no more: an invite to what was called off since, or that it is off when it is not."""
    is_true_still = (run.kind is Kind.CANCEL) == campaign.is_cancelled
    return is_true_still and run.ended_at is not None and may(actor, campaign, Right.SEND)


def _cause(one: CauseCount) -> str:
    hint = f"\n{safe(one.hint, 600)}" if one.hint else ""
    return f"{one.count:,} × {safe(one.cause, 600)}{hint}"


def _unsure(campaign: Campaign, seen: RunReport, actor: Actor) -> list[Json]:
    """Sending again takes the right to send, leaving them the right to steer."""
    if not seen.counts.unsure:
        return []
    again, leave = unsure_buttons(seen.run.id, seen.counts.unsure, kind=seen.run.kind)
    made = [again] if _may_be_sent_again(campaign, seen.run, actor) else []
    made += [leave] if may(actor, campaign, Right.STEER) else []
    said = paragraph(f"*{seen.counts.unsure:,} unsure:* they may have it or not. Look before you choose.")
    return [said, *([buttons(*made)] if made else [])]


def _answers(campaign: Campaign, answers: CampaignAnswers, actor: Actor) -> list[Json]:
    """What the whole campaign's attendees answered, and the way to remind those who did not."""
    seen = answers.seen
    if seen is None:
        return []
    said = [counts_words(seen.counts)] if seen.is_told else []
    said += [advice] if (advice := reading_advice(seen.reading)) else []
    if not said:
        return []
    made = []
    if answers.to_remind and answers.left_out:
        said.append(not_reminded(answers.left_out))
    if answers.to_remind and may(actor, campaign, Right.SEND):
        made.append(remind_button(campaign.id, answers.to_remind))
    return [divider(), paragraph("\n".join(["*Answers*", *said])), *([buttons(*made)] if made else [])]


def _files(campaign: Campaign, seen: RunReport) -> Json:
    spoken = "Send me the list of all attendees, with what they hold and answered, as CSV"
    made = [
        button("Attendees as CSV", ids.ATTENDEES_CSV, f"{campaign.id}:{seen.run.id}", spoken=spoken),
        *_picture(seen),
        button("History", ids.HISTORY, str(campaign.id)),
    ]
    if seen.counts.unreached:
        spoken = "Send me the list of who was not reached, as CSV"
        made.insert(0, button("List as CSV", ids.FAILURES_CSV, str(seen.run.id), spoken=spoken))
    return buttons(*made)


def _picture(seen: RunReport) -> list[Json]:
    """As it is now: the one of the final report was drawn before anybody could answer."""
    counts = seen.counts
    if not (counts.sent or seen.causes):
        return []
    spoken = "Send me a picture of this run and its answers as they are now"
    return [button("Picture", ids.PICTURE, str(seen.run.id), spoken=spoken)]


def _others(run: Run, runs: list[tuple[int, str]]) -> list[Json]:
    """The way to the campaign's other runs, where there are any."""
    if not any(number != run.id for number, _ in runs):
        return []
    options = [option(name, str(number)) for number, name in runs]
    chosen = menu(ids.REPORT_OF_RUN, "Choose a run", options, str(run.id))
    return [paragraph("*Runs of this campaign*", chosen)]
