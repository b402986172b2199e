"""What the sign-ins of Google and Microsoft share: proofs that go out, the identity that comes in."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from campaigns.consent_port import ConsentRefused
from campaigns.errors import AnyFault, BadAddress, Busy, NoAccess, SendInvitesError
from campaigns.invite_clean import checked_address


def challenge(verifier: str) -> str:
    """PKCE's S256 (RFC 7636): what the page is shown of ``verifier``."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def nonce_seed(verifier: str) -> str:
    """Ties the identity to the same visit as the code, with nothing more to keep than ``verifier``."""
    return f"nonce.{verifier}"


def nonce(verifier: str) -> str:
    """What the page is shown of ``nonce_seed``, in the form that msal compares."""
    return hashlib.sha256(nonce_seed(verifier).encode("ascii")).hexdigest()


def identity_in(id_token: str, *, client_id: str, verifier: str) -> Mapping[str, Any]:
    """What the provider says of whose account it is. Raises ConsentRefused.

    The signature is not checked: the token came from the provider's own endpoint over TLS (OpenID Connect
    Core 3.1.3.7). That it was made for this bot and for this visit is.
    """
    said = _claims(id_token)
    audience = said.get("aud")
    if client_id not in (audience if isinstance(audience, list) else [audience]):
        raise ConsentRefused("The sign-in was made for another program.")
    if said.get("nonce") != nonce(verifier):
        raise ConsentRefused("The sign-in belongs to another visit.")
    if said.get("email_verified") is False:
        raise ConsentRefused("The provider has not verified the address of this account.")
    return said


def address_in(said: Mapping[str, Any], *claims: str) -> str:
    """The first of ``claims`` that is an address. Raises ConsentRefused."""
    for claim in claims:
        try:
            return checked_address(str(said.get(claim, "")))
        except BadAddress:
            continue
    raise nobody()


def nobody() -> ConsentRefused:
    """The identity names nobody who could be known again."""
    return ConsentRefused("The provider did not say whose account this is.")


def for_the_person(fault: AnyFault, provider: str) -> SendInvitesError:
    """``fault`` as somebody at the connect page is to hear it, who cannot wait and has nothing to renew."""
    match fault:
        case NoAccess():
            return ConsentRefused(f"{provider} did not take this sign-in: it is used up, or too old.")
        case Busy():
            fault.hint = ConsentRefused.hint
    return fault


def _claims(id_token: str) -> Mapping[str, Any]:
    try:
        middle = id_token.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (ValueError, IndexError):
        said = None
    return said if isinstance(said, dict) else {}
