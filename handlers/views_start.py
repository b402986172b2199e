"""The last steps before sending: the two numbers, what they come to, and the start."""

from datetime import datetime, timedelta

from campaigns.account import Account
from campaigns.conduct import Preview
from campaigns.model import Campaign, Kind, Run, RunState
from campaigns.plan import first_start
from campaigns.repeating import start_ahead
from campaigns.replacing import Replaced
from campaigns.service_names import service_name
from handlers import ids
from handlers.batch_entries import CHANNEL, Typed
from handlers.blocks import Json, button, buttons, entry, header, modal, paragraph, small, words
from handlers.intent import Intent
from handlers.mrkdwn import channel_link, moment, safe
from handlers.views_checks import Checked, check_blocks, is_refused, refused_blocks
from handlers.views_forecast import forecast_blocks, hours_line
from handlers.views_timing import number_inputs, send_anyway_input, timing_inputs
from handlers.views_whom import whom_blocks
from handlers.wording import DOT, KIND_WORDS, number

SOON = timedelta(hours=24)
_FORMS = {
    Kind.INVITE: "Send in batches",
    Kind.UPDATE: "Update in batches",
    Kind.CANCEL: "Cancel in batches",
    Kind.REMIND: "Remind in batches",
}


def batch_form(
    intent: Intent,
    campaign: Campaign,
    typed: Typed,
    preview: Preview | None,
    expected: str,
    now: datetime,
    *,
    replaced: Replaced | None = None,
) -> Json:
    """*Send in batches*: the two numbers and what they come to, when sending may happen, where to tell.

    Without a ``preview``, ``expected`` says quietly what has still to be entered. ``replaced`` is the run
    whose place this one would take.
    """
    blocks = [header(campaign.event.title), *number_inputs(intent.pace, intent.filled)]
    if preview is None:
        blocks.append(small(expected))
    else:
        blocks += forecast_blocks(
            preview.forecast,
            preview.pace,
            preview.kind,
            start_ahead(campaign.event, now),
            now,
            use_pace=ids.USE_PACE,
        )
        blocks += whom_blocks(preview, replaced)
        if preview.runs_past_start:
            blocks.append(send_anyway_input(_anyway(preview)))
    blocks += timing_inputs(now, intent.zone, typed)
    blocks.append(_channel_input(typed.channel))
    return modal(
        _FORMS[intent.kind],
        blocks,
        callback_id=ids.BATCH_FORM,
        submit="Preview",
        close="Back",
        metadata=intent.packed(),
    )


def _channel_input(chosen: str = "") -> Json:
    conversations: Json = {
        "type": "conversations_select",
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    start = {"initial_conversation": chosen} if chosen else {"default_to_current_conversation": True}
    return entry(
        CHANNEL,
        "Post progress in",
        conversations | start,
        hint="In a private channel, invite sendinvites first. Leave empty to be told in your own messages.",
        optional=True,
    )


def _anyway(preview: Preview) -> str:
    return f"Some {KIND_WORDS[preview.kind].one}s will go when the event has begun."


def check_and_start(
    preview: Preview,
    intent: Intent,
    checked: Checked | None,
    now: datetime,
    *,
    replaced: Replaced | None = None,
    told_in: str = "",
) -> Json:
    """What would go, when, and from where. Without a channel in the intent, it is asked for here.

    ``checked`` None: nobody was asked anew. From an account that refuses the bot nothing can be started.
    ``replaced`` is the run whose place this one takes, ``told_in`` the channel of the campaign's last run.
    """
    event, account = preview.campaign.event, preview.account
    blocks = [
        header(event.title),
        *forecast_blocks(preview.forecast, preview.pace, preview.kind, start_ahead(event, now), now),
        *whom_blocks(preview, replaced),
    ]
    if intent.timing.hours is not None:
        blocks.append(paragraph(hours_line(intent.timing.hours)))
    blocks.append(paragraph(f"From {safe(account.address)}{DOT}{_service(account)}{_limits(account)}"))
    if is_refused(account):
        return _first_renew(intent, [*blocks, *refused_blocks(account)])
    if checked is not None:
        blocks += check_blocks(preview, checked)
    blocks += [paragraph(f"*Please check:* {warning}") for warning in _warnings(preview, now)]
    if preview.runs_past_start and not intent.past_start_ok:
        blocks.append(send_anyway_input(_anyway(preview)))
    if preview.needs_approval:
        total = number(preview.forecast.invites, "attendee")
        above = f", above {preview.approval_above:,}" if preview.approval_above is not None else ""
        needs = f"*Needs a second person's approval:* {total}{above}. Nothing goes before that."
        blocks.append(paragraph(needs))
    if intent.channel is None:
        blocks.append(_channel_input(told_in))
    else:
        where = f"in {channel_link(intent.channel)}" if intent.channel else "in your own messages"
        blocks.append(small(f"Progress will be posted {where}."))
    if intent.pace is not None and intent.pace.per_batch is not None:
        blocks.append(buttons(button("Change the numbers", ids.CHANGE_NUMBERS)))
    return modal(
        "Check and start",
        blocks,
        callback_id=ids.CHECK_AND_START,
        submit=_submit(preview),
        close="Back" if preview.kind is Kind.CANCEL else "Cancel",
        metadata=intent.packed(),
    )


def _first_renew(intent: Intent, blocks: list[Json]) -> Json:
    return modal("Check and start", blocks, callback_id=ids.CHECK_AND_START, metadata=intent.packed())


def _service(account: Account) -> str:
    return safe(service_name(account.kind))


def _submit(preview: Preview) -> str:
    if preview.needs_approval:
        return "Ask for approval"
    if preview.kind in {Kind.CANCEL, Kind.REMIND}:
        return f"Start {KIND_WORDS[preview.kind].doing.lower()}"
    return "Start Sending" if preview.pace.per_batch is None else "Start Batch Sending"


def _limits(account: Account) -> str:
    said, quota = [], account.quota
    if account.per_minute:
        said.append(f"{account.per_minute:,} a minute")
    elif quota is not None and quota.per_second:
        said.append(f"{quota.per_second:,} a second")
    if account.day_limit:
        said.append(f"{account.day_limit:,} in 24 hours")
    return f"{DOT}at most {' and '.join(said)}" if said else ""


def _warnings(preview: Preview, now: datetime) -> list[str]:
    starts_at, said = start_ahead(preview.campaign.event, now), []
    if preview.missing_values:
        have = number(preview.missing_values, "merge value is", "merge values are")
        said.append(f"{have} missing and will read as nothing.")
    if preview.outdated:
        hold = number(preview.outdated, "person holds", "people hold")
        said.append(
            f"{hold} an earlier version of the event. Who is reminded gets the newest; to tell everybody, "
            "use Update Calendar Invites first."
        )
    if not preview.runs_past_start and starts_at - now < SOON:
        said.append(f"the event starts soon, {moment(starts_at)}.")
    return said


def started(run: Run, now: datetime) -> Json:
    """Where to look, and that nobody has to keep this open."""
    if run.state is RunState.PLANNED:
        return _awaits_approval(run)
    what, doing = KIND_WORDS[run.kind].many, KIND_WORDS[run.kind].doing
    # the steps of an update are those of a first invite, and so are its words
    doing = KIND_WORDS[Kind.INVITE].doing if run.kind is Kind.UPDATE else doing
    first_at = first_start(run.timing, now)
    has_hours = ", within the hours you chose" if run.timing.hours is not None else ""
    is_ahead = first_at > now
    going = f"{what} go from {moment(first_at)} on" if is_ahead else f"{what} are on their way"
    said = f"{going}{has_hours}. Progress will be posted {_place(run)}, with buttons to pause and to stop."
    return modal(
        f"{doing} is planned" if is_ahead else f"{doing} has started",
        [paragraph(said), words(f"You may close this window: {doing.lower()} goes on without it.")],
        closes_all=True,
    )


def _awaits_approval(run: Run) -> Json:
    said = (
        f"A second person has to approve it. They are asked {_place(run)}, with a button; until then nothing "
        "goes."
    )
    return modal("Waits for approval", [paragraph(said)], closes_all=True)


def _place(run: Run) -> str:
    return f"in {channel_link(run.channel)}" if run.channel else "in your messages from sendinvites"
