"""What an input holds: the forms in which Slack hands over each element's value."""

import hashlib
import json
import secrets
from copy import deepcopy
from typing import Any

Json = dict[str, Any]

# type of element -> (where the value stands in the state, the key of its initial value)
HOLDS = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "file_input": ("files", ""),
}


def complete(blocks: list[Json]) -> list[Json]:
    """A copy in which every block and element has the id that Slack makes up where there is none.

    Inputs get another one each time, as in Slack. Buttons keep theirs for as long as they mean the same, or a
    press would miss whenever the bot draws a view or a message anew under the finger.
    """
    made = deepcopy(blocks)
    taken = {block.get("block_id") for block in made}
    for block in made:
        if "block_id" not in block:
            meant = _id_of_buttons(block)
            block["block_id"] = secrets.token_urlsafe(4) if meant is None or meant in taken else meant
            taken.add(block["block_id"])
        for element in elements_of(block):
            if element["type"] in HOLDS or element["type"] in {"button", "overflow"}:
                element.setdefault("action_id", secrets.token_urlsafe(4))
    return made


def _id_of_buttons(block: Json) -> str | None:
    """Made of what the buttons in ``block`` do; None for any other block."""
    elements = elements_of(block)
    if not elements or any(element["type"] in HOLDS for element in elements):
        return None
    meant = [[element.get(key) for key in ("action_id", "value", "options")] for element in elements]
    return hashlib.blake2s(json.dumps(meant).encode(), digest_size=6).hexdigest()


def elements_of(block: Json) -> list[Json]:
    """The elements of an input, section or actions block."""
    found = [block[key] for key in ("accessory", "element") if isinstance(block.get(key), dict)]
    if block["type"] == "actions":
        found += block["elements"]
    return found


def triggers_of(element: Json) -> list[str]:
    """What in the typing the bot wants to hear of, where its block dispatches; Enter if it does not say."""
    config = element.get("dispatch_action_config") or {}
    return list(config.get("trigger_actions_on") or ["on_enter_pressed"])


def is_many(kind: str) -> bool:
    return kind.startswith("multi_") or kind in {"checkboxes", "file_input"}


def holding(element: Json, value: Any) -> Json:
    """The state of an element that holds this value."""
    return {"type": element["type"], HOLDS[element["type"]][0]: value}


def held(element: Json, state: Json) -> Any:
    """The bare value in an element's state."""
    return state[HOLDS[element["type"]][0]]


def initial(element: Json, channel: str | None) -> Json:
    """What an untouched element holds."""
    kind = element["type"]
    empty: Any = [] if is_many(kind) else None
    value = element.get(HOLDS[kind][1], empty)
    if value is None and channel and element.get("default_to_current_conversation"):
        value = channel
    return holding(element, value)


def state_values(blocks: list[Json], entered: Json, channel: str | None) -> Json:
    """`state.values` of a surface: everything that holds a value, keyed by block and action."""
    values: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] not in HOLDS:
                continue
            block_id, action_id = block["block_id"], element["action_id"]
            state = entered.get(block_id, {}).get(action_id) or initial(element, channel)
            values.setdefault(block_id, {})[action_id] = state
    return values


def carried_over(entered: Json, blocks: list[Json]) -> Json:
    """What was typed stays through an update, where block_id, action_id and type are the same."""
    kept: Json = {}
    for block in blocks:
        for element in elements_of(block):
            state = entered.get(block["block_id"], {}).get(element.get("action_id"))
            if state and state["type"] == element["type"]:
                kept.setdefault(block["block_id"], {})[element["action_id"]] = state
    return kept
