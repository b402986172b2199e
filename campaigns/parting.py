"""What becomes of the access at the provider when an account is disconnected.

To delete what opens an account ends nothing there: a consent, a password or a key stays good until its
provider, or a person, ends it.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import assert_never

from campaigns.account import Account, Credential, How
from campaigns.account_port import Owed
from campaigns.connect_visit import GOOGLE
from campaigns.consent_port import Consent
from campaigns.errors import FAULTS
from campaigns.ports import Clock
from campaigns.store_port import Store, UnitOfWork

_log = logging.getLogger(__name__)

ASKED_FOR = timedelta(days=7)
"""How long a provider that does not answer is asked again; the sealed token is kept for that alone."""


class Parting(StrEnum):
    """What becomes of the access at the provider."""

    TAKEN_BACK = "taken_back"  # the provider ends all that its person has allowed this bot
    OWED = "owed"  # it could not be asked: it is asked again
    SHARED = "shared"  # another account lives on the same consent, which stays for that
    STAYS_AT_GOOGLE = "stays_at_google"  # this bot has no app at Google any more: only the person can end it
    STAYS_AT_MICROSOFT = (
        "stays_at_microsoft"  # there is no call that ends what one person has allowed one app
    )
    PASSWORD_STAYS = "password_stays"  # noqa: S105 - an outcome, not a secret
    KEY_STAYS = "key_stays"
    NOTHING = "nothing"  # nothing opened it any more


def parting_of(
    work: UnitOfWork, account: Account, credential: Credential | None, consents: Mapping[str, Consent]
) -> Parting:
    """What will become of it if ``account`` is disconnected now, and its provider answers."""
    if credential is None:
        return Parting.NOTHING
    match credential.how:
        case How.PASSWORD:
            return Parting.PASSWORD_STAYS
        case How.SERVICE_KEY:
            return Parting.KEY_STAYS
        case How.CONSENT:
            if credential.provider != GOOGLE:
                return Parting.STAYS_AT_MICROSOFT
            if GOOGLE not in consents:
                return Parting.STAYS_AT_GOOGLE
            return Parting.SHARED if _has_twin(work, account, credential) else Parting.TAKEN_BACK
        case _:
            assert_never(credential.how)


def _has_twin(work: UnitOfWork, account: Account, credential: Credential) -> bool:
    """Whether another account lives on the same person's consent.

    Google takes back all that a person has allowed this bot, so the mailbox would take the calendar along.
    """
    for other in work.accounts.all():
        if other.id == account.id or other.address.casefold() != account.address.casefold():
            continue
        theirs = work.accounts.credential(other.id)
        if theirs is not None and (theirs.how, theirs.provider) == (credential.how, credential.provider):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Revoking:
    """Has providers take back what they are owed: noted with the disconnecting, so no crash loses it."""

    store: Store
    clock: Clock
    consents: Mapping[str, Consent]

    def ask(self, account_id: int) -> bool:
        """Ask for one account now; False if the provider is to be asked again."""
        with self.store.reading() as work:
            owed = [one for one in work.accounts.owed() if one.account_id == account_id]
        return all(self._ask(one) for one in owed)

    def ask_all(self) -> int:
        """Ask for all that is owed; returns how much that was. To be called now and then."""
        with self.store.reading() as work:
            owed = work.accounts.owed()
            lived_on = {
                one.account_id
                for one in owed
                if _has_twin(work, work.accounts.get(one.account_id), one.credential)
            }
        for one in owed:
            if one.account_id in lived_on:
                self._settle(one)  # connected anew since: what is taken back now would end that too
            elif self.clock.now() - one.since > ASKED_FOR:
                _log.warning("access_not_taken_back", extra={"account": one.account_id})
                self._settle(one)
            else:
                self._ask(one)
        return len(owed)

    def _ask(self, owed: Owed) -> bool:
        consent = self.consents.get(owed.credential.provider)
        if consent is None:
            return False
        try:
            consent.revoke(owed.credential)
        except FAULTS as fault:
            facts = {"account": owed.account_id, "cause": fault.cause, "evidence": fault.evidence}
            _log.warning("access_not_taken_back_yet", extra=facts)
            return False
        self._settle(owed)
        return True

    def _settle(self, owed: Owed) -> None:
        with self.store.writing() as work:
            work.accounts.settle_owed(owed)
