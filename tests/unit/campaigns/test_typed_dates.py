from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.typed_dates import HOW, TypedDay, typed_days
from campaigns.when import WEEKDAYS, day_words

EVE = date(2026, 12, 24)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-24",
        "24 December 2026",
        "24 dec 2026",
        "24th December 2026",
        "24. Dec. 2026",
        "December 24, 2026",
        "Dec 24th 2026",
        "24.12.2026",
        "24. 12. 2026",
        "Thursday, 24 December 2026",
        "Thu 24 Dec 2026",
        "thurs. December 24, 2026",
        "  , 2026-12-24 ;\n\n",
    ],
)
def test_a_date_may_be_written_in_every_plain_way(text):
    days, wrong = typed_days(text)
    assert [one.day for one in days] == [EVE]
    assert wrong == ""


def test_dates_stand_one_a_line_or_with_commas_between_them():
    text = "2026-12-24, December 31, 2026\n\n7 January 2027 and 14 January 2027; 21.1.2027"
    assert typed_days(text) == (
        [
            TypedDay(1, EVE),
            TypedDay(1, date(2026, 12, 31)),
            TypedDay(3, date(2027, 1, 7)),
            TypedDay(3, date(2027, 1, 14)),
            TypedDay(3, date(2027, 1, 21)),
        ],
        "",
    )


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("soon", "soon"),
        ("24/12/2026", "24/12/2026"),
        ("2026-12-24-25", "-25"),
        ("2027-02-29", "2027-02-29"),
        ("24 December", "24 December"),
        ("24 Movember 2026", "24 Movember 2026"),
        ("0000-12-24", "0000-12-24"),
        ("20261224", "20261224"),
        ("2026-12-241", "2026-12-241"),
    ],
)
def test_what_is_no_date_is_said_in_its_own_words(text, odd):
    assert typed_days(text)[1] == f"“{odd}” is not a date. {HOW}"


def test_each_wrong_line_is_named_and_a_long_list_of_them_is_cut():
    said = typed_days("2026-12-24\nsoon\n\nlater, maybe\nx1\nx2")[1]
    assert said == (
        "Line 2: “soon” is not a date. Line 4: “later” is not a date. Line 5: “x1” is not a date. "
        f"And 1 more. {HOW}"
    )


def test_a_weekday_that_is_not_that_of_the_date_is_a_slip_worth_telling():
    assert typed_days("Friday, 24 December 2026")[1].startswith("24 December 2026 is a Thursday.")


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_our_own_words_for_a_date_are_read_back(day):
    weekday = WEEKDAYS[day.weekday()]
    for text in (day.isoformat(), day_words(day), f"{weekday}, {day_words(day)}", f"{day:%d.%m.%Y}"):
        assert typed_days(text) == ([TypedDay(1, day)], "")


@given(st.text() | st.text("0123456789-./, \n;DecThuand"))
def test_nothing_that_can_be_typed_breaks_the_reading(text):
    days, wrong = typed_days(text)
    assert wrong or all(isinstance(one.day, date) for one in days)


def test_a_long_text_of_anything_is_read_at_once():
    text = " ".join((EVE + timedelta(days=n)).isoformat() for n in range(5_000))
    assert len(typed_days(text)[0]) == 5_000
    assert typed_days("Thu " * 50_000)[1]
