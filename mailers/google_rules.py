"""What Google says, as data: one rule a row, the first that fits counts. ``google_faults`` reads them.

Sources: developers.google.com/workspace/calendar/api/guides/errors and /guides/quota,
developers.google.com/gmail/api/guides/handle-errors, support.google.com/a/answer/2905486 (Calendar's limits),
RFC 6749, 5.2 (what a token endpoint says).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from mailers.verdicts import Verdict


class Call(StrEnum):
    """What was asked."""

    GMAIL_SEND = "gmail.send"
    CALENDAR = "calendar"  # the bot's calendar made, or looked for
    INSERT = "calendar.insert"
    PATCH = "calendar.patch"
    DELETE = "calendar.delete"
    READ = "calendar.read"
    LIST = "calendar.list"


class Until(StrEnum):
    """What says how long to wait, where ``after`` is only for when it says nothing."""

    FIXED = "after"
    SAID = "the time in the text"
    MIDNIGHT = "midnight Pacific"


@dataclass(frozen=True, slots=True)
class Rule:
    """The verdict on a reply that fits all given: ``reason`` one of its reasons whole, ``words`` anywhere."""

    verdict: Verdict
    cause: str
    hint: str = ""
    after: timedelta | None = None
    until: Until = Until.FIXED
    calls: frozenset[Call] = frozenset(Call)
    status: str = r"\d{3}"
    reason: str = ""
    words: str = ""


GMAIL = frozenset({Call.GMAIL_SEND})
CALENDAR = frozenset(Call) - GMAIL
_MINUTE = timedelta(minutes=1)

DAILY = "The account's sending limit is reached"
TOO_FAST = "Sending is too fast for the account"
ACCESS = "The account's access was withdrawn or has expired"
SCOPE = "The account has not allowed all that is needed"
NOT_VALID = "The address is not valid"
BUSY = "The provider is busy"
CLIENT = "Google does not know this bot"

_WAITS = "Nothing to do: sending goes on by itself when the limit allows."
_SLOWER = "Set a lower number of invites a minute under Limits."
_RENEW = "Renew the token of this account: press Renew token and allow access again."
ALLOW = "Renew the token of this account, and leave every box ticked."
_ASK_ADDRESS = "Ask for the right address, correct the list with Edit, then Send Invite."
_ADMIN = "Ask the administrator of your Google Workspace."
_CONSOLE = "Switch the API on in the Google Cloud console, in this bot's project."
_DELEGATION = "Ask the administrator to grant this bot's service account domain-wide delegation."
_KEYS = "Check the client ID and secret (or the service account's key) in the settings."
_REPORT = "Please report this with the words it gave."
_MAY_HAVE_GONE = "It may have arrived. Sending again is safe: calendars merge it."
_CALENDAR_GONE = (
    "When the run has paused for this, press Resume: the bot makes a new calendar and goes on. For entries "
    "that went with the old one, run Update Calendar Invites."
)
_EVENT_TAKEN = "Look at this event in the bot's calendar, and delete it there if it is not the bot's."

RULES: tuple[Rule, ...] = (
    # Whose access it is.
    Rule(Verdict.NO_ACCESS, ACCESS, _RENEW, status="401"),
    Rule(Verdict.NO_ACCESS, SCOPE, ALLOW, status="403",
         reason="insufficientPermissions|ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
    # Limits.
    Rule(Verdict.QUOTA, DAILY, _WAITS, timedelta(hours=1), Until.SAID, GMAIL, "429", words=r"mail sending"),
    Rule(Verdict.BUSY_FOR_ALL, TOO_FAST, "", _MINUTE, Until.SAID, GMAIL, "429", words=r"retry after"),
    Rule(Verdict.BUSY_FOR_ALL, TOO_FAST, _SLOWER, _MINUTE, calls=GMAIL, status="429"),
    Rule(Verdict.TOO_FAST, TOO_FAST, _SLOWER, status="403|429",
         reason="rateLimitExceeded|userRateLimitExceeded"),
    Rule(Verdict.QUOTA, "This bot's daily limit at Google is reached", _WAITS, until=Until.MIDNIGHT,
         status="403", reason="dailyLimitExceeded"),
    # Google counts invitations to people outside, and says neither how many nor until when.
    Rule(Verdict.QUOTA, "Google Calendar takes no more invitations from this account for now",
         "Nothing to do but wait, hours or days; or send the rest over SMTP.", timedelta(hours=6),
         calls=CALENDAR, status="403|429", reason="quotaExceeded"),
    Rule(Verdict.TOO_FAST, TOO_FAST, _SLOWER, status="429"),
    # What the account or its domain may not do.
    Rule(Verdict.BROKEN, "The API is not switched on for this bot", _CONSOLE, status="403",
         reason="accessNotConfigured|SERVICE_DISABLED"),
    Rule(Verdict.BROKEN, "The domain's administrator does not allow this", _ADMIN, status="403",
         reason="domainPolicy"),
    Rule(Verdict.BROKEN, "The account may not act for the organizer", _DELEGATION, status="403",
         words=r"delegation denied"),
    Rule(Verdict.BROKEN, "A service account may not invite people by itself", _DELEGATION, calls=CALENDAR,
         status="403", reason="forbiddenForServiceAccounts"),
    Rule(Verdict.BROKEN, "Only the organizer's account may change this event",
         "Use the account that sent the first invite.", calls=CALENDAR, status="403",
         reason="forbiddenForNonOrganizer"),
    Rule(Verdict.BROKEN, "The account may not do this", _ADMIN, status="403"),
    # The letter.
    Rule(Verdict.BAD_ADDRESS, NOT_VALID, _ASK_ADDRESS, calls=GMAIL, status="400", reason="invalidArgument",
         words=r"\bto\b.{0,12}header|recipient address required"),
    Rule(Verdict.BROKEN, "The account has no mailbox at Google",
         "Use an account that has Gmail switched on, or delegation to one.", calls=GMAIL, status="400",
         reason="failedPrecondition"),
    Rule(Verdict.BAD_ADDRESS, NOT_VALID, _ASK_ADDRESS, calls=CALENDAR, status="400",
         words=r"attendee.{0,12}email"),
    Rule(Verdict.BROKEN, "The invite is too big for the provider", "Shorten the description.", status="413"),
    Rule(Verdict.BROKEN, "The provider refused the invite's form", _REPORT, status="400"),
    # The event.
    Rule(Verdict.BROKEN, "The bot's calendar is gone", _CALENDAR_GONE, calls=CALENDAR, status="404"),
    Rule(Verdict.BROKEN, "Another event stands in this one's place", _EVENT_TAKEN, calls=CALENDAR,
         status="409"),
    Rule(Verdict.BROKEN, "The event was deleted", _EVENT_TAKEN, calls=CALENDAR, status="410"),
    Rule(Verdict.BUSY, "Somebody changed the event meanwhile", "", timedelta(seconds=1), calls=CALENDAR,
         status="412"),
    # Their trouble.
    Rule(Verdict.UNSURE, "The provider failed after the invite was handed over", _MAY_HAVE_GONE, calls=GMAIL,
         status=r"5\d\d"),
    Rule(Verdict.BUSY_FOR_ALL, BUSY, calls=CALENDAR, status="503"),
    Rule(Verdict.BUSY, BUSY, calls=CALENDAR, status=r"5\d\d"),
    Rule(Verdict.BUSY, BUSY, status="408"),
    Rule(Verdict.BROKEN, "The provider refused the invite's form", _REPORT, status=r"4\d\d"),
    # A network between us and Google has answered.
    Rule(Verdict.BUSY_FOR_ALL, "The provider cannot be reached",
         "Check that this machine reaches the Internet.", status=r"[123]\d\d"),
)  # fmt: skip

# What the token endpoint says: OAuth's error codes, whichever way google-auth hands them on.
TOKEN_RULES: tuple[Rule, ...] = (
    Rule(Verdict.NO_ACCESS, ACCESS, _RENEW, reason="invalid_grant|access_denied|invalid_rapt"),
    Rule(Verdict.BROKEN, "The account may not act for the organizer", _DELEGATION,
         reason="unauthorized_client"),
    Rule(Verdict.BROKEN, CLIENT, _KEYS, reason="invalid_client|deleted_client|disabled_client"),
    Rule(Verdict.BROKEN, "Google does not grant what this bot asks for", _KEYS, reason="invalid_scope"),
    Rule(Verdict.BROKEN, "The domain's administrator does not allow this", _ADMIN,
         reason="admin_policy_enforced|org_internal"),
    Rule(Verdict.BROKEN, CLIENT, _KEYS, reason=r"\w+"),
    Rule(Verdict.BUSY_FOR_ALL, "The provider's sign-in is busy"),
)  # fmt: skip
