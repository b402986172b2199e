"""The `chat.` methods."""

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
    message.is_broadcast = message.is_reply and is_true(args.get("reply_broadcast"))
    core.state.add_message(message)
    return {"channel": channel.id, "ts": message.ts, "message": message_json(core, message)}


def is_true(value: Any) -> bool:
    """A boolean argument, as JSON or as a form sends it."""
    return value is True or str(value).lower() in {"true", "1"}


def own_message(core: Core, args: Json, refusal: str) -> Message:
    channel = core.state.channel(str(args.get("channel")))
    if channel.is_archived:
        raise ApiError("is_inactive")
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
    core.state.remove_message(message)
    return {"channel": message.channel, "ts": message.ts}


def post_ephemeral(core: Core, args: Json) -> Json:
    channel = destination(core, args.get("channel"))
    user = str(args.get("user"))
    if user not in core.state.stacks or user not in channel.members:
        raise ApiError("user_not_in_channel")
    text, blocks = checked(args)
    message = Message(
        channel.id,
        core.state.new_ts(),
        BOT_USER,
        text,
        blocks,
        thread_ts=args.get("thread_ts"),
        only_for=user,
    )
    core.state.add_message(message)
    return {"message_ts": message.ts}


def permalink(core: Core, args: Json) -> Json:
    channel = core.state.channel(str(args.get("channel")))
    message = core.state.message(channel.id, str(args.get("message_ts")))
    where = f"{core.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        where += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": where}


METHODS = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
    "chat.getPermalink": permalink,
}
