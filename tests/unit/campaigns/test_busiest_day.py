"""Whether a pace brings so many invites within some 24 hours."""

from datetime import time, timedelta

import pytest

from campaigns.busiest_day import fills_a_day
from campaigns.quota import DAY, MINUTE, Window
from campaigns.timing import AT_ONCE, Pace, SendingHours, Timing
from tests.fakes.clocks import NOON

OFFICE = Timing(hours=SendingHours(time(9), time(17), (1, 2, 3, 4, 5), "UTC"))


def most(invites, pace, timing=AT_ONCE, rules=()):
    """The largest number that fits a day."""
    low, high = 0, invites + 1
    while high - low > 1:
        middle = (low + high) // 2
        fits = fills_a_day(
            middle, invites=invites, pace=pace, timing=timing, now=NOON, minute=MINUTE, rules=rules
        )
        low, high = (middle, high) if fits else (low, middle)
    return low


@pytest.mark.parametrize(
    ("pace", "timing", "rules", "count"),
    [
        (Pace(None), AT_ONCE, (), 6_000),
        (Pace(100, 0), AT_ONCE, (), 6_000),
        (Pace(100, 1440), AT_ONCE, (), 100),
        (Pace(100, 1439), AT_ONCE, (), 200),
        (Pace(100, 60), AT_ONCE, (), 2_400),
        # noon is in office hours: 5 hours that day, and 8 on a whole one
        (Pace(100, 60), OFFICE, (), 800),
        # once at noon, and then each morning
        (Pace(100, 600), OFFICE, (), 200),
        (Pace(None), AT_ONCE, (Window(2, MINUTE),), 2_880),
        (Pace(None), AT_ONCE, (Window(1_000, DAY),), 1_000),
    ],
)
def test_a_day_holds_what_pace_hours_and_limits_let_go(pace, timing, rules, count):
    assert most(6_000, pace, timing, rules) == count


def test_a_run_that_begins_later_is_as_dense():
    later = Timing(starts_at=NOON + timedelta(days=3))
    assert most(500, Pace(10, 144), later) == 100
