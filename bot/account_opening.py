"""From an account and its credential to the mailer that sends from it."""

import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from campaigns.account import Account, Credential, How, Service
from campaigns.errors import Misconfigured
from campaigns.mailer_port import Mailer
from campaigns.store_port import Store
from mailers.gmail import GmailMailer
from mailers.google_auth import FULL_MAIL, OWN_CALENDARS, SEND_MAIL, TOKEN_URI, GoogleTokens
from mailers.google_calendar import GoogleCalendarMailer
from mailers.microsoft365 import ENDPOINT, Microsoft365Mailer
from mailers.microsoft_auth import SEND_MAIL as SEND_BY_GRAPH
from mailers.microsoft_auth import SEND_SMTP, MicrosoftTokens
from mailers.microsoft_consent import LIFETIME, SIGN_IN
from mailers.server_url import Security, is_loopback
from mailers.smtp import SmtpMailer
from mailers.smtp_account import SmtpAccount
from mailers.token_cell import utc_now

GOOGLE, MICROSOFT = "google", "microsoft"
_HOSTS = {GOOGLE: "smtp.gmail.com", MICROSOFT: "smtp.office365.com"}
_SUBMISSION = 587
AGAIN = "Connect the account again under Email services."

_SENDING: Mapping[Service, Mapping[str, str]] = {
    Service.GMAIL: {GOOGLE: SEND_MAIL},
    Service.GOOGLE_CALENDAR: {GOOGLE: OWN_CALENDARS},
    Service.MICROSOFT_365: {MICROSOFT: SEND_BY_GRAPH},
    Service.SMTP: {GOOGLE: FULL_MAIL, MICROSOFT: SEND_SMTP},
}
"""The scope that sending needs, by provider."""


Tokens = GoogleTokens | MicrosoftTokens


@dataclass(frozen=True, slots=True)
class Providers:
    """How this bot is known to the providers, and where they are if stand-ins take their place."""

    google_client_id: str = ""
    google_client_secret: str = field(default="", repr=False)
    google_url: str = ""
    microsoft_client_id: str = ""
    microsoft_client_secret: str = field(default="", repr=False)
    microsoft_tenant: str = "organizations"
    microsoft_url: str = ""
    ses_url: str = ""
    certificate: str = ""
    now: Callable[[], datetime] = utc_now


@dataclass(frozen=True, slots=True)
class Opening:
    """What is opened; what it brings that is new is kept in ``store``, if there is one."""

    account: Account
    credential: Credential
    store: Store | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A mailer with all that must be closed after it."""

    mailer: Mailer
    tokens: Tokens | None = None

    def close(self) -> None:
        self.mailer.close()
        if self.tokens is not None:
            self.tokens.close()


def open_account(opening: Opening, providers: Providers) -> Opened:
    """The mailer for this credential. Raises Misconfigured if the bot itself lacks what it needs."""
    service = Service(opening.account.kind)
    if service is Service.SMTP:
        return _smtp(opening, providers)
    tokens = open_tokens(opening, providers, _SENDING[service])
    match service:
        case Service.GMAIL:
            return Opened(_gmail(tokens, providers), tokens)
        case Service.GOOGLE_CALENDAR:
            return Opened(_calendar(opening, tokens, providers), tokens)
        case Service.MICROSOFT_365:
            return Opened(_graph(tokens, providers), tokens)
        case _ as never:
            assert_never(never)


def _smtp(opening: Opening, providers: Providers) -> Opened:
    credential, account = opening.credential, opening.account
    is_password = credential.how is How.PASSWORD
    tokens = None if is_password else open_tokens(opening, providers, _SENDING[Service.SMTP])
    host = credential.host or _HOSTS.get(credential.provider, "")
    security = Security(credential.security or Security.STARTTLS)
    if security is Security.PLAIN and not is_loopback(host):
        raise Misconfigured("This account would send its login in clear", hint=AGAIN)
    smtp = SmtpAccount(
        host=host,
        port=credential.port or _SUBMISSION,
        security=security,
        user=credential.user or account.address,
        password=credential.secret if is_password else "",
        sender=account.address,
        sender_name=account.label,
        tokens=tokens,
        is_typed=is_password,
    )
    return Opened(SmtpMailer(smtp, tls=trusted(providers)), tokens)


def trusted(providers: Providers) -> ssl.SSLContext | None:
    """What is trusted in the place of the machine's list; None: that list."""
    return ssl.create_default_context(cafile=providers.certificate) if providers.certificate else None


def _gmail(tokens: Tokens, providers: Providers) -> GmailMailer:
    endpoint = gmail_endpoint(providers)
    return GmailMailer(tokens, endpoint=endpoint, certificate=providers.certificate, now=providers.now)


def gmail_endpoint(providers: Providers) -> str:
    """'' where Gmail really is."""
    return f"{providers.google_url}/" if providers.google_url else ""


def graph_endpoint(providers: Providers) -> str:
    return f"{providers.microsoft_url}/v1.0" if providers.microsoft_url else ENDPOINT


def calendar_endpoint(providers: Providers) -> str:
    """'' where Google Calendar really is."""
    return f"{providers.google_url}/calendar/v3/" if providers.google_url else ""


def _calendar(opening: Opening, tokens: Tokens, providers: Providers) -> GoogleCalendarMailer:
    store, account_id = opening.store, opening.account.id

    def keep(calendar_id: str, instead_of: str) -> str:
        if store is None:
            return calendar_id
        with store.writing() as work:
            return work.accounts.keep_calendar(account_id, calendar_id, instead_of=instead_of)

    return GoogleCalendarMailer(
        tokens,
        calendar_id=opening.account.calendar_id,
        keep_calendar=keep,
        endpoint=calendar_endpoint(providers),
        certificate=providers.certificate,
        now=providers.now,
    )


def _graph(tokens: Tokens, providers: Providers) -> Microsoft365Mailer:
    endpoint = graph_endpoint(providers)
    return Microsoft365Mailer(tokens, endpoint=endpoint, certificate=providers.certificate, now=providers.now)


def open_tokens(opening: Opening, providers: Providers, scopes: Mapping[str, str]) -> Tokens:
    """Tokens for what is needed: by provider the one scope. Raises Misconfigured."""
    credential = opening.credential
    if credential.how is How.SERVICE_KEY and GOOGLE in scopes:
        return _service_tokens(credential, providers, scopes[GOOGLE])
    if credential.provider == MICROSOFT and MICROSOFT in scopes:
        return _microsoft_tokens(opening, providers, scopes[MICROSOFT])
    if credential.provider == GOOGLE and GOOGLE in scopes:
        return _google_tokens(credential, providers, scopes[GOOGLE])
    raise Misconfigured("It is not known how to log in to this account", hint=AGAIN)


def _google_tokens(credential: Credential, providers: Providers, needed: str) -> GoogleTokens:
    if not providers.google_client_id:
        raise Misconfigured(
            "The bot is not known to Google any more",
            hint="The admin puts GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET back in the settings.",
        )
    return GoogleTokens.of_person(
        client_id=providers.google_client_id,
        client_secret=providers.google_client_secret,
        refresh_token=credential.secret,
        needed=[needed],
        token_uri=_google_token_uri(providers),
        certificate=providers.certificate,
        now=providers.now,
    )


def _service_tokens(credential: Credential, providers: Providers, needed: str) -> GoogleTokens:
    try:
        key_file = json.loads(credential.secret)
    except ValueError:
        key_file = None
    if not isinstance(key_file, dict):
        raise Misconfigured("The service account's key cannot be read", hint=AGAIN)
    return GoogleTokens.of_service(
        # Whoever wrote the file does not choose where the bot goes with it.
        key_file=key_file | {"token_uri": _google_token_uri(providers)},
        subject=credential.user,
        needed=[needed],
        certificate=providers.certificate,
        now=providers.now,
    )


def _google_token_uri(providers: Providers) -> str:
    return f"{providers.google_url}/token" if providers.google_url else TOKEN_URI


def _microsoft_tokens(opening: Opening, providers: Providers, scope: str) -> MicrosoftTokens:
    if not providers.microsoft_client_id:
        raise Misconfigured(
            "The bot is not known to Microsoft any more",
            hint="The admin puts MICROSOFT_CLIENT_ID and MICROSOFT_CLIENT_SECRET back in the settings.",
        )
    store, account = opening.store, opening.account

    def keep(newer: str) -> None:
        if store is None:
            return
        with store.writing() as work:
            ends_at = providers.now() + LIFETIME
            work.accounts.rotate_secret(account.id, account.version, newer, ends_at)

    return MicrosoftTokens(
        client_id=providers.microsoft_client_id,
        client_secret=providers.microsoft_client_secret,
        refresh_token=opening.credential.secret,
        scopes=[scope],
        keep=keep,
        authority=f"{providers.microsoft_url or SIGN_IN}/{providers.microsoft_tenant}",
        certificate=providers.certificate,
        now=providers.now,
    )
