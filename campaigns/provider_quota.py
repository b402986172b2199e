"""What a provider says that an account may send: asked when the account is entered, kept as its limit."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from campaigns.account import Account, Credential, KnownQuota
from campaigns.errors import FAULTS, Fault
from campaigns.own_limit import let_go_on
from campaigns.quota import DAY
from campaigns.store_port import Store, UnitOfWork

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProviderQuota:
    """One answer. None means no limit; ``sent`` is what the provider counted in the last 24 hours."""

    per_day: int | None
    per_second: int | None
    sent: int


class QuotaTeller(Protocol):
    def quota(self, credential: Credential) -> ProviderQuota | None:
        """What the account with this ``quota_key`` may send; None: it was asked a moment ago.

        Raises NoAccess, Misconfigured or Busy.
        """
        ...


class QuotaWatch:
    """Asks for accounts that have a ``quota_key``. What comes of it harms no run."""

    def __init__(self, store: Store, teller: QuotaTeller, now: Callable[[], datetime]) -> None:
        self._store = store
        self._teller = teller
        self._now = now

    def look(self, account: Account, credential: Credential) -> None:
        """Ask and note the answer, or why there was none: then the last known numbers stay."""
        try:
            said = self._teller.quota(credential)
        except FAULTS as fault:
            facts = {"account": account.id, "cause": fault.cause, "evidence": fault.evidence}
            _log.warning("quota_not_told", extra=facts)
            with self._store.writing() as work:
                note_trouble(work, account, fault)
            return
        if said is not None:
            with self._store.writing() as work:
                note_quota(work, account, said, self._now())


def note_quota(work: UnitOfWork, account: Account, said: ProviderQuota, now: datetime) -> None:
    """Keep what was said of ``account``; what waited for room that is there now goes on.

    What the provider counts beyond our own book is others'. If the account has another credential meanwhile,
    nothing happens.
    """
    known = _locked(work, account)
    if known is None:
        return
    ours = work.accounts.spent_since(known.id, now - DAY) + work.accounts.in_flight(known.id)
    others = max(said.sent - ours, 0)
    work.accounts.keep_quota(known.id, KnownQuota(said.per_day, said.per_second, others, now))
    let_go_on(work, work.accounts.get(known.id), now)


def note_trouble(work: UnitOfWork, account: Account, fault: Fault) -> None:
    """The numbers stay as they are."""
    known = _locked(work, account)
    if known is not None:
        work.accounts.keep_quota(known.id, replace(known.quota or KnownQuota(), trouble=fault.in_full))


def _locked(work: UnitOfWork, account: Account) -> Account | None:
    """The account as it is; None if it is not the one that was asked about any more."""
    work.accounts.lock(account.id)
    known = work.accounts.get(account.id)
    return known if known.is_current and known.version == account.version else None
