"""What becomes of an uploaded list: being read, ready, or not used."""

from campaigns.errors import InputError, RosterError
from campaigns.model import Problem
from campaigns.service import Imported
from campaigns.uploaded_list import Upload
from handlers import ids
from handlers.blocks import Json, button, buttons, divider, header, modal, paragraph, small, words
from handlers.mrkdwn import advice, cut
from handlers.send_buttons import send_button
from handlers.wording import DOT, number

SHOWN = 5


def reading(upload: Upload) -> Json:
    """While the list is fetched and read. It goes on if this is closed."""
    return modal(
        "Reading your list…",
        [
            header(upload.form.event.title),
            words(
                "Your list is being read. This takes a moment for long ones; you may close this window: "
                "you will find the result in your messages from sendinvites."
            ),
        ],
        closes_all=True,
    )


def ready(imported: Imported) -> Json:
    """*Campaign ready*: what is in the list, and what is not quite right with it."""
    campaign = imported.campaign
    blocking = [problem for problem in imported.problems if problem.blocks]
    said = [number(campaign.attendees, "attendee")]
    if imported.duplicates:
        said.append(f"{number(imported.duplicates, 'duplicate')} merged")
    if blocking:
        said.append(f"{number(len(blocking), 'entry', 'entries')} cannot be invited")
    if imported.never_invited:
        said.append(f"{imported.never_invited:,} on a never-invite list")
    blocks = [header(campaign.event.title), paragraph("*" + DOT.join(said) + "*"), *_problems(imported)]
    if imported.missing_values:
        have = number(imported.missing_values, "value is", "values are")
        blocks.append(
            words(
                f"{have} missing for the merge fields in your texts and will read as nothing. "
                "Fill the list and upload it again with Attendee list, or give a default with Edit event."
            )
        )
    return modal(
        "Campaign ready",
        [
            *blocks,
            divider(),
            buttons(
                send_button(campaign.id),
                button("Preview invite", ids.PREVIEW_INVITE, f"{campaign.id}:0"),
                button("Campaign List", ids.CAMPAIGN_LIST),
            ),
        ],
        closes_all=True,
    )


def _problems(imported: Imported) -> list[Json]:
    # What is true of the whole list first, such as whose addresses were taken; then lines that cannot be
    # invited: they need a person.
    told = sorted(imported.problems, key=lambda one: (one.line > 0, not one.blocks, one.line))
    if not told:
        return []
    more = len(told) - SHOWN
    rest = f"And {more:,} more: all" if more > 0 else "All"
    return [
        words("\n".join(problem_line(problem) for problem in told[:SHOWN])),
        small(f"{rest} of them are in your messages from sendinvites."),
    ]


def problem_line(problem: Problem) -> str:
    """``Line 12: ana@@example · The address has two @.``"""
    reason = cut(problem.reason, 300)
    if not problem.line:
        return f"The whole file{DOT}{reason}"
    return f"Line {problem.line}: {cut(problem.value, 80)}{DOT}{reason}"


def not_used(upload: Upload, error: InputError) -> Json:
    """*List not used*: what happened, what to change, and that nothing came of it."""
    where = "your list" if isinstance(error, RosterError) else "your texts or the list"
    if upload.target is None:
        kept = f"Nothing was stored. Change {where}, then try again: what you typed is kept."
    else:
        kept = f"The campaign's list is as it was. Change {where}, then try again."
    return modal(
        "List not used",
        [
            header(upload.form.event.title),
            paragraph(advice(error)),
            words(kept),
            buttons(button("Try again", ids.TRY_AGAIN, str(upload.id), style="primary")),
        ],
        closes_all=True,
    )
