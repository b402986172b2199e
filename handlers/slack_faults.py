"""What Slack meant by its no: an error of the Web API becomes a fault of ours."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from slack_sdk.errors import SlackApiError, SlackClientError

from campaigns.errors import Busy, Misconfigured

SLACK_TROUBLE = (SlackClientError, OSError, http.client.HTTPException)
"""Everything a call of the Web API can raise; URLError, resets and time-outs are OSErrors."""

CHANNEL_TROUBLE = frozenset(
    {
        "not_in_channel", "channel_not_found", "is_archived", "is_inactive", "restricted_action",
        "cannot_reply_to_message",
        "restricted_action_read_only_channel", "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel", "restricted_action_thread_locked",
        "channel_type_not_supported",
        "method_not_supported_for_channel_type", "ekm_access_denied", "no_permission", "access_denied",
    }
)  # fmt: skip
"""The bot cannot speak there; a person has to invite it or choose another channel."""

DIRECT_TROUBLE = frozenset(
    {
        "messages_tab_disabled", "cannot_dm_bot", "user_not_found", "users_not_found", "user_disabled",
        "user_not_visible", "channel_not_found", "is_archived", "no_permission", "access_denied",
    }
)  # fmt: skip
"""That person cannot be told by a direct message."""

MESSAGE_GONE = frozenset(
    {
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "thread_not_found",
        "cannot_reply_to_message",
    }
)
"""The message itself is no more; it can be posted anew."""

TOKEN_TROUBLE = frozenset(
    {
        "invalid_auth",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "not_authed",
        "team_access_not_granted",
    }
)
"""A person has to renew the app's token; notices wait for it."""

_PASSING = frozenset(
    {
        "internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org",
        "accesslimited", "posting_to_general_channel_denied_temporarily", "rollup_error",
    }
)  # fmt: skip
_TOKEN_WAIT = timedelta(minutes=15)
_NO_JSON = "Received a response in a non-JSON format"  # slack_sdk 3.47's words for a proxy's page


def code_of(error: Exception) -> str:
    """Slack's own word for the error; '' if it did not come from Slack."""
    return str(error.response.get("error") or "") if isinstance(error, SlackApiError) else ""


def short_of(error: Exception) -> str:
    """What stood in the way, in one word for the log."""
    return code_of(error) or type(error).__name__


def fault_of(error: Exception) -> Busy | Misconfigured:
    """Busy: try again, later. Misconfigured: it would fail alike the next time."""
    if not isinstance(error, SlackApiError):
        return Busy("Slack cannot be reached", evidence=type(error).__name__)
    code, status = code_of(error), error.response.status_code
    if code == "ratelimited" or status == 429:
        return Busy("Slack asks to slow down", after=_retry_after(error), evidence=code)
    if status >= 500 or code in _PASSING or code.startswith(_NO_JSON):
        return Busy("Slack is in trouble", evidence=f"{status} {code}"[:100])
    if code in TOKEN_TROUBLE:
        return Busy("Slack refuses the app's token", after=_TOKEN_WAIT, evidence=code)
    return Misconfigured(f"Slack refused: {code}", evidence=code)


@contextmanager
def as_faults() -> Iterator[None]:
    """What goes wrong with Slack inside is raised as a fault of ours."""
    try:
        yield
    except SLACK_TROUBLE as error:
        raise fault_of(error) from error


def _retry_after(error: SlackApiError) -> timedelta | None:
    headers = {str(name).lower(): value for name, value in error.response.headers.items()}
    value = headers.get("retry-after", "")
    text = str(value[0] if isinstance(value, list) and value else value)
    return timedelta(seconds=min(int(text), 3_600)) if text.isdecimal() else None
