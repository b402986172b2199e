"""The `chat.` and `conversations.` methods."""

from typing import Any

from playground.block_rules import LONGEST_MESSAGE, LONGEST_UPDATE, problems
from playground.core import Core
from playground.inputs import carried_over, complete
from playground.objects import message_json
from playground.records import ApiError, Channel, Message
from playground.state import BOT_USER

Json = dict[str, Any]


def checked(args: Json, longest: int = LONGEST_MESSAGE) -> tuple[str, list[Json]]:
    """Text and blocks of a message, if Slack would take them."""
    text, blocks = args.get("text"), args.get("blocks") or []
    if not text and not blocks:
        raise ApiError("no_text")
    if isinstance(text, str) and len(text) > longest:
        raise ApiError("msg_too_long")
    judged = {key: args[key] for key in ("text", "blocks", "attachments") if args.get(key) is not None}
    if found := problems(judged, "message", longest_text=longest):
        raise ApiError("invalid_blocks", *found)
    return str(text), complete(blocks)


def destination(core: Core, key: Any) -> Channel:
    """Where the bot may post: a person's direct messages, or a live channel it is a member of."""
    if not key:
        raise ApiError("channel_not_found")
    if str(key) in core.state.stacks:
        return core.state.direct(str(key))
    channel = core.state.channel(str(key))
    if channel.is_archived:
        raise ApiError("is_archived")
    if BOT_USER not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def post_message(core: Core, args: Json) -> Json:
    channel = destination(core, args.get("channel"))
    text, blocks = checked(args)
    thread_ts = args.get("thread_ts")
    message = Message(channel.id, core.state.new_ts(), BOT_USER, text, blocks, thread_ts=thread_ts)
    core.state.add_message(message)
    return {"channel": channel.id, "ts": message.ts, "message": message_json(core, message)}


def own_message(core: Core, args: Json, refusal: str) -> Message:
    channel = core.state.channel(str(args.get("channel")))
    message = core.state.message(channel.id, str(args.get("ts")))
    if message.user != BOT_USER:
        raise ApiError(refusal)
    return message


def update(core: Core, args: Json) -> Json:
    """Amends one of the bot's messages. Text without blocks drops the blocks, as in Slack."""
    message = own_message(core, args, "cant_update_message")
    text, blocks = checked(args, LONGEST_UPDATE)
    message.text, message.blocks = text, blocks
    message.entered = carried_over(message.entered, blocks)
    message.edits += 1
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": text,
        "message": message_json(core, message),
    }


def delete(core: Core, args: Json) -> Json:
    message = own_message(core, args, "cant_delete_message")
    core.state.messages.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def post_ephemeral(core: Core, args: Json) -> Json:
    channel = destination(core, args.get("channel"))
    user = str(args.get("user"))
    if user not in core.state.stacks or user not in channel.members:
        raise ApiError("user_not_in_channel")
    text, blocks = checked(args)
    message = Message(channel.id, core.state.new_ts(), BOT_USER, text, blocks, only_for=user)
    core.state.add_message(message)
    return {"message_ts": message.ts}


def permalink(core: Core, args: Json) -> Json:
    channel = core.state.channel(str(args.get("channel")))
    message = core.state.message(channel.id, str(args.get("message_ts")))
    where = f"{core.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": where}


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


METHODS = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
    "chat.getPermalink": permalink,
    "conversations.open": open_direct,
    "conversations.info": info,
    "conversations.join": join,
}
