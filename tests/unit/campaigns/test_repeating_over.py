"""Runs of events that repeat: when it is too late for them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.errors import StateError
from campaigns.recurrence import Frequency, Recurrence
from tests.fakes.campaigns import OWNER, SUMMIT


def test_an_event_that_repeats_is_over_after_its_last_time(house):
    weekly = replace(SUMMIT, recurrence=Recurrence(Frequency.WEEKLY, weekdays=(4,), count=3))
    assert SUMMIT.starts_at.isoweekday() == 4
    campaign = house.campaign(event=weekly)
    house.clock.time = SUMMIT.ends_at + timedelta(days=13)
    run = house.start(campaign, past_start_ok=True)
    house.runs.pause(OWNER, run.id)
    house.clock.time = SUMMIT.ends_at + timedelta(days=15)
    with pytest.raises(StateError, match="is over"):
        house.runs.resume(OWNER, run.id)


def test_an_event_that_goes_on_for_good_is_never_over(house):
    daily = replace(SUMMIT, recurrence=Recurrence(Frequency.DAILY))
    campaign = house.campaign(event=daily)
    house.clock.time = SUMMIT.ends_at + timedelta(days=4_000)
    assert house.start(campaign, past_start_ok=True).total == 3
