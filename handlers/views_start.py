"""The last steps before sending: the two numbers, what they come to, and the start."""

from datetime import datetime, timedelta

from campaigns.conduct import Preview
from campaigns.model import Account, Kind
from handlers import ids
from handlers.blocks import Json, entry, header, modal, number_input, paragraph, small, words
from handlers.intent import Intent
from handlers.mrkdwn import channel_link, moment, safe
from handlers.wording import DOT, invites, number

SOON = timedelta(hours=24)


def batch_form(intent: Intent, title: str) -> Json:
    """*Send in batches*: Invites per Batch, Time Gap Between Batches, where to tell."""
    return modal(
        "Update in batches" if intent.kind is Kind.UPDATE else "Send in batches",
        [
            header(title),
            entry("per_batch", "Invites per Batch", number_input(placeholder="for example 50")),
            entry(
                "gap_minutes",
                "Time Gap Between Batches (in minutes)",
                number_input(placeholder="for example 60"),
                hint="Counted from the end of one batch to the start of the next.",
            ),
            _channel_input(),
        ],
        callback_id=ids.BATCH_FORM,
        submit="Preview",
        close="Back",
        metadata=intent.packed(),
    )


def _channel_input() -> Json:
    conversations: Json = {
        "type": "conversations_select",
        "default_to_current_conversation": True,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    return entry(
        "channel",
        "Post progress in",
        conversations,
        hint="In a private channel, invite sendinvites first. Leave empty to be told in your own messages.",
        optional=True,
    )


def check_and_start(preview: Preview, intent: Intent, account: Account | None, now: datetime) -> Json:
    """What would go, when, and from where. Without a channel in the intent, it is asked for here."""
    blocks = [header(preview.campaign.event.title), paragraph("\n".join(_forecast(preview)))]
    if account is not None:
        blocks.append(paragraph(f"From {safe(account.address)}{_limits(account)}"))
    blocks += [paragraph(f"*Please check:* {warning}") for warning in _warnings(preview, now)]
    if intent.channel is None:
        blocks.append(_channel_input())
    else:
        where = f"in {channel_link(intent.channel)}" if intent.channel else "in your own messages"
        blocks.append(small(f"Progress will be posted {where}."))
    at_once = preview.pace.per_batch is None
    return modal(
        "Check and start",
        blocks,
        callback_id=ids.CHECK_AND_START,
        submit="Start Sending" if at_once else "Start Batch Sending",
        close="Cancel",
        metadata=intent.packed(),
    )


def _forecast(preview: Preview) -> list[str]:
    plan, kind = preview.plan, preview.kind
    if preview.pace.per_batch is None:
        return [f"*{invites(plan.invites, kind)}*, all at once, starting now."]
    if plan.batches == 1:
        return [f"*{invites(plan.invites, kind)}* in one batch, now."]
    last = f", the last one of {plan.last_size:,}" if plan.last_size != plan.size else ""
    gap = number(preview.pace.gap_minutes, "minute")
    return [
        f"*{invites(plan.invites, kind)}* in *{plan.batches:,} batches* of {plan.size:,}{last}, {gap} apart.",
        f"First batch: now{DOT}last batch: {moment(plan.last_at)}, plus the time the sending itself takes.",
    ]


def _limits(account: Account) -> str:
    said = []
    if account.per_minute:
        said.append(f"{account.per_minute:,} a minute")
    if account.per_day:
        said.append(f"{account.per_day:,} in 24 hours")
    return f"{DOT}at most {' and '.join(said)}" if said else ""


def _warnings(preview: Preview, now: datetime) -> list[str]:
    event, said = preview.campaign.event, []
    if preview.missing_values:
        have = number(preview.missing_values, "merge value is", "merge values are")
        said.append(f"{have} missing and will read as nothing.")
    if event.starts_at <= now:
        said.append(f"the event started {moment(event.starts_at)}.")
    elif preview.ends_after_start and preview.pace.per_batch is not None:
        said.append(
            f"the last batch would go after the event starts ({moment(event.starts_at)}). "
            "Use larger batches or a shorter gap."
        )
    elif event.starts_at - now < SOON:
        said.append(f"the event starts soon, {moment(event.starts_at)}.")
    return said


def started(channel: str, kind: Kind) -> Json:
    """*Sending has started*: where to look, and that nobody has to keep this open."""
    where = f"in {channel_link(channel)}" if channel else "in your messages from sendinvites"
    what = "Updates are" if kind is Kind.UPDATE else "Invites are"
    return modal(
        "Sending has started",
        [
            paragraph(
                f"{what} on their way. Progress will be posted {where}, with buttons to pause and to stop."
            ),
            words("You may close this window: sending goes on without it."),
        ],
        closes_all=True,
    )
