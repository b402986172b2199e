"""What the ground floor needs from mail services, as Protocols; see ``campaigns.ports``."""

from typing import Protocol

from campaigns.account import Account
from campaigns.hand_over import Letter, Receipt


class Mailer(Protocol):
    """Hands an invite to a provider. Raises only the faults of ``campaigns.errors``."""

    def send(self, letter: Letter) -> Receipt: ...

    def check(self) -> None:
        """Log in and out again. Raises NoAccess, Misconfigured or Busy."""
        ...

    def close(self) -> None: ...


class Inquirer(Protocol):
    """What a Mailer also is, if its provider can be asked what became of an invite."""

    def find(self, letter: Letter) -> Receipt | None:
        """The receipt of ``letter`` if the provider holds it, else None. Raises faults, but never Unsure."""
        ...


class Opening(Protocol):
    """What a Mailer also is, if it needs a token that has to be fetched now and then."""

    @property
    def is_open(self) -> bool:
        """Whether the next invite can be handed over without fetching one. Never waits."""
        ...

    def open(self) -> None:
        """Fetch one, unless that is so. Raises NoAccess, Misconfigured or Busy."""
        ...


class Tokens(Protocol):
    """An account's access to its provider, kept fresh. Threads may share it."""

    def access(self, *, renew: bool = False) -> str:
        """A token that is good now; ``renew``: the one this thread got last was refused.

        Raises NoAccess, Misconfigured or Busy.
        """
        ...


class Mailers(Protocol):
    """The mailer of each account."""

    def for_account(self, account: Account) -> Mailer: ...
