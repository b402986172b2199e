"""The store's part in email services: accounts with what they spent, their credentials, one-time tickets.

See ``campaigns.store_port`` for the whole, and for the order in which a transaction locks.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from campaigns.account import Account, AccountSettings, AccountState, Credential, KnownQuota, Service
from campaigns.model import Kind


class Accounts(Protocol):
    def upsert(self, account: Account) -> Account:
        """Keep the account known by (workspace, kind, address in any case); returns it with its id.

        Of one that exists: label, connections, ``connected_by``, ``token_ends_at`` and state become those of
        ``account``. The limits and the book too for the account of the settings; a connected one keeps what a
        person set, and the book of what opens it.
        """
        ...

    def retire_others(self, account_id: int | None) -> None:
        """Of the accounts of the settings only this one (None: none) is connected from now on."""
        ...

    def get(self, account_id: int) -> Account:
        """Raises NotFound."""
        ...

    def all(self) -> list[Account]: ...

    def of_workspace(self, workspace: str) -> list[Account]:
        """Those connected there, and those of the settings, by id; also the disconnected."""
        ...

    def move(self, account_id: int, to: AccountState) -> bool:
        """One conditional UPDATE; False if it is in that state already, or disconnected.

        From disconnected only ``keep_credential`` leads back.
        """
        ...

    def change_settings(self, account_id: int, settings: AccountSettings) -> Account: ...

    def credential(self, account_id: int) -> Credential | None:
        """What opens it; None for the account of the settings, and for a disconnected one."""
        ...

    def keep_credential(self, account_id: int, credential: Credential, ends_at: datetime | None) -> Account:
        """Seal ``credential`` in place of the one before: the next version, ready again.

        The account's quota is forgotten if this credential cannot ask for it. From now on its sends are
        counted in the book of the mailbox that this opens, and it is closed as long as that mailbox is.
        """
        ...

    def rotate_secret(self, account_id: int, version: int, secret: str, ends_at: datetime | None) -> bool:
        """The provider gave a newer refresh token for the same consent: the version stays.

        False if another credential of another version is kept meanwhile.
        """
        ...

    def forget_credential(self, account_id: int, *, owed_since: datetime | None = None) -> None:
        """Delete what opens it and what its provider said, and disconnect it: the next version.

        With ``owed_since`` what opens it is kept, for nothing but having its provider take it back.
        """
        ...

    def owed(self) -> list["Owed"]:
        """What providers have still to take back; without those who were connected again."""
        ...

    def settle_owed(self, owed: "Owed") -> None:
        """Delete it, unless the account was connected again, or disconnected again, since."""
        ...

    def keep_quota(self, account_id: int, quota: KnownQuota) -> None:
        """In place of what its provider said before."""
        ...

    def close(self, account_id: int, until: datetime, cause: str = "") -> None:
        """Its provider takes nothing more before ``until``, unless it has named a later time already.

        ``cause`` is what it said of a spent quota, '' if it only asked for quiet. Whatever shares its book is
        closed with it.
        """
        ...

    def reopen(self, account_id: int) -> None:
        """Whatever its provider said of a time, it may be tried now, and so may what shares its book."""
        ...

    def keep_calendar(self, account_id: int, calendar_id: str, *, instead_of: str = "") -> str:
        """Note the bot's calendar, unless one other than ``instead_of`` is; returns the one that counts."""
        ...

    def reseal(self) -> int:
        """Seal every credential and ticket anew under the first key; returns how many."""
        ...

    # what is counted is counted for a book: for all accounts that share it

    def sharing(self, account_id: int) -> list[int]:
        """The accounts that share this one's book, by id; itself among them."""
        ...

    def find_books(self) -> None:
        """Accounts that an earlier version kept move to the book of what opens them, with what they spent."""
        ...

    def spend(self, account_id: int, at: datetime, deed: Kind = Kind.INVITE) -> None: ...

    def spent_since(self, account_id: int, since: datetime) -> int:
        """How many people were written to."""
        ...

    def spends(self, account_id: int, since: datetime) -> list[datetime]:
        """When each send after ``since`` happened, oldest first."""
        ...

    def nth_newest_spend(self, account_id: int, n: int) -> datetime | None: ...

    def in_flight(self, account_id: int) -> int: ...

    def requests_since(self, account_id: int, since: datetime) -> int:
        """How many requests that took, by ``mailbox_book.REQUESTS``."""
        ...

    def requests(self, account_id: int, since: datetime) -> list[datetime]:
        """As ``spends``, with a moment as often as it took requests."""
        ...

    def requests_in_flight(self, account_id: int) -> int: ...

    def lock(self, account_id: int) -> Account:
        """Nobody else may count this account's book, or change the account, until this transaction ends.

        Returns it as it is then, for this may have waited. Raises NotFound. All that share the book are
        locked, by id.
        """
        ...

    def prune_spends(self, before: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Owed:
    """What once opened a disconnected account, and has been its provider's to take back ``since`` then."""

    account_id: int
    credential: Credential
    since: datetime


class Errand(StrEnum):
    """What a ticket is for."""

    LINK = "link"  # the way from Slack to the connect page
    CONSENT = "consent"  # the way from the connect page to the provider and back (OAuth's state)


@dataclass(frozen=True, slots=True)
class Ticket:
    """Lets one person go one step once, until ``ends_at``.

    ``account_id`` is the account to renew, None for a new one, and ``version`` the one that it had when this
    began. ``browser`` is a digest of the cookie of the browser that must come back; ``verifier`` is PKCE's,
    kept sealed.
    """

    errand: Errand
    workspace: str
    user: str
    service: Service
    ends_at: datetime
    account_id: int | None = None
    version: int | None = None
    browser: str = ""
    verifier: str = field(default="", repr=False)


class Tickets(Protocol):
    """Kept by the digest of a random key; the key itself is only in the link."""

    def add(self, digest: str, ticket: Ticket) -> None: ...

    def look(self, digest: str, errand: Errand, now: datetime) -> Ticket | None:
        """The ticket if it is good, without using it up."""
        ...

    def take(self, digest: str, errand: Errand, now: datetime) -> Ticket | None:
        """Use it up: of any number of takers one gets it. None if it is not there, or over."""
        ...

    def prune(self, before: datetime) -> int: ...


class Why(StrEnum):
    """Why a person is not to be invited."""

    UNSUBSCRIBED = "unsubscribed"  # by the link in an invite
    COMPLAINED = "complained"  # called an invite spam at their mail service
    BOUNCED = "bounced"  # the address does not exist
    BY_HAND = "by_hand"  # somebody of the workspace put them on the list


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A person who is not to be invited any more. ``key`` is as ``Attendee.key``; ``by`` whom, or ''."""

    key: str
    cause: str
    at: datetime
    why: Why = Why.UNSUBSCRIBED
    by: str = ""


class Suppressions(Protocol):
    """Who is never to be invited again, by workspace; and by campaign, on its never-invite list."""

    def add_to_campaign(self, campaign_id: int, entry: Suppressed) -> bool:
        """False if this person was on the campaign's list already."""
        ...

    def remove_from_campaign(self, campaign_id: int, key: str) -> bool: ...

    def of_campaign(self, campaign_id: int) -> Iterator[Suppressed]:
        """Latest first."""
        ...

    def find_for(self, campaign_id: int, key: str) -> Suppressed | None:
        """The entry on the campaign's own list, or else on that of its workspace: one read, asked before each
        invite.
        """
        ...

    def count(self, workspace: str, campaign_id: int | None = None) -> int:
        """How many are on the workspace's list, or on that of one campaign."""
        ...

    def among(self, keys: Collection[str], workspace: str, campaign_id: int | None = None) -> set[str]:
        """Those of these people who are on the workspace's list, or on that of one campaign as well."""
        ...

    def add(self, workspace: str, entry: Suppressed) -> bool:
        """False if this person was on the list already."""
        ...

    def remove(self, workspace: str, key: str) -> bool: ...

    def find(self, workspace: str, key: str) -> Suppressed | None: ...

    def all(self, workspace: str) -> Iterator[Suppressed]:
        """Latest first."""
        ...
