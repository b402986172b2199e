"""Connecting and renewing an email service: from the link in Slack to an account that can send.

A link is good once, for ten minutes. Looking at its page uses nothing up: chat programs fetch links too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from campaigns.account import Account, Credential, How, Service
from campaigns.account_access import require_connect, require_keeper
from campaigns.account_forms import read_service_key, read_smtp, read_subject
from campaigns.account_keeping import Entered, Kept, keep, new_account
from campaigns.account_limits import LimitsOf
from campaigns.account_port import Errand, Ticket
from campaigns.account_quota_key import same_quota_key, wrong_quota_key
from campaigns.answer_reading import reads_answers
from campaigns.connect_door import ConnectDoor
from campaigns.connect_links import (
    GOOD_FOR,
    Sign,
    Tries,
    connect_key,
    consent_state,
    digest,
    read_consent_state,
    renewal_link,
)
from campaigns.connect_refusals import not_let_in, other_way, wrong_entry, wrong_mailbox
from campaigns.connect_visit import GOOGLE, PROVIDERS, SERVICE_KEYS, Visit
from campaigns.consent_port import Consent, ConsentRefused, Doorbell
from campaigns.errors import FAULTS, Busy, InputError, StateError
from campaigns.giving_back import kept_or_given_back
from campaigns.ports import Alarm, Clock
from campaigns.provider_quota import ProviderQuota, QuotaTeller
from campaigns.roles import Actor
from campaigns.store_port import Store, UnitOfWork

_DENIED = "access_denied"


class AccountBell(Doorbell, QuotaTeller, Protocol):
    """Tries whether an account sends, and asks what it may send."""


class Connecting:
    """``consents`` by provider; those that the settings name. ``draw`` gives at least 43 random letters of
    base64url; each of ``signs`` a code that only this bot can make, by the newest key first. ``doorbell``
    tries whether an account sends, ``mailbox_bell`` whether it can be read. ``resumes``: runs that waited for
    an account go on by themselves once it is renewed.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        alarm: Alarm,
        *,
        consents: Mapping[str, Consent],
        doorbell: AccountBell,
        mailbox_bell: Doorbell,
        draw: Callable[[], str],
        signs: Sequence[Sign],
        public_url: str,
        limits: LimitsOf,
        resumes: bool = True,
    ) -> None:
        self._store = store
        self._clock = clock
        self._alarm = alarm
        self._consents = consents
        self._doorbell = doorbell
        self._mailbox_bell = mailbox_bell
        self._draw = draw
        self._signs = signs
        self._door = ConnectDoor(store, clock, consents, signs)
        self.public_url = public_url.rstrip("/")
        self._limits = limits
        self.resumes = resumes
        self._tries = Tries()

    def can_connect(self, service: Service, *, is_admin: bool = False) -> str:
        """'' or what the admin has to do first. ``is_admin``: who asks could use a service account."""
        if not self.public_url:
            return "Connecting needs a web page: the admin sets PUBLIC_URL in the bot's settings."
        if service is Service.SMTP or (is_admin and service in SERVICE_KEYS):
            return ""
        (provider,) = PROVIDERS[service]
        if provider in self._consents:
            return ""
        needed = f"{provider.upper()}_CLIENT_ID and {provider.upper()}_CLIENT_SECRET"
        return f"Not set up yet: the admin sets {needed} in the bot's settings."

    def link(self, actor: Actor, service: Service, account_id: int | None = None) -> str:
        """A one-time address for ``actor``. Raises NotAllowed, NotFound, StateError."""
        require_connect(actor)
        now = self._clock.now()
        key = connect_key(self._draw(), is_admin=actor.is_admin)
        with self._store.writing() as work:
            version = None
            if account_id is not None:
                account = work.accounts.get(account_id)
                require_keeper(actor, account)
                service, version = Service(account.kind), account.version
            if why_not := self.can_connect(service, is_admin=actor.is_admin):
                raise StateError("This cannot be connected yet.", hint=why_not)
            ticket = Ticket(
                Errand.LINK, actor.workspace, actor.user, service, now + GOOD_FOR, account_id, version
            )
            work.tickets.add(digest(key), ticket)
        return f"{self.public_url}/connect/{key}"

    def renewal_link(self, account: Account) -> str:
        """For alert mails. It leads to the provider, and only the same mailbox counts."""
        return renewal_link(self.public_url, account.id, account.version, self._signs[0])

    def look(self, key: str) -> Visit:
        """What the page of this link shows; nothing is used up. Raises LinkOver."""
        with self._store.reading() as work:
            return self._door.visit(work, key)

    def ask(self, key: str, browser: str, form: Mapping[str, str]) -> str:
        """Uses the link up; the address of the provider's page. Raises LinkOver, StateError.

        Of ``form`` the ``provider`` counts, and whether reading answers is allowed too (``reads``).
        """
        with self._store.writing() as work:
            visit = self._door.visit(work, key)
            way = visit.way(form.get("provider", ""))
            reads = way.reading is not None and visit.wants_reading(form)
            self._door.use_up(work, key)
            state, verifier = consent_state(way.provider, self._draw(), reads=reads), self._draw()
            ticket = replace(
                visit.ticket,
                errand=Errand.CONSENT,
                ends_at=self._clock.now() + GOOD_FOR,
                browser=digest(browser),
                verifier=verifier,
            )
            work.tickets.add(digest(state), ticket)
            address = visit.account.address if visit.account else ""
            consent = self._consents[way.provider]
            return consent.page(visit.service, state=state, verifier=verifier, address=address, reads=reads)

    def accept(self, state: str, code: str, browser: str) -> Kept:
        """The provider sent the person back. What is not kept of what they allowed is given back.

        Raises LinkOver, ConsentRefused, Fault, NotAllowed, StateError.
        """
        ticket, consent = self._door.returned(state, browser)
        _, reads = read_consent_state(state)
        granted = consent.accept(ticket.service, code=code, verifier=ticket.verifier, reads=reads)
        entered = Entered(granted.address, granted.credential, granted.ends_at)
        draft = self._draft(ticket, entered)
        with kept_or_given_back(self._store, self._consents, draft, entered.credential):
            if ticket.service is Service.SMTP:
                try:
                    self._doorbell.ring(draft, entered.credential)
                except FAULTS as fault:
                    raise not_let_in(fault) from fault
            with self._store.writing() as work:
                kept = self._keep(work, ticket, entered)
        self._alarm.wake()
        return kept

    def cancelled(self, state: str, browser: str, error: str) -> Visit:
        """The person pressed Cancel there. Raises LinkOver, and ConsentRefused if it was something else."""
        ticket, _ = self._door.returned(state, browser)
        if error != _DENIED:
            raise ConsentRefused(
                "The sign-in page did not give access.",
                hint="Your organization may have to allow this app first: ask its administrator. "
                "Nothing was changed.",
            )
        return Visit(ticket, self._account_of(ticket), ())

    def password(self, key: str, form: Mapping[str, str]) -> Kept:
        """Tries the mail server and keeps what works; a wrong entry leaves the link as it is.

        Raises InputError with ``fields``, LinkOver, StateError, NotAllowed.
        """
        visit = self.look(key)
        if not visit.takes_password:
            raise other_way(visit)
        filled = visit.filled_in(form)
        entry = read_smtp(filled, is_try_out=self._is_try_out())
        credential = same_quota_key(entry.credential, visit.credential, filled)
        entered = Entered(entry.address, credential, name=entry.name)
        draft = self._draft(visit.ticket, entered)
        self._tries.count(visit.name_of_tries(key), self._clock.now())
        try:
            self._doorbell.ring(draft, entered.credential)
        except FAULTS as fault:
            raise wrong_entry(fault) from None
        self._try_mailbox(draft, entered, visit)
        quota = self._quota(credential, is_new=entry.quota_key is not None)
        return self._keep_and_use_up(key, visit.ticket, replace(entered, quota=quota))

    def service_key(self, key: str, form: Mapping[str, str], service: Service) -> Kept:
        """A Workspace service account that acts for the form's ``subject``; of an admin's link only.

        Raises InputError with ``fields``, LinkOver, StateError, NotAllowed.
        """
        visit = self.look(key)
        if not visit.takes_service_key_for(service):
            raise other_way(visit)
        ticket = replace(visit.ticket, service=service)
        credential = Credential(
            How.SERVICE_KEY,
            read_service_key(form.get("key", "")),
            provider=GOOGLE,
            user=read_subject(form.get("subject", "")),
            reads=service is Service.GMAIL and bool(form.get("reads")),
        )
        entered = Entered(credential.user, credential)
        self._tries.count(visit.name_of_tries(key), self._clock.now())
        if not visit.is_for(entered.address):
            raise InputError(fields={"subject": "This link renews another address. Enter that one."})
        try:
            self._doorbell.ring(self._draft(ticket, entered), credential)
            if credential.reads:
                self._mailbox_bell.ring(self._draft(ticket, entered), credential)
        except FAULTS as fault:
            said = f"Google did not let this key in: {fault.in_full}"
            raise InputError(fields={"key": said}) from None
        return self._keep_and_use_up(key, ticket, entered)

    def reads(self, account: Account) -> bool:
        """Whether answers and bounces to this account's invites are read."""
        with self._store.reading() as work:
            credential = work.accounts.credential(account.id)
        return reads_answers(account, credential)

    def _account_of(self, ticket: Ticket) -> Account | None:
        if ticket.account_id is None:
            return None
        with self._store.reading() as work:
            return work.accounts.get(ticket.account_id)

    def _try_mailbox(self, draft: Account, entered: Entered, visit: Visit) -> None:
        imap = entered.credential.imap
        if imap is None:
            return
        try:
            self._mailbox_bell.ring(draft, entered.credential)
        except FAULTS as fault:
            raise wrong_mailbox(fault, is_own=bool(imap.user), by_mail=visit.by_mail) from None

    def _quota(self, credential: Credential, *, is_new: bool) -> ProviderQuota | None:
        """What the provider says that it may send. A key that was there before keeps nobody from renewing."""
        if credential.quota_key is None:
            return None
        try:
            said = self._doorbell.quota(credential)
        except FAULTS as fault:
            if is_new:
                raise wrong_quota_key(fault) from None
            return None
        if said is None and is_new:
            raise wrong_quota_key(Busy("Amazon SES was asked a moment ago: press the button again"))
        return said

    # what is kept

    def _draft(self, ticket: Ticket, entered: Entered) -> Account:
        return new_account(ticket, entered, self._limits)

    def _keep_and_use_up(self, key: str, ticket: Ticket, entered: Entered) -> Kept:
        with self._store.writing() as work:
            self._door.visit(work, key)  # the link may have ended while the provider was asked
            self._door.use_up(work, key)
            kept = self._keep(work, ticket, entered)
        self._alarm.wake()
        return kept

    def _keep(self, work: UnitOfWork, ticket: Ticket, entered: Entered) -> Kept:
        return keep(work, ticket, entered, self._limits, now=self._clock.now(), resume=self.resumes)

    def _is_try_out(self) -> bool:
        """Whether the page is open to this machine only: then a mail server on it may be tried."""
        return self.public_url.startswith(("http://127.0.0.1:", "http://localhost:"))
