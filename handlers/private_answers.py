"""Answers that only the person who asked can see, also where the bot is no member."""

import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt import Respond
from slack_sdk import WebClient

from handlers.messages import Message
from handlers.mishaps import tell_privately
from handlers.slack_faults import SLACK_TROUBLE

_log = logging.getLogger(__name__)


def answer(
    respond: Respond, client: WebClient, body: Mapping[str, Any], message: Message, *, instead: bool = False
) -> None:
    """Say it by the request's own address; ``instead``: in place of the private message that was pressed.

    Where that address has grown too old, its words come as any other private message.
    """
    try:
        sent = respond(
            text=message.text,
            blocks=message.blocks,
            response_type="ephemeral",
            replace_original=instead,
            unfurl_links=False,
            unfurl_media=False,
        )
    except SLACK_TROUBLE as error:
        _log.info("response_url_not_reached", extra={"error": type(error).__name__})
    else:
        if sent.status_code == 200:
            return
        _log.info("response_url_refused", extra={"status": sent.status_code})
    tell_privately(client, body, message.text)


def is_private(body: Mapping[str, Any]) -> bool:
    """Whether what was pressed stands in a message that only this person sees."""
    return bool((body.get("container") or {}).get("is_ephemeral"))
