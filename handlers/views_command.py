"""What the slash command answers in private. Pure: values in, text and blocks out."""

from campaigns.model import Kind
from campaigns.ports import CampaignSummary
from campaigns.roles import Actor
from handlers.blocks import buttons, paragraph, words
from handlers.command_words import Unknown, Word
from handlers.messages import Message
from handlers.mrkdwn import moment, safe
from handlers.run_buttons import stop_button
from handlers.views_list import which_one
from handlers.views_row import row
from handlers.wording import KIND_WORDS, counts_line, state_line

_HELP = (
    "*/sendinvites* opens the Campaign List. For the keyboard, add a word:\n"
    "• *new*: make a campaign\n"
    "• *status* [campaign]: where it stands\n"
    "• *pause*, *resume*, *stop* [campaign]: *stop* asks first\n"
    "• *report* [campaign]: who was reached, who was not, and why\n"
    "• *services* [address]: the email accounts invites go out from\n"
    "• *never-invite* [address]: who gets no invites from this workspace\n"
    "Name a campaign by its number (#12) or by words of its title. Left out, it is the one that is on, "
    "or the latest."
)


def help_text() -> Message:
    return Message(_HELP, [paragraph(_HELP)])


def not_a_word(unknown: Unknown) -> Message:
    """A hint for a word that was mistyped."""
    lead = f"I don't know “{safe(unknown.word, 40)}”."
    near = f" Did you mean */sendinvites {unknown.nearest}*?" if unknown.nearest else ""
    said = f"{lead}{near} */sendinvites help* lists the words. Nothing was changed."
    return Message(said, [paragraph(said)])


def standing(item: CampaignSummary, actor: Actor, lead: str = "") -> Message:
    """One campaign as it is now; ``lead`` is what was just done."""
    before = [paragraph(f"*{lead}*")] if lead else []
    said = f"{lead} {safe(item.campaign.event.title)}: {state_line(item, moment)}".strip()
    return Message(said, [*before, *row(item, actor)])


def stop_question(item: CampaignSummary, run_id: int) -> Message:
    """Typed words stop nothing: the button does, and it asks."""
    kind = item.run.kind if item.run else Kind.INVITE
    line = counts_line(item.counts, kind) if item.run else ""
    asked = f"Stop {KIND_WORDS[kind].doing.lower()}?"
    said = f"{asked} {line}"
    return Message(
        f"{safe(item.campaign.event.title)}: {said}",
        [
            words(item.campaign.event.title),
            paragraph(f"*{asked}*\n{line}"),
            buttons(stop_button(run_id, item.counts, kind=kind)),
        ],
    )


def several(found: list[CampaignSummary], word: Word, actor: Actor) -> Message:
    """More than one campaign is meant."""
    example = f"/sendinvites {word} #{found[0].campaign.id}"
    said = f"{len(found)} campaigns fit. Press a button, or type the number: *{example}*"
    return Message(said, [paragraph(said), *which_one(found, actor)])
