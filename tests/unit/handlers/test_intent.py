from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from campaigns.hours import MAX_CLOSED_DAYS
from campaigns.model import Kind
from campaigns.timing import Pace, SendingHours, Timing
from handlers.intent import Intent, button_value, unpacked

LONGEST_METADATA = 3_000  # of a view, as Slack takes it

every_hours = st.builds(
    SendingHours,
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.lists(st.integers(1, 7), min_size=1, unique=True).map(tuple),
    st.sampled_from(["UTC", "America/Argentina/ComodRivadavia"]),
    st.lists(st.dates(), max_size=5).map(tuple),
)
moments = st.integers(10**9, 10**10 - 1).map(lambda at: datetime.fromtimestamp(at, UTC))
intents = st.builds(
    Intent,
    st.integers(1, 10**12),
    st.sampled_from(Kind),
    st.none() | st.builds(Pace, st.none() | st.integers(1, 10_000), st.integers(0, 10_080)),
    st.none() | st.just("") | st.just("C0EVENTS"),
    st.just("0" * 16),
    st.builds(Timing, st.none() | moments, st.none() | every_hours),
    st.booleans(),
    st.integers(0, 9),
    st.just("Europe/Madrid"),
)


@given(intents)
def test_an_intent_survives_the_way_through_slack(intent):
    assert unpacked(intent.packed()) == intent


def test_the_largest_intent_fits_where_slack_keeps_it():
    days = tuple(date(2026, 1, 1) + timedelta(days=n) for n in range(MAX_CLOSED_DAYS))
    hours = SendingHours(time(9), time(17), (1, 2, 3, 4, 5, 6, 7), "America/Argentina/ComodRivadavia", days)
    timing = Timing(datetime(2026, 11, 24, tzinfo=UTC), hours)
    made = Intent(10**12, Kind.UPDATE, Pace(10_000, 10_080), "C" * 20, "0" * 16, timing, True, 99, hours.zone)
    assert len(made.packed()) <= LONGEST_METADATA
    assert unpacked(made.packed()) == made


def test_a_button_says_which_campaign_and_what():
    assert unpacked(button_value(7, Kind.UPDATE)) == Intent(7, Kind.UPDATE)
