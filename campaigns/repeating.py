"""When a repeating event takes place: its days and instants, and what in its rule could be read two ways."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from campaigns import vtimezone
from campaigns.errors import InputError
from campaigns.model import Event
from campaigns.recurrence import Frequency, Recurrence, week_of_month
from campaigns.when import WEEKDAYS, day_words

MAX_INTERVAL = 99
MAX_COUNT = 999
MAX_EXCEPTIONS = 50
MAX_REMINDER = 40_320
"""Minutes: four weeks, Google's own limit."""

LAST_YEAR = 2099
UTC_ZONE = "UTC"
_SURE_DAYS = 28  # every month has them
_LOOKED_AT = 60
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def check(event: Event) -> None:
    """Raises InputError whose ``fields`` are those of ``problems``."""
    if wrong := problems(event):
        raise InputError(fields=wrong)


def problems(event: Event) -> dict[str, str]:
    """What is wrong with how ``event`` repeats and reminds, by the field of Recurrence or Event to change."""
    wrong: dict[str, str] = {}
    if event.reminder_minutes is not None and not 0 <= event.reminder_minutes <= MAX_REMINDER:
        wrong["reminder_minutes"] = f"Choose between 0 and {MAX_REMINDER:,} minutes (four weeks)."
    if event.recurrence is None:
        return wrong
    wrong |= _of_rule(event, event.recurrence)
    if not wrong:
        wrong |= _of_days(event, event.recurrence)
    if not wrong and needs_zone(event) and not zone_rule(event):
        wrong["until"] = (
            f"The clocks in {event.zone} change by a rule that not every calendar program can follow for so "
            "long. Let the event end within a year, or choose another time zone."
        )
    return wrong


def days(event: Event) -> Iterator[date]:
    """The days on which ``event`` starts, in its zone, without the excepted ones; endless if the event is."""
    rule = event.recurrence
    if rule is None:
        yield first_day(event)
        return
    for day in _planned(event, rule):
        if day not in rule.except_on:
            yield day


def last_end(event: Event) -> datetime | None:
    """When it is over, in UTC; None if it goes on for good."""
    rule = event.recurrence
    if rule is None:
        return event.ends_at
    if rule.count is None and rule.until is None:
        return None
    last = first_day(event)
    for day in days(event):
        last = day
    return ends_on(event, last).astimezone(UTC)


def start_ahead(event: Event, now: datetime) -> datetime:
    """By when invites should be there: its start; of a series that has begun, the start of its last time.

    One that goes on for good is always early enough.
    """
    if event.recurrence is None or event.starts_at > now:
        return event.starts_at
    ends_at = last_end(event)
    return (
        datetime.max.replace(tzinfo=UTC) if ends_at is None else ends_at - (event.ends_at - event.starts_at)
    )


def first_day(event: Event) -> date:
    return event.starts_at.astimezone(ZoneInfo(event.zone)).date()


def starts_on(event: Event, day: date) -> datetime:
    """Its start on ``day``, in the event's zone."""
    zone = ZoneInfo(event.zone)
    clock = time() if event.is_all_day else event.starts_at.astimezone(zone).time().replace(fold=0)
    return datetime.combine(day, clock, tzinfo=zone)


def ends_on(event: Event, day: date) -> datetime:
    """The end of the occurrence that starts on ``day``, in the event's zone."""
    zone = ZoneInfo(event.zone)
    end = event.ends_at.astimezone(zone)
    clock = time() if event.is_all_day else end.time().replace(fold=0)
    return datetime.combine(day + (end.date() - first_day(event)), clock, tzinfo=zone)


def needs_zone(event: Event) -> bool:
    """Whether its times are written on the clock of its zone: if they move with it, in UTC."""
    return event.recurrence is not None and not event.is_all_day and event.zone != UTC_ZONE


def zone_rule(event: Event) -> tuple[vtimezone.Observance, ...]:
    """The rule of its zone for as long as it goes on; () if there is none that every program understands."""
    return vtimezone.observances(event.zone, event.starts_at, last_end(event))


def rrule(recurrence: Recurrence, event: Event) -> str:
    """The RRULE's value (RFC 5545, 3.3.10), its parts in icalendar's order."""
    parts = [f"FREQ={recurrence.frequency.value.upper()}"]
    if recurrence.until is not None:
        parts.append(f"UNTIL={_until(recurrence.until, event)}")
    if recurrence.count is not None:
        parts.append(f"COUNT={recurrence.count}")
    if recurrence.interval != 1:
        parts.append(f"INTERVAL={recurrence.interval}")
    first = first_day(event)
    match recurrence.frequency:
        case Frequency.WEEKLY:
            weekdays = sorted(recurrence.weekdays or (first.isoweekday(),))
            parts.append(f"BYDAY={','.join(_CODES[day - 1] for day in weekdays)}")
        case Frequency.MONTHLY if recurrence.by_weekday:
            parts.append(f"BYDAY={week_of_month(first)}{_CODES[first.weekday()]}")
        case Frequency.MONTHLY:
            parts.append(f"BYMONTHDAY={_day_of_month(first)}")
        case Frequency.DAILY:
            pass
    return ";".join(parts)


def _until(until: date, event: Event) -> str:
    """A date for all-day events, else in UTC whatever the start is written in (RFC 5545, 3.3.10)."""
    if event.is_all_day:
        return f"{until:%Y%m%d}"
    return f"{starts_on(event, until).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _day_of_month(first: date) -> int:
    """The 31st is the last day: else Outlook would come on the 30th in June, and others not at all."""
    return first.day if first.day < 31 else -1


def _planned(event: Event, rule: Recurrence) -> Iterator[date]:
    """Every day of the rule, excepted or not: COUNT counts them all."""
    for number, day in enumerate(_endless(event, rule)):
        if number == rule.count or (rule.until is not None and day > rule.until) or day.year > LAST_YEAR:
            return
        yield day


def _endless(event: Event, rule: Recurrence) -> Iterator[date]:
    first = first_day(event)
    match rule.frequency:
        case Frequency.DAILY:
            yield from _every(first, timedelta(days=rule.interval))
        case Frequency.WEEKLY:
            weekdays = sorted(rule.weekdays or (first.isoweekday(),))
            # Weeks begin on Monday, as RRULE's do unless it says otherwise.
            monday = first - timedelta(days=first.weekday())
            for week in _every(monday, timedelta(weeks=rule.interval)):
                for weekday in weekdays:
                    day = week + timedelta(days=weekday - 1)
                    if day >= first:
                        yield day
        case Frequency.MONTHLY:
            month = first.year * 12 + first.month - 1
            while True:
                found = _in_month(first, *divmod(month, 12), by_weekday=rule.by_weekday)
                if found is not None:
                    yield found
                month += rule.interval


def _every(first: date, step: timedelta) -> Iterator[date]:
    day = first
    while True:
        yield day
        day += step


def _in_month(first: date, year: int, month_before: int, *, by_weekday: bool) -> date | None:
    length = monthrange(year, month_before + 1)[1]
    if not by_weekday:
        number = _day_of_month(first)
        number = length if number < 0 else number
        return date(year, month_before + 1, number) if number <= length else None
    week = week_of_month(first)
    earliest = length - 6 if week < 0 else 7 * (week - 1) + 1
    start = date(year, month_before + 1, earliest)
    return start + timedelta(days=(first.weekday() - start.weekday()) % 7)


def _of_rule(event: Event, rule: Recurrence) -> dict[str, str]:
    wrong: dict[str, str] = {}
    first = first_day(event)
    if not 1 <= rule.interval <= MAX_INTERVAL:
        wrong["interval"] = f"Choose between 1 and {MAX_INTERVAL}."
    if rule.count is not None and rule.until is not None:
        wrong["until"] = "Say how often or until when it repeats, not both."
    elif rule.count is not None and not 2 <= rule.count <= MAX_COUNT:
        wrong["count"] = f"Choose between 2 and {MAX_COUNT} times."
    elif rule.until is not None and rule.until <= first:
        wrong["until"] = "It would take place only once. Choose a day after the start."
    elif rule.until is not None and rule.until.year > LAST_YEAR:
        wrong["until"] = "Choose a date within this century."
    if rule.frequency is Frequency.WEEKLY:
        if rule.weekdays and first.isoweekday() not in rule.weekdays:
            wrong["weekdays"] = (
                f"The event starts on a {WEEKDAYS[first.weekday()]}: choose that day too, or another start."
            )
        elif len(set(rule.weekdays)) != len(rule.weekdays) or not set(rule.weekdays) <= set(range(1, 8)):
            wrong["weekdays"] = "Choose each day of the week once."
    elif rule.weekdays:
        wrong["weekdays"] = "Days of the week are for weekly events only."
    if rule.by_weekday and rule.frequency is not Frequency.MONTHLY:
        wrong["by_weekday"] = "A week of the month is for monthly events only."
    if len(rule.except_on) > MAX_EXCEPTIONS:
        wrong["except_on"] = f"Name at most {MAX_EXCEPTIONS} days."
    return wrong


def _of_days(event: Event, rule: Recurrence) -> dict[str, str]:
    """What shows only in the calendar."""
    first = first_day(event)
    if _skips_months(event, rule):
        return {
            "by_weekday": f"Not every month has a day {first.day}, and calendar programs do different things "
            "then. Choose the weekday instead, or a start up to the 28th, or on the 31st for the last day."
        }
    planned = list(islice(_planned(event, rule), _LOOKED_AT))
    if len(planned) < 2:
        return {"until": "It would take place only once. Choose a later day."}
    length = ends_on(event, first).replace(tzinfo=None) - starts_on(event, first).replace(tzinfo=None)
    if any(following - day < length for day, following in pairwise(planned)):
        return {"interval": "It would still go on when it starts again. Repeat it less often, or shorten it."}
    if wrong := _of_exceptions(event, rule):
        return {"except_on": wrong}
    return {}


def _skips_months(event: Event, rule: Recurrence) -> bool:
    """Whether it meets a month that lacks its day before it ends."""
    day = first_day(event).day
    if rule.frequency is not Frequency.MONTHLY or rule.by_weekday or not _SURE_DAYS < day < 31:
        return False
    planned = islice(_planned(event, rule), _LOOKED_AT)
    months = [one.year * 12 + one.month for one in planned]
    return any(after - before != rule.interval for before, after in pairwise(months))


def _of_exceptions(event: Event, rule: Recurrence) -> str:
    if first_day(event) in rule.except_on:
        return "The first day cannot be left out. Let the event start on the next one."
    left = set(rule.except_on)
    if not left:
        return ""
    kept = 0
    for day in _planned(event, rule):
        if day in left:
            left.discard(day)
        else:
            kept += 1
        if not left and kept > 1:
            return ""
        if left and day > max(left):
            break
    if left:
        return f"It does not take place on {day_words(min(left))} anyway. Name only days on which it would."
    return "With all these days left out it takes place only once."
