"""Every single fault in a valid modal, Home or message is refused; the valid ones pass."""

from copy import deepcopy

import pytest

from playground.block_rules import problems
from tests.fakes.block_payloads import (
    OPTIONS,
    VALID,
    at,
    button,
    confirm,
    drop,
    drop_inside,
    element,
    file_in_actions,
    file_in_input,
    make_modal,
    many,
    mrkdwn,
    option,
    option_without_value,
    place,
    plain,
    put,
    same_action_id,
    same_block_id,
    top,
    without,
)


def several_users(**more):
    return place("user", "element", {"type": "multi_users_select", "action_id": "value", **more})


MODAL_FAULTS = {
    "no title": without("title"),
    "no submit with inputs": without("submit"),
    "no type": without("type"),
    "no blocks": without("blocks"),
    "title too long": top("title", plain("x" * 25)),
    "title empty": top("title", plain("")),
    "title in mrkdwn": top("title", mrkdwn("x")),
    "title as a bare string": top("title", "Form"),
    "submit too long": top("submit", plain("x" * 25)),
    "submit in mrkdwn": top("submit", mrkdwn("x")),
    "close too long": top("close", plain("x" * 25)),
    "close in mrkdwn": top("close", mrkdwn("x")),
    "private_metadata too long": top("private_metadata", "x" * 3001),
    "private_metadata not a string": top("private_metadata", {"id": 1}),
    "callback_id too long": top("callback_id", "x" * 256),
    "external_id too long": top("external_id", "x" * 256),
    "unknown key": top("colour", "red"),
    "flag not a boolean": top("notify_on_close", "yes"),
    "too many blocks": many(101),
    "empty blocks": top("blocks", []),
    "larger than 250 KB": many(100, {"type": "section", "fields": [plain("é" * 2000)] * 10}),
    "two blocks of one id": same_block_id,
    "two focused elements": put("mail", "focus_on_load", True),
    "label missing": drop("text", "label"),
    "label in mrkdwn": place("text", "label", mrkdwn("x")),
    "label too long": place("text", "label", plain("x" * 2001)),
    "hint in mrkdwn": place("text", "hint", mrkdwn("x")),
    "hint too long": place("text", "hint", plain("x" * 2001)),
    "input without element": drop("text", "element"),
    "optional not a boolean": place("text", "optional", "no"),
    "block_id too long": place("text", "block_id", "x" * 256),
    "block_id not a string": place("text", "block_id", 7),
    "unknown block": place("text", "type", "inputs"),
    "unknown key in a block": place("text", "lable", plain("x")),
    "action_id too long": put("text", "action_id", "x" * 256),
    "unknown element": put("text", "type", "text_input"),
    "unknown key in an element": put("text", "maxlength", 3),
    "button inside an input": place("text", "element", {"type": "button", "text": plain("x")}),
    "placeholder too long": put("mail", "placeholder", plain("x" * 151)),
    "placeholder in mrkdwn": put("mail", "placeholder", mrkdwn("x")),
    "max_length too large": put("text", "max_length", 3001),
    "max_length a string": put("text", "max_length", "10"),
    "min_length above max_length": put("text", "min_length", 101),
    "initial text too long": put("text", "initial_value", "x" * 101),
    "number without is_decimal_allowed": drop_inside("number", "is_decimal_allowed"),
    "number bound not a string": put("number", "min_value", 1),
    "number bound not a number": put("number", "max_value", "many"),
    "number min above max": put("number", "min_value", "10"),
    "number initial out of bounds": put("number", "initial_value", "10"),
    "number initial not a string": put("number", "initial_value", 5),
    "number initial not whole": put("number", "initial_value", "1.5"),
    "option without value": option_without_value,
    "option value too long": option("value", "x" * 151),
    "option text too long": option("text", plain("x" * 76)),
    "option text in mrkdwn": option("text", mrkdwn("x")),
    "option text empty": option("text", plain("")),
    "option description too long": option("description", plain("x" * 76)),
    "option with an unknown key": option("colour", "red"),
    "radio description too long": option("description", plain("x" * 76), "radio"),
    "two options of one value": option("value", "b"),
    "select without options": drop_inside("select", "options"),
    "select with options and groups": put(
        "select", "option_groups", [{"label": plain("G"), "options": OPTIONS}]
    ),
    "no options at all": put("boxes", "options", []),
    "too many options": put("groups", "option_groups", [{"label": plain("G"), "options": OPTIONS * 51}]),
    "group label in mrkdwn": put("groups", "option_groups", [{"label": mrkdwn("G"), "options": OPTIONS}]),
    "group label too long": put("groups", "option_groups", [{"label": plain("x" * 76), "options": OPTIONS}]),
    "initial option not among the options": put(
        "select", "initial_option", {"text": plain("C"), "value": "c"}
    ),
    "initial box not among the options": put(
        "boxes", "initial_options", [{"text": plain("C"), "value": "c"}]
    ),
    "eleven radio buttons": put(
        "radio", "options", [{"text": plain(str(n)), "value": str(n)} for n in range(11)]
    ),
    "date not a date": put("day", "initial_date", "1 March"),
    "time not a time": put("hour", "initial_time", "25:00"),
    "moment a string": put("moment", "initial_date_time", "2026-03-01"),
    "max_files nought": put("file", "max_files", 0),
    "max_files eleven": put("file", "max_files", 11),
    "file type with a dot": put("file", "filetypes", [".csv"]),
    "min_query_length negative": put("external", "min_query_length", -1),
    "dispatch on nothing": put("text", "dispatch_action_config", {"trigger_actions_on": []}),
    "dispatch on something else": put(
        "number", "dispatch_action_config", {"trigger_actions_on": ["on_blur"]}
    ),
    "dispatch config with an unknown key": put(
        "text", "dispatch_action_config", {"on": ["on_enter_pressed"]}
    ),
    "dispatch config of a select": put(
        "select", "dispatch_action_config", {"trigger_actions_on": ["on_enter_pressed"]}
    ),
    "dispatch_action not a boolean": place("text", "dispatch_action", "yes"),
    "moment of nine digits": put("moment", "initial_date_time", 999_999_999),
    "moment with a placeholder": put("moment", "placeholder", plain("when")),
    "nobody may be chosen": several_users(max_selected_items=0),
    "initial users not a list": several_users(initial_users="U0ANA"),
    "initial user of a menu of several": several_users(initial_user="U0ANA"),
    "eleven check boxes": put(
        "boxes", "options", [{"text": plain(str(n)), "value": str(n)} for n in range(11)]
    ),
}
SURFACE_FAULTS = {
    "header in mrkdwn": place("head", "text", mrkdwn("x")),
    "header too long": place("head", "text", plain("x" * 151)),
    "header without text": drop("head", "text"),
    "section without anything": drop("words", "text"),
    "section text too long": place("words", "text", mrkdwn("x" * 3001)),
    "section text empty": place("words", "text", mrkdwn("")),
    "section text of an unknown kind": place("words", "text", {"type": "markdown", "text": "x"}),
    "section text with a foreign key": place("words", "text", {**mrkdwn("x"), "emoji": True}),
    "section field too long": place("fields", "fields", [mrkdwn("x" * 2001)]),
    "eleven section fields": place("fields", "fields", [mrkdwn("x")] * 11),
    "accessory that may not stand there": place("words", "accessory", {"type": "plain_text_input"}),
    "six overflow options": place(
        "menu",
        "accessory",
        {
            "type": "overflow",
            "options": [{"text": plain(str(n)), "value": str(n)} for n in range(6)],
        },
    ),
    "an overflow menu of nothing": place("menu", "accessory", {"type": "overflow", "options": []}),
    "a moment in a context": lambda view: view["blocks"].append(
        {"type": "context", "elements": [{"type": "datetimepicker", "action_id": "at"}]}
    ),
    "a moment with words in actions": lambda view: at(view, "buttons")["elements"].append(
        {"type": "datetimepicker", "action_id": "at", "initial_date_time": "1772357400"}
    ),
    "actions without elements": place("buttons", "elements", []),
    "twenty-six buttons": place(
        "buttons", "elements", [{"type": "button", "text": plain("x")} for _ in range(26)]
    ),
    "two elements of one action_id": same_action_id,
    "two blocks of one block_id": same_block_id,
    "button text too long": button("text", plain("x" * 76)),
    "button text in mrkdwn": button("text", mrkdwn("x")),
    "button value too long": button("value", "x" * 2001),
    "button value not a string": button("value", 1),
    "button url too long": button("url", "https://" + "x" * 3000),
    "button style unknown": button("style", "default"),
    "button label for readers too long": button("accessibility_label", "x" * 76),
    "confirm title too long": confirm("title", plain("x" * 101)),
    "confirm title in mrkdwn": confirm("title", mrkdwn("x")),
    "confirm text too long": confirm("text", plain("x" * 301)),
    "confirm button too long": confirm("confirm", plain("x" * 31)),
    "confirm without text": confirm("text", None),
    "eleven context elements": lambda view: view["blocks"].append(
        {"type": "context", "elements": [plain("x")] * 11}
    ),
    "button in a context": lambda view: view["blocks"].append(
        {"type": "context", "elements": [{"type": "button", "text": plain("x")}]}
    ),
    "image without alt_text": drop("picture", "alt_text"),
    "image without a source": drop("picture", "image_url"),
    "file_input in actions": file_in_actions,
    "file_input in an input": file_in_input,
    "divider with text": lambda view: view["blocks"].append({"type": "divider", "text": plain("x")}),
    "block that is not an object": lambda view: view["blocks"].append("hello"),
}
HOME_FAULTS = {
    **SURFACE_FAULTS,
    "too many blocks": many(101),
    "a title": top("title", plain("Home")),
    "a submit": top("submit", plain("Go")),
}
MESSAGE_FAULTS = {
    **SURFACE_FAULTS,
    "fifty-one blocks": many(51),
    "no text": without("text"),
    "blank text": top("text", "  "),
    "text too long": top("text", "x" * 40_001),
    "too many attachments": top("attachments", [{}] * 101),
}
CORPUS = [
    pytest.param(surface, mutate, id=f"{surface}: {name}")
    for surface, faults in (("modal", MODAL_FAULTS), ("home", HOME_FAULTS), ("message", MESSAGE_FAULTS))
    for name, mutate in faults.items()
]


@pytest.mark.parametrize("surface", VALID)
def test_a_valid_payload_has_no_problems(surface):
    assert problems(VALID[surface](), surface) == []


@pytest.mark.parametrize(
    "mutate",
    [
        place("number", "dispatch_action", True),
        put("number", "dispatch_action_config", {"trigger_actions_on": ["on_character_entered"]}),
        put("text", "dispatch_action_config", {"trigger_actions_on": ["on_enter_pressed"]}),
        several_users(initial_users=["U0ANA"], max_selected_items=1),
    ],
)
def test_what_slack_takes_is_taken(mutate):
    view = make_modal()
    mutate(view)
    assert problems(view, "modal") == []


@pytest.mark.parametrize("count", [1, 5])
def test_an_overflow_menu_offers_one_to_five(count):
    view = VALID["home"]()
    options = [{"text": plain(str(n)), "value": str(n)} for n in range(count)]
    at(view, "menu")["accessory"]["options"] = options
    assert problems(view, "home") == []


def test_the_corpus_is_as_large_as_the_one_that_was_measured():
    assert len(CORPUS) >= 67


@pytest.mark.parametrize(("surface", "mutate"), CORPUS)
def test_a_single_fault_is_refused(surface, mutate):
    payload = deepcopy(VALID[surface]())
    mutate(payload)
    found = problems(payload, surface)
    assert found
    assert all(one.startswith("[ERROR] ") and "[json-pointer:" in one for one in found)


def test_an_update_of_a_message_takes_four_thousand_characters():
    assert problems({"text": "x" * 4_000}, "message", longest_text=4_000) == []
    assert problems({"text": "x" * 4_001}, "message", longest_text=4_000)


def test_the_place_of_a_fault_is_told():
    view = make_modal()
    element(view, "select")["placeholder"] = plain("x" * 151)
    assert problems(view, "modal") == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/4/element/placeholder/text]",
        "[ERROR] placeholder attribute cannot exceed 150 characters [json-pointer:/]",
    ]
