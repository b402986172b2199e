"""What mail servers say, as data: one rule a row, gathered from the providers' own lists.

Sources: support.google.com/a/answer/3726730 (Gmail), learn.microsoft.com "SMTP submission improvements" and
Exchange's list of NDR codes, docs.aws.amazon.com/ses/latest/dg/troubleshoot-smtp.html, RFC 3463, RFC 4954.
``smtp_faults.classify`` reads them; its order of trust is there, not here.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from mailers.verdicts import Verdict


class Stage(StrEnum):
    """How far a conversation had come."""

    CONNECT = "connect"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # the reply to DATA or to the dot
    DROPPED_BEFORE_DOT = "dropped before dot"
    DROPPED_AFTER_DOT = "dropped after dot"


@dataclass(frozen=True, slots=True)
class Rule:
    """The verdict on a reply that fits all given: ``code``, ``enhanced`` whole, ``words`` anywhere."""

    verdict: Verdict
    cause: str
    hint: str = ""
    after: timedelta | None = None
    stages: frozenset[Stage] = frozenset(Stage)
    code: str = r"[45]\d\d"
    enhanced: str = ""
    words: str = ""
    names_attendee: bool = False


def _minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def _at(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


_RCPT = _at(Stage.RCPT)
_RCPT_DATA = _at(Stage.RCPT, Stage.DATA)
_MAIL_RCPT_DATA = _at(Stage.MAIL, Stage.RCPT, Stage.DATA)
_AUTH = _at(Stage.AUTH)
_HOURLY = _minutes(60)  # a day's limit is a rolling one: looking again every hour finds its end soonest
_DAY = timedelta(hours=24)

NO_MAILBOX = "The mailbox doesn't exist"
FULL = "The mailbox is full"
BUSY = "The mail server is busy"
LATER = "The mail server asked to try again later"
POLICY = "Refused by the other side's policy"
POLICY_HINT = "Their mail server does not want this mail: ask them to allow the sender's address."
DAILY = "The account's sending limit is reached"
LOGIN = "The mail account refused the login"
NO_LOGINS = "The mail account takes no logins just now"
SEND_AS = "The account may not send as the organizer"
UNUSUAL = "The provider sees unusual mail from this account"
BLOCKED = "The provider has blocked the account from sending"
UNPROVEN = "The organizer's domain is not proven to the other side"
TOO_BIG = "The invite is too big for the mail server"

_ASK_ADDRESS = "Ask for the right address, correct the list with Edit, then Send Invite."
_ASK_SPACE = "Ask the person to make room, or use another address."
_WAITS = "Nothing to do: sending goes on by itself when the limit allows."
_SLOWER = "Choose fewer Invites per Batch or a longer Time Gap Between Batches."
_NEW_LOGIN = "Make a new password or app password at the mail provider."
_APP_PASSWORD = "Make an app password at the mail provider."  # noqa: S105
_ENCRYPTED = "Enter a user and a password, and use an encrypted port: 465 or 587."
_LOGIN_THERE = "Check the server's name, the user and the password."
_PORT = "Check that host and port are those that your provider names for sending."
HOST = "Check the server's name and port, and that the bot's machine reaches the Internet."
NO_TLS = "Use a port of the server's that is encrypted: 465 or 587."
CERTIFICATE = "Its certificate does not fit its name: check the server's name."
_OWN_ADDRESS = "Use an organizer address that this mail account may send from."
_ASK_ADMIN = "Ask the administrator of the mail account."
_DNS = "Set up SPF, DKIM and DMARC in the DNS of the organizer's domain."
_SHORTER = "Shorten the description, or switch the invite.ics attachment off."
_CAPACITY = "Close other programs that send from this mailbox, or ask an admin to lower SMTP_CONNECTIONS."

ABOUT_ENTRIES = frozenset(
    {_NEW_LOGIN, _APP_PASSWORD, _ENCRYPTED, _LOGIN_THERE, _PORT, HOST, NO_TLS, CERTIFICATE}
)
"""Hints about what somebody has entered: on the connect page, or in the bot's settings."""

_RELAY = (
    r"relay(?:ing)?\b.{0,24}\b(?:denied|not permitted|prohibited|not allowed)"
    r"|(?:unable|not permitted) to relay"
)
_NOT_OWNER = r"send(?:ing)? (?:as|on behalf)|SendAsDenied|not owned by user|not allowed to send"
_LIMIT = (
    r"daily .{0,30}(?:limit|quota)|(?:sending|relay|message|submission) ?(?:limit|quota)s?.{0,20}exceeded"
    r"|exceeded .{0,60}(?:per hour|per day|hourly|daily)"
)
_UNKNOWN = (
    r"(?:user|recipient|mailbox|address|account) (?:is )?(?:unknown|not found|unavailable)"
    r"|unknown (?:user|recipient|mailbox|address)|no such (?:user|mailbox|recipient|person|account|address)"
    r"|(?:does not|doesn't) exist|invalid recipient|no mailbox"
)

RULES: tuple[Rule, ...] = (
    # The account may not send more now.
    Rule(Verdict.QUOTA, DAILY, _WAITS, _minutes(30), enhanced=r"[45]\.\d+\.\d+",
         words=r"peak SMTP relay limit"),
    Rule(Verdict.QUOTA, DAILY, _WAITS, _HOURLY, enhanced=r"[45]\.[57]\.\d+|4\.2\.1", words=_LIMIT),
    Rule(Verdict.QUOTA, DAILY, _WAITS, _HOURLY, enhanced=r"5\.4\.5"),
    Rule(Verdict.QUOTA, DAILY, _WAITS, _DAY, enhanced=r"5\.2\.0", words=r"QuotaExceeded|SubmissionQuota"),
    Rule(Verdict.QUOTA, DAILY, _WAITS, _DAY, enhanced=r"5\.1\.90"),
    Rule(Verdict.QUOTA, DAILY, _WAITS, _HOURLY, words=r"daily message quota exceeded"),
    Rule(Verdict.QUOTA, DAILY, _WAITS, _HOURLY, stages=_MAIL_RCPT_DATA, words=_LIMIT),
    Rule(Verdict.QUOTA, UNUSUAL, _SLOWER, _HOURLY, enhanced=r"4\.7\.28"),
    Rule(Verdict.QUOTA, UNUSUAL, _SLOWER, _DAY, enhanced=r"5\.7\.28"),
    # The server, or the way to it, is busy for everybody.
    Rule(Verdict.BUSY_FOR_ALL, BUSY, "", _minutes(5), code="421", enhanced=r"4\.3\.0|4\.4\.5|4\.7\.0"),
    Rule(Verdict.BUSY_FOR_ALL, BUSY, "", _minutes(5), code="421"),
    Rule(Verdict.BUSY_FOR_ALL, "Too many connections at once", _CAPACITY, _minutes(1), code="432"),
    Rule(Verdict.BUSY_FOR_ALL, NO_LOGINS, "", _minutes(15),
         stages=_AUTH, code="454"),
    Rule(Verdict.BUSY_FOR_ALL, "Sending is too fast for the account", "", timedelta(seconds=5),
         words=r"maximum sending rate exceeded"),
    # The login, and what the account may do.
    # Exchange says 5.7.139 of wrong passwords too: only the words tell.
    Rule(Verdict.BROKEN, "The account is not allowed to log in over SMTP",
         "Ask the administrator to allow authenticated SMTP (SMTP AUTH) for this mailbox.",
         stages=_AUTH, words=r"(?:SmtpClient|basic )authentication is disabled"),
    Rule(Verdict.NO_ACCESS, LOGIN, _APP_PASSWORD, stages=_AUTH, enhanced=r"5\.7\.(?:9|14)"),
    Rule(Verdict.NO_ACCESS, LOGIN, _NEW_LOGIN, stages=_AUTH, enhanced=r"5\.7\.[38]"),
    Rule(Verdict.BROKEN, "The mail server wants a login or encryption first",
         _ENCRYPTED, code="530|538"),
    Rule(Verdict.NO_ACCESS, LOGIN, _NEW_LOGIN, stages=_AUTH, code="53[45]"),
    # No other refusal speaks of the login: a server in trouble costs nobody the access.
    Rule(Verdict.BUSY_FOR_ALL, NO_LOGINS, "", _minutes(15), stages=_AUTH, code=r"5\d\d",
         words=r"too many|temporar|try again"),
    Rule(Verdict.BROKEN, "The mail server does not take this kind of login",
         _PORT,
         stages=_AUTH, code="504"),
    Rule(Verdict.BROKEN, SEND_AS, _OWN_ADDRESS, enhanced=r"5\.7\.60"),
    Rule(Verdict.BROKEN, SEND_AS, _OWN_ADDRESS, enhanced=r"5\.(?:7|2)\.\d+", words=_NOT_OWNER),
    Rule(Verdict.BROKEN, SEND_AS, _OWN_ADDRESS, stages=_MAIL_RCPT_DATA, code=r"5\d\d", words=_NOT_OWNER),
    Rule(Verdict.BROKEN, BLOCKED, _ASK_ADMIN, enhanced=r"5\.1\.8|5\.7\.7\d\d"),
    Rule(Verdict.BROKEN, "The mail server does not pass mail on for this account",
         _LOGIN_THERE, enhanced=r"5\.[47]\.\d+", words=_RELAY),
    Rule(Verdict.BROKEN, "The mail server does not pass mail on for this account",
         _LOGIN_THERE, code=r"5\d\d", words=_RELAY),
    Rule(Verdict.BROKEN, UNPROVEN, _DNS, enhanced=r"5\.7\.(?:2[5-79]|30|509|515)"),
    Rule(Verdict.BROKEN, "The organizer's own mailbox is full", "Make room in it.",
         stages=_at(Stage.DATA), enhanced=r"5\.2\.2", words=r"STOREDRV.*Shutoff"),
    Rule(Verdict.BAD_ADDRESS, "The account is still in the provider's sandbox",
         "Ask Amazon for production access, or verify this address.",
         words=r"address is not verified", names_attendee=True),
    Rule(Verdict.BROKEN, "The provider has not verified the organizer's address",
         "Verify the address or its domain at your provider.", words=r"address is not verified"),
    # The invite itself: all are alike.
    Rule(Verdict.BROKEN, TOO_BIG, _SHORTER, stages=_MAIL_RCPT_DATA, enhanced=r"5\.3\.4|5\.2\.3"),
    Rule(Verdict.BROKEN, TOO_BIG, _SHORTER, stages=_at(Stage.MAIL, Stage.DATA), code="552"),
    Rule(Verdict.BAD_ADDRESS, "The address needs international mail, which the server doesn't have",
         _ASK_ADDRESS,
         stages=_MAIL_RCPT_DATA, enhanced=r"5\.6\.7"),
    Rule(Verdict.BROKEN, "The mail server refused the invite's form",
         "Please report this with the words it gave.",
         stages=_at(Stage.DATA), enhanced=r"5\.6\.\d+"),
    # This attendee.
    Rule(Verdict.BUSY, "The person's mailbox takes mail too slowly", "", _minutes(60),
         stages=_RCPT, enhanced=r"4\.2\.1", words=r"receiv"),
    Rule(Verdict.BUSY, FULL, _ASK_SPACE, timedelta(hours=4), stages=_RCPT_DATA, enhanced=r"[45]\.2\.2"),
    Rule(Verdict.BUSY, FULL, _ASK_SPACE, timedelta(hours=4), stages=_RCPT_DATA,
         words=r"mailbox (?:is )?full|over ?quota|quota exceeded"),
    Rule(Verdict.BUSY, FULL, _ASK_SPACE, timedelta(hours=4), stages=_RCPT, code="552"),
    Rule(Verdict.BUSY, LATER, "", _minutes(1), stages=_RCPT, enhanced=r"4\.5\.3"),
    Rule(Verdict.BUSY, LATER, "", _minutes(10), stages=_RCPT_DATA, code="45[01]",
         enhanced=r"4\.(?:3\.0|4\.2|7\.1)"),
    Rule(Verdict.BUSY, LATER, "", _minutes(10), stages=_RCPT_DATA, code=r"4\d\d", words=r"gr[ea]y-?list"),
    Rule(Verdict.BUSY, LATER, "", _minutes(10), stages=_RCPT_DATA, code="45[01]"),
    Rule(Verdict.BAD_ADDRESS, NO_MAILBOX, _ASK_ADDRESS, stages=_RCPT_DATA,
         enhanced=r"5\.1\.(?:1|6|10)|5\.4\.1"),
    Rule(Verdict.BAD_ADDRESS, "The domain takes no mail", _ASK_ADDRESS, stages=_RCPT_DATA,
         enhanced=r"5\.1\.2|5\.4\.4"),
    Rule(Verdict.BAD_ADDRESS, "The address is not valid", _ASK_ADDRESS, stages=_RCPT_DATA,
         enhanced=r"5\.1\.3"),
    Rule(Verdict.BAD_ADDRESS, "The mailbox is closed", _ASK_ADDRESS, stages=_RCPT_DATA, enhanced=r"5\.2\.1"),
    Rule(Verdict.BAD_BY_POLICY, POLICY, POLICY_HINT, stages=_RCPT_DATA, enhanced=r"5\.7\.\d+"),
    Rule(Verdict.BAD_ADDRESS, NO_MAILBOX, _ASK_ADDRESS, stages=_RCPT_DATA, code=r"55\d", words=_UNKNOWN),
    Rule(Verdict.BAD_ADDRESS, "The person has moved", _ASK_ADDRESS, stages=_RCPT, code="551"),
    Rule(Verdict.BAD_ADDRESS, "The address is not valid", _ASK_ADDRESS, stages=_RCPT, code="553"),
)  # fmt: skip
