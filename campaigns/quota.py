"""What an account may still send now: rolling windows, counted exactly.

A send at ``t`` counts against a window of length ``w`` while ``now < t + w``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.account import Account
from campaigns.store_port import UnitOfWork

MINUTE = timedelta(minutes=1)
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Window:
    """At most ``limit`` sends in any stretch of ``length``."""

    limit: int
    length: timedelta


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many may go now. When none may: ``opens_at`` says when the next one may, ``window`` which rule."""

    count: int
    opens_at: datetime | None = None
    window: Window | None = None


def windows(account: Account) -> tuple[Window, ...]:
    """The rules of ``account``, shortest first. Its reserve is no part of the day, but one invite is."""
    per_day = account.per_day
    if per_day is not None and account.reserve > 0:
        per_day = max(per_day - account.reserve, 1)
    rules = ((account.per_minute, MINUTE), (per_day, DAY))
    return tuple(Window(limit, length) for limit, length in rules if limit is not None)


def allowance(
    rules: tuple[Window, ...],
    *,
    wanted: int,
    in_flight: int,
    now: datetime,
    spent_since: Callable[[datetime], int],
    nth_newest: Callable[[int], datetime | None],
) -> Allowance:
    """How many of ``wanted`` may be claimed.

    ``in_flight`` are claimed and not settled: each may still become a send and so counts in full.
    ``spent_since(t)`` counts sends after ``t``; ``nth_newest(n)`` is when the n-th newest send happened.
    """
    count = wanted
    blocked: Allowance | None = None
    for rule in rules:
        free = rule.limit - in_flight - spent_since(now - rule.length)
        if free <= 0:
            opens_at = _opens_at(rule, in_flight, now, nth_newest)
            # of several shut windows the one that opens last decides
            if blocked is None or blocked.opens_at is None or opens_at > blocked.opens_at:
                blocked = Allowance(0, opens_at, rule)
        count = min(count, max(free, 0))
    return blocked or Allowance(count)


def one_more(work: UnitOfWork, account: Account, now: datetime) -> Allowance:
    """Whether ``account`` may send one more. Nobody else may count its limits until the transaction ends."""
    rules = windows(account)
    if not rules:
        return Allowance(1)
    work.accounts.lock(account.id)
    return allowance(
        rules,
        wanted=1,
        in_flight=work.accounts.in_flight(account.id),
        now=now,
        spent_since=lambda since: work.accounts.spent_since(account.id, since),
        nth_newest=lambda n: work.accounts.nth_newest_spend(account.id, n),
    )


_LOOK_AGAIN = timedelta(seconds=1)


def _opens_at(
    rule: Window, in_flight: int, now: datetime, nth_newest: Callable[[int], datetime | None]
) -> datetime:
    nth = rule.limit - in_flight
    newest = nth_newest(nth) if nth >= 1 else None
    # everything that is left of the window is on the wire: its outcome is seconds away
    return newest + rule.length if newest is not None else now + _LOOK_AGAIN
