"""What an account has sent, counted in its rolling windows as time moves on."""

from collections.abc import Iterable
from datetime import datetime

from campaigns.quota import Window


class AccountBook:
    """What the account has sent, by moment; counts against ``rules`` as ``quota.allowance`` does."""

    def __init__(self, rules: tuple[Window, ...], spent: Iterable[datetime]) -> None:
        self._rules = rules
        self._at: list[datetime] = sorted(spent)
        self._count = [1] * len(self._at)
        self._oldest = [0] * len(rules)
        self.used = [len(self._at)] * len(rules)

    def forget(self, now: datetime) -> None:
        """Leave out of every window what has left it by ``now``."""
        for index, rule in enumerate(self._rules):
            oldest, used, since = self._oldest[index], self.used[index], now - rule.length
            while oldest < len(self._at) and self._at[oldest] <= since:
                used -= self._count[oldest]
                oldest += 1
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
        rule, oldest = self._rules[index], self._oldest[index]
        excess = self.used[index] - rule.limit
        while excess >= self._count[oldest]:
            excess -= self._count[oldest]
            oldest += 1
        return self._at[oldest] + rule.length
