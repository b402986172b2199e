from datetime import UTC, datetime

import pytest

from campaigns.when import short_time, span, zone_name

MOMENT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_a_short_time_has_the_zones_letters():
    assert short_time(MOMENT, "Europe/Berlin") == "Tue 24 Nov 2026, 10:30 CET"


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Europe/Berlin", "CET"),
        ("America/New_York", "EST"),
        ("Asia/Dubai", "UTC+04:00"),
        ("America/Sao_Paulo", "UTC-03:00"),
        ("Asia/Kathmandu", "UTC+05:45"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_without_letters_is_named_by_its_offset(zone, name):
    assert zone_name(MOMENT, zone) == name


def test_a_span_over_the_end_of_summer_time_names_both():
    start, end = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert span(start, end, "Europe/Berlin") == (
        "Sunday, 25 October 2026, 02:30 – 02:30 (CEST/CET, Europe/Berlin)"
    )
