"""*Send Invite*: a campaign in detail, and how its invites may go out."""

from dataclasses import dataclass

from campaigns.lifecycle import outranks, why_nobody
from campaigns.model import Campaign, Kind, RunState
from campaigns.ports import CampaignSummary, Whom
from campaigns.replacing import Replaced
from campaigns.report import RunReport
from campaigns.service import CampaignView
from handlers import ids
from handlers.blocks import Json, button, buttons, divider, facts, header, modal, paragraph, small, words
from handlers.intent import button_value
from handlers.mrkdwn import moment
from handlers.run_buttons import approval_buttons, paused_buttons, running_buttons
from handlers.send_buttons import cancel_button, send_button, update_button
from handlers.views_event import event_facts
from handlers.views_whom import replaced_words, whom_words
from handlers.wording import (
    DOT,
    TAKES_PLACE,
    account_detail,
    bar,
    batch_line,
    counts_line,
    invites,
    kept_safe,
    left_out_words,
    next_step,
    number,
    state_line,
    why_paused,
)

_CALLED_OFF = (
    "*This event was cancelled.* To hold it after all, use *Edit event*, then send: whoever was told gets "
    "the new version."
)


def send_invite(view: CampaignView, report: RunReport | None) -> Json:
    """The campaign's details; ``report`` is that of the run which is on, if one is."""
    campaign = view.summary.campaign
    blocks = [header(campaign.event.title), _details(campaign)]
    if report is not None and report.run.ended_at is None:
        blocks += _progress(view, report)
    elif campaign.is_cancelled:
        blocks += _cancelled(view)
    else:
        blocks += _standing(view) + _choices(view)
    return modal("Send Invite", blocks, close="Back", metadata=str(campaign.id))


def _details(campaign: Campaign) -> Json:
    pairs = event_facts(campaign.event)
    pairs += [
        ("Organizer", f"{campaign.organizer.name}, {campaign.organizer.address}"),
        ("Attendees", f"{campaign.attendees:,}"),
    ]
    return facts(pairs)


def _standing(view: CampaignView) -> list[Json]:
    summary = view.summary
    again = view.whom.again
    said = [f"{again:,} to be invited again"] if again else []
    if (first := view.to_invite - again) or not (again or summary.run or view.left_out):
        said.append(f"{first:,} not invited yet")
    if view.left_out:
        said.append(left_out_words(view.left_out))
    if summary.run is not None:
        last = _last_run(summary)
        said.insert(0, last if last.startswith(TAKES_PLACE) else f"Last run: {last}")
        if summary.counts.unsure:
            said.append(
                f"{summary.counts.unsure:,} unsure: see *Send again* and *Leave as sent* in its thread."
            )
    return [paragraph("\n".join(said))]


def _last_run(summary: CampaignSummary) -> str:
    return state_line(summary, moment)


def _cancelled(view: CampaignView) -> list[Json]:
    """Why nothing of it can be sent, and the way to hold it after all."""
    summary, campaign = view.summary, view.summary.campaign
    said = [_CALLED_OFF]
    if summary.run is not None:
        said.append(_last_run(summary))
    made = [
        button("Edit event", ids.EDIT_EVENT, str(campaign.id), style="primary"),
        button("Edit campaign", ids.EDIT, str(campaign.id)),
    ]
    if view.to_cancel:
        people = number(view.to_cancel, "person has", "people have")
        said.append(f"{people} it in the calendar still: press *Cancel event* to tell them.")
        made.append(cancel_button(campaign.id, view.to_cancel))
    return [paragraph("\n".join(said)), buttons(*made)]


def _choices(view: CampaignView) -> list[Json]:
    campaign_id = view.summary.campaign.id
    made, why_not = [], []
    if view.to_invite:
        made.append(send_button(campaign_id))
    else:
        nobody = why_nobody(Kind.INVITE, left_out=view.left_out, in_doubt=view.in_doubt)
        why_not.append(str(nobody) if view.left_out or view.in_doubt else nobody.message)
    if view.to_update or view.whom.again:
        made.append(update_button(campaign_id, is_first=not view.to_invite))
        why_not.append(_outdated(view.whom))
    elif view.summary.run is None:
        why_not.append("Nobody to update: nobody has been invited yet.")
    elif view.kept_back:
        people = number(view.kept_back, "person", "people")
        why_not.append(f"Nobody to update: whoever should be is on a never-invite list ({people}).")
    else:
        why_not.append(
            "Nobody to update: whoever was invited holds this version. "
            "To change the event, use Edit campaign."
        )
    made.append(button("Edit campaign", ids.EDIT, str(campaign_id)))
    return [buttons(*made), small(*why_not)]


def _outdated(whom: Whom) -> str:
    """Who holds what is out of date: nothing, an earlier version, or the event though off the list."""
    said = []
    if whom.again:
        people = number(
            whom.again,
            "person was invited before and does not",
            "people were invited before and do not",
        )
        said.append(f"{people} have the event now: both ways invite them again.")
    if whom.updates:
        people = number(whom.updates, "person holds", "people hold")
        said.append(f"{people} an earlier version of the event.")
    if whom.cancels:
        people = number(whom.cancels, "person was", "people were")
        said.append(f"{people} taken off the list after being invited.")
    return " ".join(said)


def _progress(view: CampaignView, report: RunReport) -> list[Json]:
    run = report.run
    lines = [f"{bar(report.counts)}  {counts_line(report.counts, run.kind)}"]
    if run.state is RunState.PLANNED:
        lines = [f"*Waits for a second person's approval*{DOT}{invites(run.total, run.kind)}"]
        made = approval_buttons(run.id, run.total, kind=run.kind)
    elif run.state is RunState.PAUSED:
        lines.insert(0, f"*Paused: {why_paused(run)}*")
        lines += [
            line for line in (account_detail(run), next_step(run, moment), kept_safe(report.counts)) if line
        ]
        made = paused_buttons(run.id, report.counts, kind=run.kind)
    else:
        lines.append(batch_line(report, moment))
        made = running_buttons(run.id, report.counts, kind=run.kind)
    made.append(button("Edit campaign", ids.EDIT, str(run.campaign_id)))
    may_replace = view.to_update and outranks(Kind.UPDATE, run.kind)
    if may_replace:
        made.append(update_button(run.campaign_id, is_first=False))
    return [divider(), paragraph("\n".join(lines)), buttons(*made)]


@dataclass(frozen=True, slots=True)
class _Choice:
    """The two ways in which a run of one kind may go; ``more`` says what it does to calendars."""

    title: str
    in_batches: str
    at_once: str
    more: str = ""


_CHOICES = {
    Kind.INVITE: _Choice("Send Calendar Invite", "Send Invite in Batches", "Send all at once"),
    Kind.UPDATE: _Choice(
        "Update Calendar Invites",
        "Update in Batches",
        "Update all at once",
        "What is in calendars changes in place.",
    ),
    Kind.CANCEL: _Choice(
        "Cancel event",
        "Cancel in Batches",
        "Cancel all at once",
        "From the start on the event is cancelled: nobody else is invited. To hold it after all, use Edit "
        "event later, then send.",
    ),
    Kind.REMIND: _Choice(
        "Remind",
        "Remind in Batches",
        "Remind all at once",
        "It makes no second entry. Whoever has answered where it was not read is asked anew.",
    ),
}


def choice(campaign: Campaign, kind: Kind, whom: Whom, replaced: Replaced | None = None) -> Json:
    """All at once, or in batches; ``replaced`` is the run whose place it takes."""
    value, of = button_value(campaign.id, kind), _CHOICES[kind]
    at_once, in_batches = of.at_once, of.in_batches
    # who is invited (again) gets a new entry: nothing of theirs changes in place
    more = "" if kind is Kind.UPDATE and not whom.updates else of.more
    lead = f"{whom_words(kind, whom)} {more}".rstrip()
    return modal(
        of.title,
        [
            header(campaign.event.title),
            words(lead),
            *([small(replaced_words(kind, replaced))] if replaced else []),
            divider(),
            paragraph(
                f"*{in_batches}*\nSo many at a time, with a time gap in between. "
                "Keeps you within your mail account's hourly and daily limits. "
                "The first batch goes at once, unless you choose a later start.",
            ),
            buttons(button(in_batches, ids.IN_BATCHES, value, style="primary")),
            paragraph(
                f"*{at_once}*\nOne after the other, as fast as the mail account allows. "
                "Right for short lists."
            ),
            buttons(button(at_once, ids.ALL_AT_ONCE, value)),
        ],
        close="Back",
    )
