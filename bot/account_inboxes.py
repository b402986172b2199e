"""The inbox of each account: opened with its credential where reading is allowed, closed after it."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import assert_never

from bot.account_opening import (
    AGAIN,
    GOOGLE,
    MICROSOFT,
    Opening,
    Providers,
    calendar_endpoint,
    gmail_endpoint,
    graph_endpoint,
    open_tokens,
    trusted,
)
from campaigns.account import Account, Credential, How, Service
from campaigns.answer_port import Inbox
from campaigns.answer_reading import reads_answers
from campaigns.errors import Misconfigured
from campaigns.store_port import Store
from mailers.calendar_inbox import CalendarInbox
from mailers.gmail_inbox import GmailInbox
from mailers.google_auth import FULL_MAIL, OWN_CALENDARS, READ_MAIL
from mailers.graph_inbox import GraphInbox
from mailers.imap_account import ImapAccount
from mailers.imap_inbox import ImapInbox
from mailers.microsoft_auth import READ_IMAP
from mailers.microsoft_auth import READ_MAIL as READ_BY_GRAPH
from mailers.server_url import Security, is_loopback

_READING: Mapping[Service, Mapping[str, str]] = {
    Service.GMAIL: {GOOGLE: READ_MAIL},
    Service.GOOGLE_CALENDAR: {GOOGLE: OWN_CALENDARS},
    Service.MICROSOFT_365: {MICROSOFT: READ_BY_GRAPH},
    Service.SMTP: {GOOGLE: FULL_MAIL, MICROSOFT: READ_IMAP},
}
"""The scope that reading needs, by provider. The tokens are the inbox's own: without it, sending goes on."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """``calendar_id`` is that with which it was opened: the bot's calendar is made at the first invite."""

    version: int
    calendar_id: str
    inbox: Inbox
    close: Callable[[], None]


class AccountInboxes:
    """The port Inboxes, and Doorbell for reading. One inbox, with its Tokens, for each account and version.

    One thread reads: what is retired is closed at once.
    """

    def __init__(self, store: Store, providers: Providers, *, of_settings: ImapAccount | None = None) -> None:
        self._store = store
        self._providers = providers
        self._settings_inbox = ImapInbox(of_settings, tls=trusted(providers)) if of_settings else None
        self._kept: dict[int, _Kept] = {}
        self._lock = threading.Lock()

    def for_account(self, account: Account) -> Inbox | None:
        """Raises Misconfigured if the bot itself lacks what it needs to read."""
        if account.is_of_settings:
            return self._settings_inbox if account.is_current else None
        with self._store.reading() as work:
            known, credential = work.accounts.get(account.id), work.accounts.credential(account.id)
        if credential is None or not known.is_current or not reads_answers(known, credential):
            self._retire(known.id)
            return None
        with self._lock:
            kept = self._kept.get(known.id)
        if kept is not None and (kept.version, kept.calendar_id) == (known.version, known.calendar_id):
            return kept.inbox
        self._retire(known.id)
        inbox, close = _open(Opening(known, credential, self._store), self._providers)
        with self._lock:
            self._kept[known.id] = _Kept(known.version, known.calendar_id, inbox, close)
        return inbox

    def ring(self, account: Account, credential: Credential) -> None:
        """Look into the mailbox with a credential that is not kept yet; nothing that it brings is kept."""
        inbox, close = _open(Opening(account, credential), self._providers)
        try:
            inbox.fetch("", since=self._providers.now(), limit=1)
        finally:
            close()

    def close(self) -> None:
        with self._lock:
            kept, self._kept = list(self._kept.values()), {}
        for one in kept:
            one.close()
        if self._settings_inbox is not None:
            self._settings_inbox.close()

    def _retire(self, account_id: int) -> None:
        with self._lock:
            kept = self._kept.pop(account_id, None)
        if kept is not None:
            kept.close()


def _open(opening: Opening, providers: Providers) -> tuple[Inbox, Callable[[], None]]:
    """The inbox, and what closes it with its tokens."""
    service = Service(opening.account.kind)
    if service is Service.SMTP:
        return _imap(opening, providers)
    tokens = open_tokens(opening, providers, _READING[service])
    inbox: Inbox
    certificate, now = providers.certificate, providers.now
    match service:
        case Service.GMAIL:
            inbox = GmailInbox(tokens, endpoint=gmail_endpoint(providers), certificate=certificate, now=now)
        case Service.GOOGLE_CALENDAR:
            inbox = CalendarInbox(
                tokens,
                calendar_id=opening.account.calendar_id,
                endpoint=calendar_endpoint(providers),
                certificate=certificate,
                now=now,
            )
        case Service.MICROSOFT_365:
            inbox = GraphInbox(tokens, endpoint=graph_endpoint(providers), certificate=certificate, now=now)
        case _ as never:
            assert_never(never)
    return inbox, lambda: _close(inbox.close, tokens.close)


def _imap(opening: Opening, providers: Providers) -> tuple[Inbox, Callable[[], None]]:
    credential, imap = opening.credential, opening.credential.imap
    if imap is None:
        raise Misconfigured("It is not known where this account's mail is", hint=AGAIN)
    security = Security(imap.security)
    if security is Security.PLAIN and not is_loopback(imap.host):
        raise Misconfigured("This account would send its login in clear", hint=AGAIN)
    is_password = credential.how is How.PASSWORD
    tokens = None if is_password else open_tokens(opening, providers, _READING[Service.SMTP])
    account = ImapAccount(
        host=imap.host,
        port=imap.port,
        security=security,
        user=imap.user or credential.user or opening.account.address,
        password=(imap.secret or credential.secret) if is_password else "",
        tokens=tokens,
        is_typed=is_password,
    )
    inbox = ImapInbox(account, tls=trusted(providers))
    return inbox, lambda: _close(inbox.close, *([tokens.close] if tokens else []))


def _close(*closings: Callable[[], None]) -> None:
    for close in closings:
        close()
