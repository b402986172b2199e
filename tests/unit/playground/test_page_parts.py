"""What the parts of the page say: the sidebar, messages, threads, fields and the Home tab."""

import json
import re

import pytest

from tests.unit.playground.page_browser import Browser
from tests.unit.playground.tiny_bot import COLOURS, field, modal, plain

PNG = b"\x89PNG\r\n\x1a\n and so on"
CONFIRM = {
    "title": plain("Stop sending?"),
    "text": {"type": "mrkdwn", "text": "*84 people* will not be invited."},
    "confirm": plain("Stop"),
    "deny": plain("Go on"),
    "style": "danger",
}


@pytest.fixture
def browser(ws):
    return Browser(ws)


def words(html):
    """What is there to be read, on one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def post(client, text, **more):
    return client.chat_postMessage(channel="C0EVENTS", text=text, **more)["ts"]


def test_messages_of_one_author_are_grouped(browser, ws, client):
    ws.person("ana").type("one")
    ws.person("ana").type("two")
    post(client, "three")
    drawn = browser.get("/ui/ana/room/C0EVENTS")
    assert re.findall(r'<article class="message( grouped)?"', drawn) == ["", " grouped", ""]
    assert words(drawn).count("Ana Souza") == 1
    assert 'aria-label="Ana Souza, ' in drawn
    assert "sendinvites APP" in words(drawn)
    assert "Today" in words(drawn)


def test_an_amended_message_says_so(browser, client):
    client.chat_update(channel="C0EVENTS", ts=post(client, "one"), text="two")
    assert words(browser.get("/ui/ana/room/C0EVENTS")).endswith("two (edited) 💬")


def test_a_thread_is_opened_by_the_count_of_its_replies(browser, client):
    ts = post(client, "parent")
    post(client, "first reply", thread_ts=ts)
    post(client, "the end", thread_ts=ts, reply_broadcast=True)
    room = browser.get("/ui/ana/room/C0EVENTS")
    assert re.search(rf'<a class="replies"[^>]*data-thread="{ts}"', room)
    assert "2 replies Last reply today at" in words(room)
    assert "first reply" not in words(room)
    assert "replied to a thread: parent the end" in words(room)
    thread = words(browser.get(f"/ui/ana/thread/C0EVENTS/{ts}"))
    assert "2 replies" in thread
    assert "first reply" in thread
    assert "Also sent to the channel the end" in thread


def test_a_field_in_the_channel_and_in_the_thread_pane_has_two_ids(browser, client):
    ts = post(client, "x", blocks=[field("Name", {"type": "plain_text_input"})])
    drawn = browser.get("/ui/ana/room/C0EVENTS") + browser.get(f"/ui/ana/thread/C0EVENTS/{ts}")
    ids = re.findall(r'<input type="text"\s+id="([^"]+)"', drawn)
    assert len(set(ids)) == 2


def test_a_picture_is_shown_with_its_words_and_another_file_as_a_card(browser, client):
    client.files_upload_v2(channel="C0EVENTS", filename="c.png", content=PNG, alt_txt="Rising bars")
    client.files_upload_v2(channel="C0EVENTS", filename="not.png", content=b"<script>", alt_txt="A trap")
    drawn = browser.get("/ui/ana/room/C0EVENTS")
    [shown] = re.findall(r'<img src="([^"]+)" alt="Rising bars">', drawn)
    assert "A trap" not in drawn
    assert "PNG not.png" in words(drawn)
    _, _, headers = browser.ask("HEAD", shown)
    assert headers["Content-Type"] == "image/png"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_not_a_picture_is_never_served_as_one(browser, client, ws):
    client.files_upload_v2(channel="C0EVENTS", filename="not.png", content=b"<script>")
    _, _, headers = browser.ask("GET", f"/ui/file/{ws.files[0].id}/not.png?show=1")
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment")


def test_a_message_for_one_can_be_dismissed_from_the_page(browser, client):
    ts = client.chat_postEphemeral(channel="C0EVENTS", user="U0ANA", text="psst")["message_ts"]
    assert "Only visible to you" in words(browser.get("/ui/ana/room/C0EVENTS"))
    assert "psst" not in browser.get("/ui/ben/room/C0EVENTS")
    assert browser.post("/ui/ana/dismiss", surface=f"C0EVENTS:{ts}")[0] == 204
    assert "psst" not in browser.get("/ui/ana/room/C0EVENTS")


def test_the_sidebar_counts_what_has_not_been_read(browser, client):
    post(client, "one")
    post(client, "two")
    assert "events 2 , 2 new" in words(browser.get("/ui/ana/sidebar/home"))
    browser.get("/ui/ana/room/C0EVENTS")
    assert "new" not in words(browser.get("/ui/ana/sidebar/home"))
    assert "events 2 , 2 new" in words(browser.get("/ui/ben/sidebar/home"))


def test_the_composer_offers_the_commands_and_what_may_follow(browser):
    page = browser.get("/")
    assert re.search(r'id="line"[^>]*role="combobox"', page)
    offered = json.loads(re.search(r'data-commands="([^"]+)"', page)[1].replace("&#34;", '"'))
    assert offered[0]["command"] == "/sendinvites"
    assert ["status", "[campaign]"] in offered[0]["words"]
    assert [word for word, _ in offered[0]["words"]] == [
        "help", "new", "status", "pause", "resume", "stop", "report",
    ]  # fmt: skip


def test_a_reply_is_posted_from_the_thread_pane(browser, ws, client):
    ts = post(client, "parent")
    browser.post("/ui/ana/type", line="noted", channel="C0EVENTS", thread=ts)
    assert [m.text for m in ws.person("ana").read("events", thread=ts)] == ["parent", "noted"]
    status, said = browser.post("/ui/ana/type", line="/sendinvites", channel="C0EVENTS", thread=ts)
    assert (status, "not supported in threads" in said) == (409, True)


def test_a_permalink_leads_to_the_message_and_its_thread(browser, client):
    ts = post(client, "parent")
    reply = post(client, "reply", thread_ts=ts)
    for link, where in ((ts, f"at={ts}"), (reply, f"at={reply}&thread={ts}")):
        path = client.chat_getPermalink(channel="C0EVENTS", message_ts=link)["permalink"].split("/", 3)[3]
        _, _, headers = browser.ask("GET", f"/{path}", headers={"Referer": "http://127.0.0.1/?as=ben"})
        assert headers["Location"] == f"/?as=ben&channel=C0EVENTS&{where}"


def open_modal(ana, bot, *blocks):
    bot.form = modal(*blocks)
    ana.type("/sendinvites")
    return ana.wait_for_modal("Form")


def test_a_field_that_was_refused_says_so_to_every_reader(browser, ana, bot):
    view = open_modal(
        ana, bot, {**field("Full name", {"type": "plain_text_input"}), "hint": plain("As printed")}
    )
    browser.post("/ui/ana/submit", surface=view.id, **{"Full name|value": ""})
    drawn = browser.get("/ui/ana/modal")
    said = re.search(r'aria-invalid="true" aria-describedby="([^" ]+) ([^" ]+)"', drawn)
    told = [re.search(rf'id="{re.escape(one)}"[^>]*>([^<]+)<', drawn)[1] for one in said.groups()]
    assert told == ["Please complete this required field.", "As printed"]


def test_the_page_knows_what_it_must_tell_at_once(browser, ana, bot):
    config = {"trigger_actions_on": ["on_character_entered"]}
    open_modal(
        ana,
        bot,
        field("A", {"type": "plain_text_input", "dispatch_action_config": config}, dispatch_action=True),
        field("B", {"type": "plain_text_input"}, dispatch_action=True),
        field("C", {"type": "static_select", "options": COLOURS}, dispatch_action=True),
        field("D", {"type": "plain_text_input", "dispatch_action_config": config}),
    )
    told = re.findall(
        r'data-block="(\w)" data-action="value"(?: data-dispatch="(\w+)")?', browser.get("/ui/ana/modal")
    )
    assert told == [("A", "on_character_entered"), ("B", "on_enter_pressed"), ("C", "change"), ("D", "")]


def test_an_updated_view_keeps_the_names_of_its_fields(browser, ana, bot):
    """By its id the page knows a field again, and leaves what is being typed in it alone."""
    open_modal(ana, bot, field("Name", {"type": "plain_text_input"}), *bot.form["blocks"][-1:])
    before = re.findall(r' id="([^"]+value[^"]*)"', browser.get("/ui/ana/modal"))
    ana.press("Rename")
    ana.wait_for_modal("Renamed")
    assert re.findall(r' id="([^"]+value[^"]*)"', browser.get("/ui/ana/modal")) == before != []


def test_a_question_is_drawn_with_its_button(browser, ana, bot):
    stop = {"type": "button", "action_id": "stop", "text": plain("Stop"), "confirm": CONFIRM}
    open_modal(ana, bot, {"type": "actions", "elements": [stop]})
    drawn = browser.get("/ui/ana/modal")
    question = re.search(r"<template.*?</template>", drawn, re.DOTALL)[0]
    assert "<strong>84 people</strong>" in question
    assert words(question) == "Stop sending? 84 people will not be invited. Go on Stop"


def test_several_files_are_gathered_and_one_is_taken_out(browser, ana, bot):
    view = open_modal(ana, bot, field("Lists", {"type": "file_input", "max_files": 2}))
    for name in ("a.csv", "b.csv"):
        upload(browser, view, name)
    files = view.entered["Lists"]["value"]["files"]
    assert [file["name"] for file in files] == ["a.csv", "b.csv"]
    where = {"surface": view.id, "block": "Lists", "action": "value"}
    assert browser.post("/ui/ana/drop_file", **where, file=files[0]["id"])[0] == 204
    assert [file["name"] for file in view.entered["Lists"]["value"]["files"]] == ["b.csv"]


def upload(browser, view, name):
    part = '--edge\r\nContent-Disposition: form-data; name="'
    body = (
        f'{part}surface"\r\n\r\n{view.id}\r\n{part}Lists|value"; filename="{name}"\r\n\r\nx\r\n--edge--\r\n'
    )
    kind = {"Content-Type": "multipart/form-data; boundary=edge"}
    assert browser.ask("POST", "/ui/ana/keep", body.encode(), kind)[0] == 204


def test_several_people_are_chosen_from_a_group_of_boxes(browser, ana, bot):
    view = open_modal(ana, bot, field("Watchers", {"type": "multi_users_select", "max_selected_items": 2}))
    drawn = browser.get("/ui/ana/modal")
    assert re.search(r'role="group"[^>]*aria-labelledby="[^" ]+-label"[^>]*data-most="2"', drawn)
    fields = {"surface": view.id, "Watchers|value": ["", "U0BEN", "U0KIM"]}
    assert browser.post("/ui/ana/submit", **fields) == (204, "")
    assert bot.values["Watchers"]["selected_users"] == ["U0BEN", "U0KIM"]


def test_home_says_when_the_bot_did_not_answer(browser, ana, bot, ws, client):
    blocks = [field("Search", {"type": "plain_text_input", "action_id": "unheard"}, dispatch_action=True)]
    client.views_publish(user_id="U0ANA", view={"type": "home", "blocks": blocks})
    fields = {"surface": ana.home.id, "block": "Search", "action": "unheard", "Search|unheard": "team"}
    assert browser.post("/ui/ana/act", **fields)[0] == 409
    assert "We had some trouble connecting" in words(browser.get("/ui/ana/room/home"))


def test_opening_a_tab_tells_the_bot_and_a_deaf_bot_is_no_trouble(browser, ana, bot, ws):
    assert browser.post("/ui/ana/messages") == (204, "")
    assert browser.post("/ui/ana/home") == (204, "")
    assert [event["tab"] for event in ws.wait_for(lambda: len(bot.heard) > 1 and bot.heard)] == [
        "messages",
        "home",
    ]
    ws.line.url = "http://127.0.0.1:1/"
    assert browser.post("/ui/ana/home") == (204, "")


def test_a_channel_in_a_message_is_a_link_for_the_reader(browser, client):
    post(client, "see <#C0GENERAL>")
    assert '<a class=mention href="/?as=ben&amp;channel=C0GENERAL">#general</a>' in browser.get(
        "/ui/ben/room/C0EVENTS"
    )
