"""What a person sees when something goes wrong that no screen foresaw. Never a traceback."""

import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt import BoltResponse
from slack_sdk import WebClient

from campaigns.errors import SendInvitesError
from handlers.error_ids import number_of
from handlers.guard import user_of
from handlers.mrkdwn import advice
from handlers.screens import place
from handlers.slack_faults import SLACK_TROUBLE, code_of, short_of
from handlers.views_notes import broken, trouble, unforeseen

_log = logging.getLogger(__name__)

_TOO_LATE = frozenset({"expired_trigger_id", "trigger_expired", "exchanged_trigger_id", "trigger_exchanged"})
_TOO_LATE_WORDS = "That took too long for Slack to open a window. Please try once more."


def on_error(
    error: Exception, body: Mapping[str, Any], client: WebClient, response: BoltResponse | None
) -> BoltResponse | None:
    """Bolt's global error listener: tell who asked, log the rest. ``response`` is None if it was acked."""
    error_id = number_of(error)
    if isinstance(error, SendInvitesError):
        words, screen = advice(error), trouble(error)
        _log.info("request_refused", extra={"error": type(error).__name__})
    elif code_of(error) in _TOO_LATE:
        words, screen = _TOO_LATE_WORDS, broken(error_id)
        _log.warning("trigger_too_late", extra={"error_id": error_id})
    else:
        words, screen = unforeseen(error_id), broken(error_id)
        _log.error("listener_failed", exc_info=error, extra={"error_id": error_id, "kind": body.get("type")})
    if response is not None and body.get("type") == "view_submission":
        return BoltResponse(status=200, body={"response_action": "update", "view": screen})
    if response is not None and body.get("type") == "block_suggestion":
        return BoltResponse(status=200, body={"options": []})
    tell_privately(client, body, words)
    return None if response is None else BoltResponse(status=200, body="")


def refuse(client: WebClient, body: Mapping[str, Any], error: SendInvitesError, aside: str = "") -> None:
    """Say what is not possible where the person is: over a screen, or beside a message.

    ``aside`` is our own mrkdwn, said after the error.
    """
    if body.get("view"):
        place(client, body, trouble(error, aside))
    else:
        tell_privately(client, body, f"{advice(error)} {aside}".rstrip())


def tell_privately(client: WebClient, body: Mapping[str, Any], words: str) -> None:
    """A message that only the person who acted sees, where they acted, or else from the bot."""
    user = user_of(body)
    if not user:
        return
    channel = _channel_of(body)
    message = body.get("message") or {}
    thread_ts = message.get("thread_ts")
    try:
        if channel:
            client.chat_postEphemeral(channel=channel, user=user, text=words, thread_ts=thread_ts)
            return
    except SLACK_TROUBLE as error:
        _log.info("ephemeral_not_posted", extra={"error": short_of(error)})
    try:
        client.chat_postMessage(channel=user, text=words, unfurl_links=False, unfurl_media=False)
    except SLACK_TROUBLE as error:
        _log.warning("person_not_told", extra={"error": short_of(error)})


def _channel_of(body: Mapping[str, Any]) -> str:
    channel = body.get("channel")
    if isinstance(channel, Mapping):
        return str(channel.get("id") or "")
    return str(body.get("channel_id") or "")
