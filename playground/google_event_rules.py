"""What Google accepts as an event, and what it adds to it."""

import re
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import available_timezones

from playground import google_errors as errors
from playground.google_recurrence import checked_recurrence
from playground.provider_answers import Json, Refused
from playground.provider_letters import ADDRESS

ID = re.compile(r"[a-v0-9]{5,1024}")
GIVEN_BY_GOOGLE = {
    "kind",
    "etag",
    "id",
    "htmlLink",
    "created",
    "updated",
    "creator",
    "organizer",
    "iCalUID",
    "sequence",
    "eventType",
}
TELLING = {"start", "end", "recurrence", "location", "summary", "description", "status"}
"""A change of these is a new sequence number."""
ANSWERS = {"needsAction", "declined", "tentative", "accepted"}
_TRUE_UNLESS_SAID = ("guestsCanInviteOthers", "guestsCanSeeOtherGuests")


def stamp(moment: datetime) -> str:
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def checked(body: Json, organizer: Json) -> Json:
    """The event as it is kept, without what Google gives it. Raises Refused."""
    event = _without_nulls({name: value for name, value in body.items() if name not in GIVEN_BY_GOOGLE})
    recurrence = event.pop("recurrence", None) or []
    start, end = (_checked_time(event, which, is_recurring=bool(recurrence)) for which in ("start", "end"))
    is_all_day = "date" in event["start"]
    if is_all_day != ("date" in event["end"]):
        raise Refused(errors.bad_time("end"))
    if end < start or (is_all_day and end == start):
        raise Refused(errors.EMPTY_RANGE)
    if recurrence:
        event["recurrence"] = checked_recurrence(recurrence, is_all_day=is_all_day)
    if "attendees" in event:
        event["attendees"] = [_attendee(one, organizer) for one in event["attendees"]]
        if not event["attendees"]:
            del event["attendees"]
    for name in _TRUE_UNLESS_SAID:
        if event.get(name) is not False:
            event.pop(name, None)  # Google leaves out what is as usual
    event.setdefault("status", "confirmed")
    event.setdefault("reminders", {"useDefault": True})
    return event


def _without_nulls(value: Json) -> Json:
    return {
        name: _without_nulls(one) if isinstance(one, dict) else one
        for name, one in value.items()
        if one is not None
    }


def _checked_time(event: Json, which: str, *, is_recurring: bool) -> datetime:
    """One end of the event: a day or an instant, not both. Raises Refused."""
    value = event.get(which)
    if not isinstance(value, dict) or not {"dateTime", "date"} & value.keys():
        raise Refused(errors.missing_time(which))
    at = when(value)
    if at is None:
        raise Refused(errors.bad_value(which))
    if {"dateTime", "date"} <= value.keys() or ("date" in value and "timeZone" in value):
        raise Refused(errors.bad_time(which))
    if "timeZone" in value and value["timeZone"] not in available_timezones():
        raise Refused(errors.bad_zone(which))
    if is_recurring and "dateTime" in value and "timeZone" not in value:
        raise Refused(errors.missing_zone(which))
    return at


def _attendee(one: Any, organizer: Json) -> Json:
    if not isinstance(one, dict) or not ADDRESS.fullmatch(str(one.get("email", ""))):
        raise Refused(errors.BAD_ATTENDEE)
    attendee: Json = {"responseStatus": "needsAction"} | one
    if attendee["responseStatus"] not in ANSWERS:
        raise Refused(errors.bad_value("attendees.responseStatus"))
    attendee.pop("self", None)
    attendee.pop("organizer", None)
    if one["email"].casefold() == organizer["email"].casefold():
        attendee |= {"organizer": True, "self": True}
    return attendee


def when(value: Json) -> datetime | None:
    if "dateTime" in value:
        return moment(str(value["dateTime"]))
    try:
        day = date.fromisoformat(str(value["date"]))
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def patched(event: Json, changes: Json) -> Json:
    """Objects are merged, everything else replaced whole, lists too; null takes away."""
    made = dict(event)
    for name, value in changes.items():
        if value is None:
            made.pop(name, None)
        elif isinstance(value, dict) and isinstance(made.get(name), dict):
            made[name] = patched(made[name], value)
        else:
            made[name] = value
    return made


def is_told(before: Json, after: Json) -> bool:
    """Whether a change is one that guests are to hear of as a new version."""
    return any(before.get(name) != after.get(name) for name in TELLING)
