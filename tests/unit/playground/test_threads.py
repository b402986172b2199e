"""Replies: in their thread, and in the channel too where they were broadcast."""

import urllib.parse

import pytest
from slack_sdk.errors import SlackApiError

from tests.unit.playground.tiny_bot import BUTTONS, plain


@pytest.fixture
def parent(client):
    return client.chat_postMessage(channel="C0EVENTS", text="parent")["ts"]


def test_a_reply_stands_in_its_thread_only(ws, client, parent):
    client.chat_postMessage(channel="C0EVENTS", text="reply", thread_ts=parent)
    ana = ws.person("ana")
    assert [m.text for m in ana.read("events")] == ["parent"]
    assert [m.text for m in ana.read("events", thread=parent)] == ["parent", "reply"]


def test_a_broadcast_reply_stands_in_the_channel_as_well(ws, client, parent):
    sent = client.chat_postMessage(
        channel="C0EVENTS", text="the end", thread_ts=parent, reply_broadcast=True
    )["message"]
    assert (sent["subtype"], sent["thread_ts"]) == ("thread_broadcast", parent)
    ana = ws.person("ana")
    assert [m.text for m in ana.read("events")] == ["parent", "the end"]
    assert [m.text for m in ana.read("events", thread=parent)] == ["parent", "the end"]


def test_a_message_outside_a_thread_cannot_be_broadcast(client):
    sent = client.chat_postMessage(channel="C0EVENTS", text="alone", reply_broadcast=True)["message"]
    assert "subtype" not in sent


def test_an_ephemeral_reply_is_in_the_thread_of_one_person(ws, client, parent):
    client.chat_postEphemeral(channel="C0EVENTS", user="U0BEN", text="psst", thread_ts=parent)
    assert [m.text for m in ws.person("ben").read("events", thread=parent)] == ["parent", "psst"]
    assert [m.text for m in ws.person("ana").read("events", thread=parent)] == ["parent"]
    assert [m.text for m in ws.person("ben").read("events")] == ["parent"]


def test_a_deleted_reply_leaves_its_thread(ws, client, parent):
    ts = client.chat_postMessage(channel="C0EVENTS", text="reply", thread_ts=parent)["ts"]
    client.chat_delete(channel="C0EVENTS", ts=ts)
    assert ws.person("ana").read("events")[0].thread == []


def test_a_link_to_a_reply_names_its_thread(client, parent):
    ts = client.chat_postMessage(channel="C0EVENTS", text="reply", thread_ts=parent)["ts"]
    link = client.chat_getPermalink(channel="C0EVENTS", message_ts=ts)["permalink"]
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)
    assert asked == {"thread_ts": [parent], "cid": ["C0EVENTS"]}
    with pytest.raises(SlackApiError, match="message_not_found"):
        client.chat_getPermalink(channel="C0EVENTS", message_ts="1.000000")


def test_a_person_replies_but_commands_are_not_for_threads(ws, client, parent, bot):
    ana = ws.person("ana")
    ana.type("thanks", thread=parent)
    assert ana.wait_for_message("thanks", "events", thread=parent).thread_ts == parent
    with pytest.raises(LookupError, match="not supported in threads"):
        ana.type("/sendinvites", thread=parent)


def test_a_button_in_a_thread_is_pressed(ws, client, parent, ana, bot):
    blocks = [{"type": "section", "text": plain("in here")}, BUTTONS]
    client.chat_postMessage(channel="C0EVENTS", text="x", thread_ts=parent, blocks=blocks)
    reply = ana.wait_for_message("in here", "events", thread=parent)
    ana.press("Say it", where=reply)
    assert ws.wait_for(lambda: bot.heard)[0]["message"]["thread_ts"] == parent


def test_a_message_for_one_is_dismissed_by_that_one(ws, client):
    client.chat_postEphemeral(channel="C0EVENTS", user="U0BEN", text="psst")
    client.chat_postMessage(channel="C0EVENTS", text="for all")
    ben = ws.person("ben")
    whisper, loud = ben.read("events")
    with pytest.raises(LookupError, match="visible to you alone"):
        ben.dismiss(loud)
    with pytest.raises(LookupError, match="visible to you alone"):
        ws.person("ana").dismiss(whisper)
    ben.dismiss(whisper)
    assert ben.read("events") == [loud]
