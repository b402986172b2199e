"""The forms in which a campaign is made and its event is changed."""

from datetime import datetime

from campaigns.forms import MAX_PLACE, MAX_TEXT, MAX_TITLE, EventFields
from campaigns.model import Account, Campaign, Kind, MailProgress
from handlers import ids
from handlers.blocks import (
    Json,
    button,
    buttons,
    choice_input,
    date_input,
    email_input,
    entry,
    header,
    modal,
    option,
    text_input,
    time_input,
    words,
)
from handlers.form_values import LIST, MAX_NAME, FormValues, values_of_event
from handlers.guard import Profile
from handlers.intent import button_value
from handlers.wording import number
from handlers.zones import is_zone, zone_option

GREETING = "Hello {{first_name|there}},"
FILE_TYPES = ["csv", "tsv", "txt", "xlsx", "xls", "ods"]
_MOST_ACCOUNTS = 100

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
            [words("No sending account is set up yet. Ask whoever runs sendinvites to set one up.")],
        )
    return modal(
        "New campaign",
        [*_event_inputs(values.event, now), *_sending_inputs(values, accounts)],
        callback_id=ids.NEW_CAMPAIGN_FORM,
        submit="Create campaign",
        close="Cancel",
    )


def edit_event(campaign: Campaign, now: datetime) -> Json:
    """*Edit event*: the same fields, without the list and the account."""
    note = words("Whoever was invited before keeps the old version until you use Update Calendar Invites.")
    return modal(
        "Edit event",
        [note, *_event_inputs(values_of_event(campaign.event), now)],
        callback_id=ids.EDIT_EVENT_FORM,
        submit="Save changes",
        close="Cancel",
        metadata=str(campaign.id),
    )


def event_saved(campaign: Campaign, to_update: int) -> Json:
    """What a changed event means for those who were invited before."""
    if not to_update:
        said = "Saved. Nobody has been invited yet; the invites will carry the new version."
        return modal("Event saved", [header(campaign.event.title), words(said)])
    hold = number(to_update, "person holds", "people hold")
    return modal(
        "Event saved",
        [
            header(campaign.event.title),
            words(f"Saved. {hold} the previous version: use Update Calendar Invites."),
            buttons(
                button(
                    "Update Calendar Invites",
                    ids.UPDATE_CALENDAR_INVITES,
                    button_value(campaign.id, Kind.UPDATE),
                    style="primary",
                )
            ),
        ],
    )


def _event_inputs(typed: EventFields, now: datetime) -> list[Json]:
    zone: Json = {"type": "external_select", "min_query_length": 0}
    if typed.zone:
        zone["initial_option"] = zone_option(typed.zone, now)
    merge = "Merge fields are filled from the list: {{first_name}}, or {{company|our guest}} with a default."
    return [
        entry("title", "Title", text_input(value=typed.title, longest=MAX_TITLE)),
        entry("start_date", "Start date", date_input(typed.start_date)),
        entry("start_time", "Start time", time_input(typed.start_time)),
        entry(
            "duration",
            "Duration in minutes",
            text_input(value=typed.duration, placeholder="for example 60", longest=20),
            hint="Give a duration, or an end below.",
            optional=True,
        ),
        entry("end_date", "End date", date_input(typed.end_date), optional=True),
        entry("end_time", "End time", time_input(typed.end_time), optional=True),
        entry("zone", "Time zone", zone, hint="Type a city, such as Madrid, or an offset, such as +5:30."),
        entry("place", "Place or link", text_input(value=typed.place, longest=MAX_PLACE), optional=True),
        entry(
            "description",
            "Description",
            text_input(value=typed.description, longest=MAX_TEXT, multiline=True),
            hint=merge,
            optional=True,
        ),
        entry("greeting", "Greeting", text_input(value=typed.greeting, longest=300), optional=True),
    ]


def _sending_inputs(values: FormValues, accounts: list[Account]) -> list[Json]:
    shown = [
        option(account.address, str(account.id), account.label if account.label != account.address else "")
        for account in accounts[:_MOST_ACCOUNTS]
    ]
    often = [option(text, value) for value, text in _PROGRESS]
    files: Json = {"type": "file_input", "filetypes": FILE_TYPES, "max_files": 1}
    return [
        entry("organizer", "Organizer name", text_input(value=values.organizer, longest=MAX_NAME)),
        entry(
            "account",
            "Sending account",
            choice_input("static_select", shown, values.account),
            hint="The organizer's address: invites come from it, and answers go to it.",
        ),
        entry(
            "alert_address",
            "Registered email for alerts",
            email_input(value=values.alert_address),
            hint="Told when everything is sent, when invites fail, and at once when the account needs you.",
        ),
        entry(
            "mail_progress", "Progress by mail", choice_input("radio_buttons", often, values.mail_progress)
        ),
        entry(
            LIST,
            "Attendee list",
            files,
            hint="CSV or Excel with a column of email addresses; every other column is a merge field.",
        ),
    ]
