"""The one place that makes text safe for Slack.

What people typed goes into ``plain_text`` wherever a block takes it. Where it must stand in mrkdwn, and in
the top-level text of a message, which Slack reads as mrkdwn too, it goes through ``safe``.
"""

import re
import unicodedata
from datetime import UTC, datetime

from campaigns.errors import NotAllowed, SendInvitesError, StateError
from campaigns.when import short_time

ELLIPSIS = "…"

# Bidi embeddings, overrides and isolates disguise the words that follow them. Zero-width joiners stay: emoji
# and several scripts need them.
_DISGUISES = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_USER_ID = re.compile(r"[UW][A-Z0-9]{1,20}")
_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{1,20}")
_ESCAPED_MENTION = re.compile(r"&lt;@([UW][A-Z0-9]{1,20})&gt;")


def tidy(text: str) -> str:
    """``text`` without control characters and without marks that change the reading order of what follows."""
    return "".join(
        c
        for c in text
        if c == "\n" or (unicodedata.category(c) not in {"Cc", "Cs"} and ord(c) not in _DISGUISES)
    )


def cut(text: str, limit: int) -> str:
    """``text`` tidied and at most ``limit`` characters long; never empty, for Slack refuses empty texts."""
    clean = tidy(text).strip() or "\N{EN DASH}"
    return clean if len(clean) <= limit else clean[: limit - 1].rstrip() + ELLIPSIS


def escape(text: str) -> str:
    """The three characters that mean something to Slack, as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def safe(text: str, limit: int = 200) -> str:
    """``text`` for mrkdwn, at most ``limit`` characters long after escaping; no entity is cut in two."""
    clean = cut(text, limit)
    escaped = escape(clean)
    if len(escaped) <= limit:
        return escaped
    kept: list[str] = []
    room = limit - len(ELLIPSIS)
    for one in map(escape, clean.removesuffix(ELLIPSIS)):
        room -= len(one)
        if room < 0:
            break
        kept.append(one)
    return "".join(kept).rstrip() + ELLIPSIS


def mention(user: str) -> str:
    """A person by id; anything that is no user id is shown as it is."""
    return f"<@{user}>" if _USER_ID.fullmatch(user) else safe(user, 40)


def channel_link(channel: str) -> str:
    """A channel by id; anything that is no channel id is shown as it is."""
    return f"<#{channel}>" if _CHANNEL_ID.fullmatch(channel) else safe(channel, 40)


def moment(at: datetime) -> str:
    """A time that each reader sees in their own zone."""
    fallback = short_time(at.astimezone(UTC), "UTC")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def advice(error: SendInvitesError) -> str:
    """An error with its hint. Only errors that hold nothing typed may mention a person."""
    text = safe(str(error), 2_500)
    if isinstance(error, NotAllowed | StateError):
        return _ESCAPED_MENTION.sub(r"<@\1>", text)
    return text
