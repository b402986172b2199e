"""What stands in a form: read from a submitted view, or taken from an event to fill the form again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.account import Account
from campaigns.addresses import AddressError, read_address
from campaigns.errors import InputError, TemplateError
from campaigns.forms import EventFields, one_line, parse_event
from campaigns.merge import template
from campaigns.model import Event, MailProgress, Organizer
from campaigns.ports import CampaignForm
from campaigns.repeat_forms import values_of_rule

TEXTS = ("title", "greeting", "place", "description")
"""The fields that may hold merge fields."""

LIST = "list"
MAX_NAME = 100
EMPTY = EventFields()

NO_REMINDER = "none"

_ALWAYS = (*TEXTS, "start_date", "end_date", "zone")
_TIMES = {"start_time": "Start time", "duration": "Duration", "end_time": "End time"}
_REPEATING = {
    "every": "Repeat every",
    "unit": "Days, weeks or months",
    "ends": "Ends",
    "times": "Number of times",
    "last_day": "Repeat until",
    "except_on": "Except on",
}
"""Inputs that a form asks for only sometimes, and how people know them."""


@dataclass(frozen=True, slots=True)
class FormValues:
    """Everything that can be typed into *New campaign*; the list itself cannot be filled in again."""

    event: EventFields = field(default_factory=EventFields)
    organizer: str = ""
    account: str = ""
    alert_address: str = ""
    mail_progress: str = MailProgress.DAILY


def entered(view: Mapping[str, Any], name: str) -> str:
    """What the input called ``name`` holds; '' if it is empty or not in this view."""
    held = (view["state"]["values"].get(name) or {}).get(name) or {}
    if option := held.get("selected_option"):
        return str(option["value"])
    for key in ("value", "selected_date", "selected_time", "selected_conversation"):
        if held.get(key) is not None:
            return str(held[key])
    return ""


def chosen(view: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """What is ticked or picked in the input called ``name``, of which there may be several."""
    held = (view["state"]["values"].get(name) or {}).get(name) or {}
    picked = [str(user) for user in held.get("selected_users") or []]
    return (*picked, *(str(option["value"]) for option in held.get("selected_options") or []))


def file_entered(view: Mapping[str, Any]) -> Mapping[str, object] | None:
    """The one file that was chosen, as Slack describes it."""
    files = ((view["state"]["values"].get(LIST) or {}).get(LIST) or {}).get("files") or []
    return files[0] if files else None


def submission_of(view: Mapping[str, Any]) -> str:
    """The same for the same screen with the same entries, so that a doubled delivery is one deed."""
    entries = json.dumps(view["state"]["values"], sort_keys=True)
    return f"{view['id']}:{hashlib.sha256(entries.encode()).hexdigest()[:32]}"


def event_fields(view: Mapping[str, Any], unseen: EventFields = EMPTY) -> EventFields:
    """The fields of the event as typed; ``unseen`` has those that this view does not ask for now."""
    shown = view["state"]["values"]
    texts = {name: entered(view, name) for name in (*_ALWAYS, *_TIMES) if name in shown or name in _ALWAYS}
    repeat = {name: entered(view, name) for name in _REPEATING if name in shown}
    weekdays = chosen(view, "weekdays") if "weekdays" in shown else unseen.repeat.weekdays
    return replace(
        unseen,
        **texts,
        is_all_day=bool(chosen(view, "is_all_day")),
        repeat=replace(unseen.repeat, **repeat, repeats=entered(view, "repeats"), weekdays=weekdays),
        reminder=entered(view, "reminder").replace(NO_REMINDER, ""),
    )


def form_values(view: Mapping[str, Any], unseen: EventFields = EMPTY) -> FormValues:
    """All fields of *New campaign* as typed."""
    return FormValues(
        event_fields(view, unseen),
        organizer=entered(view, "organizer"),
        account=entered(view, "account"),
        alert_address=entered(view, "alert_address"),
        mail_progress=entered(view, "mail_progress"),
    )


def where_shown(view: Mapping[str, Any], wrong: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by input. What this view has no input for yet stands at the one that asks for more."""
    shown = view["state"]["values"]
    placed: dict[str, str] = {}
    for name, said in wrong.items():
        label = {**_TIMES, **_REPEATING}.get(name, "") if name not in shown else ""
        at = name if not label else "repeats" if name in _REPEATING else "start_date"
        what = f"{label}: {said}" if label else said
        placed[at] = f"{placed[at]} {what}" if at in placed else what
    return placed


def problems_beside_event(typed: FormValues, accounts: list[Account]) -> dict[str, str]:
    """What is wrong with the fields that ``parse_event`` does not judge, by their names."""
    wrong = unbalanced(typed.event)
    organizer = one_line(typed.organizer)
    if not organizer or len(organizer) > MAX_NAME:
        wrong["organizer"] = f"Enter the name people know, at most {MAX_NAME} characters."
    if typed.account not in {str(account.id) for account in accounts}:
        wrong["account"] = "Choose the account that sends the invites."
    try:
        read_address(typed.alert_address)
    except AddressError as error:
        wrong["alert_address"] = str(error)
    return wrong


def judged(
    typed: FormValues, accounts: list[Account], now: datetime
) -> tuple[CampaignForm | None, dict[str, str]]:
    """The form, or what is wrong with it by field."""
    wrong = problems_beside_event(typed, accounts)
    try:
        event = parse_event(typed.event, now)
    except InputError as error:
        return None, {**in_its_place(error, otherwise="title"), **wrong}
    if wrong:
        return None, wrong
    account = next(account for account in accounts if str(account.id) == typed.account)
    form = CampaignForm(
        event=event,
        organizer=Organizer(one_line(typed.organizer), account.address),
        account_id=account.id,
        alert_address=one_line(typed.alert_address),
        mail_progress=MailProgress(typed.mail_progress),
    )
    return form, {}


def unbalanced(typed: EventFields) -> dict[str, str]:
    """Merge fields whose braces do not match, by the field in which they stand."""
    wrong = {}
    for name in TEXTS:
        try:
            template(getattr(typed, name))
        except TemplateError as error:
            wrong[name] = str(error)
    return wrong


def in_its_place(error: InputError, *, otherwise: str) -> dict[str, str]:
    """The errors by field; one that belongs to no field stands at ``otherwise``."""
    return error.fields or {otherwise: str(error)}


def values_of_event(event: Event) -> EventFields:
    """The fields that would make this event, in its own zone."""
    zone = ZoneInfo(event.zone)
    start, end = event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)
    made = EventFields(
        title=event.title,
        start_date=start.date().isoformat(),
        zone=event.zone,
        place=event.place,
        description=event.description,
        greeting=event.greeting,
        is_all_day=event.is_all_day,
        repeat=values_of_rule(event.recurrence, start.date()),
        reminder="" if event.reminder_minutes is None else str(event.reminder_minutes),
    )
    if event.is_all_day:
        last = end.date() - timedelta(days=1)
        return replace(made, end_date=last.isoformat() if last > start.date() else "")
    made = replace(made, start_time=f"{start:%H:%M}")
    if start.date() == end.date():
        minutes = int((event.ends_at - event.starts_at).total_seconds()) // 60
        return replace(made, duration=str(minutes))
    return replace(made, end_date=end.date().isoformat(), end_time=f"{end:%H:%M}")


def undated(typed: EventFields) -> EventFields:
    """The same without its dates, which are over."""
    repeat = replace(typed.repeat, last_day="", except_on="")
    return replace(typed, start_date="", end_date="", repeat=repeat)


def values_of_form(form: CampaignForm) -> FormValues:
    """The fields that would make this form again."""
    return FormValues(
        values_of_event(form.event),
        organizer=form.organizer.name,
        account=str(form.account_id),
        alert_address=form.alert_address,
        mail_progress=form.mail_progress,
    )
