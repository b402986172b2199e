"""Email services as people see them: which there are, what they sent, and what their keepers change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from campaigns.account import Account, AccountSettings, Credential
from campaigns.account_access import may_keep, may_use, require_keeper, require_use
from campaigns.account_forms import check_settings
from campaigns.answer_reading import NOT_READ, AnswerReading, reading_of, reads_answers
from campaigns.consent_port import Consent
from campaigns.errors import FAULTS, AnyFault, Misconfigured, StateError
from campaigns.homes import touch_homes
from campaigns.own_limit import let_go_on
from campaigns.parting import Parting, Revoking, parting_of
from campaigns.ports import Alarm, Clock
from campaigns.renewal import lose_access
from campaigns.resuming import Resumed, Resuming
from campaigns.roles import Actor
from campaigns.store_port import Store, UnitOfWork
from campaigns.unsharing import pause_others

_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class AccountView:
    """``spent_today`` counts the last 24 hours; ``waiting`` people in ``runs_on`` running or paused runs.

    ``reading`` says how it stands with answers and bounces, ``parting`` what becomes of the access at the
    provider if the account is disconnected. ``closed_until`` is when its provider takes more; None: now.
    """

    account: Account
    spent_today: int
    runs_on: int
    waiting: int
    may_keep: bool
    reading: AnswerReading = NOT_READ
    parting: Parting = Parting.NOTHING
    closed_until: datetime | None = None


class Watch(Protocol):
    """Asks the provider whether an account can still send, and tells what came of it."""

    def enter(self, account_id: int) -> Account:
        """The account as it is then; raises any fault but NoAccess, which is in its state."""
        ...


class AccountsDesk:
    """Every call checks who asks."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        alarm: Alarm,
        *,
        consents: Mapping[str, Consent],
        watch: Watch,
        reads_of_settings: bool = False,
    ) -> None:
        """``reads_of_settings``: the settings say where the mail of their account is."""
        self._store = store
        self._clock = clock
        self._alarm = alarm
        self._consents = consents
        self._watch = watch
        self._reads_of_settings = reads_of_settings
        self._resuming = Resuming(store, clock, alarm)
        self._revoking = Revoking(store, clock, consents)

    def views(self, actor: Actor) -> list[AccountView]:
        """Those that ``actor`` may send from or looks after, without the disconnected."""
        with self._store.reading() as work:
            return [
                self._view(work, actor, account)
                for account in work.accounts.of_workspace(actor.workspace)
                if account.is_current and (may_use(actor, account) or may_keep(actor, account))
            ]

    def view(self, actor: Actor, account_id: int) -> AccountView:
        """Raises NotFound."""
        with self._store.reading() as work:
            account = work.accounts.get(account_id)
            if not may_keep(actor, account):
                require_use(actor, account)
            return self._view(work, actor, account)

    def test(self, actor: Actor, account_id: int) -> AccountView:
        """Asks the provider now; lost or regained access is told to whom it concerns.

        Raises NotFound; StateError with the truth if the account was neither entered nor refused.
        """
        self.view(actor, account_id)
        try:
            self._watch.enter(account_id)
        except FAULTS as fault:
            raise _not_entered(fault) from fault
        return self.view(actor, account_id)

    def change_settings(
        self, actor: Actor, account_id: int, settings: AccountSettings, *, may_pause: bool = False
    ) -> AccountView:
        """Raises InputError with ``fields``, NotAllowed, NotFound.

        Runs that wait for its limit go on if the new one leaves room. Runs of colleagues pause when the
        account is not shared any more: WouldPause unless ``may_pause``.
        """
        now = self._clock.now()
        with self._store.writing() as work:
            known = work.accounts.lock(account_id)
            require_keeper(actor, known)
            check_settings(settings, known.quota)
            was_shared = known.is_shared
            changed = work.accounts.change_settings(account_id, settings)
            touch_homes(work, actor.workspace, now)
            if was_shared and not changed.is_shared:
                pause_others(work, changed, by=actor.user, now=now, may_pause=may_pause)
            let_go_on(work, changed, now)
            view = self._view(work, actor, changed)
        self._alarm.wake()
        return view

    def resume_waiting(self, actor: Actor, account_id: int) -> Resumed:
        """Let every run go on that waits for the account and is the actor's to resume.

        Raises NotAllowed if none is theirs, StateError if none waits any more.
        """
        return self._resuming.resume_waiting(actor, account_id)

    def disconnect(self, actor: Actor, account_id: int) -> tuple[Account, Parting]:
        """Gives the access back and forgets it; running runs of it pause.

        Raises NotAllowed, NotFound, and StateError where it is disconnected already.

        A provider that does not answer keeps nobody from it: nothing opens the account here any more, and it
        is asked again.
        """
        now = self._clock.now()
        with self._store.writing() as work:
            account = work.accounts.lock(account_id)
            require_keeper(actor, account)
            if not account.is_current:
                raise StateError("This account is disconnected already.")
            credential = work.accounts.credential(account_id)
            parting = parting_of(work, account, credential, self._consents)
            lose_access(
                work,
                account,
                cause=_by_whom(actor, account),
                hint="Connect it again under Email services in the Home tab.",
                now=now,
                by=actor.user,
            )
            is_owed = parting is Parting.TAKEN_BACK
            work.accounts.forget_credential(account_id, owed_since=now if is_owed else None)
            touch_homes(work, actor.workspace, now)
            gone = work.accounts.get(account_id)
        self._alarm.wake()
        if is_owed and not self._revoking.ask(account_id):
            parting = Parting.OWED
        return gone, parting

    def _view(self, work: UnitOfWork, actor: Actor, account: Account) -> AccountView:
        upcoming = work.runs.upcoming(account.id)
        credential, now = work.accounts.credential(account.id), self._clock.now()
        is_closed = account.closed_until is not None and account.closed_until > now
        return AccountView(
            account=account,
            spent_today=work.accounts.spent_since(account.id, now - _DAY),
            runs_on=len(upcoming),
            waiting=sum(run.left for run in upcoming),
            may_keep=may_keep(actor, account),
            reading=self._reading(work, account, credential),
            parting=parting_of(work, account, credential, self._consents),
            closed_until=account.closed_until if is_closed else None,
        )

    def _reading(self, work: UnitOfWork, account: Account, credential: Credential | None) -> AnswerReading:
        is_on = self._reads_of_settings if account.is_of_settings else reads_answers(account, credential)
        return reading_of(account, work.mailboxes.get(account.id), is_on=is_on)


def _not_entered(fault: AnyFault) -> StateError:
    if isinstance(fault, Misconfigured):
        return StateError(f"Nothing can be sent from this account: {fault.cause}.", hint=fault.hint)
    return StateError(
        f"The mail service did not answer just now: {fault.cause}.",
        hint="Nothing was changed; try again in a minute.",
    )


def _by_whom(actor: Actor, account: Account) -> str:
    """For mails too, which know nobody's name."""
    who = "the person who connected it" if actor.user == account.connected_by else "a workspace admin"
    return f"The account was disconnected by {who}"
