"""Events that repeat: any that an organizer could make, and a reader of them that is not ours."""

from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from zoneinfo import ZoneInfo

import vobject
from hypothesis import assume
from hypothesis import strategies as st

from campaigns.model import Event
from campaigns.recurrence import Frequency, Recurrence
from campaigns.repeating import days, problems, starts_on
from tests.unit.campaigns.invites import event

ZONES = (
    "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/Santiago", "Africa/Cairo", "Asia/Kolkata",
    "Australia/Lord_Howe", "Australia/Sydney", "Asia/Jerusalem", "Pacific/Chatham", "Asia/Tehran", "UTC",
)  # fmt: skip
_NUMBERS = count()


def local(zone: str, *when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def repeating(rule: Recurrence, *when: int, zone: str = "Europe/Berlin", minutes: int = 60, **more) -> Event:
    """An event of ``rule`` that starts ``when`` on the clock of ``zone``."""
    starts_at = local(zone, *(when or (2026, 11, 24, 10, 30)))
    ends_at = starts_at + timedelta(minutes=minutes)
    return event(starts_at=starts_at, ends_at=ends_at, zone=zone, recurrence=rule, **more)


def occurrences(of: Event, limit: int) -> tuple[datetime, ...]:
    """The first ``limit`` starts, in UTC."""
    return tuple(starts_on(of, day).astimezone(UTC) for day in islice(days(of), limit))


def all_day(*first: int, length: int = 1, zone: str = "Europe/Berlin", **more) -> Event:
    last = datetime(*first, tzinfo=ZoneInfo(zone)) + timedelta(days=length)
    return event(
        starts_at=local(zone, *first), ends_at=last.astimezone(UTC), zone=zone, is_all_day=True, **more
    )


@st.composite
def any_event(draw) -> Event:
    """One that takes place once, repeats, or takes whole days; each is good by ``problems``."""
    zone = draw(st.sampled_from(ZONES))
    first = draw(st.dates(date(2026, 1, 1), date(2029, 12, 31)))
    clock = draw(st.times()).replace(second=0, microsecond=0)
    is_all_day = draw(st.booleans())
    reminder = draw(st.none() | st.integers(0, 2_000))
    rule = draw(st.none() | _rules())
    if is_all_day:
        made = all_day(first.year, first.month, first.day, zone=zone, recurrence=rule)
    else:
        made = repeating(rule, first.year, first.month, first.day, clock.hour, clock.minute, zone=zone)
    made = event(
        **{name: getattr(made, name) for name in ("starts_at", "ends_at", "zone", "is_all_day")},
        recurrence=rule and _fitted(draw, made, rule),
        reminder_minutes=reminder,
    )
    assume(not problems(made))
    return made


def _fitted(draw, made: Event, rule: Recurrence) -> Recurrence:
    """The rule with the start's own day of the week, and with some of its days left out."""
    own = made.starts_at.astimezone(ZoneInfo(made.zone))
    weekdays = rule.weekdays and tuple({*rule.weekdays, own.isoweekday()})
    until = own.date() + timedelta(days=draw(st.integers(40, 300))) if rule.count is None else None
    fitted = Recurrence(rule.frequency, rule.interval, weekdays, rule.by_weekday, rule.count, until)
    planned = list(days(event(starts_at=made.starts_at, zone=made.zone, recurrence=fitted)))[1:9]
    left_out = draw(st.sets(st.sampled_from(planned), max_size=3)) if planned else ()
    return Recurrence(
        fitted.frequency,
        fitted.interval,
        fitted.weekdays,
        fitted.by_weekday,
        fitted.count,
        fitted.until,
        tuple(left_out),
    )


@st.composite
def _rules(draw) -> Recurrence:
    frequency = draw(st.sampled_from(Frequency))
    is_weekly = frequency is Frequency.WEEKLY
    return Recurrence(
        frequency,
        interval=draw(st.integers(1, 4)),
        weekdays=tuple(draw(st.sets(st.integers(1, 7)))) if is_weekly else (),
        by_weekday=frequency is Frequency.MONTHLY and draw(st.booleans()),
        count=draw(st.none() | st.integers(2, 30)),
    )


def read_by_vobject(calendar: bytes, zone: str):
    """The calendar, with ``zone`` under a name that vobject does not know: only the rule in it counts."""
    name = f"of-ours-{next(_NUMBERS)}"
    text = calendar.decode()
    for before in ("TZID:", "TZID="):
        text = text.replace(before + zone, before + name)
    return vobject.readOne(text)


def starts_by_vobject(calendar: bytes, zone: str, most: int) -> list[datetime]:
    """When vobject and dateutil say that the event takes place, by the zone and the rule in it."""
    entry = read_by_vobject(calendar, zone).vevent
    return list(islice(entry.getrruleset(addRDate=True), most))
