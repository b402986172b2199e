"""Whose SMTP server invites leave through, as one URL: ``smtp://user:password@host:587?from=…&name=…``."""

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from campaigns.errors import BadAddress, ConfigError
from campaigns.identity import domain_of
from campaigns.invite_clean import checked_address, display_name
from campaigns.mailer_port import Tokens

_EXAMPLE = "Write it as smtp://user:password@mail.example.com:587 (or smtps:// for port 465)."
_ENCODE = "Write special characters of user and password as %XX: @ is %40, / is %2F, # is %23, ? is %3F."
_SUBMISSION, _IMPLICIT_TLS = 587, 465


class Security(StrEnum):
    """How the conversation is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    PLAIN = "plain"  # this machine only


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """A mail account. Its password never shows in a repr.

    With ``tokens`` the account logs in with a token of its provider's (XOAUTH2) and has no password.
    ``setting`` is the setting that names it; '' for one that a person has connected. ``is_typed``: a person
    typed ``host``.
    """

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    sender_name: str = ""
    tokens: Tokens | None = field(default=None, repr=False, compare=False)
    setting: str = ""
    is_typed: bool = False

    @property
    def helo_name(self) -> str:
        """How we introduce ourselves: relays that know senders by domain want to hear it."""
        return domain_of(self.sender) or "localhost"


def parse_smtp_url(url: str) -> SmtpAccount:
    """The account that ``url`` describes. Raises ConfigError that says what to change."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise ConfigError("The port in the SMTP URL is not a number up to 65535.", hint=_ENCODE) from error
    if parts.scheme not in ("smtp", "smtps"):
        raise ConfigError("The SMTP URL does not begin with smtp:// or smtps://.", hint=_EXAMPLE)
    if parts.fragment or parts.path not in ("", "/"):
        raise ConfigError("The SMTP URL goes on after the host where it should end.", hint=_ENCODE)
    host = _host(parts)
    security = _security(parts.scheme, host, port)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ConfigError("The SMTP URL has a user without a password, or the reverse.", hint=_EXAMPLE)
    if not (user + password).isprintable():
        raise ConfigError("User or password in the SMTP URL holds a control character.", hint=_ENCODE)
    sender, name = _sender(parts.query, user)
    default = _IMPLICIT_TLS if security is Security.TLS else _SUBMISSION
    return SmtpAccount(
        host=host,
        port=port or default,
        security=security,
        user=user,
        password=password,
        sender=sender,
        sender_name=name,
    )


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine, by name or number."""
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
        host = ""
    if not host or " " in host:
        raise ConfigError("The SMTP URL names no mail server.", hint=_EXAMPLE)
    return host


def _security(scheme: str, host: str, port: int | None) -> Security:
    if scheme == "smtps":
        if port == _SUBMISSION:
            raise ConfigError("Port 587 begins without encryption.", hint="Write smtp:// for port 587.")
        return Security.TLS
    if port == _IMPLICIT_TLS:
        raise ConfigError("Port 465 is encrypted from the start.", hint="Write smtps:// for port 465.")
    return Security.PLAIN if is_loopback(host) else Security.STARTTLS


def _sender(query: str, user: str) -> tuple[str, str]:
    try:
        options = parse_qs(query, keep_blank_values=True, strict_parsing=bool(query), max_num_fields=8)
    except ValueError as error:
        raise ConfigError("What follows the ? in the SMTP URL cannot be read.", hint=_ENCODE) from error
    unknown = options.keys() - {"from", "name"}
    if unknown:
        raise ConfigError(
            f"The SMTP URL has an unknown option: {', '.join(sorted(unknown))}.",
            hint="After the ? only from=address and name=Your Name may stand.",
        )
    sender = options.get("from", [user if "@" in user else ""])[-1]
    if not sender:
        raise ConfigError(
            "The SMTP URL does not say from which address to send.",
            hint="Add ?from=you@example.com at its end.",
        )
    try:
        return checked_address(sender), display_name(options.get("name", [""])[-1])
    except BadAddress as fault:
        raise ConfigError(
            "The from address in the SMTP URL is not a usable address.", hint="Add ?from=you@example.com."
        ) from fault
