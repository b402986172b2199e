"""Everything the page lets a person do, a person can do without it: in modals, in Home, by JSON."""

import json
import urllib.request

import pytest

from tests.unit.playground.tiny_bot import COLOURS, field, modal, plain

SIZE = {
    "type": "number_input",
    "action_id": "size",
    "is_decimal_allowed": False,
    "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
}
SEARCH = {"type": "plain_text_input", "action_id": "search"}
MORE = {
    "type": "overflow",
    "action_id": "more",
    "options": [{"text": plain("Edit"), "value": "edit"}, {"text": plain("Archive"), "value": "archive"}],
}
ROW = {"type": "section", "text": plain("Team Day"), "accessory": MORE}


@pytest.fixture
def acts(bot):
    """What the bot has heard of elements, newest last."""
    heard = []
    for action_id in ("size", "search", "more", "tick", "at"):
        bot.app.action(action_id)(lambda ack, body: (ack(), heard.append(body["actions"][0])))
    return heard


def opened(ana, bot, *blocks):
    bot.form = modal(*blocks)
    ana.type("/sendinvites")
    return ana.wait_for_modal("Form")


def test_typing_is_told_once_where_every_character_counts(ana, bot, acts):
    view = opened(ana, bot, field("Size", SIZE, dispatch_action=True))
    ana.type_into("Size", "125")
    assert [(act["action_id"], act["value"]) for act in acts] == [("size", "125")]
    assert view.entered["Size"]["size"]["value"] == "125"


def test_typing_is_not_told_before_enter_is_pressed(ana, bot, acts):
    opened(ana, bot, field("Search", SEARCH, dispatch_action=True))
    ana.type_into("Search", "team")
    assert acts == []
    assert ana.press_enter("Search") == {}
    assert [act["value"] for act in acts] == ["team"]


def test_enter_submits_where_the_bot_does_not_listen(ana, bot):
    opened(ana, bot, field("Search", SEARCH))
    ana.type_into("Search", "team")
    assert ana.press_enter("Search") == {}
    assert ana.modal is None
    assert bot.heard[-1]["type"] == "view_submission"


def test_check_boxes_are_ticked_one_by_one(ana, bot, acts):
    boxes = {"type": "checkboxes", "action_id": "tick", "options": COLOURS}
    opened(ana, bot, {"type": "section", "text": plain("Which?"), "accessory": boxes})
    ana.check("Red")
    ana.check("Green", near="Which?")
    ana.uncheck("Red")
    assert [[one["value"] for one in act["selected_options"]] for act in acts] == [
        ["red"],
        ["red", "green"],
        ["green"],
    ]
    with pytest.raises(LookupError, match="no check box 'Blue'"):
        ana.check("Blue")


def test_people_are_chosen_by_name_and_no_more_than_may_be(ana, bot):
    several = {"type": "multi_users_select", "action_id": "value", "max_selected_items": 2}
    view = opened(ana, bot, field("Watchers", several))
    ana.fill("Watchers", ["ben", "kim"])
    assert view.entered["Watchers"]["value"]["selected_users"] == ["U0BEN", "U0KIM"]
    with pytest.raises(LookupError, match="no more than 2"):
        ana.fill("Watchers", ["ana", "ben", "kim"])


def test_a_moment_in_an_actions_block_is_told(ana, bot, acts):
    element = {"type": "datetimepicker", "action_id": "at"}
    start = {"type": "section", "text": plain("Start at")}
    opened(ana, bot, start, {"type": "section", "text": plain("When"), "accessory": element})
    ana.select("When", "2026-03-01T09:30:00+00:00")
    assert acts[0]["selected_date_time"] == 1772357400


def test_an_overflow_menu_is_opened_and_chosen_from(ana, bot, acts):
    opened(ana, bot, ROW)
    assert ana.offered(near="Team Day") == ["Edit", "Archive"]
    ana.press("Archive", near="Team Day")
    assert acts[0]["selected_option"]["value"] == "archive"
    with pytest.raises(LookupError, match="near 'All hands'"):
        ana.offered(near="All hands")


@pytest.fixture
def home(ana, bot, acts, client):
    blocks = [field("Search", SEARCH, dispatch_action=True), ROW]
    client.views_publish(user_id="U0ANA", view={"type": "home", "blocks": blocks})
    return ana.home


def test_home_is_searched(ana, home, acts):
    ana.fill("Search", "team", where="home")
    assert [act["value"] for act in acts] == ["team"]
    assert ana.offered(where="home") == ["Edit", "Archive"]


def test_what_was_searched_for_stays_when_home_is_published_again(ana, home, acts, client):
    ana.type_into("Search", "te", where="home")
    view = {"type": "home", "blocks": [field("Search", SEARCH, dispatch_action=True)]}
    client.views_publish(user_id="U0ANA", view=view)
    assert ana.home.entered["Search"]["search"]["value"] == "te"


def test_home_must_be_published_before_it_is_used(ana):
    with pytest.raises(LookupError, match="not published"):
        ana.fill("Search", "team", where="home")


def test_the_bot_hears_which_tab_was_opened(ana, bot, ws):
    ana.open_messages()
    ana.open_home()
    assert [event["tab"] for event in ws.wait_for(lambda: len(bot.heard) > 1 and bot.heard)] == [
        "messages",
        "home",
    ]


def post(ws, deed, **said):
    made = urllib.request.Request(
        f"{ws.url}people/ana/{deed}", json.dumps(said).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(made) as answer:
        return json.loads(answer.read())


def test_json_does_all_of_it_too(ws, ana, bot, acts, client):
    boxes = {"type": "checkboxes", "action_id": "tick", "options": COLOURS}
    opened(
        ana,
        bot,
        field("Size", SIZE, dispatch_action=True),
        field("Search", SEARCH, dispatch_action=True),
        {"type": "section", "text": plain("Which?"), "accessory": boxes},
        ROW,
    )
    post(ws, "type_into", label="Size", text="7")
    post(ws, "type_into", label="Search", text="team")
    post(ws, "press_enter", label="Search")
    post(ws, "check", option="Red", near="Which?")
    post(ws, "uncheck", option="Red")
    post(ws, "select", near="Which?", value=["Green"])
    assert post(ws, "offered", near="Team Day") == {"options": ["Edit", "Archive"], **modal_of(ws)}
    assert [act["action_id"] for act in acts] == ["size", "search", "tick", "tick", "tick"]
    ts = client.chat_postEphemeral(channel="C0EVENTS", user="U0ANA", text="psst")["message_ts"]
    post(ws, "dismiss", ts=ts)
    assert ana.read("events") == []
    parent = client.chat_postMessage(channel="C0EVENTS", text="parent", blocks=[ROW])["ts"]
    post(ws, "press", button="Edit", where={"ts": parent})
    post(ws, "type", line="noted", thread=parent)
    with urllib.request.urlopen(f"{ws.url}people/ana?channel=events&thread={parent}") as answer:
        assert [m["text"] for m in json.loads(answer.read())["messages"]][1:] == ["noted"]


def modal_of(ws):
    with urllib.request.urlopen(f"{ws.url}people/ana") as answer:
        return {"modal": json.loads(answer.read())["modal"]}


def test_json_that_lacks_something_is_told_what(ws, ana):
    with pytest.raises(urllib.error.HTTPError) as caught:
        post(ws, "fill", value="x")
    assert json.loads(caught.value.read()) == {"error": "say label as well"}
    caught.value.close()
