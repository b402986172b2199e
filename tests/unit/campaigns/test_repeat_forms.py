"""How an event repeats, from what is typed to the rule and back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.errors import InputError
from campaigns.forms import EventFields, parse_event
from campaigns.recurrence import Frequency, Recurrence
from campaigns.repeat_forms import Ends, RepeatFields, Repeats, Unit, parse_repeat, values_of_rule
from campaigns.repeating import MAX_EXCEPTIONS, problems
from tests.fakes.clocks import NOON

TUESDAY = date(2027, 3, 2)
TYPED = EventFields(
    title="Summit", start_date="2027-03-02", start_time="10:30", duration="60", zone="Europe/Madrid"
)
TEN_TIMES = RepeatFields(Repeats.WEEKLY, times="10")


def made(repeat, **changes):
    return parse_event(replace(TYPED, repeat=repeat, **changes), NOON)


def rule(**changes):
    return made(replace(TEN_TIMES, **changes)).recurrence


def wrong(repeat, **changes):
    with pytest.raises(InputError) as caught:
        made(repeat, **changes)
    return caught.value.fields


def custom(**changes):
    return replace(TEN_TIMES, repeats=Repeats.CUSTOM, every="3", **changes)


def test_an_event_does_not_repeat_unless_asked():
    assert parse_event(TYPED, NOON).recurrence is None


@pytest.mark.parametrize(
    ("repeats", "meant"),
    [
        (Repeats.NO, None),
        (Repeats.DAILY, Recurrence(Frequency.DAILY, count=10)),
        (Repeats.WEEKLY, Recurrence(Frequency.WEEKLY, 1, (2,), count=10)),
        (Repeats.TWO_WEEKS, Recurrence(Frequency.WEEKLY, 2, (2,), count=10)),
        (Repeats.ON_DATE, Recurrence(Frequency.MONTHLY, count=10)),
        (Repeats.ON_WEEKDAY, Recurrence(Frequency.MONTHLY, by_weekday=True, count=10)),
    ],
)
def test_the_simple_rhythms_follow_the_start(repeats, meant):
    """Boxes that were ticked before *Custom* was left again do not count."""
    assert rule(repeats=repeats, every="7", weekdays=("5",)) == meant


@pytest.mark.parametrize(
    ("unit", "weekdays", "meant"),
    [
        (Unit.DAYS, ("4",), Recurrence(Frequency.DAILY, 3, count=10)),
        (Unit.WEEKS, (), Recurrence(Frequency.WEEKLY, 3, (2,), count=10)),
        (Unit.WEEKS, ("4", "2"), Recurrence(Frequency.WEEKLY, 3, (2, 4), count=10)),
        (Unit.MONTHS_ON_DATE, (), Recurrence(Frequency.MONTHLY, 3, count=10)),
        (Unit.MONTHS_ON_WEEKDAY, (), Recurrence(Frequency.MONTHLY, 3, by_weekday=True, count=10)),
    ],
)
def test_a_custom_rhythm_counts_days_weeks_or_months(unit, weekdays, meant):
    assert made(custom(unit=unit, weekdays=weekdays)).recurrence == meant


def test_it_ends_after_some_times_or_on_a_date_or_never():
    """Only what is asked for at the moment counts."""
    both = {"times": "10", "last_day": "2027-06-30"}
    assert (rule(**both).count, rule(**both).until) == (10, None)
    assert (rule(**both, ends=Ends.DAY).count, rule(**both, ends=Ends.DAY).until) == (None, date(2027, 6, 30))
    assert (rule(**both, ends=Ends.NEVER).count, rule(**both, ends=Ends.NEVER).until) == (None, None)


def test_dates_are_left_out_in_their_order_and_once():
    text = "23 March 2027\n2027-03-09, 23 Mar 2027"
    assert rule(except_on=text).except_on == (date(2027, 3, 9), date(2027, 3, 23))


@pytest.mark.parametrize(
    ("repeat", "field", "part"),
    [
        (RepeatFields("fortnightly", times="2"), "repeats", "Choose how often"),
        (replace(TEN_TIMES, times=""), "times", "whole number"),
        (replace(TEN_TIMES, times="1"), "times", "between 2 and"),
        (replace(TEN_TIMES, times="٣"), "times", "whole number"),
        (replace(TEN_TIMES, ends=Ends.DAY), "last_day", "Choose a date"),
        (replace(TEN_TIMES, ends=Ends.DAY, last_day="2027-03-01"), "last_day", "only once"),
        (replace(TEN_TIMES, ends="someday"), "ends", "when it ends"),
        (custom(unit="years"), "unit", "days, weeks or months"),
        (replace(custom(), every=""), "every", "whole number"),
        (replace(custom(), every="0"), "every", "between 1 and"),
        (custom(weekdays=("4",)), "weekdays", "The event starts on a Tuesday"),
        (replace(TEN_TIMES, except_on="soon"), "except_on", "is not a date"),
    ],
)
def test_each_problem_stands_at_the_field_that_was_typed(repeat, field, part):
    found = wrong(repeat)
    assert list(found) == [field]
    assert part in found[field]


def test_a_rule_that_does_not_suit_the_event_stands_where_it_was_chosen():
    """The 30th is not in February; a day's event cannot come again while it is still on."""
    on_date = replace(TEN_TIMES, repeats=Repeats.ON_DATE)
    assert list(wrong(on_date, start_date="2027-05-30")) == ["repeats"]
    assert list(wrong(custom(unit=Unit.MONTHS_ON_DATE), start_date="2027-05-30")) == ["unit"]
    assert list(wrong(replace(TEN_TIMES, repeats=Repeats.DAILY), duration="1500")) == ["repeats"]
    assert list(wrong(replace(custom(unit=Unit.DAYS), every="1"), duration="1500")) == ["every"]


def test_clocks_without_a_lasting_rule_are_told_where_the_end_is_chosen():
    endless = replace(TEN_TIMES, ends=Ends.NEVER)
    for repeat, field in ((endless, "ends"), (replace(endless, ends=Ends.TIMES, times="500"), "times")):
        found = wrong(repeat, zone="Africa/Casablanca")
        assert list(found) == [field]
        assert "The clocks in Africa/Casablanca" in found[field]


def test_dates_on_which_it_would_not_take_place_are_named_by_line():
    found = wrong(replace(TEN_TIMES, except_on="2027-03-09\n2027-03-10\n2027-03-16\n\n2 March 2027"))
    assert list(found) == ["except_on"]
    assert "Line 2: It does not take place on 10 March 2027 anyway" in found["except_on"]
    assert "Line 5: The first day cannot be left out" in found["except_on"]
    assert "Line 1" not in found["except_on"]


def test_dates_that_leave_nothing_to_repeat_are_told_together():
    found = wrong(replace(TEN_TIMES, times="3", except_on="2027-03-09\n2027-03-16"))
    assert found == {"except_on": "With all these days left out it takes place only once."}


def test_more_dates_than_a_rule_may_leave_out_are_refused():
    days = [TUESDAY + timedelta(weeks=n) for n in range(1, MAX_EXCEPTIONS + 2)]
    repeat = replace(TEN_TIMES, times="500", except_on="\n".join(map(str, days)))
    assert wrong(repeat) == {"except_on": f"Name at most {MAX_EXCEPTIONS} days."}


def test_what_is_wrong_elsewhere_is_said_at_the_same_time():
    found = wrong(replace(TEN_TIMES, times="", except_on="soon"), title="", start_date="")
    assert set(found) == {"title", "start_date", "times", "except_on"}


rules = st.builds(
    Recurrence,
    st.sampled_from(Frequency),
    st.integers(1, 99),
    st.just(()),
    st.booleans(),
    st.none() | st.integers(2, 999),
)


@given(rules, st.sets(st.integers(1, 7)), st.none() | st.dates(date(2027, 4, 1), date(2099, 12, 31)))
def test_a_rule_fills_the_form_that_would_make_it(rule, weekdays, until):
    rule = replace(
        rule,
        weekdays=tuple(sorted({*weekdays, 2})) if rule.frequency is Frequency.WEEKLY else (),
        by_weekday=rule.by_weekday and rule.frequency is Frequency.MONTHLY,
        until=until if rule.count is None else None,
        except_on=(date(2027, 3, 9), date(2027, 3, 16)),
    )
    found = {}
    assert parse_repeat(values_of_rule(rule, TUESDAY), TUESDAY, found) == rule
    assert found == {}


def test_the_form_agrees_with_what_the_rule_itself_allows():
    """Whatever the form makes has no problem of its own."""
    for repeats in set(Repeats) - {Repeats.NO}:
        for ends in Ends:
            event = made(RepeatFields(repeats, "2", ends=ends, times="5", last_day="2027-12-31"))
            assert problems(event) == {}
            assert event.starts_at == datetime(2027, 3, 2, 9, 30, tzinfo=UTC)
