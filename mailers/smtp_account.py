"""Whose SMTP server invites leave through, as one URL: ``smtp://user:password@host:587?from=…&name=…``."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs

from campaigns.errors import BadAddress, ConfigError
from campaigns.identity import domain_of
from campaigns.invite_clean import checked_address, display_name
from campaigns.mailer_port import Tokens
from mailers.server_url import ENCODE, Security, ServerUrl, read_server_url

_EXAMPLE = "Write it as smtp://user:password@mail.example.com:587 (or smtps:// for port 465)."
_SUBMISSION, _IMPLICIT_TLS = 587, 465


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
    read = read_server_url(url, "SMTP", example=_EXAMPLE)
    _check_port(read)
    if bool(read.user) != bool(read.password):
        raise ConfigError("The SMTP URL has a user without a password, or the reverse.", hint=_EXAMPLE)
    sender, name = _sender(read.query, read.user)
    default = _IMPLICIT_TLS if read.is_tls else _SUBMISSION
    return SmtpAccount(
        host=read.host,
        port=read.port or default,
        security=read.security,
        user=read.user,
        password=read.password,
        sender=sender,
        sender_name=name,
    )


def _check_port(read: ServerUrl) -> None:
    if read.is_tls and read.port == _SUBMISSION:
        raise ConfigError("Port 587 begins without encryption.", hint="Write smtp:// for port 587.")
    if not read.is_tls and read.port == _IMPLICIT_TLS:
        raise ConfigError("Port 465 is encrypted from the start.", hint="Write smtps:// for port 465.")


def _sender(query: str, user: str) -> tuple[str, str]:
    try:
        options = parse_qs(query, keep_blank_values=True, strict_parsing=bool(query), max_num_fields=8)
    except ValueError as error:
        raise ConfigError("What follows the ? in the SMTP URL cannot be read.", hint=ENCODE) from error
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
