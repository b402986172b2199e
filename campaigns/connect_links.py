"""The keys in one-time links, and the link of an alert mail that ends with the next renewal."""

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from campaigns.errors import SendInvitesError

Sign = Callable[[str], str]
GOOD_FOR = timedelta(minutes=10)
MOST_TRIES = 5

ADMIN, PERSON = "a", "p"
_READS = ".reads"
_KEY = re.compile(rf"[{ADMIN}{PERSON}][A-Za-z0-9_-]{{16,200}}")
_RENEWAL = re.compile(r"([1-9][0-9]{0,17})\.([0-9]{1,9})\.([A-Za-z0-9_=-]{16,200})")


class LinkOver(SendInvitesError):
    """This link is over."""

    hint = "Each link works once, for ten minutes. Ask for a new link in Slack, under Email services."


class AccountChanged(LinkOver):
    """This account was renewed or disconnected already."""

    hint = "This link has changed nothing. Ask for a new one in Slack, under Email services."


def digest(text: str) -> str:
    """What is kept of a key: nobody who reads the database can make the link of it."""
    return hashlib.sha256(text.encode()).hexdigest()


def connect_key(drawn: str, *, is_admin: bool) -> str:
    """A link's key. Its first letter says whose it is; changed, it is another key."""
    return f"{ADMIN if is_admin else PERSON}{drawn}"


def is_connect_key(key: str) -> bool:
    return _KEY.fullmatch(key) is not None


def is_admin_key(key: str) -> bool:
    return is_connect_key(key) and key.startswith(ADMIN)


def consent_state(provider: str, drawn: str, *, reads: bool) -> str:
    """OAuth's state. What stands before the dash says what was asked for; changed, it is another state."""
    return f"{provider}{_READS if reads else ''}-{drawn}"


def read_consent_state(state: str) -> tuple[str, bool]:
    """The provider, and whether reading was asked for."""
    asked = state.partition("-")[0]
    return asked.removesuffix(_READS), asked.endswith(_READS)


def renewal_link(public_url: str, account_id: int, version: int, sign: Sign) -> str:
    """For alert mails: renews this account, until it is renewed."""
    return f"{public_url.rstrip('/')}/renew/{account_id}.{version}.{sign(_claim(account_id, version))}"


def read_renewal_key(key: str, signs: Sequence[Sign]) -> tuple[int, int] | None:
    """The account and the version it was made for; None if none of ``signs`` made it."""
    match = _RENEWAL.fullmatch(key)
    if match is None:
        return None
    account_id, version = int(match[1]), int(match[2])
    claim, signed = _claim(account_id, version), match[3].encode()
    is_ours = any(hmac.compare_digest(signed, sign(claim).encode()) for sign in signs)
    return (account_id, version) if is_ours else None


class Tries:
    """Counts wrong passwords by link, so that no link lets anybody guess on."""

    def __init__(self) -> None:
        self._since: dict[str, list[datetime]] = {}

    def count(self, name: str, now: datetime) -> None:
        """One more. Raises LinkOver when too many were made lately."""
        long_ago = now - GOOD_FOR
        for known, times in list(self._since.items()):
            if times[-1] <= long_ago:
                self._since.pop(known, None)
        tries = self._since.setdefault(name, [])
        if len(tries) >= MOST_TRIES:
            raise LinkOver(
                "That was wrong too many times.",
                hint="Nothing was changed. Check the password at your mail service, wait ten minutes, "
                "then ask for a new link in Slack.",
            )
        tries.append(now)


def _claim(account_id: int, version: int) -> str:
    return f"renew:{account_id}.{version}"
