"""One campaign in a list: what it is, where it stands, and the buttons that this person may press."""

from campaigns.answers_seen import AnswersSeen
from campaigns.model import Campaign, Kind, Run, RunState
from campaigns.ports import CampaignSummary
from campaigns.roles import Actor, Right, may, may_approve, may_create
from campaigns.when import short_start
from handlers import ids
from handlers.answer_words import answers_line
from handlers.blocks import Json, button, buttons, header, marked, option, overflow
from handlers.intent import button_value
from handlers.mrkdwn import cut, mention, moment
from handlers.run_buttons import approval_buttons
from handlers.wording import DOT, KIND_WORDS, state_line

_LONGEST_TITLE = 150


def row(item: CampaignSummary, actor: Actor, answers: AnswersSeen | None = None) -> list[Json]:
    """Three blocks for who may do something about it, two for who may not."""
    actions = [*_likely(item, actor), *_more(item, actor)]
    title = header(cut(item.campaign.event.title, _LONGEST_TITLE))
    return [title, _words(item, actor, answers), *([buttons(*actions)] if actions else [])]


def _words(item: CampaignSummary, actor: Actor, answers: AnswersSeen | None) -> Json:
    campaign = item.campaign
    # The event's own day and time, as its attendees read it; the next batch in the reader's zone.
    when = short_start(campaign.event)
    whose = "" if actor.user == campaign.owner else f"{DOT}by {mention(campaign.owner)}"
    state = state_line(item, moment)
    if _state(item) in {RunState.PAUSED, RunState.PLANNED}:  # somebody has to do something
        state = f"*{state}*"
    if said := answers_line(answers):
        state = f"{state}\n{said}"
    return {
        "type": "section",
        "fields": [marked(f"#{campaign.id}{DOT}{when}{whose}"), marked(state)],
    }


def _state(item: CampaignSummary) -> RunState | None:
    return item.run.state if item.run is not None else None


def _likely(item: CampaignSummary, actor: Actor) -> list[Json]:
    """The two or three that are most likely wanted in this state."""
    campaign, run = item.campaign, item.run
    if campaign.archived_at is not None:
        wanted = [_restore(campaign, actor), _report(item, actor), _duplicate(campaign, actor)]
    elif run is None:
        wanted = [_send(campaign, actor), _edit(campaign, actor)]
    elif run.state is RunState.PLANNED:
        wanted = [*approval(run, campaign, actor), _report(item, actor)]
    elif run.ended_at is None:
        wanted = [pause_or_resume(run, campaign, actor), _report(item, actor)]
    elif campaign.is_cancelled:  # to hold it after all, or to hear why nothing goes
        wanted = [_send(campaign, actor), _edit(campaign, actor), _report(item, actor)]
    else:
        wanted = [_send(campaign, actor), _update(campaign, actor), _report(item, actor)]
    return [one for one in wanted if one is not None]


def _more(item: CampaignSummary, actor: Actor) -> list[Json]:
    """The rest, behind one menu."""
    campaign, run = item.campaign, item.run
    is_on = run is not None and run.ended_at is None
    may_cancel = run is not None and not campaign.is_cancelled and may(actor, campaign, Right.SEND)
    has_edit = run is None or (campaign.is_cancelled and not is_on)  # as a button
    offered = [
        (is_on and may(actor, campaign, Right.STEER), "Change pace", ids.CHANGE_PACE),
        (not has_edit and may(actor, campaign, Right.EDIT), "Edit", ids.EDIT),
        (may_cancel, KIND_WORDS[Kind.CANCEL].way, ids.CANCEL_EVENT),
        (_may_duplicate(campaign, actor), "Duplicate", ids.DUPLICATE),
        (may(actor, campaign, Right.LOOK), "History", ids.HISTORY),
        (not is_on and may(actor, campaign, Right.ARCHIVE), "Archive", ids.ARCHIVE),
    ]
    options = [option(label, f"{name}:{_about(item, name)}") for is_due, label, name in offered if is_due]
    if campaign.archived_at is not None or not options:
        return []
    return [overflow(f"{ids.MORE}:{campaign.id}", options)]


def _about(item: CampaignSummary, name: str) -> int | str:
    """The pace is a run's; everything else is the campaign's."""
    if name == ids.CANCEL_EVENT:
        return button_value(item.campaign.id, Kind.CANCEL)
    return item.run.id if name == ids.CHANGE_PACE and item.run is not None else item.campaign.id


def pause_or_resume(run: Run, campaign: Campaign, actor: Actor) -> Json | None:
    """Whichever of the two the run can do now."""
    if not may(actor, campaign, Right.STEER):
        return None
    label, name = ("Resume", ids.RESUME) if run.state is RunState.PAUSED else ("Pause", ids.PAUSE)
    return _button(label, name, str(run.id), campaign)


def approval(run: Run, campaign: Campaign, actor: Actor) -> list[Json]:
    """For a second person only."""
    if not may_approve(actor, campaign, run):
        return []
    return approval_buttons(run.id, run.total, campaign.event.title, kind=run.kind)


def _send(campaign: Campaign, actor: Actor) -> Json | None:
    if not may(actor, campaign, Right.SEND):
        return None
    return _button("Send Invite", ids.SEND_INVITE, str(campaign.id), campaign)


def _update(campaign: Campaign, actor: Actor) -> Json | None:
    """Always there once something was sent: the screen it opens says whom it would reach."""
    if not may(actor, campaign, Right.SEND):
        return None
    return _button("Update", ids.UPDATE_CALENDAR_INVITES, button_value(campaign.id, Kind.UPDATE), campaign)


def _report(item: CampaignSummary, actor: Actor) -> Json | None:
    if item.run is None or not may(actor, item.campaign, Right.LOOK):
        return None
    return _button("Report", ids.REPORT, str(item.campaign.id), item.campaign)


def _edit(campaign: Campaign, actor: Actor) -> Json | None:
    if not may(actor, campaign, Right.EDIT):
        return None
    return _button("Edit", ids.EDIT, str(campaign.id), campaign)


def _duplicate(campaign: Campaign, actor: Actor) -> Json | None:
    if not _may_duplicate(campaign, actor):
        return None
    return _button("Duplicate", ids.DUPLICATE, str(campaign.id), campaign)


def _restore(campaign: Campaign, actor: Actor) -> Json | None:
    if not may(actor, campaign, Right.ARCHIVE):
        return None
    return _button("Restore", ids.RESTORE, str(campaign.id), campaign)


def _may_duplicate(campaign: Campaign, actor: Actor) -> bool:
    return may(actor, campaign, Right.DUPLICATE) and may_create(actor)


def _button(label: str, name: str, value: str, campaign: Campaign) -> Json:
    return button(label, name, value, spoken=f"{label}: {campaign.event.title}")
