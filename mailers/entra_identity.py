"""Whose account it is by Entra's word: which of its claims can be believed. Pure.

Microsoft: learn.microsoft.com/entra/identity-platform/migrate-off-email-claim-authorization
"""

from collections.abc import Mapping
from typing import Any

from mailers.consent_answers import address_in, nobody

_ANYBODY = frozenset({"organizations", "common", "consumers"})
"""Where people of any tenant sign in, also of one that somebody made a minute ago."""
_YES = frozenset({"true", "1"})
"""As ``xms_edov`` is sent: documented as a boolean, and also seen as a number or as text."""


def holder_of(said: Mapping[str, Any]) -> str:
    """The person by tenant and object id, which no other person ever gets. Raises ConsentRefused."""
    tenant, person = said.get("tid"), said.get("oid")
    if not (tenant and person and isinstance(tenant, str) and isinstance(person, str)):
        raise nobody()
    return f"{tenant}/{person}".lower()


def address_of(said: Mapping[str, Any], *, tenant: str) -> str:
    """The address that the account sends from. Raises ConsentRefused.

    The name that people sign in with is of a domain that their tenant has proved to be its own. Their mail
    address is mostly the same; but a tenant may write any address into that of an account without a mailbox.
    So it counts only where a foreign tenant cannot have written it.
    """
    claims = ("email", "preferred_username") if _is_proved(said, tenant) else ("preferred_username",)
    return address_in(said, *claims)


def _is_proved(said: Mapping[str, Any], tenant: str) -> bool:
    if tenant.casefold() not in _ANYBODY:
        return True  # the one tenant that the settings name
    return str(said.get("xms_edov", "")).casefold() in _YES or _is_of_their_domain(said)


def _is_of_their_domain(said: Mapping[str, Any]) -> bool:
    mail, name = str(said.get("email", "")), str(said.get("preferred_username", ""))
    domain = mail.rpartition("@")[2].casefold()
    return bool(domain) and "@" in name and domain == name.rpartition("@")[2].casefold()
