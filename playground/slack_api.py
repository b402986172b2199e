"""The Web API over HTTP: who may call, how often, and what goes wrong on demand."""

import json
import math
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Request, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from playground import api_chat, api_conversations, api_files, api_people, api_views
from playground.core import Core, Failure
from playground.records import ApiError, Call, Message
from playground.state import APP, BOT, BOT_USER, TEAM, new_id

NEEDS = {
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.info": "channels:read",
    "conversations.join": "channels:join",
    "conversations.members": "channels:read",
    "conversations.open": "im:write",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.info": "files:read",
    "usergroups.users.list": "usergroups:read",
    "users.info": "users:read",
}
"""The scope that each method asks for; the others ask for none."""

Json = dict[str, Any]
Method = Callable[[Core, Json], Json]
Answer = tuple[Json, int, dict[str, str]]

JSON_ARGS = ("blocks", "view", "attachments", "files", "metadata")


def auth_test(core: Core, args: Json) -> Json:
    return {
        "url": f"{core.base_url}/",
        "team": core.team_name,
        "user": core.state.users[BOT_USER].name,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def api_test(core: Core, args: Json) -> Json:
    return {"args": args}


def open_socket(core: Core, args: Json) -> Json:
    ticket = new_id("S")
    core.tickets.add(ticket)
    return {"url": f"{core.socket_url}/link/?ticket={ticket}&app_id={APP}"}


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "api.test": api_test,
    "apps.connections.open": open_socket,
    **api_people.METHODS,
    **api_chat.METHODS,
    **api_conversations.METHODS,
    **api_views.METHODS,
    **api_files.METHODS,
}


def answer(core: Core, method: str, args: Json, token: str) -> Answer:
    """The answer to one call: body, status, headers."""
    with core.state.changing():
        failure = core.take_failure(method)
        if failure and not failure.after_effect:
            made = _failed(failure)
        else:
            made = _honest(core, method, args, token)
            if failure:
                made = _failed(failure)
        core.state.calls.append(Call(method, args, time.time(), made[0]))
        return made


def _honest(core: Core, method: str, args: Json, token: str) -> Answer:
    if method not in METHODS:
        return {"ok": False, "error": "unknown_method"}, 200, {}
    try:
        _check_token(core, method, token)
        _check_scope(core, method)
        wait = core.limits.wait(method, str(args.get("channel", "")))
        if wait:
            return {"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(math.ceil(wait))}
        return {"ok": True, **METHODS[method](core, args)}, 200, {}
    except ApiError as error:
        body: Json = {"ok": False, "error": error.code, **error.more}
        if error.messages:
            body |= {"errors": error.messages, "response_metadata": {"messages": error.messages}}
        return body, 200, {}


def _failed(failure: Failure) -> Answer:
    if failure.retry_after is not None:
        return {"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(failure.retry_after)}
    return {"ok": False, "error": failure.error or "internal_error"}, failure.status or 200, {}


def _check_token(core: Core, method: str, token: str) -> None:
    if method == "api.test":
        return
    if not token:
        raise ApiError("not_authed")
    if method == "apps.connections.open":
        if token != core.app_token:
            raise ApiError("not_allowed_token_type" if token == core.bot_token else "invalid_auth")
    elif token != core.bot_token:
        raise ApiError("not_allowed_token_type" if token == core.app_token else "invalid_auth")


def _check_scope(core: Core, method: str) -> None:
    needed = NEEDS.get(method)
    if needed and needed not in core.scopes:
        raise ApiError("missing_scope", needed=needed, provided=",".join(sorted(core.scopes)))


def arguments(asked: Request) -> tuple[Json, str]:
    """Arguments and token, from whichever place slack_sdk has put them."""
    args: Json = {**asked.args.to_dict(), **asked.form.to_dict()}
    if asked.is_json:
        body = asked.get_json(silent=True)
        args |= body if isinstance(body, dict) else {}
    for key in JSON_ARGS:
        if isinstance(args.get(key), str):
            try:
                args[key] = json.loads(args[key])
            except ValueError:
                continue
    header = asked.headers.get("Authorization", "")
    token = header.removeprefix("Bearer ").strip() or str(args.get("token", ""))
    args.pop("token", None)
    return args, token


def respond(core: Core, token: str, body: Json) -> None:
    """What the bot says through a response_url."""
    with core.state.changing():
        reply = core.use_reply(token)
        state = core.state
        shown = [m for m in state.messages if reply.message_ts and m.ts == reply.message_ts]
        if body.get("delete_original"):
            for message in shown:
                state.remove_message(message)
            return
        text, blocks = api_chat.checked(body)
        if body.get("replace_original") and shown:
            shown[0].text, shown[0].blocks = text, blocks
            shown[0].edits += 1
            return
        is_public = body.get("response_type") == "in_channel"
        message = Message(
            reply.channel, state.new_ts(), BOT_USER, text, blocks, thread_ts=body.get("thread_ts")
        )
        message.only_for = None if is_public else reply.user
        state.add_message(message)


def make_api(core: Core) -> Blueprint:
    """The addresses that the bot calls."""
    pages = Blueprint("slack_api", __name__)

    @pages.route("/api/<method>", methods=["GET", "POST"])
    def call(method: str) -> Answer:
        args, token = arguments(request)
        return answer(core, method, args, token)

    @pages.post("/upload/v1/<file_id>")
    def upload(file_id: str) -> tuple[str, int]:
        # slack_sdk posts the bare bytes but calls them a form, so the form must not be parsed.
        is_multipart = request.mimetype == "multipart/form-data"
        content = next(iter(request.files.values())).read() if is_multipart else request.get_data()
        with core.state.changing():
            file = core.state.files.get(file_id)
            if file is None or file.is_complete or len(content) != file.size:
                return "file size does not match", 400
            file.content = content
        return f"OK - {len(content)}", 200

    @pages.get("/files-pri/<key>/<name>", defaults={"mode": ""})
    @pages.get("/files-pri/<key>/<mode>/<name>")
    def download(key: str, mode: str, name: str) -> AnyResponse:
        file = core.state.files.get(key.rpartition("-")[2])
        if request.headers.get("Authorization") != f"Bearer {core.bot_token}" or file is None:
            # Slack does not refuse: it sends whoever has no token to its login page, with 200 at the end.
            return redirect(f"{core.base_url}/login?redir={request.path}")
        return Response(file.content, mimetype="application/octet-stream")

    @pages.get("/login")
    def login() -> str:
        return "<!DOCTYPE html><title>Sign in | Slack</title><h1>Sign in to your workspace</h1>"

    @pages.post("/response/<token>")
    def response_url(token: str) -> tuple[str, int]:
        try:
            respond(core, token, request.get_json(silent=True) or {})
        except ApiError as error:
            return error.code, 404 if error.code.endswith("_url") else 400
        return "ok", 200

    return pages
