"""Who comes in by a link, from Slack or from an alert mail, or back from a provider's page."""

import hmac
from collections.abc import Mapping, Sequence

from campaigns.account import Account, Service
from campaigns.account_port import Errand, Ticket
from campaigns.connect_links import (
    GOOD_FOR,
    AccountChanged,
    LinkOver,
    Sign,
    digest,
    is_admin_key,
    is_connect_key,
    read_consent_state,
    read_renewal_key,
)
from campaigns.connect_visit import Visit, ways_in
from campaigns.consent_port import Consent
from campaigns.errors import NotFound
from campaigns.ports import Clock
from campaigns.store_port import Store, UnitOfWork


class ConnectDoor:
    """``consents`` and ``signs`` as of ``campaigns.connecting.Connecting``."""

    def __init__(
        self, store: Store, clock: Clock, consents: Mapping[str, Consent], signs: Sequence[Sign]
    ) -> None:
        self._store = store
        self._clock = clock
        self._consents = consents
        self._signs = signs

    def visit(self, work: UnitOfWork, key: str) -> Visit:
        """Whose visit it is, and what they may do. Raises LinkOver."""
        now = self._clock.now()
        if is_connect_key(key):
            ticket = work.tickets.look(digest(key), Errand.LINK, now)
            if ticket is None:
                raise LinkOver
            account = None if ticket.account_id is None else work.accounts.get(ticket.account_id)
            if account is not None and account.connected_by != ticket.user and not is_admin_key(key):
                raise LinkOver("A colleague has connected this account meanwhile.")
            if account is not None and account.version != ticket.version:
                raise AccountChanged
            by_mail = False
        else:
            account = self._to_renew(work, key)
            service = Service(account.kind)
            ticket = Ticket(
                Errand.LINK,
                account.workspace,
                account.connected_by,
                service,
                now + GOOD_FOR,
                account.id,
                account.version,
            )
            by_mail = True
        credential = None if account is None else work.accounts.credential(account.id)
        ways = ways_in(ticket.service, self._consents)
        if by_mail:
            ways = tuple(way for way in ways if credential and way.provider == credential.provider)
        return Visit(ticket, account, ways, credential, by_mail=by_mail, is_admin=is_admin_key(key))

    def _to_renew(self, work: UnitOfWork, key: str) -> Account:
        found = read_renewal_key(key, self._signs)
        if found is None:
            raise LinkOver
        account_id, version = found
        try:
            account = work.accounts.get(account_id)
        except NotFound:
            raise LinkOver from None
        if account.version != version or not account.is_current or account.is_of_settings:
            raise AccountChanged
        return account

    def use_up(self, work: UnitOfWork, key: str) -> None:
        """Raises LinkOver if it was. A mail's link has nothing to use up: it ends with the next version."""
        if is_connect_key(key) and work.tickets.take(digest(key), Errand.LINK, self._clock.now()) is None:
            raise LinkOver

    def returned(self, state: str, browser: str) -> tuple[Ticket, Consent]:
        """The way back from a provider: once, and in the browser that went there. Raises LinkOver."""
        now, consent = self._clock.now(), self._consents.get(read_consent_state(state)[0])
        with self._store.writing() as work:
            ticket = work.tickets.look(digest(state), Errand.CONSENT, now)
            if ticket is None or consent is None:
                raise LinkOver
            if not hmac.compare_digest(ticket.browser, digest(browser)):
                raise LinkOver("This sign-in began in another browser.")
            if work.tickets.take(digest(state), Errand.CONSENT, now) is None:
                raise LinkOver
        return ticket, consent
