from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.account import Account
from campaigns.quota import DAY, MINUTE, Allowance, Window, allowance, windows
from tests.fakes.clocks import NOON

TICK = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)


@dataclass
class Book:
    """What an account has spent, oldest first, as the store would tell it."""

    spent: list = field(default_factory=list)

    def ask(self, now, *rules, wanted=1, in_flight=0):
        return allowance(
            rules,
            wanted=wanted,
            in_flight=in_flight,
            now=now,
            spent_since=lambda since: sum(at > since for at in self.spent),
            nth_newest=lambda n: sorted(self.spent, reverse=True)[n - 1] if n <= len(self.spent) else None,
        )


def test_an_account_without_limits_has_no_rules():
    assert windows(Account(1, "smtp", "a@example.org", "A")) == ()
    assert Book().ask(NOON, wanted=64) == Allowance(64)


def test_rules_come_shortest_first():
    limited = Account(1, "smtp", "a@example.org", "A", per_minute=30, per_day=500)
    assert windows(limited) == (Window(30, MINUTE), Window(500, DAY))
    assert windows(Account(1, "smtp", "a@example.org", "A", per_day=500)) == (Window(500, DAY),)


@pytest.mark.parametrize(("reserve", "left"), [(0, 500), (50, 450), (500, 1), (900, 1)])
def test_the_reserve_is_kept_out_of_the_day(reserve, left):
    kept = Account(1, "smtp", "a@example.org", "A", per_minute=30, per_day=500, reserve=reserve)
    assert windows(kept) == (Window(30, MINUTE), Window(left, DAY))


def test_the_next_one_may_go_when_exactly_a_day_is_over_and_not_a_microsecond_before():
    rule = Window(1, DAY)
    book = Book([NOON])
    early = book.ask(NOON + DAY - TICK, rule)
    assert early == Allowance(0, NOON + DAY, rule)
    assert book.ask(NOON + DAY, rule) == Allowance(1)


def test_as_many_as_are_free_may_go_of_those_wanted():
    rule = Window(10, DAY)
    assert Book([NOON] * 4).ask(NOON, rule, wanted=64) == Allowance(6)
    assert Book([NOON] * 4).ask(NOON, rule, wanted=2) == Allowance(2)


def test_what_is_on_the_wire_counts_in_full():
    rule = Window(3, DAY)
    assert Book([NOON]).ask(NOON, rule, wanted=5, in_flight=1) == Allowance(1)
    assert Book([NOON]).ask(NOON, rule, wanted=5, in_flight=2).count == 0


def test_a_window_filled_by_the_wire_alone_is_looked_at_again_in_a_moment():
    rule = Window(2, DAY)
    assert Book().ask(NOON, rule, in_flight=2) == Allowance(0, NOON + SECOND, rule)
    assert Book([NOON]).ask(NOON, rule, in_flight=5) == Allowance(0, NOON + SECOND, rule)


def test_it_opens_when_enough_of_the_oldest_have_left_the_window():
    rule = Window(3, DAY)
    spent = [NOON, NOON + SECOND, NOON + 2 * SECOND]
    assert Book(spent).ask(NOON + MINUTE, rule).opens_at == NOON + DAY
    # one on the wire takes a place: the two oldest must be gone
    assert Book(spent).ask(NOON + MINUTE, rule, in_flight=1).opens_at == NOON + SECOND + DAY


def test_a_limit_that_was_lowered_waits_until_the_new_one_holds():
    rule = Window(2, DAY)
    spent = [NOON + n * SECOND for n in range(5)]
    shut = Book(spent).ask(NOON + MINUTE, rule)
    assert shut.opens_at == NOON + 3 * SECOND + DAY
    assert Book(spent).ask(shut.opens_at, rule).count == 1


def test_of_two_open_windows_the_tighter_decides():
    book = Book([NOON] * 5)
    assert book.ask(NOON, Window(8, MINUTE), Window(6, DAY), wanted=64) == Allowance(1)


def test_of_two_shut_windows_the_one_that_opens_last_decides():
    minute, day = Window(1, MINUTE), Window(2, DAY)
    shut = Book([NOON, NOON]).ask(NOON + SECOND, minute, day)
    assert (shut.opens_at, shut.window) == (NOON + DAY, day)
    shut = Book([NOON - DAY + 2 * SECOND, NOON]).ask(NOON + SECOND, minute, day)
    assert (shut.opens_at, shut.window) == (NOON + MINUTE, minute)


def test_one_shut_window_shuts_all():
    minute = Window(1, MINUTE)
    assert Book([NOON]).ask(NOON, minute, Window(500, DAY), wanted=64) == Allowance(0, NOON + MINUTE, minute)


def test_a_send_after_the_clock_was_set_back_still_counts():
    rule = Window(1, DAY)
    assert Book([NOON + MINUTE]).ask(NOON, rule) == Allowance(0, NOON + MINUTE + DAY, rule)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_of_nothing_lets_nothing_go(limit):
    assert Book().ask(NOON, Window(limit, DAY)).count == 0


rules = st.lists(
    st.builds(Window, st.integers(1, 5), st.integers(1, 50).map(lambda n: n * SECOND)),
    min_size=1,
    max_size=3,
)
waits = st.lists(st.tuples(st.integers(0, 20_000_000), st.integers(1, 4)), max_size=40)


@given(rules, waits)
def test_no_window_ever_holds_more_than_its_limit_and_nobody_waits_longer_than_needed(rules, waits):
    book, now = Book(), NOON
    for microseconds, wanted in waits:
        now += microseconds * TICK
        may = book.ask(now, *rules, wanted=wanted)
        if may.count:
            book.spent += [now] * may.count
        else:
            # not longer than needed: one more a moment before it opens would be one too many
            assert may.opens_at > now
            assert overfull([*book.spent, may.opens_at - TICK], rules)
            now = may.opens_at
            assert book.ask(now, *rules).count == 1
            book.spent.append(now)
        if may.count and may.count < wanted:
            assert overfull([*book.spent, now], rules)
        assert not overfull(book.spent, rules)


def overfull(spent, rules):
    """Whether some stretch of a rule's length holds more than its limit."""
    return any(
        later - earlier < rule.length
        for rule in rules
        for earlier, later in zip(spent, spent[rule.limit :], strict=False)
    )
