from contextlib import suppress
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.errors import InputError
from campaigns.hours import next_open
from campaigns.plan import MAX_GAP_MINUTES, MAX_PER_BATCH, batches_for, first_start, last_start, parse_pace
from campaigns.timing import Pace, SendingHours, Timing
from tests.fakes.clocks import NOON

MINUTE = timedelta(minutes=1)
NO_NUMBER = ["", " ", None, "ten", "1e3", "1.0", "1,000", "-5", "+5", "0x10", "５０", "٥", "²", "1_0", "5 0"]


@pytest.mark.parametrize(
    ("typed", "meant"), [("1", 1), ("50", 50), (" 50 ", 50), ("007", 7), ("10000", MAX_PER_BATCH)]
)
def test_a_batch_size_is_a_whole_number_up_to_ten_thousand(typed, meant):
    assert parse_pace(typed, "0") == Pace(meant, 0)


@pytest.mark.parametrize("typed", [*NO_NUMBER, "0", "10001", "9" * 9, "9" * 10_240, "1\n1", "\0"])
def test_any_other_batch_size_is_an_error_beside_its_field(typed):
    with pytest.raises(InputError) as caught:
        parse_pace(typed, "60")
    assert list(caught.value.fields) == ["per_batch"]
    assert "from 1 to 10,000" in caught.value.message


@pytest.mark.parametrize(("typed", "meant"), [("0", 0), ("60", 60), ("10080", MAX_GAP_MINUTES)])
def test_a_gap_is_whole_minutes_up_to_a_week(typed, meant):
    assert parse_pace("1", typed) == Pace(1, meant)


@pytest.mark.parametrize("typed", [*NO_NUMBER, "10081", "9" * 10_240])
def test_any_other_gap_is_an_error_beside_its_field(typed):
    with pytest.raises(InputError) as caught:
        parse_pace("50", typed)
    assert list(caught.value.fields) == ["gap_minutes"]


def test_both_fields_are_answered_at_once():
    with pytest.raises(InputError) as caught:
        parse_pace("0", "")
    assert set(caught.value.fields) == {"per_batch", "gap_minutes"}


@given(st.text())
def test_no_text_breaks_the_form(typed):
    with suppress(InputError):
        assert 1 <= parse_pace(typed, typed).per_batch <= MAX_PER_BATCH


@pytest.mark.parametrize(("invites", "size", "batches"), [(0, 5, 0), (1, 5, 1), (5, 5, 1), (6, 5, 2)])
def test_a_started_batch_counts_as_one(invites, size, batches):
    assert batches_for(invites, size) == batches


OFFICE = SendingHours(time(9), time(17), (1, 2, 3, 4, 5), "Europe/Madrid", (date(2026, 12, 25),))
NIGHTS = SendingHours(time(22), time(6), (5, 6), "Europe/Madrid")


@given(
    st.sampled_from([None, OFFICE, NIGHTS]),
    st.integers(0, 60),
    st.sampled_from([0, 1, 7, 60, 479, 480, 481, 1440, 10_080]),
    st.integers(0, 20_000),
)
def test_the_last_batch_starts_where_a_walk_from_gap_to_gap_ends(hours, gaps, gap, later):
    first_at = NOON + later * MINUTE
    walked = next_open(hours, first_at)
    for _ in range(gaps):
        walked = next_open(hours, walked + gap * MINUTE)
    assert last_start(first_at, gaps, gap * MINUTE, hours) == walked


def test_the_first_batch_keeps_its_start_time_and_its_hours():
    timing = Timing(NOON + 19 * 60 * MINUTE, OFFICE)
    assert first_start(timing, NOON) == NOON + 20 * 60 * MINUTE
    assert last_start(first_start(timing, NOON), 2, 300 * MINUTE, OFFICE) == NOON + 44 * 60 * MINUTE
