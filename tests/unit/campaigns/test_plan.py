from contextlib import suppress
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.errors import InputError
from campaigns.hours import next_open
from campaigns.model import Pace, SendingHours, Timing
from campaigns.plan import MAX_GAP_MINUTES, MAX_PER_BATCH, batches_for, last_start, parse_pace, plan
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


@given(st.integers(1, 20_000), st.integers(1, MAX_PER_BATCH), st.integers(0, MAX_GAP_MINUTES))
def test_the_batches_hold_exactly_the_invites(invites, size, gap):
    made = plan(invites, Pace(size, gap), NOON, MINUTE)
    assert (made.batches - 1) * made.size + made.last_size == invites
    assert 1 <= made.last_size <= made.size == size
    assert made.first_at == NOON
    assert made.last_at == NOON + (made.batches - 1) * gap * MINUTE


@given(st.integers(1, 20_000), st.integers(0, 60))
def test_without_a_size_all_go_at_once(invites, gap):
    made = plan(invites, Pace(None, gap), NOON, MINUTE)
    assert (made.batches, made.size, made.last_size, made.last_at) == (1, invites, invites, NOON)


def test_a_plan_for_nobody_has_no_batches():
    made = plan(0, Pace(50, 60), NOON, MINUTE)
    assert (made.batches, made.last_size, made.last_at) == (0, 0, NOON)


def test_a_minute_of_the_gap_lasts_as_long_as_the_clock_says():
    made = plan(3, Pace(1, 10), NOON, timedelta(seconds=1))
    assert made.last_at == NOON + timedelta(seconds=20)


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


def test_a_plan_keeps_its_start_time_and_its_hours():
    made = plan(3, Pace(1, 300), NOON, MINUTE, Timing(NOON + 19 * 60 * MINUTE, OFFICE))
    assert made.first_at == NOON + 20 * 60 * MINUTE
    assert made.last_at == NOON + 44 * 60 * MINUTE
