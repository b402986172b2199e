"""What it means that a mailbox could not be read. Pure."""

from campaigns.errors import AnyFault, Busy, Misconfigured, NoAccess
from mailers.google_faults import GoogleError
from mailers.retry_times import after_header
from mailers.token_cell import Now
from mailers.verdicts import evidence_of
from mailers.wire import NoReply, Reply

_REFUSED = "The account's mail may not be read any more"
_NOT_ALLOWED = "The account has not allowed reading its mail"
_SLOW_DOWN = "The mailbox asks to be read more slowly"
_BUSY = "The mailbox is busy"
_UNREACHED = "The mailbox cannot be reached"
_FORBIDDEN = "The account's mail may not be read by this bot"
_NOT_SWITCHED_ON = "Reading mail is not switched on for this bot at Google"
_NO_MAILBOX = "The account has no mailbox"
_ODD = "The mailbox gave an answer that cannot be read"
_UNTRUSTED = "The mail server cannot be trusted"

RENEW = "Press Renew token under Email services, and allow reading there."
_ADMIN = "Ask the administrator of your mail."
_CONSOLE = "The admin switches the API on in the Google Cloud console, in this bot's project."
_CERTIFICATE = "Its certificate does not fit its name: check the network of this machine."

_TOO_FEW_SCOPES = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
_TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded", "quotaExceeded"})
_SWITCHED_OFF = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
_LATER = frozenset({408, 409, 423, 425, 429})


def of_google(error: GoogleError, now: Now) -> AnyFault:
    """Google's no to a reader."""
    evidence = evidence_of(error.status, " ".join((*error.reasons[:1], error.message)))
    reasons = set(error.reasons)
    if error.status == 403 and reasons & _TOO_FEW_SCOPES:
        return NoAccess(_NOT_ALLOWED, evidence=evidence, hint=RENEW)
    if error.status == 403 and reasons & _TOO_FAST:
        return _slower(error.retry_after, evidence, now)
    if error.status == 403 and reasons & _SWITCHED_OFF:
        return Misconfigured(_NOT_SWITCHED_ON, evidence=evidence, hint=_CONSOLE)
    return _by_status(error.status, error.retry_after, evidence, now)


def of_graph(reply: Reply, code: str, message: str, now: Now) -> AnyFault:
    """Microsoft's no to a reader."""
    evidence = evidence_of(reply.status, f"{code} {message}")
    if reply.status == 403 and code == "ErrorAccessDenied":
        return NoAccess(_NOT_ALLOWED, evidence=evidence, hint=RENEW)
    return _by_status(reply.status, reply.headers.get("retry-after", ""), evidence, now)


def unread(trouble: NoReply) -> AnyFault:
    """No answer at all: reading changes nothing, so it can be asked again."""
    if trouble.untrusted:
        return untrusted(trouble.said)
    return Busy(_UNREACHED, whole_account=True, evidence=trouble.said)


def untrusted(said: str) -> Misconfigured:
    """Who answers is not the server it should be."""
    return Misconfigured(_UNTRUSTED, evidence=evidence_of(0, said), hint=_CERTIFICATE)


def odd() -> Busy:
    """A yes that is none: a page of somebody's network in the place of an answer."""
    return Busy(_ODD)


def _by_status(status: int, retry_after: str, evidence: str, now: Now) -> AnyFault:
    if status == 401:
        return NoAccess(_REFUSED, evidence=evidence, hint=RENEW)
    if status in _LATER:
        return _slower(retry_after, evidence, now)
    if status >= 500 or status < 400:
        return Busy(_BUSY, whole_account=True, evidence=evidence)
    cause = _NO_MAILBOX if status == 404 else _FORBIDDEN
    return Misconfigured(cause, evidence=evidence, hint=_ADMIN)


def _slower(retry_after: str, evidence: str, now: Now) -> Busy:
    after = after_header(retry_after, now()) if retry_after else None
    return Busy(_SLOW_DOWN, after=after, whole_account=True, evidence=evidence)
