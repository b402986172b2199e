"""What an account has sent, counted in its rolling windows as time moves on."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from campaigns.quota import Window


class AccountBook:
    """What the account has sent, by moment; counts against ``rules`` as ``quota.one_more`` does.

    ``requests`` is what that asked of its provider, where a rule is of requests. What others have taken of a
    rule leaves its window as one, and comes back no more.
    """

    def __init__(
        self, rules: tuple[Window, ...], spent: Iterable[datetime], requests: Iterable[datetime] = ()
    ) -> None:
        self._rules = rules
        was = sorted([*((at, 1, 0) for at in spent), *((at, 0, 1) for at in requests)])
        self._at = [at for at, _, _ in was]
        self._people = [people for _, people, _ in was]
        self._requests = [asked for _, _, asked in was]
        self._counts = [self._requests if rule.of_requests else self._people for rule in rules]
        self._oldest = [0] * len(rules)
        self._others = [rule.taken if rule.taken_at is not None else 0 for rule in rules]
        self.used = [sum(count) + more for count, more in zip(self._counts, self._others, strict=True)]

    def forget(self, now: datetime) -> None:
        """Leave out of every window what has left it by ``now``."""
        for index, rule in enumerate(self._rules):
            oldest, used, since = self._oldest[index], self.used[index], now - rule.length
            while oldest < len(self._at) and self._at[oldest] <= since:
                used -= self._counts[index][oldest]
                oldest += 1
            if self._others[index] and not rule.taken_since(since):
                used -= self._others[index]
                self._others[index] = 0
            self._oldest[index], self.used[index] = oldest, used

    def free(self, now: datetime, wanted: int, requests: int = 1) -> int:
        """How many of ``wanted`` may go, if each asks for so many requests."""
        self.forget(now)
        for rule, used in zip(self._rules, self.used, strict=True):
            wanted = min(wanted, max(rule.limit - used, 0) // rule.takes(requests))
        return wanted

    def add(self, count: int, at: datetime, requests: int = 1) -> None:
        self._at.append(at)
        self._people.append(count)
        self._requests.append(count * requests)
        for index, counts in enumerate(self._counts):
            self.used[index] += counts[-1]

    def shut(self, requests: int = 1) -> tuple[int, datetime]:
        """Of the windows without room, the one that opens last: its place among the rules, and when."""
        return max(
            (
                (index, self._opens_at(index, requests))
                for index, rule in enumerate(self._rules)
                if self.used[index] + rule.takes(requests) > rule.limit
            ),
            key=lambda found: found[1],
        )

    def _opens_at(self, index: int, requests: int) -> datetime:
        rule = self._rules[index]
        excess = self.used[index] + rule.takes(requests) - 1 - rule.limit
        return next(at for at, gone in self._leaving(index) if gone > excess) + rule.length

    def _leaving(self, index: int) -> Iterator[tuple[datetime, int]]:
        """When what is in the window was sent, oldest first, and how many up to then."""
        others, taken_at, gone = self._others[index], self._rules[index].taken_at, 0
        for place in range(self._oldest[index], len(self._at)):
            if others and taken_at is not None and taken_at <= self._at[place]:
                gone, others = gone + others, 0
                yield taken_at, gone
            gone += self._counts[index][place]
            yield self._at[place], gone
        if others and taken_at is not None:
            yield taken_at, gone + others
