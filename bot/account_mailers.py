"""The mailer of each account: opened with its credential, kept while that is current, closed after it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol, runtime_checkable

from bot.account_opening import Opening, Providers, Tokens, open_account
from campaigns.account import Account, AccountState, Credential
from campaigns.errors import Misconfigured, NoAccess
from campaigns.hand_over import Letter, Receipt
from campaigns.mailer_port import Inquirer, Mailer
from campaigns.provider_quota import ProviderQuota, QuotaWatch
from campaigns.store_port import Store
from mailers.ses_quota import SesQuotas
from mailers.smtp import SmtpMailer
from mailers.smtp_account import SmtpAccount

_GONE = "This campaign's sending account is no longer set up"
_CONNECT = "Connect it again under Email services in the Home tab, then press Resume."


@runtime_checkable
class _Asked(Inquirer, Protocol):
    """To tell at run time whether a mailer can be asked."""


class _Held:
    """A mailer that closes when it is retired and nobody uses it any more.

    ``tokens`` are those that it sends with. ``entered``: what else is done once the account has let us in.
    """

    def __init__(
        self,
        mailer: Mailer,
        close: Callable[[], None],
        tokens: Tokens | None = None,
        entered: Callable[[], None] | None = None,
    ) -> None:
        self._tokens = tokens
        self._entered = entered
        self._mailer = mailer
        self._close = close
        self._users = 0
        self._is_retired = False
        self._lock = threading.Lock()

    def allow(self, connections: int) -> None:
        """From now on so many at one time. Providers without connections of ours have limits of their own."""
        if isinstance(self._mailer, SmtpMailer):
            self._mailer.allow(connections)

    @property
    def is_open(self) -> bool:
        """As ``campaigns.mailer_port.Opening`` says."""
        return self._tokens is None or self._tokens.is_fresh

    def open(self) -> None:
        if self._tokens is not None:
            with self._in_use():
                self._tokens.access()

    def send(self, letter: Letter) -> Receipt:
        with self._in_use():
            return self._mailer.send(letter)

    def check(self) -> None:
        with self._in_use():
            self._mailer.check()
            if self._entered is not None:
                self._entered()

    def close(self) -> None:
        """Once no send uses it; what is on the wire is settled first."""
        with self._lock:
            was_retired, self._is_retired = self._is_retired, True
            is_over = not was_retired and not self._users
        if is_over:
            self._close()

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        with self._lock:
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                is_over = self._is_retired and not self._users
            if is_over:
                self._close()


class _HeldInquirer(_Held):
    """One whose provider can be asked what became of an invite."""

    def __init__(
        self, mailer: Mailer, inquirer: Inquirer, close: Callable[[], None], tokens: Tokens | None
    ) -> None:
        super().__init__(mailer, close, tokens)
        self._inquirer = inquirer

    def find(self, letter: Letter) -> Receipt | None:
        with self._in_use():
            return self._inquirer.find(letter)


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    mailer: _Held


class AccountMailers:
    """The ports Mailers and AccountBell. One mailer, with one Tokens, for each account and credential.

    Whoever checks an account with a ``quota_key`` has its provider asked what it may send, too.
    """

    def __init__(self, store: Store, providers: Providers, *, of_settings: SmtpAccount | None = None) -> None:
        self._store = store
        self._providers = providers
        self._of_settings = of_settings
        self._settings_mailer = SmtpMailer(of_settings) if of_settings else None
        self._ses = SesQuotas(
            endpoint=providers.ses_url, certificate=providers.certificate, now=providers.now
        )
        self._quotas = QuotaWatch(store, self._ses, providers.now)
        self._kept: dict[int, _Kept] = {}
        self._lock = threading.Lock()

    def for_account(self, account: Account) -> Mailer:
        """Raises NoAccess for one without a credential, Misconfigured for one that is disconnected."""
        if account.is_of_settings:
            return self._mailer_of_settings(account)
        if not account.is_current:
            self._retire(account.id)
            raise Misconfigured(_GONE, hint=_CONNECT)
        with self._lock:
            kept = self._kept.get(account.id)
            # Who holds an older value of the account is served by the newer credential.
            if kept is None or kept.version < account.version:
                kept = None
        mailer = kept.mailer if kept is not None else self._renewed(account.id)
        mailer.allow(account.connections)  # people change it without renewing anything
        return mailer

    def ring(self, account: Account, credential: Credential) -> None:
        """Log in and out with a credential that is not kept yet; nothing that it brings is kept either."""
        opened = open_account(Opening(account, credential), self._providers)
        try:
            opened.mailer.check()
        finally:
            opened.close()

    def quota(self, credential: Credential) -> ProviderQuota | None:
        """As QuotaTeller says; nothing of it is kept."""
        return self._ses.quota(credential)

    def close(self) -> None:
        """No more sends."""
        with self._lock:
            kept, self._kept = list(self._kept.values()), {}
        for one in kept:
            one.mailer.close()
        if self._settings_mailer is not None:
            self._settings_mailer.close()

    def _mailer_of_settings(self, account: Account) -> Mailer:
        """Only the address that the settings name now: another From would be a lie."""
        if self._settings_mailer is None or self._of_settings is None or not account.is_current:
            raise Misconfigured(
                _GONE, hint=f"Put {account.address} back in SMTP_URL, or make the campaign anew."
            )
        self._settings_mailer.allow(account.connections)
        return self._settings_mailer

    def _renewed(self, account_id: int) -> _Held:
        with self._store.reading() as work:
            account, credential = work.accounts.get(account_id), work.accounts.credential(account_id)
        if account.state is AccountState.DISCONNECTED:
            self._retire(account_id)
            raise Misconfigured(_GONE, hint=_CONNECT)
        if credential is None:
            raise NoAccess("The account has no access any more", hint="Press Renew token.")
        with self._lock:
            older = self._kept.get(account_id)
            if older is not None and older.version >= account.version:
                return older.mailer
            opened = open_account(Opening(account, credential, self._store), self._providers)
            mailer = opened.mailer
            held = (
                _HeldInquirer(mailer, mailer, opened.close, opened.tokens)
                if isinstance(mailer, _Asked)
                else _Held(mailer, opened.close, opened.tokens, self._asking(account, credential))
            )
            self._kept[account_id] = _Kept(account.version, held)
        if older is not None:
            older.mailer.close()
        return held

    def _asking(self, account: Account, credential: Credential) -> Callable[[], None] | None:
        return partial(self._quotas.look, account, credential) if credential.quota_key else None

    def _retire(self, account_id: int) -> None:
        with self._lock:
            kept = self._kept.pop(account_id, None)
        if kept is not None:
            kept.mailer.close()
