"""A person's keyboard over plain HTTP and JSON, for scripts in other languages."""

import base64
from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from playground.objects import message_json, view_json
from playground.person import Person
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
        "thread": [shown_message(person, reply) for reply in message.thread],
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


def _press(person: Person, said: Json) -> Json:
    return {"url": person.press(str(said["button"]), said.get("near"), said.get("where"))}


def _fill(person: Person, said: Json) -> Json:
    person.fill(str(said["label"]), _decoded(said["value"]))
    return {}


def _submit(person: Person, said: Json) -> Json:
    return {"errors": person.submit()}


def _close(person: Person, said: Json) -> Json:
    person.close()
    return {}


def _back(person: Person, said: Json) -> Json:
    person.back()
    return {}


def _open_home(person: Person, said: Json) -> Json:
    person.open_home()
    return {}


DEEDS: dict[str, Callable[[Person, Json], Json]] = {
    "type": lambda person, said: {"text": person.type(str(said["line"]), str(said.get("channel", "events")))},
    "press": _press,
    "fill": _fill,
    "submit": _submit,
    "close": _close,
    "back": _back,
    "open_home": _open_home,
}


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
            messages=[shown_message(person, message) for message in person.read(channel)],
        )

    @pages.post("/people/<name>/<deed>")
    def do(name: str, deed: str) -> ResponseReturnValue:
        # Only a script or our own page can send JSON here: a foreign web page would have to ask first.
        said = request.get_json(silent=True) if request.is_json else None
        if not isinstance(said, dict) or deed not in DEEDS:
            return jsonify(error=f"post a JSON object to one of {', '.join(DEEDS)}"), 400
        person = person_named(name)
        try:
            return jsonify(DEEDS[deed](person, said) | {"modal": shown_view(person.modal)})
        except (LookupError, ValueError) as error:
            return jsonify(error=str(error)), 409
        except DispatchFailed as error:
            return jsonify(error=str(error)), 502

    @pages.errorhandler(ApiError)
    def unknown(error: ApiError) -> ResponseReturnValue:
        return jsonify(error=error.code), 404

    return pages
