"""An account that was entered on the connect page becomes one that can send, or is renewed."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from campaigns.account import Account, AccountSettings, AccountState, Credential, Service
from campaigns.account_limits import LimitsOf, limits_after
from campaigns.account_port import Ticket
from campaigns.connect_links import AccountChanged
from campaigns.consent_port import ConsentRefused
from campaigns.errors import NotAllowed, StateError
from campaigns.homes import touch_homes
from campaigns.mailbox_book import server_of
from campaigns.provider_quota import ProviderQuota, note_quota
from campaigns.renewal import regain_access
from campaigns.store_port import UnitOfWork
from campaigns.unsharing import pause_others


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of a visit, tried and not kept yet; ``quota`` is what its provider said, if it was asked."""

    address: str
    credential: Credential
    ends_at: datetime | None = None
    name: str = ""
    quota: ProviderQuota | None = None


class Outcome(StrEnum):
    """What became of an account by keeping what was entered."""

    NEW = "new"
    RENEWED = "renewed"  # also connected again by the person who had it
    HANDED_ON = "handed_on"  # it was disconnected, and is another person's now


@dataclass(frozen=True, slots=True)
class Kept:
    """An account as it is now, and how it came to be so."""

    account: Account
    outcome: Outcome


def new_account(ticket: Ticket, entered: Entered, limits: LimitsOf) -> Account:
    """The account as it is if it is new."""
    is_smtp = ticket.service is Service.SMTP
    may_send = limits(ticket.service, entered.credential.host if is_smtp else entered.address)
    return Account(
        id=0,
        kind=ticket.service.value,
        address=entered.address,
        label=entered.name or entered.address,
        per_minute=may_send.per_minute,
        per_day=may_send.per_day,
        connections=may_send.connections,
        workspace=ticket.workspace,
        connected_by=ticket.user,
        token_ends_at=entered.ends_at,
    )


def keep(
    work: UnitOfWork, ticket: Ticket, entered: Entered, limits: LimitsOf, *, now: datetime, resume: bool
) -> Kept:
    """Keep it in the caller's transaction; what waited for it goes on (``resume``).

    Raises ConsentRefused, LinkOver, NotAllowed, NotFound, StateError.
    """
    draft, outcome = new_account(ticket, entered, limits), Outcome.RENEWED
    known = _to_renew(work, ticket, entered) or _own(work, ticket, entered)
    if known is None:
        outcome = Outcome.NEW
        known = work.accounts.upsert(draft)
        if known.version != draft.version:
            # it was not there a moment ago: whose it is has to be asked again
            raise StateError(
                "This address was connected at this very moment.",
                hint="Nothing was changed. Look under Email services in Slack before you connect it again.",
            )
    else:
        state = AccountState.NEEDS_RENEWAL if not known.is_current else known.state
        if ticket.account_id is None and known.connected_by != ticket.user:
            outcome = Outcome.HANDED_ON
            known = _hand_on(work, known, draft, now)
        else:
            known = _at_its_server(work, known, entered, limits)
        label = entered.name or known.label
        known = replace(known, label=label, state=state, connections=draft.connections)
        known = work.accounts.upsert(known)
        regain_access(work, known, now, resume=resume)
    kept = work.accounts.keep_credential(known.id, entered.credential, entered.ends_at)
    if entered.quota is not None:
        note_quota(work, kept, entered.quota, now)
        kept = work.accounts.get(kept.id)
    touch_homes(work, ticket.workspace, now)
    return Kept(kept, outcome)


def _to_renew(work: UnitOfWork, ticket: Ticket, entered: Entered) -> Account | None:
    """The account of a link that renews one, locked: the same mailbox has to come back.

    And to the same version: a renewal, a disconnect or another keeper since this began is the newer word.
    """
    if ticket.account_id is None:
        return None
    account = work.accounts.lock(ticket.account_id)
    if account.version != ticket.version:
        raise AccountChanged
    if account.address.casefold() != entered.address.casefold():
        raise ConsentRefused(
            f"You signed in with another account than {account.address}.",
            hint="Nothing was changed. Ask for a new link in Slack and sign in with that address.",
        )
    _require_same_holder(work, account, entered)
    return account


def _own(work: UnitOfWork, ticket: Ticket, entered: Entered) -> Account | None:
    """The same address, locked: connected before by the same person, or disconnected by whoever had it.

    While a colleague has it connected it stays theirs: a mail server accepts whatever address its owner
    likes, so whoever sets one up could otherwise take over the account, and the invites, of anybody.
    """
    for one in work.accounts.of_workspace(ticket.workspace):
        is_same = one.address.casefold() == entered.address.casefold()
        if not is_same or one.kind != ticket.service or one.is_of_settings:
            continue
        account = work.accounts.lock(one.id)  # somebody else may be connecting it right now
        if account.connected_by != ticket.user and account.is_current:
            raise NotAllowed(
                "A colleague has connected this address already.",
                hint="Nothing was changed. They can share it with everybody under Email services, Limits. "
                "If it is to be yours, ask a workspace admin to disconnect it there, then connect it again.",
            )
        _require_same_holder(work, account, entered)
        return account
    return None


def _require_same_holder(work: UnitOfWork, account: Account, entered: Entered) -> None:
    """Raise ConsentRefused if the provider names another person than the one who allowed it before.

    An address is what a tenant says that it is. An account of which only the address is known learns whose
    it is now; one that is disconnected has forgotten it.
    """
    before, now = work.accounts.credential(account.id), entered.credential
    if before is None or not before.holder or before.provider != now.provider:
        return
    if before.holder != now.holder:
        raise ConsentRefused(
            f"This is not the account by which {account.address} was connected, but another that names this "
            "address.",
            hint="Nothing was changed. Ask for a new link in Slack and sign in as the same person. If that "
            "account is gone for good, disconnect the address under Email services, then connect it again.",
        )


def _at_its_server(work: UnitOfWork, known: Account, entered: Entered, limits: LimitsOf) -> Account:
    """``known`` with the limits of the mail server that it goes to now, but for what a person has set."""
    if known.kind != Service.SMTP:
        return known
    before = work.accounts.credential(known.id)
    host = before.host if before is not None else server_of(known.book)
    if not host:
        return known
    then, now = limits(Service.SMTP, host), limits(Service.SMTP, entered.credential.host)
    return work.accounts.change_settings(known.id, limits_after(known, then, now))


def _hand_on(work: UnitOfWork, known: Account, draft: Account, now: datetime) -> Account:
    """A disconnected account becomes that of ``draft``'s person, and nobody else's: campaigns of whoever had
    it, or shared it, do not go on from what somebody else has entered.
    """
    settings = AccountSettings(
        draft.per_minute,
        draft.per_day,
        draft.reserve,
        draft.brake_refusals,
        draft.brake_percent,
        is_shared=False,
    )
    work.accounts.change_settings(known.id, settings)
    handed_on = work.accounts.upsert(replace(draft, state=known.state))
    pause_others(work, handed_on, by=draft.connected_by, now=now)
    return handed_on
