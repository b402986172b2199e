"""The provider's own part in connecting an account: its consent page, and a try with what came of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from campaigns.account import Account, Credential, Service
from campaigns.errors import SendInvitesError


class ConsentRefused(SendInvitesError):
    """The provider did not give access."""

    hint = "Nothing was connected. Ask for a new link in Slack and try again."


@dataclass(frozen=True, slots=True)
class Permission:
    """One scope with the reason for it, in words for the person who is asked."""

    scope: str
    why: str


@dataclass(frozen=True, slots=True)
class Granted:
    """Whose account was opened, with what, and when that ends unless it is renewed (None: not known)."""

    address: str
    credential: Credential
    ends_at: datetime | None = None


class Consent(Protocol):
    """One provider's sign-in. Known by Credential.provider."""

    def permissions(self, service: Service) -> tuple[Permission, ...]:
        """The least that ``service`` needs."""
        ...

    def reading(self, service: Service) -> Permission | None:
        """What reading answers and bounces needs besides; None where there is nothing to allow."""
        ...

    def page(
        self, service: Service, *, state: str, verifier: str, address: str = "", reads: bool = False
    ) -> str:
        """The address of the provider's page; PKCE with S256. ``address`` is whom it should suggest.

        ``reads``: the permission of ``reading`` is asked for too.
        """
        ...

    def accept(self, service: Service, *, code: str, verifier: str, reads: bool = False) -> Granted:
        """Trade ``code`` for access. Raises ConsentRefused, Busy, Misconfigured.

        Where ``reads`` was asked for and refused, the account can still send: its credential says so.
        """
        ...

    def revoke(self, credential: Credential) -> None:
        """Give the access back. Raises faults; one that is gone already is no fault."""
        ...


class Doorbell(Protocol):
    """Tries an account before it is kept."""

    def ring(self, account: Account, credential: Credential) -> None:
        """Log in and out. Raises NoAccess, Misconfigured, Busy."""
        ...
