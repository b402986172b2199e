"""What a person says of a value, as the value that an element holds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from playground.forms import choose, picked
from playground.inputs import held, initial
from playground.objects import file_json
from playground.records import Message, View

if TYPE_CHECKING:
    from playground.person import Person

Json = dict[str, Any]
Upload = tuple[str, bytes]
Surface = Message | View


def entered_value(person: "Person", surface: Surface, block: Json, element: Json, value: Any) -> Any:
    """A file as name and content, an option by its text, people and channels by name, else what was typed."""
    kind = element["type"]
    if kind.startswith("multi_") and value and len(value) > element.get("max_selected_items", 100):
        raise LookupError(f"no more than {element['max_selected_items']} can be chosen here")
    if value is None:
        return held(element, initial({"type": kind}, None))
    if kind == "file_input":
        return _files(person, value)
    if kind in {"datepicker", "timepicker", "datetimepicker"}:
        return picked(kind, value)
    if "users_select" in kind or "conversations_select" in kind or "channels_select" in kind:
        find = _user_id if "users_select" in kind else _room_id
        return [find(person, one) for one in value] if kind.startswith("multi_") else find(person, str(value))
    if "select" in kind or kind in {"radio_buttons", "checkboxes"}:
        wanted = [value] if isinstance(value, str) else value
        chosen = [choose(_options(person, surface, block, element, one), one) for one in wanted]
        return chosen if kind.startswith("multi_") or kind == "checkboxes" else chosen[0]
    return str(value)


def _options(person: "Person", surface: Surface, block: Json, element: Json, typed: str) -> list[Json]:
    if "external" in element["type"]:
        return person.desk.suggestions(person.user, surface, block, element, typed)
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(option for group in groups for option in group["options"])]


def _files(person: "Person", value: Upload | Sequence[Upload]) -> list[Json]:
    uploads = [value] if isinstance(value, tuple) else value
    return [file_json(person.core, person.upload(name, content)) for name, content in uploads]


def _user_id(person: "Person", name: str) -> str:
    return person.state.user(name).id


def _room_id(person: "Person", name: str) -> str:
    return person.room(name).id
