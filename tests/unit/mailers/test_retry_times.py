"""When providers say to come back."""

from datetime import UTC, datetime, timedelta

import pytest

from mailers.retry_times import after_header, after_words, until_pacific_midnight

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("value", "after"),
    [
        ("120", timedelta(minutes=2)),
        (" 7 ", timedelta(seconds=7)),
        ("0", SECOND),
        ("Mon, 23 Nov 2026 09:31:00 GMT", timedelta(minutes=1)),
        ("Mon, 23 Nov 2026 09:00:00 GMT", SECOND),
        ("9" * 400, timedelta(seconds=10**9)),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("٣", None),
    ],
)
def test_a_retry_after_header_is_seconds_or_a_date(value, after):
    assert after_header(value, NOW) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("User-rate limit exceeded.  Retry after 2026-11-23T10:00:00.000Z (Mail sending)", 1800),
        ("Retry after 2026-11-23T10:00:00Z", 1800),
        ("retry after 2026-11-23T12:00:00+02:00", 1800),
        ("Retry after 2026-11-22T10:00:00.000Z", 1),
        ("Retry after 2026-13-99T10:00:00.000Z", None),
        ("Rate Limit Exceeded", None),
    ],
)
def test_googles_texts_name_a_moment(text, after):
    assert after_words(text, NOW) == (timedelta(seconds=after) if after else None)


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 11, 23, 9, 30, tzinfo=UTC), 22.5),
        (datetime(2026, 7, 1, 6, 0, tzinfo=UTC), 1),
        # The clocks change at 2 o'clock that day, which has 23 or 25 hours.
        (datetime(2026, 3, 8, 8, 0, tzinfo=UTC), 23),
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), 25),
    ],
)
def test_googles_day_ends_at_midnight_in_california(now, hours):
    assert until_pacific_midnight(now) == timedelta(hours=hours)
