"""Microsoft's errors, as Entra's token endpoint and Graph write them."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from playground.provider_answers import Answer, Json, json_answer


class EntraError(Exception):
    """One of Entra's numbered errors; the number is what programs go by."""

    def __init__(self, error: str, number: int, text: str, *, suberror: str = "", status: int = 400) -> None:
        super().__init__(f"AADSTS{number}: {text}")
        self.error, self.number, self.text = error, number, text
        self.suberror, self.status = suberror, status

    def answer(self, now: datetime) -> Answer:
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        moment = f"{now:%Y-%m-%d %H:%M:%S}Z"
        body: Json = {
            "error": self.error,
            "error_description": f"AADSTS{self.number}: {self.text} Trace ID: {trace} "
            f"Correlation ID: {correlation} Timestamp: {moment}",
            "error_codes": [self.number],
            "timestamp": moment,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
        }
        if self.suberror:
            body["suberror"] = self.suberror
        return json_answer(body, self.status)


def _moment(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S.%f}0Z"


def revoked(given_at: datetime, valid_from: datetime) -> EntraError:
    return EntraError(
        "invalid_grant",
        50173,
        "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user "
        f"might have changed or reset their password. The grant was issued on '{_moment(given_at)}' and the "
        "TokensValidFrom date (before which tokens are not valid) for this user is "
        f"'{_moment(valid_from)}'.",
        suberror="bad_token",
    )


def unused(given_at: datetime) -> EntraError:
    return EntraError(
        "invalid_grant",
        700082,
        f"The refresh token has expired due to inactivity. The token was issued on {_moment(given_at)} and "
        "was inactive for 90.00:00:00.",
        suberror="token_expired",
    )


def bad_refresh_token() -> EntraError:
    return EntraError(
        "invalid_grant",
        9002313,
        "Invalid request. Request is malformed or invalid.",
        suberror="bad_token",
    )


def code_expired() -> EntraError:
    return EntraError(
        "invalid_grant",
        70008,
        "The provided authorization code or refresh token has expired due to inactivity. Send a new "
        "interactive authorization request for this user and resource.",
    )


def code_used() -> EntraError:
    return EntraError(
        "invalid_grant",
        54005,
        "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an "
        "existing refresh token.",
    )


def other_verifier() -> EntraError:
    return EntraError(
        "invalid_grant",
        501481,
        "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
    )


def other_redirect(asked: str) -> EntraError:
    return EntraError(
        "invalid_grant",
        500112,
        f"The reply address '{asked}' does not match the reply address provided when requesting the "
        "Authorization code.",
    )


def no_consent(client_id: str, name: str) -> EntraError:
    return EntraError(
        "invalid_grant",
        65001,
        f"The user or administrator has not consented to use the application with ID '{client_id}' named "
        f"'{name}'. Send an interactive authorization request for this user and resource.",
        suberror="consent_required",
    )


def sign_in_needed() -> EntraError:
    """A rule of the administrator's, a second factor for one, wants the person there."""
    return EntraError(
        "interaction_required",
        50076,
        "Due to a configuration change made by your administrator, or because you moved to a new location, "
        "you must use multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.",
        suberror="basic_action",
    )


def no_such_client(asked: str) -> EntraError:
    return EntraError(
        "unauthorized_client",
        700016,
        f"Application with identifier '{asked}' was not found in the directory 'Acme'. This can happen if "
        "the application has not been installed by the administrator of the tenant or consented to by any "
        "user in the tenant.",
    )


def wrong_secret(client_id: str) -> EntraError:
    return EntraError(
        "invalid_client",
        7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
        f"value, not the client secret ID, for a secret added to app '{client_id}'.",
        status=401,
    )


def bad_grant_type() -> EntraError:
    return EntraError(
        "unsupported_grant_type",
        70003,
        "The app requested an unsupported grant type.",
    )


def unknown_scope(asked: str) -> EntraError:
    return EntraError(
        "invalid_scope",
        70011,
        f"The provided request must include a 'scope' input parameter. The scope {asked} is not valid.",
    )


# Graph's


def error(status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None) -> Answer:
    inner = {"request-id": str(uuid.uuid4()), "client-request-id": str(uuid.uuid4())}
    return json_answer({"error": {"code": code, "message": message, "innerError": inner}}, status, headers)


BAD_TOKEN = error(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
NO_TOKEN = error(401, "InvalidAuthenticationToken", "Access token is empty.")
ACCESS_DENIED = error(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
SEND_AS_DENIED = error(
    403,
    "ErrorSendAsDenied",
    "The user account which was used to submit this request does not have the right to send mail on behalf "
    "of the specified sending account., Cannot submit message.",
)
NO_RECIPIENT = error(
    400,
    "ErrorInvalidRecipients",
    "At least one recipient isn't valid., A message can't be sent because it contains no recipients.",
)
BAD_RECIPIENT = error(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
BAD_BASE64 = error(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content.")
NOT_MIME = error(
    415, "UnsupportedMediaType", "The stand-in takes MIME content only: Content-Type text/plain."
)
TOO_BIG = error(413, "RequestEntityTooLarge", "The request's body is over 4 MB.")
MESSAGE_LIMIT = error(
    400, "ErrorExceededMessageLimit", "The message can't be sent: the sending limit has been exceeded."
)
QUOTA = error(400, "ErrorQuotaExceeded", "The user's mailbox quota is exceeded.")
SUBMISSION_BLOCKED = error(
    400, "ErrorMessageSubmissionBlocked", "Cannot send mail. Message submission is blocked."
)
NO_SUCH_ITEM = error(404, "ErrorItemNotFound", "The specified object was not found in the store.")
BAD_FILTER = error(400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes.")
BAD_ORDER = error(400, "ErrorInvalidProperty", "The stand-in orders by receivedDateTime only.")
INEFFICIENT_FILTER = error(
    400, "InefficientFilter", "The restriction or sort order is too complex for this operation."
)
NO_MAILBOX = error(
    404, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive, soft-deleted, or hosted on-premise."
)
BACKEND_ERROR = error(500, "ErrorInternalServerError", "An internal server error occurred.")
UNAVAILABLE = error(503, "serviceNotAvailable", "The service is temporarily unavailable.")


def bad_query(message: str) -> Answer:
    return error(400, "ErrorInvalidUrlQuery", message)


def throttled(retry_after: int, message: str = "Application is over its MailboxConcurrency limit.") -> Answer:
    return error(429, "ApplicationThrottled", message, headers={"Retry-After": str(retry_after)})
