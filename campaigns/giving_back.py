"""Access that a person has granted on a provider's page, and that is not kept: it goes back."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from campaigns.account import Account, Credential
from campaigns.consent_port import Consent
from campaigns.errors import FAULTS, SendInvitesError
from campaigns.parting import Parting, parting_of
from campaigns.store_port import Store

_log = logging.getLogger(__name__)

_STAYS_AT_GOOGLE = (
    "Google could not be told, so it still lists this bot as allowed: remove it at "
    "myaccount.google.com/permissions."
)
_STAYS_AT_MICROSOFT = (
    "Microsoft cannot be told, so it still lists this bot as allowed: remove it at myapps.microsoft.com."
)


@contextmanager
def kept_or_given_back(
    store: Store, consents: Mapping[str, Consent], draft: Account, granted: Credential
) -> Iterator[None]:
    """If what is done within is refused, the provider takes ``granted`` back; the refusal says what stays.

    ``draft`` is the account that it would have opened.
    """
    try:
        yield
    except SendInvitesError as refusal:
        if stays := _give_back(store, consents, draft, granted):
            refusal.hint = f"{refusal.hint} {stays}".strip()
        raise


def _give_back(store: Store, consents: Mapping[str, Consent], draft: Account, granted: Credential) -> str:
    """Returns what stays at the provider, for its person to end; '' if nothing does that should not.

    Where an account lives on the same person's consent it stays for that: the provider would end both. Asked
    once, for the token is kept nowhere.
    """
    with store.reading() as work:
        parting = parting_of(work, draft, granted, consents)
    match parting:
        case Parting.TAKEN_BACK:
            return "" if _is_taken_back(consents[granted.provider], granted) else _STAYS_AT_GOOGLE
        case Parting.STAYS_AT_MICROSOFT:
            return _STAYS_AT_MICROSOFT
        case _:
            return ""


def _is_taken_back(consent: Consent, granted: Credential) -> bool:
    try:
        consent.revoke(granted)
    except FAULTS as fault:
        facts = {"provider": granted.provider, "cause": fault.cause, "evidence": fault.evidence}
        _log.warning("access_not_taken_back", extra=facts)
        return False
    return True
