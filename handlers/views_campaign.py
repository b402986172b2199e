"""The forms in which a campaign is made and its event is changed."""

from datetime import datetime

from campaigns.account import Account, AccountState
from campaigns.forms import EventFields
from campaigns.lifecycle import outranks
from campaigns.model import Campaign, Kind, MailProgress
from campaigns.service import CampaignView
from campaigns.service_names import service_name
from handlers import ids
from handlers.blocks import (
    Json,
    button,
    buttons,
    choice_input,
    email_input,
    entry,
    header,
    modal,
    option,
    text_input,
    words,
)
from handlers.form_values import LIST, MAX_NAME, FormValues
from handlers.guard import Profile
from handlers.mrkdwn import cut
from handlers.send_buttons import send_button, update_button
from handlers.views_event import event_inputs
from handlers.wording import number
from handlers.zones import is_zone

GREETING = "Hello {{first_name|there}},"
FILE_TYPES = ["csv", "tsv", "txt", "xlsx", "xls", "ods"]
LIST_HINT = "CSV or Excel with a column of email addresses; every other column is a merge field."
_MOST_ACCOUNTS = 100

_KEEPS_OLD = "Whoever was invited before keeps the old version until you use Update Calendar Invites."
_CALLED_OFF = (
    "This event was cancelled. Saving holds it again, even if you change nothing; "
    "Update Calendar Invites then tells people."
)

_PROGRESS = (
    (MailProgress.EVERY_BATCH, "Every batch"),
    (MailProgress.DAILY, "Once a day"),
    (MailProgress.OFF, "Off"),
)


def first_values(profile: Profile, accounts: list[Account]) -> FormValues:
    """What an empty form starts with: what the profile says, and the account if there is only one."""
    zone = profile.zone if is_zone(profile.zone) else "UTC"
    return FormValues(
        EventFields(zone=zone, greeting=GREETING),
        organizer=profile.real_name,
        account=str(accounts[0].id) if len(accounts) == 1 else "",
        alert_address=profile.address,
    )


def new_campaign(values: FormValues, accounts: list[Account], now: datetime) -> Json:
    """*New campaign*, filled with ``values``."""
    if not accounts:
        return modal(
            "New campaign",
            [
                words(
                    "Invites go out from your own mailbox or calendar. No sending account is connected yet."
                ),
                buttons(button("Email services", ids.EMAIL_SERVICES, style="primary")),
            ],
        )
    return modal(
        "New campaign",
        [*event_inputs(values.event, now), *_sending_inputs(values, accounts)],
        callback_id=ids.NEW_CAMPAIGN_FORM,
        submit="Create campaign",
        close="Cancel",
    )


def duplicate_form(values: FormValues, accounts: list[Account], now: datetime, source: Campaign) -> Json:
    """*Duplicate campaign*: the form filled from ``source``, whose list is used unless one is chosen."""
    people = number(source.attendees, "attendee")
    hint = f"Leave empty to use the list of “{cut(source.event.title, 150)}” ({people})."
    return modal(
        "Duplicate campaign",
        [
            words("A campaign of its own: nobody of it has been invited yet."),
            *event_inputs(values.event, now),
            *_sending_inputs(values, accounts, list_hint=hint),
        ],
        callback_id=ids.DUPLICATE_FORM,
        submit="Create campaign",
        close="Cancel",
        metadata=str(source.id),
    )


def duplicated(campaign: Campaign) -> Json:
    """The copy is made; what can be done with it now."""
    people = number(campaign.attendees, "attendee")
    return modal(
        "Campaign ready",
        [
            header(campaign.event.title),
            words(f"A new campaign with the same list: {people}. Nobody has been invited yet."),
            buttons(
                send_button(campaign.id),
                button("Edit campaign", ids.EDIT, str(campaign.id)),
            ),
        ],
        closes_all=True,
    )


def edit_event(campaign: Campaign, typed: EventFields, now: datetime, metadata: str) -> Json:
    """*Edit event*: the same fields, filled with what is ``typed``, without the list and the account."""
    return modal(
        "Edit event",
        [
            words(_CALLED_OFF if campaign.is_cancelled else _KEEPS_OLD),
            *event_inputs(typed, now, before=campaign.event),
        ],
        callback_id=ids.EDIT_EVENT_FORM,
        submit="Save changes",
        close="Cancel",
        metadata=metadata,
    )


def event_saved(view: CampaignView, *, was_cancelled: bool = False) -> Json:
    """What a changed event means for who was invited before; ``was_cancelled``: it takes place after all."""
    campaign, whom, run = view.summary.campaign, view.whom, view.run_that_is_on
    if run is not None:
        return modal("Event saved", [header(campaign.event.title), words(_during_run(view, run.kind))])
    to_tell = view.to_update + (whom.again if was_cancelled else 0)
    if not to_tell:
        said = _nobody_to_tell(view, was_cancelled=was_cancelled)
        return modal("Event saved", [header(campaign.event.title), words(said)])
    hold = number(to_tell, "person holds", "people hold")
    said = f"Saved. {hold} the previous version: use Update Calendar Invites."
    if was_cancelled:
        people = number(to_tell, "person", "people")
        said = f"Saved. The event takes place again: use Update Calendar Invites to tell {people}."
    return modal(
        "Event saved",
        [
            header(campaign.event.title),
            words(said),
            buttons(update_button(campaign.id)),
        ],
    )


def _nobody_to_tell(view: CampaignView, *, was_cancelled: bool) -> str:
    saved = "Saved. The event takes place again." if was_cancelled else "Saved."
    if view.kept_back:
        people = number(view.kept_back, "person", "people")
        return (
            f"{saved} Whoever would be told is on a never-invite list ({people}), and keeps what they have."
        )
    if view.summary.run is not None:
        return f"{saved} Nobody holds an earlier version; invites will carry the new one."
    if was_cancelled:
        return f"{saved} Nobody has been invited to it yet."
    return f"{saved} Nobody has been invited yet; the invites will carry the new version."


def _during_run(view: CampaignView, kind: Kind) -> str:
    """Whoever waits in the run gets the new version in it; whoever it has written to holds the old one."""
    behind = max(view.whom.updates - view.waiting.updates - view.waiting.reminders, 0)
    if not behind:
        return "Saved. A run is on: nobody was sent the old version, so everybody gets the new one."
    people = number(behind, "person was", "people were")
    then = "now, in place of this run, or after it" if outranks(Kind.UPDATE, kind) else "after this run"
    return (
        f"Saved. A run is on: {people} already sent the old version; they become outdated. "
        f"The rest get the new version. Use Update Calendar Invites {then}."
    )


def _sending_inputs(values: FormValues, accounts: list[Account], list_hint: str = "") -> list[Json]:
    """``list_hint`` says what happens without a list, where that is possible."""
    shown = [
        option(account.address, str(account.id), _service_words(account))
        for account in accounts[:_MOST_ACCOUNTS]
    ]
    return [
        entry("organizer", "Organizer name", text_input(value=values.organizer, longest=MAX_NAME)),
        entry(
            "account",
            "Sending account",
            choice_input("static_select", shown, values.account),
            hint="The organizer's address: invites come from it, and answers go to it. "
            "To add one, type /sendinvites services.",
        ),
        *alert_inputs(values.alert_address, values.mail_progress),
        entry(
            LIST,
            "Attendee list",
            list_input(),
            hint=list_hint or LIST_HINT,
            optional=bool(list_hint),
        ),
    ]


def _service_words(account: Account) -> str:
    """Which service it is, what it is called, and whether it has to be renewed first."""
    said = [service_name(account.kind)]
    if account.state is AccountState.NEEDS_RENEWAL:
        said.append("needs to be renewed")
    if account.label and account.label != account.address:
        said.append(account.label)
    return " · ".join(said)


def alert_inputs(address: str, progress: str) -> list[Json]:
    """Where alerts go, and how often progress goes there."""
    often = [option(text, value) for value, text in _PROGRESS]
    return [
        entry(
            "alert_address",
            "Registered email for alerts",
            email_input(address),
            hint="Told when everything is sent, when invites fail, and at once when the account needs you.",
        ),
        entry("mail_progress", "Progress by mail", choice_input("radio_buttons", often, progress)),
    ]


def list_input() -> Json:
    """One file. Slack only hints at the types: what is in it is judged when it is read."""
    return {"type": "file_input", "filetypes": FILE_TYPES, "max_files": 1}
