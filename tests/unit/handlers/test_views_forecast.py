from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from campaigns.errors import InputError, OverQuota
from campaigns.faults import said_of
from campaigns.forecast import forecast
from campaigns.model import Kind
from campaigns.quota import DAY, MINUTE, Window
from campaigns.timing import AT_ONCE, Pace, SendingHours
from handlers.batch_entries import Typed
from handlers.views_forecast import (
    batch_lines,
    forecast_blocks,
    hours_line,
    late_line,
    limit_lines,
    pace_of,
    still_expected,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TWO = "<!date^1795528800^{date_short_pretty} at {time}|Tue 24 Nov 2026, 14:00 UTC>"
TWO_PAST = TWO.replace("1795528800", "1795529340").replace("14:00", "14:09")
TOMORROW = "<!date^1795608000^{date_short_pretty} at {time}|Wed 25 Nov 2026, 12:00 UTC>"


def ahead(invites, pace, **known):
    asked = {
        "timing": AT_ONCE,
        "now": NOW,
        "minute": MINUTE,
        "rules": (Window(500, DAY),),
        "event_starts_at": NOW + timedelta(days=30),
    }
    return forecast(invites=invites, pace=pace, **(asked | known))


def words_of(invites, pace, kind=Kind.INVITE, **known):
    return batch_lines(ahead(invites, pace, **known), pace, kind, NOW)


def test_batches_are_told_with_their_number_their_size_and_their_times():
    assert words_of(120, Pace(50, 60)) == [
        "*120 invites* in *3 batches* of 50, the last one of 20, 60 minutes apart.",
        f"First: now · Last: {TWO}",
    ]
    assert words_of(100, Pace(50, 1), Kind.UPDATE)[0] == "*100 updates* in *2 batches* of 50, 1 minute apart."


def test_the_end_is_told_where_it_is_minutes_after_the_last_start():
    paced = {"rules": (Window(10, MINUTE),)}
    # a hundred take nine minutes, and the gap counts from there
    assert words_of(200, Pace(100, 111), **paced)[1] == f"First: now · Last: {TWO} · Done by about {TWO_PAST}"
    assert words_of(100, Pace(50, 116), **paced)[1] == f"First: now · Last: {TWO}"


def test_one_batch_and_all_at_once_are_said_plainly():
    assert words_of(20, Pace(50, 60)) == ["*20 invites* in one batch.", "Starts: now"]
    assert words_of(1, Pace(None)) == ["*1 invite*, all at once.", "Starts: now"]


def test_a_later_start_is_told_by_its_time():
    seen = replace(
        ahead(20, Pace(50, 60)), first_at=NOW + timedelta(hours=2), last_at=NOW + timedelta(hours=2)
    )
    assert batch_lines(seen, Pace(50, 60), Kind.INVITE, NOW)[1] == f"Starts: {TWO}"


def test_what_fits_is_said_with_what_is_used_already():
    spent = [NOW - timedelta(hours=1)] * 212
    assert limit_lines(ahead(120, Pace(50, 60)), Kind.INVITE, NOW) == [
        "Fits this account's limits. 0 of 500 in the last 24 hours are used."
    ]
    assert limit_lines(ahead(120, Pace(50, 60), spent=spent), Kind.INVITE, NOW) == [
        "Fits this account's limits. 212 of 500 in the last 24 hours are used."
    ]
    a_minute = (Window(600, timedelta(minutes=1)),)
    assert limit_lines(ahead(120, Pace(50, 60), rules=a_minute), Kind.INVITE, NOW) == [
        "Within 600 a minute. No daily limit of this account is known."
    ]
    assert limit_lines(ahead(120, Pace(50, 60), rules=()), Kind.INVITE, NOW) == [
        "No sending limit of this account is known."
    ]


def test_an_account_that_takes_nothing_now_is_named_with_when_it_does():
    seen = ahead(120, Pace(50, 60), closed_until=NOW + timedelta(hours=2))
    assert limit_lines(seen, Kind.INVITE, NOW) == [
        f"*The mail service takes nothing from this account until {TWO}.* Sending begins then, by itself.",
        "0 of 500 in the last 24 hours are used.",
    ]


def test_a_provider_that_named_no_time_is_promised_none():
    cause = said_of(OverQuota("Daily limit", after=timedelta(hours=1), is_probe=True))
    seen = ahead(120, Pace(50, 60), closed_until=NOW + timedelta(hours=2), closed_cause=cause)
    assert limit_lines(seen, Kind.INVITE, NOW)[0] == (
        f"*The mail service takes nothing from this account now.* It is tried again {TWO}. "
        "Sending begins by itself when it takes more."
    )


def test_the_limit_that_breaks_is_named_with_when_and_what_happens_then():
    said = limit_lines(ahead(600, Pace(250, 60)), Kind.INVITE, NOW)
    assert said == [
        (
            f"*More than this account may send:* {TWO}, this would be invite 501 of the 500 in 24 hours. "
            f"Sending would pause until {TOMORROW}, go on by itself and end {TOMORROW}."
        ),
        "0 of 500 in the last 24 hours are used.",
    ]
    assert ":* at once, this would be invite 501" in limit_lines(ahead(600, Pace(None)), Kind.INVITE, NOW)[0]


def test_the_suggestion_is_a_button_where_it_can_be_taken_up_and_words_elsewhere():
    seen = ahead(600, Pace(250, 60))
    assert seen.suggestion == Pace(250, 720)
    _, row = forecast_blocks(seen, Pace(250, 60), Kind.INVITE, NOW + DAY, NOW, use_pace="use_pace")
    assert row["elements"][0]["text"]["text"] == "Use 250 every 720 minutes"
    assert pace_of(row["elements"][0]["value"]) == Pace(250, 720)
    at_once = ahead(600, Pace(None))
    _, said = forecast_blocks(at_once, Pace(None), Kind.INVITE, NOW + DAY, NOW)
    assert said["text"]["text"] == "In batches it would fit as 100 every 300 minutes."


def test_an_event_that_comes_too_soon_is_told_with_its_start():
    at = NOW + timedelta(hours=2)
    assert late_line(at, Kind.INVITE, NOW) == (
        f"*Please check:* the last invites would go after the event starts ({TWO}). "
        "Use larger batches, a shorter gap or an earlier start."
    )
    assert late_line(at, Kind.INVITE, NOW, is_limited=True).endswith(
        "The account's limit allows no more before that."
    )
    assert late_line(at, Kind.INVITE, at) == f"*Please check:* the event started {TWO}."


def test_hours_are_told_in_their_own_zone():
    hours = SendingHours(time(9), time(17, 30), (1, 5), "Europe/Madrid", (date(2026, 12, 25),))
    assert hours_line(hours) == "Only from 09:00 to 17:30 on Mon, Fri (Europe/Madrid), and not on 1 date."
    night = SendingHours(time(22), time(2), (1,), "Europe/Madrid")
    assert hours_line(night) == "Only from 22:00 to 02:00 the next day on Mon (Europe/Madrid)."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (Typed(), "Enter both numbers to see here how it would go."),
        (Typed(per_batch="5"), "Enter both numbers to see here how it would go."),
        (
            Typed(per_batch="0", gap_minutes="5"),
            "Invites per Batch: Enter a whole number from 1 to 10,000, for example 50.",
        ),
        (
            Typed(per_batch="5", gap_minutes="99999"),
            "Time Gap: Enter whole minutes from 0 to 10,080 (a week), for example 60.",
        ),
    ],
)
def test_a_number_that_is_not_whole_yet_is_asked_for_quietly(typed, said):
    with pytest.raises(InputError) as caught:
        typed.meant(NOW)
    assert still_expected(typed, caught.value) == said
