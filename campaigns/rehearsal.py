"""A run played through ahead of time, together with the other runs that share its account.

Batches that no limit can touch are counted by the stretch: fifty thousand of them cost as much as a few.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from heapq import heapify, heapreplace
from zoneinfo import ZoneInfo

from campaigns.account_book import AccountBook
from campaigns.hours import closes_after, next_open
from campaigns.quota import MINUTE, Window
from campaigns.timing import SendingHours

_MOST_STEPS = 3_000
_MOST_DAYS = 400
_CALM_EVERY = 64
_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_FAR = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Overrun:
    """At ``at`` no more may go: the account would have sent ``wanted`` in the window by the end of the batch
    that is under way then. It goes on at ``opens_at``.
    """

    at: datetime
    window: Window
    wanted: int
    allowed: int
    opens_at: datetime


def later(moment: datetime, by: timedelta) -> datetime:
    """``moment`` + ``by``; what would lie after all calendars is far, and no more."""
    return moment + by if by < _FAR - moment else _FAR


@dataclass(slots=True)
class Sender:
    """One run as it goes: ``left`` invites in batches of ``size``, ``gap`` from the end of one to the next.

    ``tail`` is how many make up the last batch, the start of which is noted in ``last_at``. Each takes so
    many ``requests`` of its provider.
    """

    left: int
    size: int
    gap: timedelta
    hours: SendingHours | None
    due: datetime
    tail: int = 0
    done: int = 0
    sent: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    ended_at: datetime | None = None
    requests: int = 1
    _closes_at: datetime | None = None

    def wake(self, at: datetime) -> None:
        """Go on at ``at``, or when the hours next allow it."""
        if self.hours is None or (self._closes_at is not None and self.due <= at < self._closes_at):
            self.due = at
            return
        self.due = next_open(self.hours, at).astimezone(UTC) if at < _FAR else _FAR
        self._closes_at = closes_after(self.hours, self.due) if at < _FAR else None

    def closes_at(self) -> datetime:
        return self._closes_at or _FAR

    def left_in_batch(self) -> int:
        return min(self.size - self.done, self.left)

    def send(self, count: int, at: datetime) -> None:
        """``count`` more, all of the batch that is under way."""
        if self.first_at is None:
            self.first_at = at
        self.left -= count
        self.done += count
        self.sent += count
        if self.last_at is None and self.left < self.tail:
            self.last_at = at
        if self.left == 0:
            self.ended_at = at

    def end_batch(self, at: datetime) -> None:
        self.done = 0
        self.wake(later(at, self.gap))

    def skip_batches(self, count: int, step: timedelta) -> None:
        """``count`` whole batches have gone, ``step`` from start to start, within the hours."""
        self.left -= count * self.size
        self.sent += count * self.size
        self.due = later(self.due, count * step)

    def rate(self, length: timedelta, *, is_paced: bool) -> int | None:
        """No stretch of this length can hold more than so many. None: it may hold them all."""
        if not self.gap:
            return None
        stretch, seams, hours = length, int(is_paced), self.hours
        if hours is not None and hours.opens < hours.closes and length <= _DAY:
            opens, closes = hours.opens, hours.closes
            open_for = timedelta(hours=closes.hour - opens.hour, minutes=closes.minute - opens.minute)
            # a day may be met by the end of one day's hours and the beginning of the next one's
            lost = _lost_between_days(hours, self.due.date())
            stretch, seams = min(length, open_for + lost), seams + 1
        return self.size * (-(-stretch // self.gap) + seams)


@lru_cache(maxsize=256)
def _lost_between_days(hours: SendingHours, first: date) -> timedelta:
    """By how much less than 24 hours two days of sending in a row may lie apart, within a year."""
    zone, most = ZoneInfo(hours.zone), timedelta(0)
    for day in (first + _DAY * ahead for ahead in range(-1, _MOST_DAYS)):
        if day.isoweekday() in hours.days and (day + _DAY).isoweekday() in hours.days:
            before, after = (
                datetime.combine(one, clock, zone).utcoffset() or timedelta(0)
                for one, clock in ((day, hours.opens), (day + _DAY, hours.closes))
            )
            most = max(most, abs(after - before))
    return most


class Rehearsal:
    """Plays ``sender`` through beside ``others``, and on until the last of its invites has left all windows.

    ``overrun`` is the first moment at which a limit longer than a minute holds up any of them. With a
    ``deadline`` the play ends at the first overrun, or there: whoever only asks whether it fits need not know
    the rest. ``spent`` and ``requests`` are as for an AccountBook.
    """

    def __init__(
        self,
        sender: Sender,
        others: list[Sender],
        rules: tuple[Window, ...],
        spent: Iterable[datetime],
        *,
        requests: Iterable[datetime] = (),
        deadline: datetime | None = None,
    ) -> None:
        self.sender = sender
        self.overrun: Overrun | None = None
        self._others = others
        self._rules = rules
        self._book = AccountBook(rules, spent, requests)
        self._deadline = deadline
        paces = (rule.limit // rule.takes(sender.requests) for rule in rules if rule.length <= MINUTE)
        self._pace = next(paces, None)
        self._longest = max((rule.length for rule in rules), default=timedelta(0))
        self._begun_at = min([sender.due, *(other.due for other in others)])

    def play(self) -> None:
        """Let them send, the one that is due first before the others; of two, the older run."""
        self._book.forget(self._begun_at)
        if self._is_calm(self._begun_at):
            self._stride()
        else:
            self._step_through()
        if self._deadline is None:
            self._guess_the_rest()

    def _step_through(self) -> None:
        own = len(self._others)
        queue = [(one.due, place, one) for place, one in enumerate([*self._others, self.sender]) if one.left]
        heapify(queue)
        steps = 0
        while queue[0][0] < _FAR and not self._is_over(queue[0][0]):
            now, place, one = queue[0]
            self._step(one, now)
            heapreplace(queue, (one.due if one.left else _FAR, place, one))
            steps += 1
            if place != own or not one.left:
                continue
            if steps >= _MOST_STEPS and self.overrun is not None:
                break
            if steps % _CALM_EVERY == 0 and self._is_calm(now):
                self._stride()
                return

    def _is_over(self, now: datetime) -> bool:
        ended_at = self.sender.ended_at
        if self._deadline is not None and (self.overrun or (ended_at is None and now >= self._deadline)):
            return True
        return ended_at is not None and (self.overrun is not None or now >= ended_at + self._longest)

    def _is_calm(self, now: datetime) -> bool:
        """No limit longer than a minute can be touched any more, whoever sends when."""
        return all(
            self._never_full(rule, used, now)
            for rule, used in zip(self._rules, self._book.used, strict=True)
            if rule.length > MINUTE
        )

    def _never_full(self, rule: Window, used: int, now: datetime) -> bool:
        is_paced, to_come, always = self._pace is not None, used, 0
        for one in (*self._others, self.sender):
            if one.ended_at is not None and one.ended_at + rule.length <= now:
                continue
            most = one.rate(rule.length, is_paced=is_paced)
            to_come += one.left if most is None else min(one.left, most)
            always += rule.limit + 1 if most is None else most
        return to_come <= rule.limit or (now >= self._begun_at + rule.length and always <= rule.limit)

    def _step(self, one: Sender, now: datetime) -> None:
        """What ``one`` may send now of the batch that is under way."""
        wanted = one.left_in_batch()
        free = self._book.free(now, wanted, one.requests)
        if free:
            self._book.add(free, now, one.requests)
            one.send(free, now)
        if free == wanted:
            one.end_batch(now)
            return
        place, opens_at = self._book.shut(one.requests)
        rule, used = self._rules[place], self._book.used[place]
        one.wake(opens_at)
        # what the others do among themselves before this one begins is not its doing
        if rule.length > MINUTE and self.overrun is None and (one is self.sender or self.sender.first_at):
            self.overrun = Overrun(now, rule, used + wanted - free, rule.limit, one.due)

    def _stride(self) -> None:
        """The rest of the run where only the pace and the hours count: whole batches by the stretch."""
        one = self.sender
        for _ in range(_MOST_DAYS):
            if not one.left or one.due >= (self._deadline or _FAR):
                return
            one.first_at = one.first_at or one.due
            whole = self._whole_batches()
            if whole > 1:
                one.skip_batches(whole - 1, self._lasting(one.size) + one.gap)
                continue
            wanted = one.left_in_batch()
            count = min(wanted, self._before_closing(one))
            if one.last_at is None and one.left - count < one.tail:
                one.last_at = one.due + self._lasting(one.left - one.tail + 1)
            end = one.due + self._lasting(count)
            one.send(count, end)
            if count == wanted:
                one.end_batch(end)
            else:
                one.wake(one.closes_at())

    def _whole_batches(self) -> int:
        """How many full batches can go one after the other from now on, before the hours end."""
        one, lasting = self.sender, self._lasting(self.sender.size)
        room = one.closes_at() - _TICK - one.due - lasting
        if one.done or room < timedelta(0) or not one.gap:
            return 0
        return min(one.left // one.size, room // (lasting + one.gap) + 1)

    def _before_closing(self, one: Sender) -> int:
        if self._pace is None:
            return one.left
        return self._pace * ((one.closes_at() - _TICK - one.due) // MINUTE + 1)

    def _lasting(self, count: int) -> timedelta:
        """From the first to the last of so many invites."""
        return MINUTE * ((count - 1) // self._pace) if self._pace else timedelta(0)

    def _guess_the_rest(self) -> None:
        """Thousands of steps ahead, what is left will take as long as what went before."""
        one = self.sender
        if not one.left:
            return
        ended_at = _FAR
        if one.first_at is not None and one.due < _FAR:
            ended_at = later(one.due, (one.due - one.first_at) * (one.left / one.sent))
        one.last_at = one.last_at or ended_at
        one.ended_at = ended_at
