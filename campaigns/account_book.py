"""What an account has sent, counted in its rolling windows as time moves on."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from campaigns.quota import Window


class AccountBook:
    """What the account has sent, by moment; counts against ``rules`` as ``quota.allowance`` does.

    What others have taken of a rule leaves its window as one, and comes back no more.
    """

    def __init__(self, rules: tuple[Window, ...], spent: Iterable[datetime]) -> None:
        self._rules = rules
        self._at: list[datetime] = sorted(spent)
        self._count = [1] * len(self._at)
        self._oldest = [0] * len(rules)
        self._others = [rule.taken if rule.taken_at is not None else 0 for rule in rules]
        self.used = [len(self._at) + others for others in self._others]

    def forget(self, now: datetime) -> None:
        """Leave out of every window what has left it by ``now``."""
        for index, rule in enumerate(self._rules):
            oldest, used, since = self._oldest[index], self.used[index], now - rule.length
            while oldest < len(self._at) and self._at[oldest] <= since:
                used -= self._count[oldest]
                oldest += 1
            if self._others[index] and not rule.taken_since(since):
                used -= self._others[index]
                self._others[index] = 0
            self._oldest[index], self.used[index] = oldest, used

    def free(self, now: datetime, wanted: int) -> int:
        self.forget(now)
        for rule, used in zip(self._rules, self.used, strict=True):
            wanted = min(wanted, max(rule.limit - used, 0))
        return wanted

    def add(self, count: int, at: datetime) -> None:
        self._at.append(at)
        self._count.append(count)
        for index in range(len(self.used)):
            self.used[index] += count

    def shut(self) -> tuple[int, datetime]:
        """Of the windows that are full, the one that opens last: its place among the rules, and when."""
        return max(
            (
                (index, self._opens_at(index))
                for index, rule in enumerate(self._rules)
                if self.used[index] >= rule.limit
            ),
            key=lambda found: found[1],
        )

    def _opens_at(self, index: int) -> datetime:
        rule = self._rules[index]
        excess = self.used[index] - rule.limit
        return next(at for at, gone in self._leaving(index) if gone > excess) + rule.length

    def _leaving(self, index: int) -> Iterator[tuple[datetime, int]]:
        """When what is in the window was sent, oldest first, and how many up to then."""
        others, taken_at, gone = self._others[index], self._rules[index].taken_at, 0
        for place in range(self._oldest[index], len(self._at)):
            if others and taken_at is not None and taken_at <= self._at[place]:
                gone, others = gone + others, 0
                yield taken_at, gone
            gone += self._count[place]
            yield self._at[place], gone
        if others and taken_at is not None:
            yield taken_at, gone + others
