"""A mail server, its user and its password as one URL: what SMTP_URL and IMAP_URL have in common."""

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

from campaigns.errors import ConfigError

ENCODE = "Write special characters of user and password as %XX: @ is %40, / is %2F, # is %23, ? is %3F."


class Security(StrEnum):
    """How the conversation is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    PLAIN = "plain"  # this machine only


@dataclass(frozen=True, slots=True)
class ServerUrl:
    """``is_tls`` from the first octet on; ``port`` None: that of the protocol. ``query`` as written."""

    is_tls: bool
    host: str
    port: int | None
    user: str
    password: str = field(repr=False)
    query: str

    @property
    def security(self) -> Security:
        """What the scheme and the host come to."""
        if self.is_tls:
            return Security.TLS
        return Security.PLAIN if is_loopback(self.host) else Security.STARTTLS


def read_server_url(url: str, protocol: str, *, example: str) -> ServerUrl:
    """``url`` taken apart; ``protocol`` is SMTP or IMAP. Raises ConfigError that says what to change."""
    what, plain = f"The {protocol} URL", protocol.lower()
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise ConfigError(
            f"The port in the {protocol} URL is not a number up to 65535.", hint=ENCODE
        ) from error
    if parts.scheme not in (plain, f"{plain}s"):
        raise ConfigError(f"{what} does not begin with {plain}:// or {plain}s://.", hint=example)
    if parts.fragment or parts.path not in ("", "/"):
        raise ConfigError(f"{what} goes on after the host where it should end.", hint=ENCODE)
    host = _host(parts)
    if not host:
        raise ConfigError(f"{what} names no mail server.", hint=example)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isprintable():
        raise ConfigError(f"User or password in the {protocol} URL holds a control character.", hint=ENCODE)
    return ServerUrl(parts.scheme == f"{plain}s", host, port, user, password, parts.query)


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine for certain, by name or number: only there nobody listens in."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(parts: SplitResult) -> str:
    try:
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return "" if " " in host else host
