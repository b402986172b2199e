"""How an account logs in to its mail server: by password, or by a token of its provider's."""

import base64
from dataclasses import dataclass

from campaigns.errors import Misconfigured
from mailers.smtp_account import SmtpAccount

_SUBMISSION = "Use a port for submission: 587 or 465."


@dataclass(frozen=True, slots=True)
class Login:
    """What is said, step by step, and what of it must never be repeated to anybody.

    ``has_explanation``: after a no the server wants an empty answer before it says so.
    """

    first: tuple[str, ...]
    last: str
    secrets: tuple[str, ...]
    has_explanation: bool = False


def login_of(account: SmtpAccount, token: str, offered: str) -> Login:
    """The login for ``account`` among those ``offered`` (EHLO's AUTH). Raises Misconfigured."""
    ways = offered.upper().split()
    if account.tokens is not None:
        if "XOAUTH2" not in ways:
            raise Misconfigured("The mail server offers no login by token", hint=_SUBMISSION)
        # developers.google.com/workspace/gmail/imap/xoauth2-protocol; Exchange Online takes the same.
        octets = _base64(f"user={account.user}\x01auth=Bearer {token}\x01\x01")
        return Login((), f"AUTH XOAUTH2 {octets}", (token, octets), has_explanation=True)
    user, password = account.user, account.password
    if "PLAIN" in ways:
        octets = _base64(f"\0{user}\0{password}")
        return Login((), f"AUTH PLAIN {octets}", (password, octets))
    if "LOGIN" in ways:
        name, secret = _base64(user), _base64(password)
        return Login(("AUTH LOGIN", name), secret, (password, name, secret))
    raise Misconfigured("The mail server offers no login by password", hint=_SUBMISSION)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
