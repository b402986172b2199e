"""What a browser posts, as the values that inputs hold."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import FileStorage, MultiDict

from playground.block_ties import options_of
from playground.forms import stamp
from playground.inputs import HOLDS, elements_of, held, holding
from playground.objects import file_json
from playground.person import Person
from playground.records import Message, View

Json = dict[str, Any]
Surface = Message | View


def field_name(block: Json, element: Json) -> str:
    return f"{block['block_id']}|{element['action_id']}"


def posted_states(
    person: Person,
    surface: Surface,
    fields: MultiDict[str, str],
    uploads: MultiDict[str, FileStorage],
) -> list[tuple[Json, Json, Json]]:
    """Block, element and new state for everything of the surface that the browser has sent."""
    made = []
    for block in surface.blocks:
        for element in elements_of(block):
            if element["type"] not in HOLDS:
                continue
            name = field_name(block, element)
            if element["type"] == "file_input":
                chosen = [upload for upload in uploads.getlist(name) if upload.filename]
                if chosen:
                    before = held_files(surface, block, element) if element.get("max_files", 10) > 1 else []
                    made.append((block, element, holding(element, [*before, *_files(person, chosen)])))
            elif name in fields:
                made.append(
                    (
                        block,
                        element,
                        holding(element, _value(person, surface, block, element, fields.getlist(name))),
                    )
                )
    return made


def held_files(surface: Surface, block: Json, element: Json) -> list[Json]:
    """The files chosen so far."""
    state = surface.entered.get(block["block_id"], {}).get(element["action_id"])
    return list(held(element, state)) if state else []


def _files(person: Person, chosen: list[FileStorage]) -> list[Json]:
    return [
        file_json(person.core, person.upload(str(upload.filename), upload.stream.read())) for upload in chosen
    ]


def _value(person: Person, surface: Surface, block: Json, element: Json, sent: list[str]) -> Any:
    kind = element["type"]
    # The page sends an empty field beside check boxes and menus, so that "none" can be told from "not shown".
    given = [one for one in sent if one]
    if kind.startswith("multi_") or kind == "checkboxes":
        return [_one(person, surface, block, element, one) for one in given]
    return _one(person, surface, block, element, given[-1]) if given else None


def _one(person: Person, surface: Surface, block: Json, element: Json, sent: str) -> Any:
    kind = element["type"]
    if kind == "datetimepicker":
        return stamp(datetime.fromisoformat(sent).replace(tzinfo=ZoneInfo(person.user.tz)))
    if "external_select" in kind:
        offered = json.loads(sent)
        return {"text": offered["text"], "value": offered["value"]}
    if HOLDS[kind][0] in {"selected_option", "selected_options"}:
        return next((option for option in options_of(element) if option["value"] == sent), None)
    return sent.replace("\r\n", "\n")
