"""A page of a calendar's events: all of them, or what has changed since the last look."""

import re
from datetime import datetime, timedelta

from playground import google_errors as errors
from playground.google_event_rules import moment
from playground.google_events import Calendar
from playground.provider_answers import Json, Refused

_TOKEN = re.compile(r"(sync|page)-(\d+)-(\d+)")
_MEMORY = timedelta(days=28)
_NOT_WITH_SYNC = {
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMax",
    "timeMin",
    "updatedMin",
}


def listed(calendar: Calendar, asked: dict[str, str]) -> Json:
    """The answer to events.list. Raises Refused."""
    since, bound = _since(calendar, asked), _bound(calendar, asked)
    # A page token says after which change to go on, and up to which change the first page saw.
    start, upto = _page(asked) or (0, calendar.changes)
    start = max(start, since or 0)
    shows_cancelled = since is not None or bound is not None or asked.get("showDeleted") == "true"
    kept = [
        event
        for event in calendar.events(after=start)
        if (shows_cancelled or event["status"] != "cancelled")
        and (bound is None or (moment(event["updated"]) or bound) >= bound)
        and _matches(event, asked)
    ]
    most = min(int(asked.get("maxResults", "250")), 2500)
    items = kept[:most]
    body: Json = {
        "kind": "calendar#events",
        "etag": f'"p{calendar.changes}"',
        "summary": calendar.summary,
        "timeZone": calendar.time_zone,
        "accessRole": "owner",
        "items": items,
    }
    if len(kept) > most:
        return body | {"nextPageToken": f"page-{calendar.change_of(items[-1]['id'])}-{upto}"}
    # What has changed since the first page comes again with the next look, and is never missed.
    return body | {"nextSyncToken": f"sync-{upto}-0"}


def _page(asked: dict[str, str]) -> tuple[int, int] | None:
    if not asked.get("pageToken"):
        return None
    found = _TOKEN.fullmatch(asked["pageToken"])
    if not found or found[1] != "page":
        raise Refused(errors.bad_value("pageToken"))
    return int(found[2]), int(found[3])


def _since(calendar: Calendar, asked: dict[str, str]) -> int | None:
    token = asked.get("syncToken")
    if not token:
        return None
    if clash := sorted(_NOT_WITH_SYNC & asked.keys()):
        raise Refused(errors.bad_value(clash[0]))
    found = _TOKEN.fullmatch(token)
    if not found or found[1] != "sync" or int(found[2]) < calendar.oldest_sync:
        raise Refused(errors.FULL_SYNC)
    return int(found[2])


def _bound(calendar: Calendar, asked: dict[str, str]) -> datetime | None:
    if "updatedMin" not in asked:
        return None
    bound = moment(asked["updatedMin"])
    if bound is None:
        raise Refused(errors.bad_value("updatedMin"))
    if calendar.now() - bound > _MEMORY:
        raise Refused(errors.TOO_LONG_AGO)
    return bound


def _matches(event: Json, asked: dict[str, str]) -> bool:
    if asked.get("iCalUID", event["iCalUID"]) != event["iCalUID"]:
        return False
    name, _, value = asked.get("privateExtendedProperty", "").partition("=")
    return not name or event.get("extendedProperties", {}).get("private", {}).get(name) == value
