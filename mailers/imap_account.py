"""Whose mailbox is read over IMAP, as one URL: ``imaps://user:password@host:993``."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from campaigns.errors import ConfigError
from campaigns.mailer_port import Tokens
from mailers.smtp_account import Security, is_loopback

IMPLICIT_TLS, STARTTLS = 993, 143

_EXAMPLE = "Write it as imaps://user:password@imap.example.com:993 (or imap:// for port 143)."
_ENCODE = "Write special characters of user and password as %XX: @ is %40, / is %2F, # is %23, ? is %3F."


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """A mailbox. Its password never shows in a repr. With ``tokens`` it is opened by XOAUTH2 instead.

    ``is_typed``: a person typed ``host``.
    """

    host: str
    port: int
    security: Security
    user: str
    password: str = field(default="", repr=False)
    tokens: Tokens | None = field(default=None, repr=False, compare=False)
    is_typed: bool = False


def parse_imap_url(url: str) -> ImapAccount:
    """The mailbox that ``url`` describes. Raises ConfigError that says what to change."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise ConfigError("The port in the IMAP URL is not a number up to 65535.", hint=_ENCODE) from error
    if parts.scheme not in ("imap", "imaps"):
        raise ConfigError("The IMAP URL does not begin with imap:// or imaps://.", hint=_EXAMPLE)
    if parts.query or parts.fragment or parts.path not in ("", "/"):
        raise ConfigError("The IMAP URL goes on after the host where it should end.", hint=_ENCODE)
    host, security = _host(parts), Security.TLS
    if parts.scheme == "imap":
        security = Security.PLAIN if is_loopback(host) else Security.STARTTLS
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not user or not password:
        raise ConfigError("The IMAP URL names no user, or no password.", hint=_EXAMPLE)
    if not (user + password).isprintable():
        raise ConfigError("User or password in the IMAP URL holds a control character.", hint=_ENCODE)
    default = IMPLICIT_TLS if security is Security.TLS else STARTTLS
    return ImapAccount(host, port or default, security, user, password)


def _host(parts: SplitResult) -> str:
    try:
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except UnicodeError:
        host = ""
    if not host or " " in host:
        raise ConfigError("The IMAP URL names no mail server.", hint=_EXAMPLE)
    return host
