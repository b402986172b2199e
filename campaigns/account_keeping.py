"""An account that was entered on the connect page becomes one that can send, or is renewed."""

from dataclasses import dataclass, replace
from datetime import datetime

from campaigns.account import Account, AccountState, Credential
from campaigns.account_port import Ticket
from campaigns.consent_port import ConsentRefused
from campaigns.errors import NotAllowed
from campaigns.homes import touch_homes
from campaigns.renewal import regain_access
from campaigns.store_port import UnitOfWork


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of a visit, tried and not kept yet."""

    address: str
    credential: Credential
    ends_at: datetime | None = None
    name: str = ""


def keep(
    work: UnitOfWork, ticket: Ticket, entered: Entered, draft: Account, *, now: datetime, resume: bool
) -> Account:
    """Keep it in the caller's transaction; what waited for it goes on (``resume``).

    ``draft`` is the account as it would be if it were new. Raises ConsentRefused, NotAllowed, NotFound.
    """
    known = _to_renew(work, ticket, entered) or _own(work, ticket, entered)
    if known is None:
        known = work.accounts.upsert(draft)
    else:
        work.accounts.lock(known.id)
        state = AccountState.NEEDS_RENEWAL if not known.is_current else known.state
        known = work.accounts.upsert(replace(known, label=entered.name or known.label, state=state))
        regain_access(work, known, now, resume=resume)
    kept = work.accounts.keep_credential(known.id, entered.credential, entered.ends_at)
    touch_homes(work, ticket.workspace, now)
    return kept


def _to_renew(work: UnitOfWork, ticket: Ticket, entered: Entered) -> Account | None:
    """The account of a link that renews one: the same mailbox has to come back."""
    if ticket.account_id is None:
        return None
    account = work.accounts.get(ticket.account_id)
    if account.address.casefold() != entered.address.casefold():
        raise ConsentRefused(
            f"You signed in with another account than {account.address}.",
            hint="Nothing was changed. Ask for a new link in Slack and sign in with that address.",
        )
    return account


def _own(work: UnitOfWork, ticket: Ticket, entered: Entered) -> Account | None:
    """The same address, connected before by the same person.

    By a colleague it stays theirs: a mail server accepts whatever address its owner likes, so whoever sets
    one up could otherwise take over the account, and the invites, of anybody.
    """
    for account in work.accounts.of_workspace(ticket.workspace):
        is_same = account.address.casefold() == entered.address.casefold()
        if not is_same or account.kind != ticket.service or account.is_of_settings:
            continue
        if account.connected_by != ticket.user:
            raise NotAllowed(
                "A colleague has connected this address already.",
                hint="Nothing was changed. They can share it with everybody under Email services, and a "
                "workspace admin can renew it.",
            )
        return account
    return None
