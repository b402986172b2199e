"""The *New campaign* form: what was typed becomes an Event, or an error beside the field that is wrong."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaigns.errors import InputError
from campaigns.model import Campaign, Event
from campaigns.ports import CampaignForm

MAX_TITLE = 150
MAX_TEXT = 3_000
MAX_PLACE = 300
MAX_LENGTH = timedelta(days=31)

_NEXT_CENTURY = 2100


@dataclass(frozen=True, slots=True)
class EventFields:
    """The fields as typed. Dates are ``YYYY-MM-DD``, times ``HH:MM``, ``duration`` whole minutes."""

    title: str = ""
    start_date: str = ""
    start_time: str = ""
    end_date: str = ""
    end_time: str = ""
    duration: str = ""
    zone: str = ""
    place: str = ""
    description: str = ""
    greeting: str = ""


def parse_event(typed: EventFields, now: datetime) -> Event:
    """The event, or InputError whose ``fields`` are named as in ``EventFields``."""
    wrong: dict[str, str] = {}
    title = one_line(typed.title)
    if not title:
        wrong["title"] = "Give the event a title."
    elif len(title) > MAX_TITLE:
        wrong["title"] = f"Use at most {MAX_TITLE} characters."
    if len(typed.description) > MAX_TEXT:
        wrong["description"] = f"Use at most {MAX_TEXT:,} characters."
    if len(typed.place) > MAX_PLACE:
        wrong["place"] = f"Use at most {MAX_PLACE} characters."
    zone = _zone(typed.zone, wrong)
    starts_at = _instant("start", typed.start_date, typed.start_time, zone, wrong)
    ends_at = _end(typed, starts_at, zone, wrong)
    if starts_at is not None and starts_at <= now:
        wrong.setdefault("start_date", "The start is in the past. Choose a later date or time.")
    if starts_at is not None and ends_at is not None:
        _check_length(starts_at, ends_at, wrong, field="duration" if typed.duration.strip() else "end_time")
    if wrong or starts_at is None or ends_at is None:
        raise InputError(fields=wrong)
    return Event(
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=typed.zone.strip(),
        place=one_line(typed.place),
        description=many_lines(typed.description),
        greeting=one_line(typed.greeting),
    )


def form_of(campaign: Campaign) -> CampaignForm:
    """The form that would make this campaign again."""
    return CampaignForm(
        event=campaign.event,
        organizer=campaign.organizer,
        account_id=campaign.account_id,
        alert_address=campaign.alert_address,
        mail_progress=campaign.mail_progress,
        editors=campaign.editors,
        routing=campaign.routing,
    )


def one_line(text: str) -> str:
    """``text`` in NFC without control characters or line breaks, spaces collapsed."""
    return " ".join(_clean(text, keep="").split())


def many_lines(text: str) -> str:
    """``text`` in NFC with line feeds as its only control characters."""
    return _clean(text.replace("\r\n", "\n").replace("\r", "\n"), keep="\n").strip()


def _clean(text: str, *, keep: str) -> str:
    normal = unicodedata.normalize("NFC", text)
    # Cc: control; Zl, Zp: the separators that some parsers take for line ends; Cs: lone surrogates
    return "".join(
        c if c in keep or unicodedata.category(c) not in {"Cc", "Zl", "Zp", "Cs"} else " " for c in normal
    )


def _zone(name: str, wrong: dict[str, str]) -> ZoneInfo | None:
    try:
        return ZoneInfo(name.strip())
    except (
        ValueError,
        KeyError,
        OSError,
    ):  # ZoneInfoNotFoundError is a KeyError; a directory name an OSError
        wrong["zone"] = "Choose a time zone from the list, for example Europe/Madrid."
        return None


def _instant(
    which: str, day: str, clock: str, zone: ZoneInfo | None, wrong: dict[str, str]
) -> datetime | None:
    parsed_day = parsed_time = None
    try:
        parsed_day = date.fromisoformat(day.strip())
    except ValueError:
        wrong[f"{which}_date"] = "Choose a date."
    try:
        parsed_time = time.fromisoformat(clock.strip()).replace(tzinfo=None)
    except ValueError:
        wrong[f"{which}_time"] = "Choose a time, for example 10:30."
    if parsed_day is None or parsed_time is None or zone is None:
        return None
    local = datetime.combine(parsed_day, parsed_time, tzinfo=zone)
    try:
        instant = local.astimezone(UTC)
    except OverflowError:
        instant = None
    if instant is None or instant.year >= _NEXT_CENTURY:
        wrong[f"{which}_date"] = "Choose a date within this century."
        return None
    if instant.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        wrong[f"{which}_time"] = (
            f"{parsed_time:%H:%M} does not exist on that day in {zone.key}: the clocks go forward. "
            "Choose another time."
        )
        return None
    return instant


def _end(
    typed: EventFields, starts_at: datetime | None, zone: ZoneInfo | None, wrong: dict[str, str]
) -> datetime | None:
    duration, end_time, end_date = typed.duration.strip(), typed.end_time.strip(), typed.end_date.strip()
    if duration and (end_time or end_date):
        wrong["duration"] = "Give an end or a duration, not both."
        return None
    if duration:
        if not (duration.isascii() and duration.isdecimal() and 0 < len(duration) <= 6 and int(duration)):
            wrong["duration"] = "Enter whole minutes, for example 60."
            return None
        return starts_at + timedelta(minutes=int(duration)) if starts_at else None
    if end_date and not end_time:
        wrong["end_time"] = "Choose the time at which it ends."
        return None
    if not end_time:
        wrong["duration"] = "Give a duration in minutes, or an end."
        return None
    return _instant("end", end_date or typed.start_date, end_time, zone, wrong)


def _check_length(starts_at: datetime, ends_at: datetime, wrong: dict[str, str], *, field: str) -> None:
    if ends_at <= starts_at:
        wrong[field] = "The end is not after the start. Choose a later end."
    elif ends_at - starts_at > MAX_LENGTH:
        wrong[field] = f"An event can last at most {MAX_LENGTH.days} days."
