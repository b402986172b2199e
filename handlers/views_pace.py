"""*Change pace*: the two numbers of a run that is on, and what the rest of it would come to."""

from datetime import datetime

from campaigns.model import Run
from campaigns.outlook import PaceOutlook
from campaigns.timing import Pace
from handlers import ids
from handlers.blocks import Json, header, modal, paragraph, small, words
from handlers.mrkdwn import channel_link
from handlers.pace_entries import PREFIX, PaceForm
from handlers.views_checks import outlives_words
from handlers.views_forecast import forecast_blocks
from handlers.views_timing import number_inputs
from handlers.wording import KIND_WORDS, pace_words


def pace_form(form: PaceForm, seen: PaceOutlook, pace: Pace | None, expected: str, now: datetime) -> Json:
    """``seen`` is the rest of the run at ``pace``; without one, ``expected`` says quietly what is missing."""
    event = seen.campaign.event
    blocks = [
        header(event.title),
        *number_inputs(form.pace, form.filled, prefix=PREFIX),
    ]
    if pace is None:
        blocks.append(small(expected))
    else:
        blocks += forecast_blocks(
            seen.forecast, pace, seen.run.kind, event.starts_at, now, use_pace=ids.USE_NEW_PACE
        )
        if seen.outlives_token:
            blocks.append(paragraph(f"*Please check:* {outlives_words(seen.account)}"))
    blocks.append(small("Counts for the batches to come. A batch that is under way goes on as it is."))
    return modal(
        "Change pace",
        blocks,
        callback_id=ids.PACE_FORM,
        submit="Change pace",
        close="Cancel",
        metadata=form.packed(),
    )


def pace_changed(run: Run) -> Json:
    """That it is done, and where it is told."""
    what = KIND_WORDS[run.kind].many
    where = f"in {channel_link(run.channel)}" if run.channel else "in your messages from sendinvites"
    return modal(
        "Pace changed",
        [
            words(f"{what} go {pace_words(run.pace)} from the next batch on."),
            small(f"It is told in the thread {where}."),
        ],
    )
