"""What Microsoft says, as data: one rule a row, the first that fits counts. ``graph_faults`` reads them.

Sources: learn.microsoft.com/en-us/graph/api/user-sendmail, /graph/errors, /graph/throttling-limits,
learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes.
"""

from dataclasses import dataclass
from datetime import timedelta

from mailers.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Rule:
    """The verdict on a reply that fits all given, each whole."""

    verdict: Verdict
    cause: str
    hint: str = ""
    after: timedelta | None = None
    status: str = r"\d{3}"
    code: str = ""


_DAY = timedelta(hours=24)
_MINUTE = timedelta(minutes=1)

ACCESS = "The account's access was withdrawn or has expired"
SCOPE = "The account has not allowed all that is needed"
FORM = "The provider refused the invite's form"
CLIENT = "Microsoft does not know this bot"

_RENEW = "Renew the token of this account: press Renew token and allow access again."
_WAITS = "Nothing to do: sending goes on by itself when the limit allows."
_ASK_ADDRESS = "Ask for the right address, correct the list with Edit, then Send Invite."
_ADMIN = "Ask the administrator of your Microsoft 365."
_REPORT = "Please report this with the words it gave."
_KEYS = "Check the application's ID, secret and tenant in the settings: a secret expires."
_MAY_HAVE_GONE = "It may have arrived. Sending again is safe: calendars merge it."

RULES: tuple[Rule, ...] = (
    Rule(Verdict.NO_ACCESS, ACCESS, _RENEW, status="401"),
    Rule(Verdict.QUOTA, "The account's sending limit is reached", _WAITS, _DAY, status=r"4\d\d",
         code="ErrorExceededMessageLimit"),
    Rule(Verdict.BROKEN, "The organizer's own mailbox is full", "Make room in it.", status=r"[45]\d\d",
         code="ErrorQuotaExceeded"),
    Rule(Verdict.BROKEN, "The provider has blocked the account from sending", _ADMIN, status=r"[45]\d\d",
         code="ErrorMessageSubmissionBlocked"),
    # Below what says why: that comes with any 4xx.
    Rule(Verdict.BUSY_FOR_ALL, "Sending is too fast for the account", "", _MINUTE, status="429"),
    Rule(Verdict.BAD_ADDRESS, "The address is not valid", _ASK_ADDRESS, status="400",
         code="ErrorInvalidRecipients"),
    Rule(Verdict.BROKEN, "The account may not send as the organizer",
         "Use the account's own address as the organizer's.", status="403", code="ErrorSendAsDenied"),
    Rule(Verdict.BROKEN, "The account may not send mail through this bot", _ADMIN, status="403"),
    Rule(Verdict.BROKEN, "The account has no mailbox at Microsoft 365", _ADMIN, status="404"),
    Rule(Verdict.BROKEN, "The invite is too big for the provider",
         "Shorten the description, or switch the invite.ics attachment off.", status="413"),
    Rule(Verdict.BUSY, "The provider is busy", status="408"),
    Rule(Verdict.BROKEN, FORM, _REPORT, status=r"4\d\d"),
    Rule(Verdict.UNSURE, "The provider failed after the invite was handed over", _MAY_HAVE_GONE,
         status=r"5\d\d"),
    Rule(Verdict.BUSY_FOR_ALL, "The provider cannot be reached",
         "Check that this machine reaches the Internet.", status=r"[13]\d\d"),
    # A receipt is 202: any other yes is a page of somebody's network.
    Rule(Verdict.UNSURE, "The provider's answer cannot be read", _MAY_HAVE_GONE),
)  # fmt: skip

# What the token endpoint says, by OAuth's error code.
TOKEN_RULES: tuple[Rule, ...] = (
    Rule(Verdict.NO_ACCESS, ACCESS, _RENEW,
         code="invalid_grant|interaction_required|login_required|consent_required|access_denied"),
    Rule(Verdict.BUSY_FOR_ALL, "The provider's sign-in is busy",
         code="temporarily_unavailable|server_error|timeout"),
    Rule(Verdict.BROKEN, CLIENT, _KEYS, code=r"\w+"),
    Rule(Verdict.BUSY_FOR_ALL, "The provider's sign-in is busy"),
)  # fmt: skip
