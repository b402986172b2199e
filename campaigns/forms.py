"""The *New campaign* form: what was typed becomes an Event, or an error beside the field that is wrong."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaigns.errors import InputError
from campaigns.model import Campaign, Event
from campaigns.ports import CampaignForm
from campaigns.repeat_forms import ONCE, RepeatFields, misfits, parse_repeat
from campaigns.repeating import last_end

MAX_TITLE = 150
MAX_TEXT = 3_000
MAX_PLACE = 300
MAX_LENGTH = timedelta(days=31)

_NEXT_CENTURY = 2100


@dataclass(frozen=True, slots=True)
class EventFields:
    """The fields as typed. Dates are ``YYYY-MM-DD``, times ``HH:MM``, ``duration`` whole minutes.

    ``is_all_day``: the times do not count, and ``end_date`` is the last day. ``reminder``: minutes, or ''.
    """

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
    is_all_day: bool = False
    repeat: RepeatFields = ONCE
    reminder: str = ""


def parse_event(typed: EventFields, now: datetime, *, before: Event | None = None) -> Event:
    """The event, or InputError whose ``fields`` are named as in ``EventFields`` and ``RepeatFields``.

    ``before`` is the event that is being changed: if it keeps its start, that may be over.
    """
    wrong: dict[str, str] = {}
    title = _title(typed, wrong)
    zone = _zone(typed.zone, wrong)
    starts_at, ends_at = (_whole_days if typed.is_all_day else _times)(typed, zone, wrong)
    first = starts_at.astimezone(zone).date() if starts_at is not None else None
    recurrence = parse_repeat(typed.repeat, first, wrong)
    reminder = _reminder(typed.reminder, wrong)
    has_begun = before is not None and starts_at == before.starts_at
    if starts_at is not None and starts_at <= now and not has_begun:
        wrong.setdefault("start_date", "The start is in the past. " + _later(typed))
    if wrong or starts_at is None or ends_at is None:
        raise InputError(fields=wrong)
    event = Event(
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=typed.zone.strip(),
        place=one_line(typed.place),
        description=many_lines(typed.description),
        greeting=one_line(typed.greeting),
        is_all_day=typed.is_all_day,
        recurrence=recurrence,
        reminder_minutes=reminder,
    )
    wrong = misfits(event, typed.repeat)
    over_at = last_end(event) if not wrong else None
    if over_at is not None and over_at <= now:
        wrong = {"start_date": _over(event, typed)}
    if wrong:
        raise InputError(fields=wrong)
    return event


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


def _title(typed: EventFields, wrong: dict[str, str]) -> str:
    """The title; what is wrong with it, and with the texts that are too long."""
    title = one_line(typed.title)
    if not title:
        wrong["title"] = "Give the event a title."
    elif len(title) > MAX_TITLE:
        wrong["title"] = f"Use at most {MAX_TITLE} characters."
    if len(typed.description) > MAX_TEXT:
        wrong["description"] = f"Use at most {MAX_TEXT:,} characters."
    if len(typed.place) > MAX_PLACE:
        wrong["place"] = f"Use at most {MAX_PLACE} characters."
    return title


def _over(event: Event, typed: EventFields) -> str:
    if event.recurrence is None:
        return "It would be over already. " + _later(typed)
    return "The last time is in the past. Let it start later, or repeat for longer."


def _later(typed: EventFields) -> str:
    return "Choose a later date." if typed.is_all_day else "Choose a later date or time."


def _reminder(text: str, wrong: dict[str, str]) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        wrong["reminder"] = "Choose when calendars remind people."
        return None
    return int(text)


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


def _times(
    typed: EventFields, zone: ZoneInfo | None, wrong: dict[str, str]
) -> tuple[datetime | None, datetime | None]:
    starts_at = _instant("start", typed.start_date, typed.start_time, zone, wrong)
    ends_at = _end(typed, starts_at, zone, wrong)
    if starts_at is not None and ends_at is not None:
        _check_length(starts_at, ends_at, wrong, field="duration" if typed.duration.strip() else "end_time")
    return starts_at, ends_at


def _whole_days(
    typed: EventFields, zone: ZoneInfo | None, wrong: dict[str, str]
) -> tuple[datetime | None, datetime | None]:
    """The midnight before the first day, and that after the last: the first too if no other is given."""
    first = _day("start_date", typed.start_date, wrong)
    last = _day("end_date", typed.end_date, wrong) if typed.end_date.strip() else first
    if first is None or last is None or zone is None:
        return None, None
    if last < first:
        wrong["end_date"] = "The last day is before the first. Choose a later one."
    elif last - first >= MAX_LENGTH:
        wrong["end_date"] = f"An event can last at most {MAX_LENGTH.days} days."
    # a midnight that the clocks skip is the moment at which they do
    starts_at, ends_at = (
        datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
        for day in (first, last + timedelta(days=1))
    )
    return starts_at, ends_at


def _day(field: str, text: str, wrong: dict[str, str]) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        wrong[field] = "Choose a date."
        return None
    if not 1 < day.year < _NEXT_CENTURY:
        wrong[field] = "Choose a date within this century."
        return None
    return day


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
