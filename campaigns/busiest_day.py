"""How many invites of a run can go within any 24 hours, at its pace and within its hours. Pure."""

from datetime import UTC, datetime, timedelta

from campaigns.plan import batches_for
from campaigns.quota import DAY, MINUTE, Window
from campaigns.rehearsal import Rehearsal, Sender
from campaigns.timing import Pace, Timing

_NO_DEADLINE = datetime(9999, 1, 1, tzinfo=UTC)


def fills_a_day(
    at_least: int,
    *,
    invites: int,
    pace: Pace,
    timing: Timing,
    now: datetime,
    minute: timedelta,
    rules: tuple[Window, ...] = (),
) -> bool:
    """Whether some stretch of 24 hours holds ``at_least`` of the run's ``invites``.

    ``rules`` are the account's; ``minute`` is how long one of the gap lasts.
    """
    if invites < at_least or any(rule.length >= DAY and rule.limit < at_least for rule in rules):
        return False
    if at_least <= 1:
        return True
    size = pace.per_batch or invites
    gap = minute * pace.gap_minutes
    tail = invites - (batches_for(invites, size) - 1) * size
    sender = Sender(invites, size if gap else invites, gap, timing.hours, now, tail)
    sender.wake(max(now, timing.starts_at or now))
    paced = tuple(rule for rule in rules if rule.length <= MINUTE)
    full = Window(at_least - 1, DAY)
    played = Rehearsal(sender, [], (*paced, full), (), deadline=_NO_DEADLINE)
    played.play()
    return played.overrun is not None
