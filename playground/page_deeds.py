"""What the page's buttons and fields post."""

from collections.abc import Callable

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from playground.forms import client_errors
from playground.interactions import place_of
from playground.page_drawing import find_surface
from playground.page_forms import posted_states
from playground.person import Person

PersonNamed = Callable[[str], Person]


def _submit(person: Person) -> None:
    view = person.modal
    if view is None:
        return
    refused = client_errors(view.blocks, view.entered, view.channel)
    with person.state.changing():
        view.errors = refused
    if not refused:
        person.submit()


def make_deeds(person_named: PersonNamed) -> Blueprint:
    """What the page's buttons and fields post."""
    deeds = Blueprint("deeds", __name__, url_prefix="/ui/<name>")

    def keep(person: Person) -> None:
        key = request.form.get("surface")
        if key:
            surface = find_surface(person, key)
            for block, element, held_now in posted_states(person, surface, request.form, request.files):
                person.desk.keep(surface, block, element, held_now)

    @deeds.post("/type")
    def say(name: str) -> ResponseReturnValue:
        person = person_named(name)
        person.type(request.form["line"], request.form["channel"])
        return "", 204

    @deeds.post("/keep")
    def keep_fields(name: str) -> ResponseReturnValue:
        keep(person_named(name))
        return "", 204

    @deeds.post("/act")
    def act(name: str) -> ResponseReturnValue:
        person = person_named(name)
        keep(person)
        surface = find_surface(person, request.form["surface"])
        block, element = place_of(surface, request.form["block"], request.form["action"])
        options = {option["value"]: option for option in element.get("options", [])}
        person.desk.act(person.user, surface, block, element, options.get(request.form.get("option", "")))
        return "", 204

    @deeds.post("/submit")
    def submit(name: str) -> ResponseReturnValue:
        person = person_named(name)
        keep(person)
        _submit(person)
        return "", 204

    @deeds.post("/close")
    def close(name: str) -> ResponseReturnValue:
        person = person_named(name)
        (person.close if request.form.get("whole") else person.back)()
        return "", 204

    @deeds.post("/home")
    def home(name: str) -> ResponseReturnValue:
        person_named(name).open_home()
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
