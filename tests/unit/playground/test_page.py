"""The page draws what there is, escapes what people typed, and carries what a browser posts."""

import io
import json
import re
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from playground.mrkdwn_html import date_words, mrkdwn_html
from tests.unit.playground.page_browser import Browser
from tests.unit.playground.tiny_bot import COLOURS

HOSTILE = '<script>alert(1)</script> & "quotes" <https://x.example/?a=1&amp;b=2|<b>label>'


@pytest.fixture
def browser(ws):
    return Browser(ws)


def test_the_page_shows_the_channels_and_the_people(browser):
    page = browser.get("/?as=ben")
    assert re.search(r'aria-current="page"\s*><span[^>]*>#</span> events', page)
    assert "Ben Okafor · America/New_York" in page
    assert "> old" not in page
    assert browser.get("/static/page.js").startswith("// The server draws")


def test_messages_are_drawn_and_what_people_typed_is_only_text(browser, client):
    client.chat_postMessage(channel="C0EVENTS", text=HOSTILE)
    client.chat_postMessage(
        channel="C0EVENTS",
        text="x",
        blocks=[{"type": "section", "text": {"type": "plain_text", "text": HOSTILE}}],
    )
    drawn = browser.get("/ui/ana/room/C0EVENTS")
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("*bold* _italic_ ~gone~", "<strong>bold</strong> <em>italic</em> <del>gone</del>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("`*not bold*`", "<code>*not bold*</code>"),
        ("```\na < b\n```", "<pre>a &lt; b</pre>"),
        ("a &amp; b &lt;c&gt;", "a &amp; b &lt;c&gt;"),
        ("<@U0ANA> in <#C0EVENTS>", "<span class=mention>@ana</span> in <span class=mention>#events</span>"),
        ("<!channel>", "<span class=mention>@channel</span>"),
        (
            "<https://x.example/?a=1&amp;b=2|here>",
            '<a href="https://x.example/?a=1&amp;b=2" target=_blank rel=noopener>here</a>',
        ),
        ("<javascript:alert(1)|here>", "&lt;javascript:alert(1)|here&gt;"),
        ('<https://x.example/"onclick="x|here>', "&lt;https://x.example/&quot;onclick=&quot;x|here&gt;"),
        ("one\n> two", "one<br><span class=quote>two</span>"),
        (":tada: :no_such_thing:", "🎉 :no_such_thing:"),
        ("<!date^nonsense^{date}|<b>>", "&lt;!date^nonsense^{date}|&lt;b&gt;&gt;"),
        ("<!date^nonsense^{date}|soon>", "soon"),
    ],
)
def test_mrkdwn_is_drawn_safely(text, drawn):
    assert str(mrkdwn_html(text, {"U0ANA": "ana", "C0EVENTS": "events"}, "Europe/Madrid")) == drawn


def test_a_date_token_is_told_in_the_readers_zone():
    token = "<!date^1772357400^{date_num} {time}|later>"
    assert ">2026-03-01 10:30 AM</time>" in mrkdwn_html(token, {}, "Europe/Madrid")
    assert ">2026-03-01 4:30 AM</time>" in mrkdwn_html(token, {}, "America/New_York")


def test_every_date_token_is_known():
    now = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Europe/Madrid"))
    moment = datetime(2026, 3, 1, 9, 5, 7, tzinfo=ZoneInfo("Europe/Madrid"))
    words = date_words(moment, "{date}|{date_short}|{date_long}|{date_pretty}|{time_secs}", now)
    assert words == "March 1st, 2026|Mar 1, 2026|Sunday, March 1st, 2026|yesterday|9:05:07 AM"


def open_form(ana):
    ana.type("/sendinvites")
    return ana.wait_for_modal("Form")


def test_a_form_is_drawn_with_every_input_and_submitted(browser, ana, bot):
    view = open_form(ana)
    drawn = browser.get("/ui/ana/modal")
    for label in view.labels:
        assert f">{label}" in drawn
    for kind in ("date", "time", "datetime-local", "file", "radio", "checkbox", "search"):
        assert f'type="{kind}"' in drawn
    fields = {
        "surface": view.id,
        "Name|value": "Ana",
        "Size|value": "12",
        "Colour|value": "green",
        "Person|value": json.dumps({"text": {"type": "plain_text", "text": "Ada"}, "value": "ada"}),
        "Many|value": ["", "red"],
        "Moment|value": "2026-03-01T10:30",
    }
    assert browser.post("/ui/ana/submit", **fields) == (204, "")
    assert "Please enter a number that is at most 9." in browser.get("/ui/ana/modal")
    assert browser.post("/ui/ana/submit", **{**fields, "Size|value": "3"}) == (204, "")
    assert ana.modal is None
    assert bot.values["Colour"]["selected_option"] == COLOURS[1]
    assert bot.values["Many"]["selected_options"] == [COLOURS[0]]
    assert bot.values["Moment"]["selected_date_time"] == 1772357400
    assert bot.values["Person"]["selected_option"]["value"] == "ada"
    assert browser.get("/ui/ana/modal") == ""


def test_a_file_chosen_in_the_browser_reaches_the_form(browser, ana):
    view = open_form(ana)
    edge = "edge"
    body = io.BytesIO()
    for name, content in (
        (b'name="surface"', view.id.encode()),
        (b'name="List|value"; filename="p.csv"', b"Email\r\n"),
    ):
        body.write(b"--edge\r\nContent-Disposition: form-data; " + name + b"\r\n\r\n" + content + b"\r\n")
    body.write(b"--edge--\r\n")
    kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
    assert browser.ask("POST", "/ui/ana/keep", body.getvalue(), kind)[0] == 204
    assert "p.csv" in browser.get("/ui/ana/modal")
    [kept] = view.entered["List"]["value"]["files"]
    assert kept["size"] == 7


def test_buttons_and_suggestions_work_from_the_page(browser, ana, bot, ws):
    view = open_form(ana)
    block = view.blocks[-1]["block_id"]
    assert browser.post("/ui/ana/act", surface=view.id, block=block, action="say") == (204, "")
    message = ana.wait_for_message("I was told", "events")
    key = f"C0EVENTS:{message.ts}"
    button = re.search(r'data-block="([^"]+)" data-action="say"', browser.get("/ui/ana/room/C0EVENTS"))
    assert browser.post("/ui/ana/act", surface=key, block=button[1], action="say") == (204, "")
    where = urlencode({"surface": view.id, "block": "Person", "action": "value", "q": "gra"})
    assert [one["value"] for one in json.loads(browser.get(f"/ui/ana/options?{where}"))] == ["grace"]
    assert browser.post("/ui/ben/act", surface=view.id, block=block, action="say")[0] == 409
    browser.post("/ui/ana/close", whole="yes")
    assert ana.modal is None


def test_a_button_drawn_anew_takes_the_press_that_was_meant_for_it(browser, client, ana, bot):
    """A forecast or a progress message changes under somebody's finger all the time."""
    view = open_form(ana)
    block = view.blocks[-1]["block_id"]
    client.views_update(view_id=view.id, view={**bot.form, "blocks": bot.form["blocks"][1:]})
    assert browser.post("/ui/ana/act", surface=view.id, block=block, action="say") == (204, "")
    ana.wait_for_message("I was told", "events")


def test_a_button_that_means_something_else_by_now_does_not_take_the_press(browser, client, ana, bot):
    view = open_form(ana)
    block = view.blocks[-1]["block_id"]
    [*fields, buttons] = bot.form["blocks"]
    others = [{**one, "value": "other"} for one in buttons["elements"]]
    client.views_update(
        view_id=view.id, view={**bot.form, "blocks": [*fields, {**buttons, "elements": others}]}
    )
    status, said = browser.post("/ui/ana/act", surface=view.id, block=block, action="say")
    assert (status, said) == (409, "This has just changed. Please look again.")


def test_a_failed_dispatch_is_told_on_the_page(browser):
    status, words = browser.post("/ui/ana/type", line="/sendinvites", channel="C0EVENTS")
    assert status == 409
    assert "no bot is connected" in words


def test_the_home_tab_and_files_are_shown(browser, client, ana, bot, ws):
    assert "not published" in browser.get("/ui/ana/room/home")
    browser.post("/ui/ana/home")
    ws.wait_for(lambda: ana.home)
    assert "Welcome home" in browser.get("/ui/ana/room/home")
    client.files_upload_v2(channel="C0EVENTS", filename="a <b>.csv", content="Email\n")
    link = re.search(r'href="(/ui/file/[^"]+)"', browser.get("/ui/ana/room/C0EVENTS"))
    assert browser.get(link[1]) == "Email\n"


def test_changes_are_waited_for(browser, ws):
    version = ws.state.version
    ws.person("ana").type("hello")
    assert json.loads(browser.get(f"/ui/changes?since={version}"))["version"] > version


def test_a_foreign_page_and_a_foreign_name_are_turned_away(browser):
    assert browser.ask("POST", "/ui/ana/type", "", {"Origin": "https://evil.example"})[0] == 403
    assert browser.ask("GET", "/", headers={"Host": "evil.example:80"})[0] == 403
    assert browser.ask("POST", "/people/ana/close", "{}", {"Content-Type": "text/plain"})[0] == 400


def test_a_person_is_driven_by_json(browser, ana, bot):
    assert (
        browser.post_json("/people/ana/type", line="/sendinvites help")[1]["text"] == "Just type /sendinvites"
    )
    open_form(ana)
    browser.post_json("/people/ana/fill", label="List", value={"name": "a.csv", "text": "Email\n"})
    status, said = browser.post_json("/people/ana/submit")
    assert (status, said["errors"]["Name"]) == (200, "Please complete this required field.")
    assert said["modal"]["title"] == "Form"
    status, said = browser.post_json("/people/ana/press", button="Nowhere")
    assert (status, "Deeper" in said["error"]) == (409, True)
    assert browser.post_json("/people/ana/close")[1]["modal"] is None
    seen = json.loads(browser.get("/people/ana?channel=events"))
    assert seen["messages"][0]["is_ephemeral"]
    assert browser.ask("GET", "/people/nobody")[0] == 404
