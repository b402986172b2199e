"""The few pieces of Block Kit that our screens are put together from. Values in, JSON out."""

from collections.abc import Sequence
from typing import Any, Literal

from handlers.mrkdwn import cut

Json = dict[str, Any]

TITLE = 24
BUTTON = 75
SECTION = 3_000
HEADER = 150
OPTION = 75


def plain(text: str, limit: int = SECTION) -> Json:
    """Words that Slack shows as they are."""
    return {"type": "plain_text", "text": cut(text, limit)}


def marked(text: str) -> Json:
    """Words with our own formatting. ``verbatim`` keeps Slack from making links of anything by itself."""
    return {"type": "mrkdwn", "text": text[:SECTION], "verbatim": True}


def header(text: str) -> Json:
    return {"type": "header", "text": plain(text, HEADER)}


def words(text: str) -> Json:
    """A paragraph of plain text."""
    return {"type": "section", "text": plain(text)}


def paragraph(text: str, accessory: Json | None = None) -> Json:
    """A paragraph of our own mrkdwn."""
    made: Json = {"type": "section", "text": marked(text)}
    return made | {"accessory": accessory} if accessory else made


def facts(pairs: Sequence[tuple[str, str]]) -> Json:
    """Up to ten short facts side by side, in plain text."""
    return {"type": "section", "fields": [plain(f"{name}\n{value}", 2_000) for name, value in pairs]}


def small(*texts: str) -> Json:
    """A line of small print, in our own mrkdwn."""
    return {"type": "context", "elements": [marked(text) for text in texts]}


def divider() -> Json:
    return {"type": "divider"}


def buttons(*made: Json) -> Json:
    return {"type": "actions", "elements": list(made)}


def button(
    label: str,
    action_id: str,
    value: str = "",
    *,
    style: Literal["primary", "danger"] | None = None,
    confirm: Json | None = None,
    spoken: str = "",
) -> Json:
    """``spoken`` is what a screen reader says where the label alone would not tell which one it is."""
    made: Json = {"type": "button", "action_id": action_id, "text": plain(label, BUTTON)}
    if value:
        made["value"] = value
    if style:
        made["style"] = style
    if confirm:
        made["confirm"] = confirm
    if spoken:
        made["accessibility_label"] = cut(spoken, BUTTON)
    return made


def link_button(label: str, action_id: str, url: str, *, spoken: str = "") -> Json:
    """Opens ``url`` in the browser; Slack tells us that it was pressed, too."""
    return button(label, action_id, style="primary", spoken=spoken) | {"url": url}


def overflow(action_id: str, options: list[Json]) -> Json:
    """A menu behind three dots, of five options at most: what is seldom needed."""
    return {"type": "overflow", "action_id": action_id, "options": options[:5]}


def menu(action_id: str, placeholder: str, options: list[Json], chosen: str = "") -> Json:
    """A menu in a section or among buttons, of a hundred options at most."""
    made: Json = {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, 150),
        "options": options[:100],
    }
    start = next((one for one in made["options"] if one["value"] == chosen), None)
    return made | {"initial_option": start} if start else made


def question(title: str, text: str, *, yes: str, no: str, is_danger: bool = False) -> Json:
    """The dialog that asks before something that cannot be undone."""
    made: Json = {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
    }
    return made | {"style": "danger"} if is_danger else made


def option(text: str, value: str, description: str = "") -> Json:
    made: Json = {"text": plain(text, OPTION), "value": value}
    return made | {"description": plain(description, OPTION)} if description else made


def entry(name: str, label: str, element: Json, *, hint: str = "", optional: bool = False) -> Json:
    """An input. Its block and its element are both called ``name``, so that errors find their place."""
    made: Json = {
        "type": "input",
        "block_id": name,
        "label": plain(label, 2_000),
        "element": {**element, "action_id": name},
    }
    if hint:
        made["hint"] = plain(hint, 2_000)
    return made | {"optional": True} if optional else made


def text_input(
    *, value: str = "", placeholder: str = "", longest: int = SECTION, multiline: bool = False
) -> Json:
    made: Json = {"type": "plain_text_input", "max_length": longest}
    if multiline:
        made["multiline"] = True
    return made | _start(value[:longest], placeholder)


def email_input(value: str) -> Json:
    return {"type": "email_text_input"} | _start(value, "")


def number_input(*, value: str = "", placeholder: str = "") -> Json:
    """Without bounds of Slack's own, so that what is wrong is said in our words."""
    return {"type": "number_input", "is_decimal_allowed": False} | _start(value, placeholder)


def _start(value: str, placeholder: str) -> Json:
    made: Json = {}
    if value:
        made["initial_value"] = value
    if placeholder:
        made["placeholder"] = plain(placeholder, 150)
    return made


def date_input(value: str = "") -> Json:
    made: Json = {"type": "datepicker", "placeholder": plain("Choose a date", 150)}
    return made | {"initial_date": value} if value else made


def moment_input(value: str = "") -> Json:
    """A date with a time, as seconds since 1970: each reader chooses in their own zone."""
    made: Json = {"type": "datetimepicker"}
    return made | {"initial_date_time": int(value)} if value else made


def time_input(value: str = "") -> Json:
    made: Json = {"type": "timepicker", "placeholder": plain("Choose a time", 150)}
    return made | {"initial_time": value} if value else made


def choice_input(
    kind: Literal["static_select", "radio_buttons"], options: list[Json], chosen: str = ""
) -> Json:
    """A menu or radio buttons; ``chosen`` is the value of the option it starts with, if there is one."""
    made: Json = {"type": kind, "options": options}
    start = next((one for one in options if one["value"] == chosen), None)
    return made | {"initial_option": start} if start else made


def heard(made: Json) -> Json:
    """The same input, of which every change is told at once, every character that is typed too."""
    element = made["element"]
    if element["type"] in {"plain_text_input", "number_input"}:
        element = {**element, "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    return {**made, "element": element, "dispatch_action": True}


def boxes_input(options: list[Json], ticked: Sequence[str]) -> Json:
    """Check boxes; ``ticked`` are the values of those that start ticked."""
    made: Json = {"type": "checkboxes", "options": options}
    start = [one for one in options if one["value"] in ticked]
    return made | {"initial_options": start} if start else made


def people_input(chosen: Sequence[str], most: int, *, placeholder: str = "") -> Json:
    """People of the workspace, by id; at most ``most``."""
    made: Json = {"type": "multi_users_select", "max_selected_items": most}
    if chosen:
        made["initial_users"] = list(chosen[:most])
    return made | {"placeholder": plain(placeholder, 150)} if placeholder else made


def modal(
    title: str,
    blocks: list[Json],
    *,
    callback_id: str = "",
    submit: str = "",
    close: str = "Close",
    metadata: str = "",
    closes_all: bool = False,
) -> Json:
    """A modal; ``closes_all``: leaving it leaves the screens below it too."""
    made: Json = {
        "type": "modal",
        "title": plain(title, TITLE),
        "close": plain(close, TITLE),
        "blocks": blocks,
    }
    if callback_id:
        made["callback_id"] = callback_id
    if submit:
        made["submit"] = plain(submit, TITLE)
    if metadata:
        made["private_metadata"] = metadata
    return made | {"clear_on_close": True} if closes_all else made
