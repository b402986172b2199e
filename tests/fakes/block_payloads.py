"""A valid modal, Home and message, and the single changes by which the tests break them."""

from copy import deepcopy


def plain(text):
    return {"type": "plain_text", "text": text}


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


OPTIONS = [
    {"text": plain("A"), "value": "a"},
    {"text": plain("B"), "value": "b", "description": plain("second")},
]
CONFIRM = {"title": plain("Sure?"), "text": mrkdwn("*Really*"), "confirm": plain("Yes"), "deny": plain("No")}


def field(block_id, kind, **element):
    element = {"type": kind, "action_id": "value", **element}
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element}


def make_modal():
    return {
        "type": "modal",
        "callback_id": "form",
        "private_metadata": "{}",
        "title": plain("Form"),
        "submit": plain("Go"),
        "close": plain("Cancel"),
        "notify_on_close": True,
        "clear_on_close": False,
        "blocks": [
            {**field("text", "plain_text_input", max_length=100, focus_on_load=True), "hint": plain("hint")},
            field("mail", "email_text_input", placeholder=plain("you@acme.example")),
            field("web", "url_text_input"),
            field(
                "number",
                "number_input",
                is_decimal_allowed=False,
                min_value="1",
                max_value="9",
                initial_value="5",
            ),
            field("select", "static_select", options=OPTIONS, initial_option=OPTIONS[0]),
            field("groups", "static_select", option_groups=[{"label": plain("G"), "options": OPTIONS}]),
            field("external", "external_select", min_query_length=0),
            field("channel", "conversations_select", default_to_current_conversation=True),
            field("user", "users_select"),
            field("radio", "radio_buttons", options=OPTIONS, initial_option=OPTIONS[1]),
            field("boxes", "checkboxes", options=OPTIONS, initial_options=[OPTIONS[0]]),
            field("day", "datepicker", initial_date="2026-03-01"),
            field("hour", "timepicker", initial_time="09:30"),
            field("moment", "datetimepicker", initial_date_time=1772357400),
            field("file", "file_input", filetypes=["csv"], max_files=1),
        ],
    }


def make_surface_blocks():
    return [
        {"type": "header", "block_id": "head", "text": plain("Head")},
        {"type": "section", "block_id": "words", "text": mrkdwn("*words*")},
        {"type": "section", "block_id": "fields", "fields": [mrkdwn("a"), plain("b")]},
        {
            "type": "section",
            "block_id": "menu",
            "text": plain("menu"),
            "accessory": {"type": "overflow", "action_id": "more", "options": OPTIONS, "confirm": CONFIRM},
        },
        {"type": "divider"},
        {
            "type": "actions",
            "block_id": "buttons",
            "elements": [
                {
                    "type": "button",
                    "action_id": "one",
                    "text": plain("One"),
                    "value": "1",
                    "style": "primary",
                },
                {"type": "button", "action_id": "two", "text": plain("Two"), "confirm": CONFIRM},
            ],
        },
        {"type": "context", "elements": [mrkdwn("small"), plain("print")]},
        {"type": "image", "block_id": "picture", "image_url": "https://acme.example/p.png", "alt_text": "p"},
    ]


def make_home():
    return {"type": "home", "blocks": make_surface_blocks()}


def make_message():
    return {"text": "words", "blocks": make_surface_blocks()}


VALID = {"modal": make_modal, "home": make_home, "message": make_message}


def element(view, block_id):
    return next(block for block in view["blocks"] if block.get("block_id") == block_id)["element"]


def at(view, block_id):
    return next(block for block in view["blocks"] if block.get("block_id") == block_id)


def put(block_id, key, value):
    """A mutation of one input's element."""
    return lambda view: element(view, block_id).update({key: value})


def place(block_id, key, value):
    """A mutation of one block."""
    return lambda view: at(view, block_id).update({key: value})


def top(key, value):
    return lambda view: view.update({key: value})


def option(key, value, block_id="select"):
    def mutate(view):
        menu = element(view, block_id)
        menu.pop("initial_option", None)
        menu["options"] = [{**deepcopy(OPTIONS[0]), key: value}, OPTIONS[1]]

    return mutate


def button(key, value):
    return lambda view: at(view, "buttons")["elements"][0].update({key: value})


def confirm(key, value):
    def mutate(view):
        made = {**CONFIRM, key: value}
        at(view, "buttons")["elements"][1]["confirm"] = {k: v for k, v in made.items() if v is not None}

    return mutate


def without(*keys):
    return lambda view: [view.pop(key) for key in keys]


def drop(block_id, key):
    return lambda view: at(view, block_id).pop(key)


def drop_inside(block_id, key):
    return lambda view: element(view, block_id).pop(key)


def many(count, block=None):
    return lambda view: view.update(blocks=[block or {"type": "divider"}] * count)


def same_block_id(view):
    view["blocks"][1]["block_id"] = view["blocks"][0]["block_id"]


def same_action_id(view):
    for one in at(view, "buttons")["elements"]:
        one["action_id"] = "same"


def file_in_actions(view):
    at(view, "buttons")["elements"].append({"type": "file_input", "action_id": "f"})


def file_in_input(view):
    view["blocks"].append(field("file", "file_input"))


def option_without_value(view):
    menu = element(view, "select")
    menu.pop("initial_option")
    menu["options"] = [{"text": plain("A")}]
