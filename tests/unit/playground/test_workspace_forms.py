"""A person at the keyboard against a real Bolt app over real HTTP."""

import pytest
from slack_sdk.signature import SignatureVerifier

from playground import DispatchFailed, Workspace
from playground.bot_line import encoded, signature
from tests.unit.playground.tiny_bot import COLOURS, field, modal


def filled(ana):
    ana.type("/sendinvites")
    ana.wait_for_modal("Form")
    ana.fill("Name", "Ana")
    ana.fill("Size", "5")
    ana.fill("Colour", "Green")
    ana.fill("Person", "grace")


def test_a_slash_command_opens_a_form_and_its_words_come_back(ana, bot):
    assert ana.type("/sendinvites help") == "Just type /sendinvites"
    assert ana.read("events")[-1].is_ephemeral
    ana.type("/sendinvites")
    assert ana.wait_for_modal().title == "Form"
    assert bot.heard[-1]["channel_id"] == "C0EVENTS"


def test_an_ephemeral_answer_is_seen_by_one_person_only(ana, ws):
    ana.type("/sendinvites help")
    assert ws.person("ben").read("events") == []


def test_every_kind_of_input_arrives_as_slack_sends_it(ana, bot):
    filled(ana)
    ana.fill("Mail", "ana@acme.example")
    ana.fill("Web", "https://acme.example/x")
    ana.fill("Helper", "ben")
    ana.fill("One", "Red")
    ana.fill("Many", ["Red", "Green"])
    ana.fill("Day", "2026-03-01")
    ana.fill("Hour", "09:30")
    ana.fill("Moment", "2026-03-01T09:30:00+00:00")
    ana.fill("List", ("people.csv", b"Email\n"))
    assert ana.submit() == {}
    assert ana.modal is None
    values = bot.values
    assert values["Name"] == {"type": "plain_text_input", "value": "Ana"}
    assert values["Size"] == {"type": "number_input", "value": "5"}
    assert values["Colour"] == {"type": "static_select", "selected_option": COLOURS[1]}
    assert values["Person"]["selected_option"]["value"] == "grace"
    assert values["Channel"] == {"type": "conversations_select", "selected_conversation": "C0EVENTS"}
    assert values["Helper"] == {"type": "users_select", "selected_user": "U0BEN"}
    assert values["One"]["selected_option"]["value"] == "red"
    assert [one["value"] for one in values["Many"]["selected_options"]] == ["red", "green"]
    assert values["Day"]["selected_date"] == "2026-03-01"
    assert values["Hour"]["selected_time"] == "09:30"
    assert values["Moment"]["selected_date_time"] == 1772357400
    assert values["List"]["files"][0]["name"] == "people.csv"


def test_untouched_inputs_are_null_as_in_slack(ana, bot):
    filled(ana)
    ana.submit()
    assert bot.values["Mail"] == {"type": "email_text_input", "value": None}
    assert bot.values["Many"] == {"type": "checkboxes", "selected_options": []}
    assert bot.values["List"] == {"type": "file_input", "files": []}


@pytest.mark.parametrize(
    ("label", "value", "words"),
    [
        ("Size", "many", "Please enter a number."),
        ("Size", "NaN", "Please enter a number."),
        ("Size", "2.5", "Please enter a whole number."),
        ("Size", "0", "Please enter a number that is at least 1."),
        ("Size", "10", "Please enter a number that is at most 9."),
        ("Name", "", "Please complete this required field."),
        ("Name", "x" * 11, "Please enter no more than 10 characters."),
        ("Mail", "ana", "Please enter a valid email address."),
        ("Web", "acme", "Please enter a valid URL."),
        ("List", ("people.exe", b"x"), "Only these file types are allowed: csv."),
        ("List", [("a.csv", b"x"), ("b.csv", b"x")], "You can upload up to 1 file."),
        ("List", ("a.csv", b"x" * (10 * 1024 * 1024 + 1)), "This file is larger than 10 MB."),
    ],
)
def test_what_the_client_refuses_never_reaches_the_bot(ana, bot, label, value, words):
    filled(ana)
    ana.fill(label, value)
    heard = len(bot.heard)
    assert ana.submit() == {label: words}
    assert ana.modal.errors == {label: words}
    assert len(bot.heard) == heard


def test_the_bots_errors_are_shown_at_their_labels_and_the_form_stays(ana, bot):
    filled(ana)
    bot.answer = {"response_action": "errors", "errors": {"Name": "That name is taken."}}
    assert ana.submit() == {"Name": "That name is taken."}
    assert ana.modal.title == "Form"
    bot.answer = {}
    assert ana.submit() == {}


def test_errors_for_a_block_that_is_not_an_input_are_refused_loudly(ana, bot):
    filled(ana)
    bot.answer = {"response_action": "errors", "errors": {"nowhere": "?"}}
    with pytest.raises(DispatchFailed, match="invalid_errors"):
        ana.submit()


@pytest.mark.parametrize(
    ("answer", "titles"),
    [
        ({"response_action": "update", "view": modal(title="Next")}, ["Next"]),
        ({"response_action": "push", "view": modal(title="Next")}, ["Form", "Next"]),
        ({"response_action": "clear"}, []),
    ],
)
def test_a_submission_may_be_answered_with_another_view(ana, bot, ws, answer, titles):
    filled(ana)
    if "view" in answer:
        answer["view"]["blocks"] = [{"type": "divider"}]
    bot.answer = answer
    ana.submit()
    assert [view.title for view in ws.state.stacks["U0ANA"]] == titles


def test_an_answer_with_a_broken_view_is_refused_loudly(ana, bot):
    filled(ana)
    bot.answer = {"response_action": "update", "view": {"type": "modal", "blocks": []}}
    with pytest.raises(DispatchFailed, match="invalid_arguments"):
        ana.submit()
    assert ana.modal.trouble == "We had some trouble connecting. Try again?"


def test_views_stack_three_deep_and_no_deeper(ana, bot, ws):
    ana.type("/sendinvites")
    ana.wait_for_modal("Form")
    ana.press("Deeper")
    ws.wait_for(lambda: len(ws.state.stacks["U0ANA"]) == 2)
    ana.press("Deeper")
    ws.wait_for(lambda: len(ws.state.stacks["U0ANA"]) == 3)
    ana.press("Deeper")
    ws.wait_for(lambda: len(ws.calls_of("views.push")) == 3)
    assert ws.calls_of("views.push")[-1].result["error"] == "push_limit_reached"
    ana.back()
    assert len(ws.state.stacks["U0ANA"]) == 2
    ana.close()
    assert ana.modal is None


def test_closing_is_told_where_it_was_asked_for(ana, bot):
    ana.type("/sendinvites")
    ana.wait_for_modal()
    ana.close()
    assert bot.heard[-1]["type"] == "view_closed"
    assert bot.heard[-1]["is_cleared"] is False


def test_an_update_keeps_what_was_typed(ana, bot):
    ana.type("/sendinvites")
    ana.wait_for_modal("Form")
    ana.fill("Name", "Ana")
    ana.press("Rename")
    assert ana.wait_for_modal("Renamed").entered["Name"]["value"]["value"] == "Ana"


def test_buttons_are_found_by_words_and_by_neighbours(ana, bot, ws):
    ana.type("/sendinvites")
    ana.wait_for_modal()
    ana.press("Say it")
    message = ana.wait_for_message("I was told", "events")
    assert bot.heard[-1]["actions"][0]["value"] == "hello"
    assert message.buttons == ["Deeper", ":wave: Say it", "Rename"]
    ana.close()
    ana.press("Say it", near="I was told", where=message)
    ws.wait_for(lambda: len(ws.calls_of("chat.postMessage")) == 2)
    assert bot.heard[-1]["container"] == {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": "C0EVENTS",
        "is_ephemeral": False,
    }


def test_a_missing_button_is_named_with_those_there_are(ana):
    ana.type("/sendinvites")
    ana.wait_for_modal()
    with pytest.raises(LookupError, match="Deeper"):
        ana.press("Nowhere")
    with pytest.raises(LookupError, match="near 'elsewhere'"):
        ana.press("Say it", near="elsewhere")


def test_a_missing_input_is_named_with_those_there_are(ana):
    with pytest.raises(LookupError, match="no modal"):
        ana.fill("Name", "x")
    ana.type("/sendinvites")
    ana.wait_for_modal()
    with pytest.raises(LookupError, match="'Name', 'Mail'"):
        ana.fill("Nome", "x")
    with pytest.raises(LookupError, match="offered: 'Red', 'Green'"):
        ana.fill("Colour", "Blue")


def test_an_input_that_dispatches_tells_the_bot_at_once(ana, bot):
    heard = []
    bot.app.action("pick")(lambda ack, body: (heard.append(body["actions"][0]), ack()))
    select = {"type": "static_select", "action_id": "pick", "options": COLOURS}
    bot.form = modal(field("Colour", select, dispatch_action=True))
    ana.type("/sendinvites")
    ana.wait_for_modal()
    ana.fill("Colour", "Red")
    assert heard[0]["selected_option"] == COLOURS[0]


def test_opening_home_publishes_it(ana, bot, ws):
    assert ana.home is None
    ana.open_home()
    assert "Welcome home" in ws.wait_for(lambda: ana.home).plain()
    assert ws.person("ben").home is None


def test_a_slow_bot_is_a_failed_dispatch_and_the_person_is_told(bot):
    with Workspace(ack_timeout=0.05) as ws:
        ws.connect_bot(bot.url)
        bot.may_answer.clear()
        with pytest.raises(DispatchFailed, match="operation_timeout"):
            ws.person("ana").type("/sendinvites help")
        assert "operation_timeout" in ws.person("ana").read("events")[-1].text
        assert len(ws.dispatch_failures) == 1


def test_a_bot_that_refuses_the_signature_is_a_failed_dispatch(bot):
    with Workspace(signing_secret="another") as ws:
        ws.connect_bot(bot.url)
        with pytest.raises(DispatchFailed, match="http_status 401"):
            ws.person("ana").type("/sendinvites")


def test_a_bot_that_is_not_there_is_a_failed_dispatch():
    with Workspace() as ws:
        with pytest.raises(DispatchFailed, match="connect_bot"):
            ws.person("ana").type("/sendinvites")
        ws.connect_bot("http://127.0.0.1:1/slack/events")
        with pytest.raises(DispatchFailed, match="dispatch_failed"):
            ws.person("ana").type("/sendinvites")


def test_signatures_are_the_ones_slack_sdk_verifies():
    body, _ = encoded("interactive", {"type": "block_actions", "words": "señor & söhne"})
    verifier = SignatureVerifier("secret", clock=type("Clock", (), {"now": lambda _: 1000.0})())
    made = signature("secret", "1000", body)
    assert verifier.is_valid(body, "1000", made)
    assert not verifier.is_valid(body + b" ", "1000", made)


def test_the_bots_address_proves_itself(ws, bot):
    assert ws.verify_url() == "prove-it"


def test_the_readable_text_of_a_form_holds_its_labels_and_buttons(ana):
    ana.type("/sendinvites")
    words = ana.wait_for_modal().plain()
    assert all(part in words for part in ("Form", "Colour", "Deeper", "Go"))
