"""The shapes and lengths of Block Kit, as Slack's reference pages give them."""

from collections.abc import Mapping

from playground.block_grammar import (
    Rule,
    anything,
    flag,
    items,
    kinds,
    one_of,
    plain,
    shape,
    string,
    text,
    whole,
)

NUMERAL = r"-?\d+(\.\d+)?"

CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
CHOICE = {"text": plain(75), "value": string(150)}
OPTION = shape(CHOICE, {"description": plain(75)})
BOX_OPTION = shape({"text": text(75), "value": string(150)}, {"description": text(75)})
MENU_OPTION = shape(CHOICE, {"description": plain(75), "url": string(3000)})
OPTION_GROUP = shape({"label": plain(75), "options": items(OPTION, 100)})
DISPATCH = shape({}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)})
CONVERSATION_FILTER = shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)


def element(needs: Mapping[str, Rule] | None = None, may: Mapping[str, Rule] | None = None) -> Rule:
    return shape({"type": anything, **(needs or {})}, {"action_id": string(255), **(may or {})})


def _selects(kind: str, one: Mapping[str, Rule], initial: tuple[str, str, Rule]) -> dict[str, Rule]:
    """A select menu and its `multi_` sister, which differ in the initial choice only."""
    single, several, rule = initial
    shared = {**one, "placeholder": plain(150), "confirm": CONFIRM, "focus_on_load": flag}
    lone = {"response_url_enabled": flag} if kind in {"conversations_select", "channels_select"} else {}
    return {
        kind: element(may={**shared, **lone, single: rule}),
        f"multi_{kind}": element(
            may={**shared, several: items(rule, 100), "max_selected_items": whole(1, 100)}
        ),
    }


_PICKER = {"placeholder": plain(150), "confirm": CONFIRM, "focus_on_load": flag}
_TYPED = {
    "initial_value": string(3000, shortest=0),
    "placeholder": plain(150),
    "dispatch_action_config": DISPATCH,
    "focus_on_load": flag,
}
_ID = string(255)

IMAGE = shape(
    {"type": anything, "alt_text": string(2000)}, {"image_url": string(3000), "slack_file": anything}
)
BUTTON = element(
    {"text": plain(75)},
    {
        "url": string(3000),
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
SELECTS: dict[str, Rule] = {
    **_selects(
        "static_select",
        {"options": items(OPTION, 100), "option_groups": items(OPTION_GROUP, 100)},
        ("initial_option", "initial_options", OPTION),
    ),
    **_selects(
        "external_select",
        {"min_query_length": whole(0, 3000)},
        ("initial_option", "initial_options", OPTION),
    ),
    **_selects("users_select", {}, ("initial_user", "initial_users", _ID)),
    **_selects(
        "conversations_select",
        {"default_to_current_conversation": flag, "filter": CONVERSATION_FILTER},
        ("initial_conversation", "initial_conversations", _ID),
    ),
    **_selects("channels_select", {}, ("initial_channel", "initial_channels", _ID)),
}
PICKERS: dict[str, Rule] = {
    "datepicker": element(may={**_PICKER, "initial_date": string(10, pattern=r"\d{4}-\d\d-\d\d")}),
    "timepicker": element(
        may={
            **_PICKER,
            "initial_time": string(5, pattern=r"([01]\d|2[0-3]):[0-5]\d"),
            "timezone": string(255),
        }
    ),
    "datetimepicker": element(
        may={"initial_date_time": whole(10**9, 10**10 - 1), "confirm": CONFIRM, "focus_on_load": flag}
    ),
    "checkboxes": element(
        {"options": items(BOX_OPTION, 10)},
        {"initial_options": items(BOX_OPTION, 10), "confirm": CONFIRM, "focus_on_load": flag},
    ),
    "radio_buttons": element(
        {"options": items(BOX_OPTION, 10)},
        {"initial_option": BOX_OPTION, "confirm": CONFIRM, "focus_on_load": flag},
    ),
}
TEXT_INPUTS: dict[str, Rule] = {
    "plain_text_input": element(
        may={
            **_TYPED,
            "multiline": flag,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        }
    ),
    "email_text_input": element(may=_TYPED),
    "url_text_input": element(may=_TYPED),
    "number_input": element(
        {"is_decimal_allowed": flag},
        {
            **_TYPED,
            "initial_value": string(3000, pattern=NUMERAL),
            "min_value": string(3000, pattern=NUMERAL),
            "max_value": string(3000, pattern=NUMERAL),
        },
    ),
    "rich_text_input": element(may={**_TYPED, "initial_value": anything}),
    "file_input": element(
        may={"filetypes": items(string(20, pattern=r"[a-z0-9]+"), 100), "max_files": whole(1, 10)}
    ),
}
OVERFLOW = element({"options": items(MENU_OPTION, 5)}, {"confirm": CONFIRM})

IN_ACTIONS: dict[str, Rule] = {**SELECTS, **PICKERS, "button": BUTTON, "overflow": OVERFLOW}
IN_SECTION: dict[str, Rule] = {**IN_ACTIONS, "image": IMAGE}
IN_INPUT: dict[str, Rule] = {**SELECTS, **PICKERS, **TEXT_INPUTS}
IN_CONTEXT: dict[str, Rule] = {
    "image": IMAGE,
    "plain_text": shape({"type": anything, "text": string(3000)}, {"emoji": flag}),
    "mrkdwn": shape({"type": anything, "text": string(3000)}, {"verbatim": flag}),
}


def block(needs: Mapping[str, Rule] | None = None, may: Mapping[str, Rule] | None = None) -> Rule:
    return shape({"type": anything, **(needs or {})}, {"block_id": string(255), **(may or {})})


def _blocks(inputs: dict[str, Rule]) -> dict[str, Rule]:
    return {
        "section": block(
            may={
                "text": text(3000),
                "fields": items(text(2000), 10),
                "accessory": kinds(IN_SECTION),
                "expand": flag,
            }
        ),
        "header": block({"text": plain(150)}),
        "divider": block(),
        "context": block({"elements": items(kinds(IN_CONTEXT), 10)}),
        "actions": block({"elements": items(kinds(IN_ACTIONS), 25)}),
        "input": block(
            {"label": plain(2000), "element": kinds(inputs)},
            {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
        ),
        "image": block(
            {"alt_text": string(2000)},
            {"image_url": string(3000), "slack_file": anything, "title": plain(2000)},
        ),
        "rich_text": block({"elements": anything}),
    }


_NO_FILES = {kind: rule for kind, rule in IN_INPUT.items() if kind != "file_input"}
IN_MESSAGE = {
    **_blocks(_NO_FILES),
    "markdown": block({"text": string(12_000)}),
    "table": block({"rows": anything}, {"column_settings": anything}),
}
_VIEW = {
    "private_metadata": string(3000, shortest=0),
    "callback_id": string(255, shortest=0),
    "external_id": string(255, shortest=0),
}
MODAL = shape(
    {"type": one_of("modal"), "title": plain(24), "blocks": items(kinds(_blocks(IN_INPUT)), 100)},
    {**_VIEW, "close": plain(24), "submit": plain(24), "clear_on_close": flag, "notify_on_close": flag},
)
HOME = shape(
    {"type": one_of("home"), "blocks": items(kinds(_blocks(_NO_FILES)), 100)},
    _VIEW,
)
MESSAGE_BLOCKS = items(kinds(IN_MESSAGE), 50, least=0)
