"""What connects people's own accounts: the settings in; mailers, consent pages and links out."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.account_opening import GOOGLE, MICROSOFT, Providers
from bot.settings import Settings
from campaigns.account import Account, Service
from campaigns.connect_links import Sign, renewal_link
from campaigns.consent_port import Consent
from campaigns.own_limit import let_go_on
from campaigns.store_port import UnitOfWork
from mailers import api_profiles
from mailers.google_consent import GoogleConsent
from mailers.microsoft_consent import MicrosoftConsent
from mailers.smtp_profiles import Limits, limits_for

CALLBACK = "connect/callback"
"""Where the providers send people back to, below PUBLIC_URL."""

_FREE_GMAIL = ("@gmail.com", "@googlemail.com")
_LINKS = b"links to renew an account"


def providers_of(settings: Settings) -> Providers:
    return Providers(
        google_client_id=settings.google_client_id,
        google_client_secret=settings.google_client_secret.get_secret_value(),
        google_url=settings.google_url,
        microsoft_client_id=settings.microsoft_client_id,
        microsoft_client_secret=settings.microsoft_client_secret.get_secret_value(),
        microsoft_tenant=settings.microsoft_tenant,
        microsoft_url=settings.microsoft_url,
        ses_url=settings.ses_url,
        certificate=settings.provider_certificate,
    )


def consents_of(settings: Settings) -> dict[str, Consent]:
    """The consent pages of the providers that know this bot."""
    back = f"{settings.public_url}/{CALLBACK}"
    made: dict[str, Consent] = {}
    if settings.google_client_id:
        made[GOOGLE] = GoogleConsent(
            settings.google_client_id,
            settings.google_client_secret.get_secret_value(),
            back,
            base_url=settings.google_url,
            certificate=settings.provider_certificate,
            is_testing=settings.google_testing,
        )
    if settings.microsoft_client_id:
        made[MICROSOFT] = MicrosoftConsent(
            settings.microsoft_client_id,
            settings.microsoft_client_secret.get_secret_value(),
            back,
            tenant=settings.microsoft_tenant,
            base_url=settings.microsoft_url,
            certificate=settings.provider_certificate,
        )
    return made


def signatures_of(settings: Settings) -> list[Sign]:
    """Sign links with what only this bot knows: by a key of its own for each of SECRET_KEYS, newest first.

    What was signed before a rotation is mailed already, and known by the older ones.
    """
    return [_signature(hmac.digest(key.encode(), _LINKS, hashlib.sha256)) for key in settings.keys]


def _signature(key: bytes) -> Sign:
    def sign(text: str) -> str:
        made = hmac.digest(key, text.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode("ascii")

    return sign


def renewal_links(settings: Settings) -> Callable[[int, int], str]:
    """The link in an alert mail, by account and version; '' without pages for people."""
    sign = signatures_of(settings)[0]

    def link(account_id: int, version: int) -> str:
        if not settings.public_url:
            return ""
        return renewal_link(settings.public_url, account_id, version, sign)

    return link


def limits_of(service: Service, where: str) -> Limits:
    """What a new account may send until a person says otherwise; ``where``: its address, or SMTP's host."""
    if service is Service.SMTP:
        return limits_for(where)
    if service is Service.GMAIL and where.casefold().endswith(_FREE_GMAIL):
        return api_profiles.GMAIL_FREE
    return _LIMITS[service]


_LIMITS: Mapping[Service, Limits] = {
    Service.GMAIL: api_profiles.GMAIL_WORKSPACE,
    Service.GOOGLE_CALENDAR: api_profiles.GOOGLE_CALENDAR,
    Service.MICROSOFT_365: api_profiles.MICROSOFT_365,
}


def keep_account(work: UnitOfWork, account: Account | None, now: datetime) -> None:
    """``account`` is that of the settings from now on; what waited for a lower limit of it goes on."""
    known = work.accounts.upsert(account) if account else None
    work.accounts.retire_others(known.id if known else None)
    work.accounts.find_books()
    if known is not None:
        let_go_on(work, work.accounts.get(known.id), now)
