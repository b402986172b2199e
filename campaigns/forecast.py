"""How a run would go: its batches, when it ends, and which of the account's limits would hold it up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.mailbox_book import REQUESTS
from campaigns.model import Kind
from campaigns.plan import batches_for
from campaigns.ports import Upcoming
from campaigns.quota import MINUTE, Window
from campaigns.rehearsal import Overrun, Rehearsal, Sender, later
from campaigns.timing import Pace, Timing

_SIZES = (100, 50, 25, 20, 10, 5)
_GAPS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 480, 600, 720, 1440)


@dataclass(frozen=True, slots=True)
class Used:
    """How many of the ``window`` are used at the moment, the others' included."""

    window: Window
    count: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run would come to; its times are those with all pauses that the limits force on it.

    ``last_at`` is when the last batch starts, ``ends_at`` when its last invite goes: without a limit by the
    minute these are the same, as only the provider decides how long the sending takes. ``suggestion`` is a
    pace for the same invites that never meets a limit and ends before the event. ``closed_until``: the
    provider has said that it takes nothing from the account before, or we try no sooner (``closed_cause``, as
    ``Account``).
    """

    invites: int
    batches: int
    size: int
    last_size: int
    first_at: datetime
    last_at: datetime
    ends_at: datetime
    overruns: tuple[Overrun, ...]
    suggestion: Pace | None
    ends_after_start: bool
    used: tuple[Used, ...]
    closed_until: datetime | None = None
    closed_cause: str = ""


@dataclass(frozen=True, slots=True)
class _Scene:
    """Everything but the pace."""

    invites: int
    timing: Timing
    now: datetime
    minute: timedelta
    rules: tuple[Window, ...]
    spent: tuple[datetime, ...]
    upcoming: tuple[Upcoming, ...]
    event_starts_at: datetime
    opens_at: datetime
    kind: Kind
    requests: tuple[datetime, ...]

    def rehearse(self, pace: Pace, *, deadline: datetime | None = None) -> Rehearsal:
        """Play it through at ``pace``; with a ``deadline``, as far as tells whether it fits before that."""
        sender = _sender(
            self.invites,
            pace,
            self.timing,
            max(self.opens_at, self.timing.starts_at or self.now),
            self.minute,
            self.kind,
        )
        others = [
            _sender(
                other.left,
                other.pace,
                other.timing,
                max(self.opens_at, other.next_at),
                self.minute,
                other.kind,
            )
            for other in self.upcoming
            if other.left
        ]
        played = Rehearsal(sender, others, self.rules, self.spent, requests=self.requests, deadline=deadline)
        played.play()
        return played


def forecast(
    *,
    invites: int,
    pace: Pace,
    timing: Timing,
    now: datetime,
    minute: timedelta,
    rules: tuple[Window, ...],
    event_starts_at: datetime,
    spent: Sequence[datetime] = (),
    upcoming: Sequence[Upcoming] = (),
    closed_until: datetime | None = None,
    closed_cause: str = "",
    kind: Kind = Kind.INVITE,
    requests: Sequence[datetime] = (),
) -> Forecast:
    """How ``invites`` (at least one) would go from ``now`` on; ``minute`` is how long one of the gap lasts.

    ``spent`` is when the account sent lately, ``requests`` what it asked of its provider, ``upcoming`` what
    its other runs have still to send; its provider takes nothing before ``closed_until``. All of a run take
    what its ``kind`` takes. Raises InputError if the hours never open.
    """
    opens_at = max(now, closed_until or now)
    scene = _Scene(
        invites,
        timing,
        now,
        minute,
        rules,
        tuple(spent),
        tuple(upcoming),
        event_starts_at,
        opens_at,
        kind,
        tuple(requests),
    )
    played = scene.rehearse(pace)
    sender = played.sender
    first_at, ends_at = sender.first_at or now, sender.ended_at or now
    size, batches = _size(invites, pace), batches_for(invites, _size(invites, pace))
    ends_after_start = ends_at >= event_starts_at
    is_in_order = played.overrun is None and not ends_after_start
    return Forecast(
        invites=invites,
        batches=batches,
        size=size,
        last_size=invites - (batches - 1) * size,
        first_at=first_at,
        last_at=sender.last_at or first_at,
        ends_at=ends_at,
        overruns=(played.overrun,) if played.overrun else (),
        suggestion=None if is_in_order else _suggestion(scene, pace),
        ends_after_start=ends_after_start,
        used=tuple(_used(rule, requests if rule.of_requests else spent, now) for rule in rules),
        closed_until=opens_at if opens_at > now else None,
        closed_cause=closed_cause,
    )


def _used(rule: Window, spent: Sequence[datetime], now: datetime) -> Used:
    since = now - rule.length
    return Used(rule, sum(at > since for at in spent) + rule.taken_since(since))


def _size(invites: int, pace: Pace) -> int:
    return pace.per_batch or max(invites, 1)


def _sender(invites: int, pace: Pace, timing: Timing, due: datetime, minute: timedelta, kind: Kind) -> Sender:
    size = _size(invites, pace)
    tail = invites - (batches_for(invites, size) - 1) * size
    gap = minute * pace.gap_minutes
    # batches without a gap go like one
    size = size if gap else invites
    sender = Sender(invites, size, gap, timing.hours, due, tail, requests=REQUESTS[kind])
    sender.wake(due)
    return sender


def _suggestion(scene: _Scene, pace: Pace) -> Pace | None:
    """The organizer's own batch size with the shortest gap that fits; else the size that is done first."""
    own = [_soonest(scene, pace.per_batch, None)] if pace.per_batch else []
    best = own[0] if own else None
    if best is None:
        for size in _SIZES:
            if size < scene.invites:
                best = _soonest(scene, size, best) or best
    return best[1] if best else None


def _candidates(scene: _Scene, size: int, deadline: datetime) -> Iterator[Pace]:
    """The gaps worth playing through, shortest first."""
    gaps_between = batches_for(scene.invites, size) - 1
    begins_at = max(scene.opens_at, scene.timing.starts_at or scene.now)
    for minutes in _GAPS if gaps_between else ():
        gap = scene.minute * minutes
        if later(begins_at, gap * gaps_between) >= deadline:
            return
        if scene.timing.hours is not None or all(
            min(scene.invites, size * -(-rule.length // gap)) <= rule.limit
            for rule in scene.rules
            if rule.length > MINUTE
        ):
            yield Pace(size, minutes)


def _soonest(scene: _Scene, size: int, best: tuple[datetime, Pace] | None) -> tuple[datetime, Pace] | None:
    """The shortest gap at which batches of ``size`` meet no limit, if that ends before ``best`` does."""
    deadline = best[0] if best else scene.event_starts_at
    for pace in _candidates(scene, size, deadline):
        played = scene.rehearse(pace, deadline=deadline)
        ends_at = played.sender.ended_at
        if played.overrun is None and ends_at is not None:
            return (ends_at, pace) if ends_at < deadline else None
    return None
