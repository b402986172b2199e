"""What an IMAP server meant by its no. Pure."""

import re

from campaigns.errors import AnyFault, Busy, Misconfigured, NoAccess
from mailers.inbox_faults import RENEW
from mailers.verdicts import evidence_of

_PASSWORD = "The mailbox refuses the login"  # noqa: S105 - words
_OFF = "The mailbox is not open to IMAP"
_BUSY = "The mail server is busy"
_NO_INBOX = "The mailbox has no inbox"
_LOST = "The mail server broke the connection off"

_APP_PASSWORD = "Enter the password anew with Renew token; many services want an app password."  # noqa: S105
_SWITCH_ON = "Switch IMAP on in the mail service's own settings, or ask its administrator."
_ENCRYPTED = "Use port 993 with TLS, or a server that offers STARTTLS."

# RFC 5530's codes first; then words where servers of note send none.
_FOR_NOW = re.compile(
    r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN)\]"
    r"|too many|try again|temporar|system error|rate.?limit|simultaneous",
    re.IGNORECASE,
)
_SWITCHED_OFF = re.compile(
    r"not enabled for imap|imap (access|is) (disabled|not)|logindisabled|basicauthblocked"
    r"|\[(NOPERM|PRIVACYREQUIRED)\]",
    re.IGNORECASE,
)


def of_login(said: str, *, has_tokens: bool) -> AnyFault:
    """A login that was refused."""
    evidence = evidence_of(0, said)
    if _FOR_NOW.search(said):
        return Busy(_BUSY, whole_account=True, evidence=evidence)
    if _SWITCHED_OFF.search(said):
        return Misconfigured(_OFF, evidence=evidence, hint=_SWITCH_ON)
    return NoAccess(_PASSWORD, evidence=evidence, hint=RENEW if has_tokens else _APP_PASSWORD)


def of_inbox(said: str) -> AnyFault:
    """EXAMINE that was refused."""
    evidence = evidence_of(0, said)
    if _FOR_NOW.search(said):
        return Busy(_BUSY, whole_account=True, evidence=evidence)
    return Misconfigured(_NO_INBOX, evidence=evidence, hint=_SWITCH_ON)


def of_command(said: str) -> AnyFault:
    """Any other no: the same may well be answered the next time."""
    return Busy(_BUSY, whole_account=True, evidence=evidence_of(0, said))


def in_clear(said: str) -> AnyFault:
    """A server with which a login would not stay secret."""
    cause = "The mail server offers no encryption"
    return Misconfigured(cause, evidence=evidence_of(0, said), hint=_ENCRYPTED)


def dropped(said: str) -> AnyFault:
    """No answer, or half of one."""
    return Busy(_LOST, whole_account=True, evidence=evidence_of(0, said))
