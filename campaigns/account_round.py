"""Looking at one account after the other, each when its turn has come."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from campaigns.ports import Clock

_log = logging.getLogger(__name__)


class AccountRound:
    """Whose turn it is, by the id of the account. What is known of that ends with the process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._looked_at: dict[int, datetime] = {}
        self.is_stopping = False

    def stop(self) -> None:
        """Finish the account that is being looked at, and go on to no other."""
        self.is_stopping = True

    def begin(self, account_id: int) -> None:
        """This account has its turn now, whoever asked for it."""
        self._looked_at[account_id] = self._clock.now()

    def is_due(self, account_id: int, every: timedelta) -> bool:
        looked_at = self._looked_at.get(account_id)
        return looked_at is None or self._clock.now() - looked_at >= every

    def go(self, account_ids: Iterable[int], look: Callable[[int], object], *, failed: str) -> int:
        """Look at each; returns at how many. ``failed`` is what the log says of one that raises."""
        looked = 0
        for account_id in account_ids:
            if self.is_stopping:
                break
            looked += 1
            try:
                look(account_id)
            except Exception:  # noqa: BLE001 - the row guard: one odd account must not hide the others
                _log.exception(failed, extra={"account": account_id})
        return looked
