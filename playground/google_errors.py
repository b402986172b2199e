"""Google's errors, as its APIs and its token endpoint write them.

The bodies follow https://developers.google.com/workspace/calendar/api/guides/errors and
https://developers.google.com/gmail/api/guides/handle-errors.
"""

from datetime import datetime
from typing import Any

from playground.provider_answers import Answer, Json, json_answer

STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
"""Only the newer APIs, Gmail among them, name a status."""


def error(
    code: int,
    reason: str,
    message: str,
    *,
    domain: str = "global",
    inner: str = "",
    status: str = "",
    details: list[Json] | None = None,
    **place: str,
) -> Answer:
    """One error; `inner` is its message within the list where that is another one."""
    body: dict[str, Any] = {
        "code": code,
        "message": message,
        "errors": [{"domain": domain, "reason": reason, "message": inner or message, **place}],
    }
    if status:
        body["status"] = status
    if details:
        body["details"] = details
    return json_answer({"error": body}, code)


def _gmail(code: int, reason: str, message: str, *, status: str = "", **more: Any) -> Answer:
    return error(code, reason, message, status=status or STATUSES[code], **more)


# Anybody's

BAD_TOKEN = error(
    401,
    "authError",
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
    "valid authentication credential. See "
    "https://developers.google.com/identity/sign-in/web/devconsole-project.",
    inner="Invalid Credentials",
    status="UNAUTHENTICATED",
    locationType="header",
    location="Authorization",
)
TOO_FEW_SCOPES = error(
    403,
    "insufficientPermissions",
    "Request had insufficient authentication scopes.",
    inner="Insufficient Permission",
    status="PERMISSION_DENIED",
    details=[
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            "domain": "googleapis.com",
        }
    ],
)
RATE_LIMIT = error(403, "rateLimitExceeded", "Rate Limit Exceeded", domain="usageLimits")
USER_RATE_LIMIT = error(403, "userRateLimitExceeded", "User Rate Limit Exceeded", domain="usageLimits")
DAILY_LIMIT = error(403, "dailyLimitExceeded", "Daily Limit Exceeded", domain="usageLimits")
DOMAIN_POLICY = error(
    403, "domainPolicy", "The domain administrators have disabled Gmail apps.", status="PERMISSION_DENIED"
)
BACKEND_ERROR = error(500, "backendError", "Backend Error")
UNAVAILABLE = error(
    503, "backendError", "The service is currently unavailable.", domain="global", status="UNAVAILABLE"
)


def api_is_off(api: str = "Gmail", host: str = "gmail.googleapis.com") -> Answer:
    page = f"https://console.developers.google.com/apis/api/{host}/overview?project=123456789012"
    return error(
        403,
        "accessNotConfigured",
        f"{api} API has not been used in project 123456789012 before or it is disabled. Enable it by "
        f"visiting {page} then retry. If you enabled this API recently, wait a few minutes for the action to "
        "propagate to our systems and retry.",
        domain="usageLimits",
        status="PERMISSION_DENIED",
        details=[
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "SERVICE_DISABLED",
                "domain": "googleapis.com",
            }
        ],
        extendedHelp="https://console.developers.google.com",
    )


# Gmail's


def mail_sending_limit(until: datetime) -> Answer:
    return _user_rate(until, "Mail sending")


def other_rate_limit(until: datetime) -> Answer:
    return _user_rate(until, "Send as")


def _user_rate(until: datetime, what: str) -> Answer:
    moment = f"{until:%Y-%m-%dT%H:%M:%S}.{until.microsecond // 1000:03d}Z"
    # Two spaces, as Gmail has them.
    return _gmail(429, "rateLimitExceeded", f"User-rate limit exceeded.  Retry after {moment} ({what})")


TOO_MANY_AT_ONCE = _gmail(429, "rateLimitExceeded", "Too many concurrent requests for user")
QUERIES_PER_MINUTE = _gmail(
    429,
    "rateLimitExceeded",
    "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service "
    "'gmail.googleapis.com' for consumer 'project_number:123456789012'.",
)
NO_RECIPIENT = _gmail(400, "invalidArgument", "Recipient address required")
BAD_RECIPIENT = _gmail(400, "invalidArgument", "Invalid To header")
NO_MESSAGE = _gmail(
    400,
    "invalidArgument",
    "'raw' RFC822 payload message string or uploading message via /upload/* URL required",
)
BAD_RAW = _gmail(400, "invalidArgument", "Invalid value for ByteString: raw")
NO_MAIL_SERVICE = _gmail(400, "failedPrecondition", "Mail service not enabled", status="FAILED_PRECONDITION")
PRECONDITION = _gmail(400, "failedPrecondition", "Precondition check failed.", status="FAILED_PRECONDITION")
DELEGATION_DENIED = _gmail(403, "forbidden", "Delegation denied for ana@acme.example")

NO_SUCH_MESSAGE = _gmail(404, "notFound", "Requested entity was not found.")
METADATA_SCOPE = _gmail(403, "forbidden", "Metadata scope does not support 'q' parameter")

# Calendar's

DUPLICATE = error(409, "duplicate", "The requested identifier already exists.")
NOT_FOUND = error(404, "notFound", "Not Found")
DELETED = error(410, "deleted", "Resource has been deleted")
FULL_SYNC = error(
    410,
    "fullSyncRequired",
    "Sync token is no longer valid, a full sync is required.",
    domain="calendar",
    locationType="parameter",
    location="syncToken",
)
TOO_LONG_AGO = error(
    410,
    "updatedMinTooLongAgo",
    "The requested minimum modification time lies too far in the past.",
    domain="calendar",
    locationType="parameter",
    location="updatedMin",
)
CHANGED = error(412, "conditionNotMet", "Precondition Failed", locationType="header", location="If-Match")
USAGE_LIMITS = error(403, "quotaExceeded", "Calendar usage limits exceeded.", domain="usageLimits")
CALENDAR_RATE_LIMIT = error(429, "rateLimitExceeded", "Rate Limit Exceeded", domain="usageLimits")
SERVICE_ACCOUNT = error(
    403,
    "forbiddenForServiceAccounts",
    "Service accounts cannot invite attendees without Domain-Wide Delegation of Authority.",
    domain="calendar",
)
NOT_ORGANIZER = error(
    403,
    "forbiddenForNonOrganizer",
    "Shared properties can only be changed by the organizer of the event.",
    domain="calendar",
)
BAD_ATTENDEE = error(400, "invalid", "Invalid attendee email.")
BAD_ID = error(400, "invalid", "Invalid resource id value.")
EMPTY_RANGE = error(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")
NO_TITLE = error(400, "required", "Missing title.")


BAD_RECURRENCE = error(400, "invalid", "Invalid recurrence rule.")


def missing_time(which: str) -> Answer:
    return error(400, "required", f"Missing {which} time.")


def bad_time(which: str) -> Answer:
    return error(400, "invalid", f"Invalid {which} time.")


def missing_zone(which: str) -> Answer:
    return error(400, "required", f"Missing time zone definition for {which} time.")


def bad_zone(which: str) -> Answer:
    return error(400, "invalid", f"Invalid time zone definition for {which} time.")


def bad_value(name: str) -> Answer:
    return error(400, "invalid", f"Invalid value for {name}.", locationType="parameter", location=name)


# The token endpoint's


def oauth_error(code: str, text: str, status: int = 400) -> Answer:
    return json_answer({"error": code, "error_description": text}, status)


REVOKED = oauth_error("invalid_grant", "Token has been expired or revoked.")
BAD_CODE = oauth_error("invalid_grant", "Malformed auth code.")
BAD_VERIFIER = oauth_error("invalid_grant", "Invalid code verifier.")
NO_VERIFIER = oauth_error("invalid_grant", "Missing code verifier.")
OTHER_REDIRECT = oauth_error("redirect_uri_mismatch", "Bad Request")
NO_SUCH_CLIENT = oauth_error("invalid_client", "The OAuth client was not found.", 401)
WRONG_SECRET = oauth_error("invalid_client", "Unauthorized", 401)
DELETED_CLIENT = oauth_error("deleted_client", "The OAuth client was deleted.", 401)
SCOPE_NOT_ALLOWED = oauth_error("invalid_scope", "Bad Request")
NO_SCOPE = oauth_error("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
BAD_SIGNATURE = oauth_error("invalid_grant", "Invalid JWT Signature.")
BAD_TIMES = oauth_error(
    "invalid_grant",
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your "
    "iat and exp values in the JWT claim.",
)
NO_DELEGATION = oauth_error(
    "unauthorized_client",
    "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any "
    "of the scopes requested.",
    401,
)
NO_SUCH_PERSON = oauth_error("invalid_grant", "Invalid email or User ID")
TOKEN_SERVER_DOWN = oauth_error("internal_failure", "Backend Error", 500)


def bad_grant_type(asked: str) -> Answer:
    return oauth_error("unsupported_grant_type", f"Invalid grant_type: {asked}")
