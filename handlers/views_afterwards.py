"""What *Edit campaign* offers once invites are out: an update, the answers, a reminder, a cancellation."""

from campaigns.answer_desk import CampaignAnswers
from campaigns.lifecycle import outranks
from campaigns.model import Kind
from campaigns.service import CampaignView
from handlers.answer_words import counts_words, not_reminded, reading_advice
from handlers.blocks import Json, buttons, divider, paragraph
from handlers.send_buttons import cancel_button, remind_button, update_button
from handlers.wording import number, whom_line


def afterwards(view: CampaignView, answers: CampaignAnswers) -> list[Json]:
    """Nothing before somebody was invited."""
    made = [*_update(view), *_answers(view, answers), *_cancel(view)]
    return [divider(), *made] if made else []


def _update(view: CampaignView) -> list[Json]:
    """Also while invites go out: the update takes the place of those that wait."""
    if not (view.to_update or view.whom.again) or not _may_start(Kind.UPDATE, view):
        return []
    said = f"*Update Calendar Invites*\n{whom_line(view.whom)}."
    return [paragraph(said, update_button(view.summary.campaign.id, is_first=False))]


def _answers(view: CampaignView, answers: CampaignAnswers) -> list[Json]:
    seen, campaign = answers.seen, view.summary.campaign
    if seen is None:
        return []
    said = [counts_words(seen.counts)] if seen.is_told else []
    said += [advice] if (advice := reading_advice(seen.reading)) else []
    if not said:
        return []
    if answers.to_remind and answers.left_out:
        said.append(not_reminded(answers.left_out))
    block = paragraph("\n".join(["*Answers*", *said]))
    if not answers.to_remind:
        return [block]
    return [block, buttons(remind_button(campaign.id, answers.to_remind, campaign.event.title))]


def _cancel(view: CampaignView) -> list[Json]:
    campaign, holders = view.summary.campaign, view.to_cancel
    if not holders:
        return []
    hold = number(holders, "person has", "people have")
    still = " still" if campaign.is_cancelled else ""
    said = f"*Cancel event*\n{hold} it in the calendar{still}."
    if not _may_start(Kind.CANCEL, view):
        return [paragraph(f"{said} The run that was started tells them.")]
    made = cancel_button(campaign.id, holders, campaign.event.title)
    return [paragraph(f"{said} They are told, and it is taken out.", made)]


def _may_start(kind: Kind, view: CampaignView) -> bool:
    """Whether a run of ``kind`` would find no other on, or one whose place it takes."""
    on = view.summary.run
    return on is None or on.ended_at is not None or outranks(kind, on.kind)
