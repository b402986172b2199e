from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from campaigns.coalesce import Budget
from tests.fakes.clocks import NOON

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def test_what_is_left_is_taken_and_then_it_says_when_there_is_more():
    budget = Budget(2, MINUTE)
    assert budget.take("T1", NOON) is None
    assert budget.take("T1", NOON + 10 * SECOND) is None
    assert budget.take("T1", NOON + 20 * SECOND) == NOON + MINUTE
    assert budget.take("T1", NOON + MINUTE) is None
    assert budget.take("T1", NOON + MINUTE) == NOON + MINUTE + 10 * SECOND


def test_what_cannot_wait_is_taken_past_the_limit_and_then_the_others_wait_for_it():
    budget = Budget(2, MINUTE)
    assert budget.take("T1", NOON) is None
    for second in (10, 20):
        budget.use("T1", NOON + second * SECOND)
    assert budget.take("T1", NOON + 30 * SECOND) == NOON + MINUTE + 10 * SECOND
    assert budget.take("T1", NOON + MINUTE + 10 * SECOND) is None


def test_each_key_has_its_own():
    budget = Budget(1, MINUTE)
    assert budget.take("T1", NOON) is None
    assert budget.take("T2", NOON) is None
    assert budget.take("T1", NOON) is not None


@given(st.lists(st.integers(0, 30), max_size=60), st.integers(1, 5))
def test_no_stretch_ever_holds_more_than_the_limit_and_nobody_is_told_the_past(waits, limit):
    budget, now, taken = Budget(limit, MINUTE), NOON, []
    for wait in waits:
        now += wait * SECOND
        again_at = budget.take("T1", now)
        if again_at is None:
            taken.append(now)
        else:
            assert now < again_at <= now + MINUTE
    for first, one_too_many in zip(taken, taken[limit:], strict=False):
        assert one_too_many - first >= MINUTE
