"""Whose mailbox is read over IMAP, as one URL: ``imaps://user:password@host:993``."""

from dataclasses import dataclass, field

from campaigns.errors import ConfigError
from campaigns.mailer_port import Tokens
from mailers.server_url import ENCODE, Security, read_server_url

IMPLICIT_TLS, STARTTLS = 993, 143

_EXAMPLE = "Write it as imaps://user:password@imap.example.com:993 (or imap:// for port 143)."


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
    read = read_server_url(url, "IMAP", example=_EXAMPLE)
    if read.query:
        raise ConfigError("The IMAP URL goes on after the host where it should end.", hint=ENCODE)
    if not read.user or not read.password:
        raise ConfigError("The IMAP URL names no user, or no password.", hint=_EXAMPLE)
    default = IMPLICIT_TLS if read.is_tls else STARTTLS
    return ImapAccount(read.host, read.port or default, read.security, read.user, read.password)
