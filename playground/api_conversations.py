"""The `conversations.` methods."""

from typing import Any

from playground.core import Core
from playground.records import ApiError, Channel
from playground.state import BOT_USER

Json = dict[str, Any]
MOST_MEMBERS = 1000


def channel_json(channel: Channel) -> Json:
    if channel.is_im:
        return {"id": channel.id, "is_im": True, "user": channel.user, "is_archived": False}
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": True,
        "is_im": False,
        "is_private": False,
        "is_archived": channel.is_archived,
        "is_member": BOT_USER in channel.members,
        "num_members": len(channel.members),
    }


def open_direct(core: Core, args: Json) -> Json:
    users = str(args.get("users") or "").split(",")
    if len(users) != 1 or users[0] not in core.state.stacks:
        raise ApiError("users_not_found")
    channel = core.state.direct(users[0])
    return {"channel": channel_json(channel) if args.get("return_im") else {"id": channel.id}}


def info(core: Core, args: Json) -> Json:
    return {"channel": channel_json(core.state.channel(str(args.get("channel"))))}


def join(core: Core, args: Json) -> Json:
    channel = core.state.channel(str(args.get("channel")))
    if channel.is_archived:
        raise ApiError("is_archived")
    if channel.is_im:
        raise ApiError("method_not_supported_for_channel_type")
    channel.members.add(BOT_USER)
    return {"channel": channel_json(channel)}


def members(core: Core, args: Json) -> Json:
    """Who is in a channel, a page at a time."""
    channel = core.state.channel(str(args.get("channel")))
    limit, cursor = str(args.get("limit") or 100), str(args.get("cursor") or "0")
    if not limit.isdigit() or not 0 < int(limit) <= MOST_MEMBERS:
        raise ApiError("invalid_limit")
    everyone = sorted(channel.members)
    if not cursor.isdigit() or int(cursor) > len(everyone):
        raise ApiError("invalid_cursor")
    end = int(cursor) + int(limit)
    more = str(end) if end < len(everyone) else ""
    return {"members": everyone[int(cursor) : end], "response_metadata": {"next_cursor": more}}


METHODS = {
    "conversations.open": open_direct,
    "conversations.info": info,
    "conversations.join": join,
    "conversations.members": members,
}
