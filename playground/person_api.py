"""A person's keyboard over plain HTTP and JSON, for scripts in other languages."""

import base64
from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from playground.objects import message_json, view_json
from playground.person import Person, Where
from playground.records import ApiError, DispatchFailed, Message, View

Json = dict[str, Any]


def shown_view(view: View | None) -> Json | None:
    if view is None:
        return None
    labels = {b["block_id"]: b["label"]["text"] for b in view.blocks if b["type"] == "input"}
    return {
        "id": view.id,
        "title": view.title,
        "text": view.plain(),
        "labels": view.labels,
        "buttons": view.buttons,
        "errors": {labels[key]: words for key, words in view.errors.items()},
        "view": view_json(view),
    }


def shown_message(person: Person, message: Message) -> Json:
    return {
        "text": message.plain(),
        "buttons": message.buttons,
        "is_ephemeral": message.is_ephemeral,
        "thread": [shown_message(person, r) for r in message.thread if r.is_for(person.user.id)],
        "message": message_json(person.core, message),
    }


def _decoded(value: Any) -> Any:
    """`{"name": …, "text" or "base64": …}` stands for a file, alone or in a list."""
    if isinstance(value, dict) and "name" in value:
        content = (
            base64.b64decode(value["base64"]) if "base64" in value else str(value.get("text", "")).encode()
        )
        return str(value["name"]), content
    return [_decoded(one) for one in value] if isinstance(value, list) else value


def _where(person: Person, said: Json) -> Where:
    """`"modal"`, `"home"`, or a message by its `ts`."""
    where = said.get("where")
    if isinstance(where, dict):
        for message in person.visible():
            if message.ts == where.get("ts"):
                return message
        raise LookupError("there is no such message")
    if where in (None, "modal", "home"):
        return where
    raise ValueError('where is "modal", "home" or {"ts": …}')


def _dismiss(person: Person, said: Json) -> None:
    where = _where(person, {"where": {"ts": said["ts"]}})
    if isinstance(where, Message):
        person.dismiss(where)


ANSWERED: dict[str, Callable[[Person, Json], Json]] = {
    "type": lambda p, said: {
        "text": p.type(str(said["line"]), str(said.get("channel", "events")), thread=said.get("thread"))
    },
    "press": lambda p, said: {"url": p.press(str(said["button"]), said.get("near"), _where(p, said))},
    "press_enter": lambda p, said: {"errors": p.press_enter(str(said["label"]), _where(p, said))},
    "offered": lambda p, said: {"options": p.offered(said.get("near"), _where(p, said))},
    "submit": lambda p, _: {"errors": p.submit()},
    "open_home": lambda p, _: {"home": shown_view(p.open_home())},
}
DONE: dict[str, Callable[[Person, Json], None]] = {
    "fill": lambda p, said: p.fill(str(said["label"]), _decoded(said["value"]), _where(p, said)),
    "type_into": lambda p, said: p.type_into(str(said["label"]), str(said["text"]), _where(p, said)),
    "select": lambda p, said: p.select(str(said["near"]), _decoded(said["value"]), _where(p, said)),
    "check": lambda p, said: p.check(str(said["option"]), said.get("near"), _where(p, said)),
    "uncheck": lambda p, said: p.uncheck(str(said["option"]), said.get("near"), _where(p, said)),
    "dismiss": _dismiss,
    "close": lambda p, _: p.close(),
    "back": lambda p, _: p.back(),
    "open_messages": lambda p, _: p.open_messages(),
}


def _do(person: Person, deed: str, said: Json) -> Json:
    if deed in ANSWERED:
        return ANSWERED[deed](person, said)
    DONE[deed](person, said)
    return {}


def make_person_api(person_named: Callable[[str], Person]) -> Blueprint:
    """`GET /people/<name>` shows what a person sees; `POST /people/<name>/<deed>` does something."""
    pages = Blueprint("person_api", __name__)

    @pages.get("/people/<name>")
    def look(name: str) -> ResponseReturnValue:
        person = person_named(name)
        channel = request.args.get("channel", "sendinvites")
        return jsonify(
            modal=shown_view(person.modal),
            home=shown_view(person.home),
            messages=[
                shown_message(person, message) for message in person.read(channel, request.args.get("thread"))
            ],
        )

    @pages.post("/people/<name>/<deed>")
    def do(name: str, deed: str) -> ResponseReturnValue:
        # Only a script or our own page can send JSON here: a foreign web page would have to ask first.
        said = request.get_json(silent=True) if request.is_json else None
        if not isinstance(said, dict) or deed not in ANSWERED | DONE:
            return jsonify(error=f"post a JSON object to one of {', '.join(ANSWERED | DONE)}"), 400
        person = person_named(name)
        try:
            return jsonify(_do(person, deed, said) | {"modal": shown_view(person.modal)})
        except KeyError as error:
            return jsonify(error=f"say {error.args[0]} as well"), 400
        except (LookupError, ValueError) as error:
            return jsonify(error=str(error)), 409
        except DispatchFailed as error:
            return jsonify(error=str(error)), 502

    @pages.errorhandler(ApiError)
    def unknown(error: ApiError) -> ResponseReturnValue:
        return jsonify(error=error.code), 404

    return pages
