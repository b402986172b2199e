"""The `views.` methods, and what a view's life consists of."""

import secrets
from typing import Any

from playground.block_rules import LARGEST_VIEW, problems, view_size
from playground.core import Core
from playground.inputs import carried_over, complete
from playground.objects import view_json
from playground.records import ApiError, View
from playground.state import new_id

Json = dict[str, Any]
DEEPEST = 3


def checked_view(args: Json, kind: str) -> Json:
    view = args.get("view")
    if not isinstance(view, dict):
        raise ApiError("invalid_arguments", "[ERROR] missing required field: view")
    if view.get("type") != kind:
        raise ApiError("invalid_arguments", f"[ERROR] must be a valid {kind} view [json-pointer:/view/type]")
    if view_size(view) > LARGEST_VIEW:
        raise ApiError("view_too_large")
    if found := problems(view, "modal" if kind == "modal" else "home"):
        raise ApiError("invalid_arguments", *found)
    return view


def make_view(core: Core, data: Json, user: str, *, channel: str | None, below: View | None) -> View:
    """A new view on top of `below`, or a new root."""
    external_id = data.get("external_id", "")
    if core.state.find_view("external_id", external_id):
        raise ApiError("duplicate_external_id")
    made = new_id("V")
    return View(
        id=made,
        user=user,
        data={**data, "blocks": complete(data["blocks"])},
        hash=new_hash(),
        root_id=below.root_id if below else made,
        previous_id=below.id if below else None,
        external_id=external_id,
        channel=channel,
    )


def new_hash() -> str:
    return f"{secrets.randbelow(10**10):010d}.{secrets.token_hex(4)}"


def amend(view: View, data: Json) -> None:
    """Shows other content in an open view and keeps what was typed."""
    view.data = {**data, "blocks": complete(data["blocks"])}
    view.hash = new_hash()
    view.external_id = data.get("external_id", view.external_id)
    view.entered = carried_over(view.entered, view.blocks)
    view.errors, view.trouble = {}, ""


def push(core: Core, user: str, data: Json, channel: str | None) -> View:
    """Puts a view on a person's stack."""
    stack = core.state.stacks[user]
    if len(stack) >= DEEPEST:
        raise ApiError("push_limit_reached")
    view = make_view(core, data, user, channel=channel, below=stack[-1] if stack else None)
    stack.append(view)
    return view


def open_view(core: Core, args: Json) -> Json:
    data = checked_view(args, "modal")
    trigger = core.triggers.use(str(args.get("trigger_id")))
    core.state.stacks[trigger.user].clear()
    return {"view": view_json(push(core, trigger.user, data, trigger.channel))}


def push_view(core: Core, args: Json) -> Json:
    data = checked_view(args, "modal")
    trigger = core.triggers.use(str(args.get("trigger_id")))
    stack = core.state.stacks[trigger.user]
    if trigger.view not in [view.id for view in stack]:
        # Only something done inside an open modal may put another one on top of it.
        raise ApiError("invalid_trigger_id")
    return {"view": view_json(push(core, trigger.user, data, stack[0].channel))}


def update_view(core: Core, args: Json) -> Json:
    view = core.state.find_view("id", args.get("view_id")) or core.state.find_view(
        "external_id", args.get("external_id")
    )
    if view is None:
        raise ApiError("not_found")
    data = checked_view(args, view.type)
    if args.get("hash") and args["hash"] != view.hash:
        raise ApiError("hash_conflict")
    amend(view, data)
    return {"view": view_json(view)}


def publish(core: Core, args: Json) -> Json:
    data = checked_view(args, "home")
    user = str(args.get("user_id"))
    if user not in core.state.stacks:
        raise ApiError("user_not_found")
    shown = core.state.homes.get(user)
    if shown and args.get("hash") and args["hash"] != shown.hash:
        raise ApiError("hash_conflict")
    if shown:
        amend(shown, data)
    else:
        shown = core.state.homes[user] = make_view(core, data, user, channel=None, below=None)
    return {"view": view_json(shown)}


METHODS = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish,
}
