"""The `users.` and `usergroups.` methods."""

from typing import Any

from playground.core import Core
from playground.objects import user_json
from playground.records import ApiError

Json = dict[str, Any]


def info(core: Core, args: Json) -> Json:
    user = core.state.users.get(str(args.get("user")))
    if user is None:
        raise ApiError("user_not_found")
    return {"user": user_json(user)}


def group_members(core: Core, args: Json) -> Json:
    users = core.state.groups.get(str(args.get("usergroup")))
    if users is None:
        raise ApiError("no_such_subteam")
    return {"users": list(users)}


METHODS = {"users.info": info, "usergroups.users.list": group_members}
