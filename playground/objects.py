"""Slack's JSON of the things in the workspace."""

import mimetypes
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from playground.core import Core
from playground.inputs import state_values
from playground.records import Message, StoredFile, User, View
from playground.state import APP, BOT, BOT_USER, TEAM

Json = dict[str, Any]


def user_json(user: User) -> Json:
    return {
        "id": user.id,
        "team_id": TEAM,
        "name": user.name,
        "deleted": False,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "profile": {
            "real_name": user.real_name,
            "display_name": user.name,
            "email": user.email,
            "team": TEAM,
        },
        "is_admin": user.is_admin or user.is_owner,
        "is_owner": user.is_owner,
        "is_primary_owner": user.is_owner,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
    }


def file_json(core: Core, file: StoredFile) -> Json:
    made = _file(core, file)
    return made | {"alt_txt": file.alt_text} if file.alt_text else made


def _file(core: Core, file: StoredFile) -> Json:
    kind = PurePath(file.name).suffix.removeprefix(".").lower()
    private, name = f"{core.base_url}/files-pri/{TEAM}-{file.id}", quote(file.name)
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": mimetypes.guess_type(file.name)[0] or "application/octet-stream",
        "filetype": kind or "binary",
        "pretty_type": kind.upper() or "Binary",
        "user": file.user,
        "user_team": TEAM,
        "editable": False,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{private}/{name}",
        "url_private_download": f"{private}/download/{name}",
        "permalink": f"{core.base_url}/files/{file.user}/{file.id}/{name}",
        "channels": file.shared_in,
        "groups": [],
        "ims": [],
        "file_access": "visible",
    }


def message_json(core: Core, message: Message) -> Json:
    made: Json = {
        "type": "message",
        "text": message.text,
        "user": message.user,
        "ts": message.ts,
        "team": TEAM,
    }
    if message.user == BOT_USER:
        made |= {"bot_id": BOT, "app_id": APP}
    if message.blocks:
        made["blocks"] = message.blocks
    if message.thread_ts:
        made["thread_ts"] = message.thread_ts
    if message.is_broadcast:
        made["subtype"] = "thread_broadcast"
    if message.edits:
        made["edited"] = {"user": message.user, "ts": message.ts}
    if message.files:
        made["files"] = [file_json(core, file) for file in message.files]
    return made


def view_json(view: View) -> Json:
    data = view.data
    return {
        "id": view.id,
        "team_id": TEAM,
        "type": view.type,
        "blocks": view.blocks,
        "private_metadata": view.private_metadata,
        "callback_id": view.callback_id,
        "state": {"values": state_values(view.blocks, view.entered, view.channel)},
        "hash": view.hash,
        "title": data.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "clear_on_close": data.get("clear_on_close", False),
        "notify_on_close": data.get("notify_on_close", False),
        "close": data.get("close"),
        "submit": data.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": APP,
        "external_id": view.external_id,
        "app_installed_team_id": TEAM,
        "bot_id": BOT,
    }
