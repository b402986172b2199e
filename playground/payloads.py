"""What Slack sends to the bot when a person does something."""

import secrets
import time
from typing import Any

from playground.core import Core, ReplyAddress
from playground.inputs import HOLDS, held, holding, state_values
from playground.objects import message_json, view_json
from playground.records import Channel, Message, User, View
from playground.state import APP, BOT, BOT_USER, TEAM

Json = dict[str, Any]


def reply_address(core: Core, user: str, channel: str, message_ts: str | None = None) -> str:
    """A fresh response_url."""
    token = secrets.token_urlsafe(12)
    core.replies[token] = ReplyAddress(user, channel, core.clock(), message_ts)
    return f"{core.base_url}/response/{token}"


def channel_name(channel: Channel) -> str:
    return "directmessage" if channel.is_im else channel.name


def slash_command(core: Core, user: User, channel: Channel, command: str, text: str) -> Json:
    return {
        "token": "playground",
        "team_id": TEAM,
        "team_domain": core.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": reply_address(core, user.id, channel.id),
        "trigger_id": core.triggers.make(user.id, channel=channel.id),
    }


def _envelope(core: Core, kind: str, user: User) -> Json:
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": core.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM},
        "api_app_id": APP,
        "token": "playground",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _message_place(core: Core, user: User, message: Message) -> Json:
    channel = core.state.channels[message.channel]
    return {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.is_ephemeral,
        },
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": message_json(core, message),
        "state": {"values": state_values(message.blocks, message.entered, channel.id)},
        "response_url": reply_address(core, user.id, channel.id, message.ts),
    }


def _view_place(view: View) -> Json:
    return {"container": {"type": "view", "view_id": view.id}, "view": view_json(view)}


def _trigger(core: Core, user: User, surface: Message | View) -> str:
    if isinstance(surface, Message):
        return core.triggers.make(user.id, channel=surface.channel)
    return core.triggers.make(user.id, channel=surface.channel, view=surface.id)


def block_actions(core: Core, user: User, surface: Message | View, action: Json) -> Json:
    place = _message_place(core, user, surface) if isinstance(surface, Message) else _view_place(surface)
    made = _envelope(core, "block_actions", user)
    return {**made, **place, "trigger_id": _trigger(core, user, surface), "actions": [action]}


def action_of(block: Json, element: Json, state: Json | None, option: Json | None = None) -> Json:
    """The one entry of `actions`: which element, and what it says now."""
    made: Json = {
        "type": element["type"],
        "block_id": block["block_id"],
        "action_id": element["action_id"],
        "action_ts": f"{time.time():.6f}",
    }
    if element["type"] == "button":
        made |= {key: element[key] for key in ("text", "value", "style") if key in element}
    elif element["type"] == "overflow":
        made["selected_option"] = option
    elif state is not None:
        made |= holding(element, held(element, state))
        initial_key = HOLDS[element["type"]][1]
        if initial_key in element:
            made[initial_key] = element[initial_key]
    return made


def view_submission(core: Core, user: User, view: View) -> Json:
    made = _envelope(core, "view_submission", user)
    values = state_values(view.blocks, view.entered, view.channel)
    urls = [
        {
            "block_id": block["block_id"],
            "action_id": block["element"]["action_id"],
            "channel_id": chosen,
            "response_url": reply_address(core, user.id, chosen),
        }
        for block in view.blocks
        if block["type"] == "input" and block["element"].get("response_url_enabled")
        if (chosen := held(block["element"], values[block["block_id"]][block["element"]["action_id"]]))
    ]
    return {
        **made,
        "trigger_id": _trigger(core, user, view),
        "view": view_json(view),
        "response_urls": urls,
    }


def view_closed(core: Core, user: User, view: View, *, is_cleared: bool) -> Json:
    return {**_envelope(core, "view_closed", user), "view": view_json(view), "is_cleared": is_cleared}


def block_suggestion(
    core: Core, user: User, surface: Message | View, block: Json, element: Json, typed: str
) -> Json:
    place = _message_place(core, user, surface) if isinstance(surface, Message) else _view_place(surface)
    place.pop("response_url", None)
    return {
        **_envelope(core, "block_suggestion", user),
        **place,
        "block_id": block["block_id"],
        "action_id": element["action_id"],
        "value": typed,
    }


def _event(inner: Json) -> Json:
    """The wrapper around an event."""
    return {
        "token": "playground",
        "team_id": TEAM,
        "api_app_id": APP,
        "event": inner,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(6).upper()}",
        "event_time": int(time.time()),
        "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
        "is_ext_shared_channel": False,
        "context_team_id": TEAM,
        "event_context": BOT,
    }


def app_home_opened(core: Core, user: User, tab: str) -> Json:
    inner: Json = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": core.state.direct(user.id).id,
        "tab": tab,
        "event_ts": f"{time.time():.6f}",
    }
    home = core.state.homes.get(user.id)
    if home and tab == "home":
        inner["view"] = view_json(home)
    return _event(inner)
