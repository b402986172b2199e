"""In which book an account's invites are counted: one for a mailbox, however it is connected. Pure.

A provider counts what goes through its web API and through its mail server together.
"""

from campaigns.account import Account, Credential, Service
from campaigns.model import Kind

_GOOGLE = "google"
_MICROSOFT = "microsoft"
_MAIL_SERVERS = {
    "smtp.gmail.com": _GOOGLE,
    "smtp.googlemail.com": _GOOGLE,
    "office365.com": _MICROSOFT,
    "smtp-mail.outlook.com": _MICROSOFT,
}
"""By what their names end in. Google's relay (smtp-relay.gmail.com) is counted apart."""
_OWN = "account"
_OF_KIND = {Service.GMAIL.value: _GOOGLE, Service.MICROSOFT_365.value: _MICROSOFT}
_SERVER_OF = {_GOOGLE: "smtp.gmail.com", _MICROSOFT: "smtp.office365.com"}
_PERSONAL_GMAIL = frozenset({"gmail.com", "googlemail.com"})

REQUESTS = {kind: 1 if kind is Kind.INVITE else 2 for kind in Kind}
"""What a deed asks of Google Calendar: whatever changes or deletes an event reads it before."""


def book_of(kind: str, address: str, *, host: str = "", user: str = "") -> str:
    """The book's name; '' for an account of its own, of which no mail server is known.

    At Google and Microsoft whoever logs in is counted, whatever the invites say that they are from.
    """
    if kind != Service.SMTP:
        provider = _OF_KIND.get(kind, kind)
        return f"{provider} {_mailbox(address, provider)}"
    host = host.lower().rstrip(".")
    for known, provider in _MAIL_SERVERS.items():
        if host == known or host.endswith(f".{known}"):
            return f"{provider} {_mailbox(user if '@' in user else address, provider)}"
    return f"{host} {address.lower()}" if host else ""


def book_with(account: Account, credential: Credential) -> str:
    """The book of ``account`` once ``credential`` opens it."""
    return book_of(account.kind, account.address, host=credential.host, user=credential.user)


def server_of(book: str) -> str:
    """The mail server of an SMTP account that counts in this book; '' for a book of its own."""
    server = book.partition(" ")[0]
    return "" if server == _OWN else _SERVER_OF.get(server, server)


def own_book(account_id: int) -> str:
    """That of an account which no other can share."""
    return f"{_OWN} {account_id}"


def _mailbox(address: str, provider: str) -> str:
    local, _, domain = address.lower().rpartition("@")
    if provider == _GOOGLE and domain in _PERSONAL_GMAIL:
        return f"{local.partition('+')[0].replace('.', '')}@gmail.com"
    return f"{local}@{domain}"
