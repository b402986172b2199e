"""*Send Invite*: a campaign in detail, and how its invites may go out."""

from campaigns.model import Campaign, Kind, RunState
from campaigns.ports import CampaignSummary
from campaigns.report import RunReport
from campaigns.service import CampaignView
from campaigns.when import span
from handlers import ids
from handlers.blocks import Json, button, buttons, divider, facts, header, modal, paragraph, small, words
from handlers.intent import button_value
from handlers.mrkdwn import moment
from handlers.run_buttons import approval_buttons, paused_buttons, running_buttons
from handlers.send_buttons import send_button, update_button
from handlers.wording import (
    DOT,
    account_detail,
    bar,
    batch_line,
    counts_line,
    invites,
    kept_safe,
    next_step,
    number,
    state_line,
    why_paused,
)


def send_invite(view: CampaignView, report: RunReport | None) -> Json:
    """The campaign's details; ``report`` is that of the run which is on, if one is."""
    campaign = view.summary.campaign
    blocks = [header(campaign.event.title), _details(campaign)]
    if report is not None and report.run.ended_at is None:
        blocks += _progress(report)
    else:
        blocks += _standing(view) + _choices(view)
    return modal("Send Invite", blocks, close="Back", metadata=str(campaign.id))


def _details(campaign: Campaign) -> Json:
    event = campaign.event
    pairs = [("When", span(event.starts_at, event.ends_at, event.zone))]
    if event.place:
        pairs.append(("Where", event.place))
    pairs += [
        ("Organizer", f"{campaign.organizer.name}, {campaign.organizer.address}"),
        ("Attendees", f"{campaign.attendees:,}"),
    ]
    return facts(pairs)


def _standing(view: CampaignView) -> list[Json]:
    summary = view.summary
    said = [f"{view.to_invite:,} not invited yet"]
    if summary.run is not None:
        said.insert(0, f"Last run: {_last_run(summary)}")
        if summary.counts.unsure:
            said.append(
                f"{summary.counts.unsure:,} unsure: see *Send again* and *Leave as sent* in its thread."
            )
    return [paragraph("\n".join(said))]


def _last_run(summary: CampaignSummary) -> str:
    return state_line(summary, moment)


def _choices(view: CampaignView) -> list[Json]:
    campaign_id = view.summary.campaign.id
    made, why_not = [], []
    if view.to_invite:
        made.append(send_button(campaign_id))
    else:
        why_not.append("Everybody on this list has been invited.")
    if view.to_update:
        made.append(update_button(campaign_id, is_first=not view.to_invite))
        hold = number(view.to_update, "person holds", "people hold")
        why_not.append(f"{hold} an earlier version of the event.")
    elif view.summary.run is None:
        why_not.append("Nobody to update: nobody has been invited yet.")
    else:
        why_not.append(
            "Nobody to update: whoever was invited holds this version. "
            "To change the event, use Edit campaign."
        )
    made.append(button("Edit campaign", ids.EDIT, str(campaign_id)))
    return [buttons(*made), small(*why_not)]


def _progress(report: RunReport) -> list[Json]:
    run = report.run
    lines = [f"{bar(report.counts)}  {counts_line(report.counts, run.kind)}"]
    if run.state is RunState.PLANNED:
        lines = [f"*Waits for a second person's approval*{DOT}{invites(run.total, run.kind)}"]
        made = approval_buttons(run.id, run.total)
    elif run.state is RunState.PAUSED:
        lines.insert(0, f"*Paused: {why_paused(run)}*")
        lines += [
            line for line in (account_detail(run), next_step(run, moment), kept_safe(report.counts)) if line
        ]
        made = paused_buttons(run.id, report.counts)
    else:
        lines.append(batch_line(report, moment))
        made = running_buttons(run.id, report.counts)
    edit = button("Edit campaign", ids.EDIT, str(run.campaign_id))
    return [divider(), paragraph("\n".join(lines)), buttons(*made, edit)]


def choice(campaign: Campaign, kind: Kind, count: int) -> Json:
    """All at once, or in batches."""
    value = button_value(campaign.id, kind)
    if kind is Kind.UPDATE:
        title, people = "Update Calendar Invites", number(count, "person holds", "people hold")
        lead = f"{people} an earlier version of the event. Their calendar entries will change in place."
        at_once, in_batches = "Update all at once", "Update in Batches"
    else:
        title, people = "Send Calendar Invite", number(count, "person has", "people have")
        lead = f"{people} not been invited yet."
        at_once, in_batches = "Send all at once", "Send Invite in Batches"
    return modal(
        title,
        [
            header(campaign.event.title),
            words(lead),
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
