"""What is asked of the provider before a batch is carried: to let us in, and what became of the unsure."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Protocol, runtime_checkable

from campaigns.account import Account, AccountState
from campaigns.endings import progress_notice
from campaigns.errors import FAULTS, NoAccess
from campaigns.faults import MAX_ATTEMPTS
from campaigns.hand_over import LEASE, Receipt
from campaigns.hours import is_open
from campaigns.letters import Desk, Pen
from campaigns.mailer_port import Inquirer, Mailers, Opening
from campaigns.model import Delivery, DeliveryState, RunState
from campaigns.ports import Clock, Standing
from campaigns.renewal import lose_access
from campaigns.store_port import Store

_log = logging.getLogger(__name__)

_STAYS_OPEN = timedelta(minutes=1)
_READ_AT_ONCE = 20
_MOST_ASKED = 100
_ASKING_LASTS = LEASE / 3
"""At most, for the batch waits meanwhile and has no longer a lease."""
_NOT_HELD = "The provider does not hold it: it is sent again"


@runtime_checkable
class _CanBeAsked(Inquirer, Protocol):
    """An Inquirer, told from a Mailer that is none."""


@runtime_checkable
class _HasToken(Opening, Protocol):
    """A Mailer that is Opening, told from one that is not."""


class Entrance:
    """Threads may share it. Only a refusal keeps a batch out: any other trouble is met by its invites."""

    def __init__(self, store: Store, mailers: Mailers, clock: Clock, desk: Desk) -> None:
        self._store = store
        self._mailers = mailers
        self._clock = clock
        self._desk = desk
        self._entered_at: dict[tuple[int, int], datetime] = {}
        self._asked_last: dict[int, int] = {}

    def admits(self, run_id: int, seq: int, account: Account) -> bool:
        """Whether batch ``seq`` may be carried now; False if the account's access is lost."""
        with self._store.reading() as work:
            standing = work.runs.standing(run_id)
        if not self._is_on(standing, seq):
            return True  # nothing of it will be claimed
        if standing.batch.opened_at is None or account.state is AccountState.NEEDS_RENEWAL:
            refusal = self._refusal(account)
            if refusal is not None:
                self._turn_away(run_id, seq, account, refusal)
                return False
        self._ask_for_unsure(run_id, account)
        return True

    def is_open(self, account: Account) -> bool:
        """Whether an invite can be handed over without fetching a token first."""
        try:
            mailer = self._mailers.for_account(account)
        except FAULTS:
            return True
        return not isinstance(mailer, _HasToken) or mailer.is_open

    def opens(self, run_id: int, seq: int, account: Account) -> bool:
        """Fetch a token while nobody is claimed, so that who is killed over it leaves nobody unsure.

        False if the account's access is lost.
        """
        try:
            mailer = self._mailers.for_account(account)
            if isinstance(mailer, _HasToken):
                mailer.open()
        except NoAccess as fault:
            self._turn_away(run_id, seq, account, fault)
            return False
        except FAULTS as fault:
            facts = {"account": account.id, "cause": fault.cause, "evidence": fault.evidence}
            _log.info("token_not_fetched", extra=facts)
        return True

    def _is_on(self, standing: Standing, seq: int) -> bool:
        run, batch = standing.run, standing.batch
        is_current = batch.seq == seq and batch.ended_at is None
        return is_current and run.state is RunState.RUNNING and is_open(run.timing.hours, self._clock.now())

    def _refusal(self, account: Account) -> NoAccess | None:
        """Not asked again for a minute: batches without a gap, and threads of one batch, enter together."""
        now, key = self._clock.now(), (account.id, account.version)
        entered_at = self._entered_at.get(key)
        is_ready = account.state is AccountState.READY
        if is_ready and entered_at is not None and now - entered_at < _STAYS_OPEN:
            return None
        try:
            self._mailers.for_account(account).check()
        except NoAccess as fault:
            return fault
        except FAULTS as fault:
            facts = {"account": account.id, "cause": fault.cause, "evidence": fault.evidence}
            _log.info("account_not_looked_at", extra=facts)
        except Exception:  # noqa: BLE001 - the row guard: what a look cannot tell, the first invite will
            _log.exception("account_not_looked_at", extra={"account": account.id})
        else:
            self._entered_at[key] = now
        return None

    def _turn_away(self, run_id: int, seq: int, account: Account, refusal: NoAccess) -> None:
        now = self._clock.now()
        with self._store.writing() as work:
            lose_access(work, account, cause=refusal.cause, hint=refusal.hint, now=now)
            work.runs.lock(run_id)
            work.batches.postpone(run_id, seq, now, stumbled=False)

    def _ask_for_unsure(self, run_id: int, account: Account) -> None:
        """What may have gone is settled by evidence, where the provider can be asked.

        Where this stops, also for one who cannot be asked for, the next batch goes on, so that nobody
        hides the others.
        """
        try:
            mailer = self._mailers.for_account(account)
        except FAULTS:
            return
        if not isinstance(mailer, _CanBeAsked):
            return
        begun_at = self._clock.now()
        for delivery, pen in islice(self._unsure(run_id), _MOST_ASKED):
            if self._clock.now() - begun_at > _ASKING_LASTS:
                return
            self._asked_last[run_id] = delivery.id
            try:
                letter = pen.letter(delivery.attendee, delivery.first_claimed_at, delivery.sequence)
                found = mailer.find(letter)
            except FAULTS:
                return  # they stay as they are
            except Exception:  # noqa: BLE001 - the row guard: one odd row must not stop the others
                _log.exception("unsure_not_asked_for", extra={"delivery": delivery.id})
                continue
            self._answer(delivery, found)

    def _unsure(self, run_id: int) -> Iterator[tuple[Delivery, Pen]]:
        """Everybody unsure, once: those after the one who was asked for last, and then from the first on."""
        last = self._asked_last.get(run_id, 0)
        yield from self._unsure_after(run_id, last)
        if last:
            yield from takewhile(lambda asked: asked[0].id <= last, self._unsure_after(run_id, 0))

    def _unsure_after(self, run_id: int, after: int) -> Iterator[tuple[Delivery, Pen]]:
        while page := self._page(run_id, after):
            yield from page
            after = page[-1][0].id

    def _page(self, run_id: int, after: int) -> list[tuple[Delivery, Pen]]:
        with self._store.reading() as work:
            run = work.runs.get(run_id)
            unsure = work.deliveries.unsure(run_id, after=after, limit=_READ_AT_ONCE)
            return [(delivery, self._desk.pen(work, run, delivery)) for delivery in unsure]

    def _answer(self, delivery: Delivery, found: Receipt | None) -> None:
        if found is None and delivery.tries >= MAX_ATTEMPTS:
            return  # it has been tried enough: a person decides
        now = self._clock.now()
        to, reference, cause = (
            (DeliveryState.SENT, found.reference, "") if found else (DeliveryState.QUEUED, "", _NOT_HELD)
        )
        with self._store.writing() as work:
            work.runs.lock(delivery.run_id)
            if work.deliveries.answer_unsure(delivery, to, reference=reference, cause=cause, now=now):
                work.notices.touch_gently(progress_notice(delivery), now)
                _log.info("unsure_answered_%s", to, extra={"delivery": delivery.id, "run": delivery.run_id})
