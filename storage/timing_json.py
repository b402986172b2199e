"""Sending hours as JSON and back."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from campaigns.timing import SendingHours, Timing


def hours_to_json(hours: SendingHours | None) -> dict[str, Any] | None:
    """Times and days as ISO text; None stays None."""
    if hours is None:
        return None
    return {
        "opens": hours.opens.isoformat(),
        "closes": hours.closes.isoformat(),
        "days": list(hours.days),
        "zone": hours.zone,
        "closed_on": [day.isoformat() for day in hours.closed_on],
    }


def timing_of(starts_at: datetime | None, hours: Mapping[str, Any] | None) -> Timing:
    """The timing of a run from its two columns."""
    if hours is None:
        return Timing(starts_at)
    return Timing(
        starts_at,
        SendingHours(
            opens=time.fromisoformat(hours["opens"]),
            closes=time.fromisoformat(hours["closes"]),
            days=tuple(hours["days"]),
            zone=hours["zone"],
            closed_on=tuple(date.fromisoformat(day) for day in hours["closed_on"]),
        ),
    )
