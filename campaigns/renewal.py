"""An account whose access is lost or renewed: what becomes of its runs, and who is told of it, once.

``lose_access`` and ``regain_access`` work inside the caller's transaction, and lock the account before any
of its runs.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from campaigns.access_alerts import Target, Waiting, channels_of, concerned, keeper_of, write_alerts
from campaigns.account import Account, AccountState
from campaigns.account_round import AccountRound
from campaigns.endings import look_at_once, pause_quietly, tell_resumed
from campaigns.errors import FAULTS, NoAccess, StateError
from campaigns.faults import Pause
from campaigns.mailer_port import Mailers
from campaigns.model import Medium, Reason, Run, RunState
from campaigns.notices import NoticeKind
from campaigns.ports import Alarm, Clock
from campaigns.starting import is_over
from campaigns.store_port import Store, UnitOfWork

_log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(hours=1)
LOOK_WHILE_BROKEN = timedelta(minutes=15)
"""At the account of the settings: nobody tells the bot when an admin has mended it."""


def lose_access(
    work: UnitOfWork, account: Account, *, cause: str, hint: str, now: datetime, by: str = ""
) -> None:
    """The provider refuses ``account``: pause its runs, and tell each channel, person and address once.

    ``by`` is who disconnected it, if that is why. ``account`` is as it was when it was refused: if it has
    been renewed since, nothing happens. A run that comes when access is lost already pauses too, and is told
    to those only who have not heard of it.
    """
    work.accounts.lock(account.id)
    known = work.accounts.get(account.id)
    if known.version != account.version:
        return
    is_news = work.accounts.move(account.id, AccountState.NEEDS_RENEWAL)
    if is_news and not by:
        # also where a batch met the refusal: whoever watches the log has one event to look for
        _log.warning("account_access_lost", extra={"account": account.id, "cause": cause})
    before = waiting_for(work, account.id)
    paused = _pause_all(work, account.id, Pause(Reason.ACCESS, cause, hint), now)
    latest = None
    if not is_news:
        heard = concerned(known, before).keys()
        audience = {who: theirs for who, theirs in concerned(known, paused).items() if who not in heard}
    elif paused:
        audience = concerned(known, paused)
    elif before:
        # after a start of the bot the account of the settings counts as ready: who waited has heard of it
        audience = {} if known.is_of_settings else concerned(known, before)
    else:
        latest = next(iter(work.campaigns.of_account(account.id)), None)
        audience = keeper_of(known, [])
        if latest is not None:
            audience[Target(Medium.MAIL, "", latest.alert_address.casefold())] = []
    write_alerts(
        work, known, NoticeKind.ACCESS_LOST, audience, now, about=latest, cause=cause, hint=hint, by=by
    )


def regain_access(work: UnitOfWork, account: Account, now: datetime, *, resume: bool) -> list[Run]:
    """``account`` works again: tell where its runs wait, and (``resume``) let them go on.

    Returns those that go on. A run whose event is over waits for a person's word. What kept its mail from
    being read is looked at anew too.
    """
    work.accounts.lock(account.id)
    mailbox = work.mailboxes.get(account.id)
    if mailbox.trouble:
        work.mailboxes.keep(replace(mailbox, trouble=""))
    is_news = work.accounts.move(account.id, AccountState.READY)
    known = work.accounts.get(account.id)
    waiting = waiting_for(work, account.id)
    going_on = [one for one in waiting if resume and known.is_current and _resume(work, one, now)]
    audience = channels_of(waiting)
    if is_news and not waiting:
        audience = keeper_of(known, [])
    runs = [work.runs.get(run.id) for run, _ in going_on]
    among = {run.id for run in runs}
    write_alerts(work, known, NoticeKind.ACCESS_BACK, audience, now, among=among)
    return runs


def require_set_up(account: Account) -> None:
    """Raise StateError if ``account`` is disconnected: a run that waits for it goes on when it is back."""
    if account.state is not AccountState.DISCONNECTED:
        return
    hint = "Connect it again under Email services: what waits for it then goes on; if not, press Resume."
    if account.is_of_settings:
        hint = f"An admin puts {account.address} back in SMTP_URL and restarts the bot."
    raise StateError(f"{account.address} is not connected any more.", hint=hint)


def require_ready(account: Account) -> None:
    """Raise StateError if nothing can be sent from ``account``."""
    match account.state:
        case AccountState.READY:
            return
        case AccountState.NEEDS_RENEWAL if account.is_of_settings:
            hint = "Ask an admin to renew it in SMTP_URL, in the bot's settings; nothing was sent."
            raise StateError(f"{account.address} refused the login.", hint=hint)
        case AccountState.NEEDS_RENEWAL:
            hint = "Press Renew token under Email services, then start again; nothing was sent."
            raise StateError(f"Access to {account.address} has ended.", hint=hint)
        case AccountState.DISCONNECTED:
            hint = "Connect it again under Email services, or make the campaign anew with another account."
            if account.is_of_settings:
                hint = f"Put {account.address} back in SMTP_URL, or make the campaign anew."
            raise StateError("This campaign's sending account is no longer set up.", hint=hint)
        case _:
            assert_never(account.state)


def waiting_for(work: UnitOfWork, account_id: int) -> list[Waiting]:
    """The runs that are paused because this account's access is lost."""
    paused = work.runs.of_account(account_id, (RunState.PAUSED,))
    return [(run, work.campaigns.get(run.campaign_id)) for run in paused if run.reason is Reason.ACCESS]


def _pause_all(work: UnitOfWork, account_id: int, pause: Pause, now: datetime) -> list[Waiting]:
    paused = []
    for run in work.runs.of_account(account_id, (RunState.RUNNING,)):
        work.runs.lock(run.id)
        if pause_quietly(work, run, pause, now):
            paused.append((run, work.campaigns.get(run.campaign_id)))
    return paused


def _resume(work: UnitOfWork, one: Waiting, now: datetime) -> bool:
    run, campaign = one
    work.runs.lock(run.id)
    if is_over(campaign.event, now) or not work.runs.move(run.id, RunState.RUNNING, now=now):
        return False
    look_at_once(work, run, now)
    tell_resumed(work, work.runs.get(run.id), campaign.workspace, now)
    return True


class AccountWatch:
    """Looks whether accounts can still be entered, before their runs find out."""

    def __init__(self, store: Store, mailers: Mailers, clock: Clock, alarm: Alarm, *, resumes: bool) -> None:
        """``resumes``: what waits for an account goes on by itself once it can be entered again."""
        self._store = store
        self._mailers = mailers
        self._clock = clock
        self._alarm = alarm
        self._resumes = resumes
        self._round = AccountRound(clock)

    def stop(self) -> None:
        """Finish the account that is being looked at, and look at no more."""
        self._round.stop()

    def look(self, account_id: int) -> Account:
        """As ``enter``, for whom a provider that is away tells nothing. Raises NotFound."""
        try:
            return self.enter(account_id)
        except FAULTS as fault:
            facts = {"account": account_id, "cause": fault.cause, "evidence": fault.evidence}
            _log.warning("account_not_looked_at", extra=facts)
        with self._store.reading() as work:
            return work.accounts.get(account_id)

    def enter(self, account_id: int) -> Account:
        """Enter the account once and note what came of it; returns it as it is then.

        Only a refusal, or success, changes anything; any other fault is raised. Raises NotFound.
        """
        with self._store.reading() as work:
            account = work.accounts.get(account_id)
            is_awaited = account.state is AccountState.NEEDS_RENEWAL or self._holds_up(work, account_id)
        if not account.is_current:
            return account
        self._round.begin(account_id)
        try:
            self._mailers.for_account(account).check()
        except NoAccess as fault:
            self._lose(account, fault)
        else:
            if is_awaited:
                self._regain(account)
        with self._store.reading() as work:
            return work.accounts.get(account_id)

    def look_at_all(self) -> int:
        """Look at each account whose turn it is; returns how many were.

        To be called often, from the bot's start on: each account has its turn at the first call and then
        every hour, and the account of the settings every quarter of an hour while it cannot be entered.
        """
        with self._store.reading() as work:
            accounts = work.accounts.all()
        due = [account.id for account in accounts if account.is_current and self._is_due(account)]
        return self._round.go(due, self.look, failed="account_not_looked_at")

    def _is_due(self, account: Account) -> bool:
        is_mending = account.is_of_settings and account.state is AccountState.NEEDS_RENEWAL
        return self._round.is_due(account.id, LOOK_WHILE_BROKEN if is_mending else LOOK_EVERY)

    def _holds_up(self, work: UnitOfWork, account_id: int) -> bool:
        """Whether a run waits that may go on: after a start of the bot, the account itself looks ready."""
        if not self._resumes:
            return False
        now = self._clock.now()
        return any(not is_over(campaign.event, now) for _, campaign in waiting_for(work, account_id))

    def _lose(self, account: Account, fault: NoAccess) -> None:
        with self._store.writing() as work:
            lose_access(work, account, cause=fault.cause, hint=fault.hint, now=self._clock.now())
        _log.warning("account_refused", extra={"account": account.id, "evidence": fault.evidence})
        self._alarm.wake()

    def _regain(self, account: Account) -> None:
        with self._store.writing() as work:
            work.accounts.lock(account.id)
            if work.accounts.get(account.id).version == account.version:
                regain_access(work, account, self._clock.now(), resume=self._resumes)
        self._alarm.wake()
