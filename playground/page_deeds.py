"""What the page's buttons and fields post."""

from collections.abc import Callable
from contextlib import suppress

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue

from playground.forms import client_errors
from playground.inputs import holding
from playground.interactions import place_of
from playground.page_drawing import find_surface
from playground.page_forms import held_files, posted_states
from playground.person import Person
from playground.records import DispatchFailed, Message

PersonNamed = Callable[[str], Person]


def _say(person: Person) -> None:
    said = request.form
    person.type(said["line"], said["channel"], thread=said.get("thread") or None)


def _keep(person: Person) -> None:
    key = request.form.get("surface")
    if key:
        surface = find_surface(person, key)
        for block, element, held_now in posted_states(person, surface, request.form, request.files):
            person.desk.keep(surface, block, element, held_now)


def _act(person: Person) -> None:
    _keep(person)
    surface = find_surface(person, request.form["surface"])
    block, element = place_of(surface, request.form["block"], request.form["action"])
    options = {option["value"]: option for option in element.get("options", [])}
    person.desk.act(person.user, surface, block, element, options.get(request.form.get("option", "")))


def _submit(person: Person) -> None:
    _keep(person)
    view = person.modal
    if view is None:
        return
    refused = client_errors(view.blocks, view.entered, view.channel)
    with person.state.changing():
        view.errors = refused
    if not refused:
        person.submit()


def _close(person: Person) -> None:
    (person.close if request.form.get("whole") else person.back)()


def _dismiss(person: Person) -> None:
    message = find_surface(person, request.form["surface"])
    if isinstance(message, Message):
        person.dismiss(message)


def _drop_file(person: Person) -> None:
    surface = find_surface(person, request.form["surface"])
    block, element = place_of(surface, request.form["block"], request.form["action"])
    kept = [one for one in held_files(surface, block, element) if one["id"] != request.form["file"]]
    person.desk.keep(surface, block, element, holding(element, kept))


def _home(person: Person) -> None:
    # As in Slack: whether the bot hears of an event is not the person's concern.
    with suppress(DispatchFailed):
        person.open_home()


def _messages(person: Person) -> None:
    with suppress(DispatchFailed):
        person.open_messages()


DEEDS: dict[str, Callable[[Person], None]] = {
    "type": _say,
    "keep": _keep,
    "act": _act,
    "submit": _submit,
    "close": _close,
    "dismiss": _dismiss,
    "drop_file": _drop_file,
    "home": _home,
    "messages": _messages,
}


def make_deeds(person_named: PersonNamed) -> Blueprint:
    """`POST /ui/<name>/<deed>` with a form, and the options that an external select asks for."""
    deeds = Blueprint("deeds", __name__, url_prefix="/ui/<name>")

    @deeds.post("/<deed>")
    def do(name: str, deed: str) -> ResponseReturnValue:
        if deed not in DEEDS:
            abort(404)
        DEEDS[deed](person_named(name))
        return "", 204

    @deeds.get("/options")
    def options(name: str) -> ResponseReturnValue:
        person = person_named(name)
        surface = find_surface(person, request.args["surface"])
        block, element = place_of(surface, request.args["block"], request.args["action"])
        return jsonify(
            person.desk.suggestions(person.user, surface, block, element, request.args.get("q", ""))
        )

    return deeds
