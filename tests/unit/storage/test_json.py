"""What is kept as JSON is read again, also what an earlier version kept."""

import json
from dataclasses import replace
from datetime import date, time

import pytest

from campaigns.model import DEFAULT_ROUTING, Medium, Routing
from campaigns.recurrence import Frequency, Recurrence
from campaigns.timing import SendingHours
from storage.event_json import event_from_json, event_to_json
from storage.routing_json import routing_of, routing_to_json
from storage.timing_json import hours_to_json, timing_of
from tests.contract.store_scene import SUMMIT, minutes

NIGHT = SendingHours(time(22, 15), time(6), (6, 7), "Asia/Kolkata", (date(2026, 12, 24), date(2027, 1, 1)))


@pytest.mark.parametrize("hours", [None, NIGHT], ids=["any hour", "night"])
@pytest.mark.parametrize("starts_at", [None, minutes(5)], ids=["at once", "later"])
def test_a_timing_survives(starts_at, hours):
    timing = timing_of(starts_at, hours_to_json(hours))
    assert (timing.starts_at, timing.hours) == (starts_at, hours)


def test_a_routing_survives_also_where_nothing_goes_anywhere():
    routing = Routing((), (Medium.MAIL, Medium.SLACK), (Medium.DIRECT,), ())
    assert routing_of(routing_to_json(routing)) == routing


def test_a_topic_that_was_unknown_when_the_routing_was_kept_has_its_default():
    kept = routing_to_json(Routing(batches=(Medium.MAIL,)))
    del kept["alerts"]
    assert routing_of(kept) == Routing(batches=(Medium.MAIL,))
    assert routing_of({}) == DEFAULT_ROUTING


RULES = [
    None,
    Recurrence(Frequency.DAILY),
    Recurrence(Frequency.WEEKLY, 2, (1, 4), count=9, except_on=(date(2026, 12, 24), date(2026, 12, 28))),
    Recurrence(Frequency.MONTHLY, by_weekday=True, until=date(2027, 6, 30)),
]


@pytest.mark.parametrize("rule", RULES, ids=["once", "daily", "weekly", "monthly"])
def test_an_event_that_waits_with_its_form_survives(rule):
    event = replace(SUMMIT, is_all_day=True, recurrence=rule, reminder_minutes=15)
    assert event_from_json(json.loads(json.dumps(event_to_json(event)))) == event


def test_a_form_that_waits_since_before_events_could_repeat_is_read():
    kept = event_to_json(SUMMIT)
    for name in ("is_all_day", "recurrence", "reminder_minutes"):
        del kept[name]
    assert event_from_json(kept) == SUMMIT
