"""What an account may still send now: rolling windows, counted exactly.

A send at ``t`` counts against a window of length ``w`` while ``now < t + w``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.account import Account, Service
from campaigns.errors import AnyFault, OverQuota
from campaigns.faults import closed_until, said_of
from campaigns.mailbox_book import REQUESTS
from campaigns.model import Kind
from campaigns.store_port import UnitOfWork

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Window:
    """At most ``limit`` sends in any stretch of ``length``; with ``of_requests``, so many requests.

    ``taken`` of them are others', who use the same account at its provider. When each of these went is not
    known: at ``taken_at``, when the provider counted them, at the latest.
    """

    limit: int
    length: timedelta
    taken: int = 0
    taken_at: datetime | None = None
    of_requests: bool = False

    def taken_since(self, since: datetime) -> int:
        return self.taken if self.taken_at is not None and self.taken_at > since else 0

    def takes(self, requests: int) -> int:
        """What one that asks for so many counts here: never more than may be, or it could never go."""
        return min(requests, self.limit) if self.of_requests else 1


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many may go now. When none may: ``opens_at`` says when the next one may, ``window`` which rule, and
    ``cause`` what the provider said of its own quota.
    """

    count: int
    opens_at: datetime | None = None
    window: Window | None = None
    cause: str = ""


def windows(account: Account) -> tuple[Window, ...]:
    """The rules of ``account``, shortest first. Its reserve is no part of the day, but one invite is.

    Google Calendar counts the requests of a minute, and the people of a day.
    """
    quota, rules = account.quota, []
    if account.per_minute is not None:
        of_requests = account.kind == Service.GOOGLE_CALENDAR
        rules.append(Window(account.per_minute, MINUTE, of_requests=of_requests))
    elif quota is not None and quota.per_second is not None:
        rules.append(Window(quota.per_second, SECOND))
    if account.per_day is not None:
        rules.append(Window(_without_reserve(account, account.per_day), DAY))
    elif quota is not None and quota.per_day is not None:
        left = _without_reserve(account, quota.per_day)
        rules.append(Window(left, DAY, quota.others, quota.asked_at))
    return tuple(rules)


def _without_reserve(account: Account, a_day: int) -> int:
    return max(a_day - account.reserve, 1) if account.reserve > 0 else a_day


def by_minute(rules: tuple[Window, ...]) -> tuple[Window, ...]:
    """The same rules for a forecast, which counts no seconds: what one allows, sixty times a minute."""
    return tuple(
        Window(rule.limit * (MINUTE // rule.length), MINUTE) if rule.length < MINUTE else rule
        for rule in rules
    )


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
        since = now - rule.length
        free = rule.limit - in_flight - spent_since(since) - rule.taken_since(since)
        if free <= 0:
            opens_at = _opens_at(rule, in_flight, now, nth_newest)
            # of several shut windows the one that opens last decides
            if blocked is None or blocked.opens_at is None or opens_at > blocked.opens_at:
                blocked = Allowance(0, opens_at, rule)
        count = min(count, max(free, 0))
    return blocked or Allowance(count)


def one_more(
    work: UnitOfWork, account: Account, now: datetime, deed: Kind = Kind.INVITE, *, is_held: bool = False
) -> Allowance:
    """Whether ``account`` may do one more ``deed``, or one that asks for less of its provider.

    Nobody else may count in its book until the transaction ends. ``account`` is as this transaction has read
    it; ``is_held``: as it has locked it.
    """
    if not windows(account):
        return _closed(account, now) or Allowance(1)
    if not is_held:
        account = work.accounts.lock(account.id)
    may = _closed(account, now) or Allowance(1)
    if rules := tuple(rule for rule in windows(account) if not rule.of_requests):
        counted = allowance(
            rules,
            wanted=1,
            in_flight=work.accounts.in_flight(account.id),
            now=now,
            spent_since=lambda since: work.accounts.spent_since(account.id, since),
            nth_newest=lambda n: work.accounts.nth_newest_spend(account.id, n),
        )
        may = _both(may, counted)
    for rule in windows(account):
        if rule.of_requests:
            may = _both(may, _asking(work, account, rule, now, deed))
    return may


def _asking(work: UnitOfWork, account: Account, rule: Window, now: datetime, deed: Kind) -> Allowance:
    """Whether there is room for all requests of ``deed``: those after its first count as on the wire."""

    def nth_newest(n: int) -> datetime | None:
        made = work.accounts.requests(account.id, now - rule.length)
        return made[-n] if n <= len(made) else None

    return allowance(
        (rule,),
        wanted=1,
        in_flight=work.accounts.requests_in_flight(account.id) + rule.takes(REQUESTS[deed]) - 1,
        now=now,
        spent_since=lambda since: work.accounts.requests_since(account.id, since),
        nth_newest=nth_newest,
    )


def _both(one: Allowance, other: Allowance) -> Allowance:
    """Of two that are shut the one that opens last decides; of the same time the first."""
    if one.opens_at is None or other.opens_at is None:
        return other if one.opens_at is None else one
    return other if other.opens_at > one.opens_at else one


def has_room(work: UnitOfWork, account: Account, wanted: int, at: datetime) -> bool:
    """Whether the day of ``account`` lets ``wanted`` more go by ``at``, if nothing else goes before.

    What its minute or second lets go is a matter of moments.
    """
    if _closed(account, at) is not None:
        return False
    in_flight = work.accounts.in_flight(account.id)
    return all(
        rule.limit - in_flight - work.accounts.spent_since(account.id, since) - rule.taken_since(since)
        >= wanted
        for rule in windows(account)
        if rule.length >= DAY and (since := at - rule.length)
    )


def heed(work: UnitOfWork, account: Account, fault: AnyFault, now: datetime) -> None:
    """Note for all that is sent from ``account`` until when ``fault`` closes it, if it does."""
    until = closed_until(fault, now)
    if until is not None:
        work.accounts.lock(account.id)
        work.accounts.close(account.id, until, said_of(fault) if isinstance(fault, OverQuota) else "")


def _closed(account: Account, now: datetime) -> Allowance | None:
    if account.closed_until is None or account.closed_until <= now:
        return None
    return Allowance(0, account.closed_until, cause=account.closed_cause)


_LOOK_AGAIN = timedelta(seconds=1)


def _opens_at(
    rule: Window, in_flight: int, now: datetime, nth_newest: Callable[[int], datetime | None]
) -> datetime:
    free = rule.limit - in_flight
    taken = rule.taken_since(now - rule.length)
    newest = nth_newest(free - taken) if free - taken >= 1 else None
    opens = [newest + rule.length] if newest is not None else []
    if taken and rule.taken_at is not None and free >= 1:
        # without the others, and then only what is too much of our own still has to leave
        newest = nth_newest(free)
        opens.append(max(rule.taken_at, newest or rule.taken_at) + rule.length)
    # everything that is left of the window is on the wire: its outcome is seconds away
    return min(opens, default=now + _LOOK_AGAIN)
