"""What an account may send as far as its provider is known, also once it is at another mail server. Pure."""

from collections.abc import Callable
from typing import Protocol

from campaigns.account import Account, AccountSettings, Service


class Defaults(Protocol):
    """What one account may send, as its provider says. None: no number is known."""

    @property
    def per_minute(self) -> int | None: ...
    @property
    def per_day(self) -> int | None: ...
    @property
    def connections(self) -> int: ...


LimitsOf = Callable[[Service, str], Defaults]
"""Asked by host for SMTP, otherwise by address."""


def limits_after(known: Account, before: Defaults, now: Defaults) -> AccountSettings:
    """The limits of ``known``, whose server had ``before`` and has ``now``: what a person has set stays.

    A reserve that the new day cannot hold ends with the old one.
    """
    per_minute = now.per_minute if known.per_minute == before.per_minute else known.per_minute
    per_day = now.per_day if known.per_day == before.per_day else known.per_day
    holds = per_day == known.per_day or (per_day is not None and known.reserve < per_day)
    return AccountSettings(
        per_minute,
        per_day,
        known.reserve if holds else 0,
        known.brake_refusals,
        known.brake_percent,
        known.is_shared,
    )
