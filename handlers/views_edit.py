"""*Edit campaign*: everything about a campaign that can be changed or tried before it is sent."""

from campaigns.editing import MAX_EDITORS
from campaigns.model import Campaign, Kind, MailProgress, Medium, Run, RunState, Topic
from campaigns.service import CampaignView
from handlers import ids
from handlers.blocks import (
    Json,
    boxes_input,
    button,
    divider,
    entry,
    facts,
    header,
    modal,
    option,
    paragraph,
    people_input,
    small,
    words,
)
from handlers.mrkdwn import mention, safe
from handlers.views_campaign import alert_inputs
from handlers.views_event import event_facts
from handlers.views_never_invite import never_invite_paragraph
from handlers.wording import number

TAKES_IN = "takes_in"

_CHANNEL = (Medium.SLACK, "In the channel of the run")
_DIRECT = (Medium.DIRECT, "Direct message to the owner")
_MAIL = (Medium.MAIL, "Mail to the address above")

TOPICS: tuple[tuple[Topic, str, str, tuple[tuple[Medium, str], ...]], ...] = (
    (Topic.FINISHED, "When everything is sent", "", (_CHANNEL, _DIRECT, _MAIL)),
    (
        Topic.FAILURES,
        "When invites failed",
        "With the list of who was not reached.",
        (_CHANNEL, _DIRECT, _MAIL),
    ),
    (
        Topic.ALERTS,
        "When a run needs a hand",
        "A run that stopped by itself waits for somebody: keep the direct message or the mail.",
        (_CHANNEL, _DIRECT, _MAIL),
    ),
    (Topic.BATCHES, "After each batch", "By mail: see Progress by mail.", (_CHANNEL, _DIRECT)),
)
"""What the owner may send where: topic, label, hint, and the media to choose from."""

_CANCELLED = "*Cancelled.*"
_AFTER_ALL = f"{_CANCELLED} To hold it after all, use Edit event."
_TAKES_IN = (
    "Whoever is added to the list is then invited automatically, at the pace of the last run. "
    "Not before the first run, and not after one was stopped or the event cancelled."
)

_SAID_PROGRESS = {
    MailProgress.EVERY_BATCH: "progress by mail after every batch",
    MailProgress.DAILY: "progress by mail once a day",
    MailProgress.OFF: "no progress by mail",
}


def edit_campaign(view: CampaignView) -> Json:
    """The hub: what the campaign is now, and a button for each thing that can be done about it."""
    campaign = view.summary.campaign
    event, value = campaign.event, str(campaign.id)
    on = view.run_that_is_on
    blocks = [
        header(event.title),
        *([paragraph(_CANCELLED if on else _AFTER_ALL)] if campaign.is_cancelled else []),
        facts(event_facts(event)),
        *_run_on(on),
        divider(),
        *_event(value, on),
        paragraph(
            f"*Attendees*\n{number(campaign.attendees, 'person', 'people')} on the list. "
            "Add people, or replace the list; you see the difference first.",
            button("Attendee list", ids.ATTENDEE_LIST, value),
        ),
        never_invite_paragraph(campaign),
        paragraph(f"*Settings*\n{_settings_line(campaign)}", button("Settings", ids.SETTINGS, value)),
        divider(),
        paragraph(
            "*Preview*\nThe invite in the words of each attendee.",
            button("Preview invite", ids.PREVIEW_INVITE, f"{campaign.id}:0"),
        ),
        paragraph(
            "*Test*\nA real invite to an address of yours, before anybody else gets one.",
            button("Send test invite to me", ids.TEST_INVITE, value),
        ),
    ]
    return modal("Edit campaign", blocks, callback_id=ids.CAMPAIGN_HUB, metadata=value)


def _run_on(run: Run | None) -> list[Json]:
    if run is None:
        return []
    if run.kind is not Kind.CANCEL:
        return [small("A run is on. You can edit all the same: it goes on by itself.")]
    is_planned = run.state is RunState.PLANNED
    on = "A run that cancels this event waits for approval." if is_planned else "People are being told of it."
    return [small(f"{on} Everything but the event can be edited meanwhile.")]


def _event(value: str, run: Run | None) -> list[Json]:
    """Without a way to a form that could not be saved."""
    if run is not None and run.kind is Kind.CANCEL:
        return [paragraph("*Event*\nIt can be edited when that run has ended, or was stopped.")]
    said = "*Event*\nTitle, time, place and text of the invite."
    return [paragraph(said, button("Edit event", ids.EDIT_EVENT, value))]


def _settings_line(campaign: Campaign) -> str:
    editors = number(len(campaign.editors), "person", "people")
    may = f"{editors} besides the owner may edit" if campaign.editors else "only the owner and admins edit"
    added = " Whoever is added later is invited automatically." if campaign.takes_in else ""
    told = _SAID_PROGRESS[campaign.mail_progress]
    return f"Alerts go to {safe(campaign.alert_address, 250)}, {told}; {may}.{added}"


def settings_form(campaign: Campaign, metadata: str, *, may_share: bool) -> Json:
    """*Settings*: whom it tells, where, who may edit, and whether additions are invited by themselves."""
    blocks = [
        header(campaign.event.title),
        *alert_inputs(campaign.alert_address, campaign.mail_progress),
        _editors(campaign, may_share=may_share),
        entry(
            TAKES_IN,
            "Later additions",
            boxes_input(
                [option("Invite people who are added later", "yes")], ("yes",) if campaign.takes_in else ()
            ),
            hint=_TAKES_IN,
            optional=True,
        ),
        divider(),
        paragraph("*What goes where*"),
        *(
            entry(
                topic,
                label,
                boxes_input([option(said, medium) for medium, said in media], campaign.routing.media(topic)),
                hint=hint,
                optional=True,
            )
            for topic, label, hint, media in TOPICS
        ),
    ]
    return modal(
        "Settings",
        blocks,
        callback_id=ids.SETTINGS_FORM,
        submit="Save changes",
        close="Cancel",
        metadata=metadata,
    )


def _editors(campaign: Campaign, *, may_share: bool) -> Json:
    if may_share:
        return entry(
            "editors",
            "Who may edit and send, besides the owner and admins",
            people_input(campaign.editors, MAX_EDITORS, placeholder="Choose colleagues"),
            hint="They can do everything but archive the campaign and change this list.",
            optional=True,
        )
    named = ", ".join(mention(user) for user in campaign.editors[:20]) or "nobody"
    return small(f"Besides the owner and admins, {named} may edit. The owner can change that.")


def settings_saved(campaign: Campaign) -> Json:
    return modal("Settings saved", [header(campaign.event.title), words("Saved. It applies from now on.")])
