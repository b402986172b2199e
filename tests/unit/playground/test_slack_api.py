"""The Web API is as strict as Slack's."""

import urllib.request

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground import Workspace
from playground.core import Core
from playground.payloads import reply_address
from tests.unit.playground.tiny_bot import modal, plain

SECTION = {"type": "section", "text": plain("words")}
VIEW = modal(SECTION)


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ws(clock):
    with Workspace(clock=clock) as workspace:
        yield workspace


def refused(call, *args, **kwargs):
    with pytest.raises(SlackApiError) as caught:
        call(*args, **kwargs)
    return caught.value.response


def trigger(ws, user="U0ANA"):
    return ws.core.triggers.make(user, channel="C0EVENTS")


def test_only_the_right_token_opens_each_door(ws, client):
    assert client.auth_test()["user_id"] == "U0SENDINV"
    assert refused(WebClient("xoxb-other", base_url=ws.base_url).auth_test)["error"] == "invalid_auth"
    assert refused(WebClient("xapp-playground", base_url=ws.base_url).auth_test)["error"] == (
        "not_allowed_token_type"
    )
    assert refused(WebClient(base_url=ws.base_url).auth_test)["error"] == "not_authed"
    assert refused(client.apps_connections_open, app_token="xoxb-playground")["error"] == (
        "not_allowed_token_type"
    )


def test_an_unknown_method_is_named_so(client):
    assert refused(client.api_call, "chat.fax")["error"] == "unknown_method"


def test_people_have_zones_and_ranks(client):
    ana = client.users_info(user="U0ANA")["user"]
    assert (ana["tz"], ana["is_owner"], ana["profile"]["email"]) == (
        "Europe/Madrid",
        True,
        "ana@acme.example",
    )
    ben = client.users_info(user="U0BEN")["user"]
    assert (ben["is_admin"], ben["is_owner"]) == (False, False)
    assert client.users_info(user="U0KIM")["user"]["is_admin"]
    assert refused(client.users_info, user="U0NOBODY")["error"] == "user_not_found"


def test_a_trigger_lives_three_seconds(ws, client, clock):
    late = trigger(ws)
    clock.now += 3.1
    assert refused(client.views_open, trigger_id=late, view=VIEW)["error"] == "expired_trigger_id"


def test_a_trigger_works_once(ws, client):
    once = trigger(ws)
    client.views_open(trigger_id=once, view=VIEW)
    assert refused(client.views_open, trigger_id=once, view=VIEW)["error"] == "exchanged_trigger_id"
    assert refused(client.views_open, trigger_id="made.up", view=VIEW)["error"] == "invalid_trigger_id"


def test_a_push_needs_an_open_modal(ws, client):
    assert refused(client.views_push, trigger_id=trigger(ws), view=VIEW)["error"] == "invalid_trigger_id"


def test_a_view_that_slack_would_refuse_is_refused_with_the_place(ws, client):
    answer = refused(client.views_open, trigger_id=trigger(ws), view={**VIEW, "title": plain("x" * 25)})
    assert answer["error"] == "invalid_arguments"
    assert any("/title/text" in one for one in answer["response_metadata"]["messages"])


def test_a_view_larger_than_250_kb_has_its_own_error(ws, client):
    # A hundred sections of fields can be this large without breaking any other rule.
    fields = [plain("é" * 1400)] * 10
    blocks = [{"type": "section", "fields": fields}] * 10
    assert (
        refused(client.views_open, trigger_id=trigger(ws), view=modal(*blocks))["error"] == "view_too_large"
    )


def test_views_are_updated_by_id_or_external_id_and_hash(ws, client):
    opened = client.views_open(trigger_id=trigger(ws), view={**VIEW, "external_id": "mine"})["view"]
    renamed = {**VIEW, "title": plain("Two"), "external_id": "mine"}
    again = client.views_update(external_id="mine", view=renamed)["view"]
    assert again["title"]["text"] == "Two"
    assert refused(client.views_update, view_id=opened["id"], hash=opened["hash"], view=VIEW)["error"] == (
        "hash_conflict"
    )
    client.views_update(view_id=opened["id"], hash=again["hash"], view=VIEW)
    ws.person("ana").close()
    assert refused(client.views_update, view_id=opened["id"], view=VIEW)["error"] == "not_found"


def test_home_is_published_per_person(ws, client):
    home = {"type": "home", "blocks": [SECTION]}
    first = client.views_publish(user_id="U0ANA", view=home)["view"]
    client.views_publish(user_id="U0ANA", view=home, hash=first["hash"])
    assert (
        refused(client.views_publish, user_id="U0ANA", view=home, hash=first["hash"])["error"]
        == "hash_conflict"
    )
    assert refused(client.views_publish, user_id="U0ANA", view=VIEW)["error"] == "invalid_arguments"
    assert refused(client.views_publish, user_id="U0NOBODY", view=home)["error"] == "user_not_found"
    assert ws.person("ben").home is None


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0GENERAL", "not_in_channel"),
        ("C0OLD", "is_archived"),
        ("C0NOWHERE", "channel_not_found"),
        ("U0NOBODY", "channel_not_found"),
    ],
)
def test_the_bot_posts_only_where_it_is_a_member(client, channel, error):
    assert refused(client.chat_postMessage, channel=channel, text="x")["error"] == error


def test_joining_a_channel_lets_the_bot_post(client):
    assert client.conversations_info(channel="C0GENERAL")["channel"]["is_member"] is False
    client.conversations_join(channel="C0GENERAL")
    assert client.chat_postMessage(channel="C0GENERAL", text="x")["ok"]
    assert refused(client.conversations_join, channel="C0OLD")["error"] == "is_archived"


def test_a_person_is_reached_by_user_id_or_by_an_opened_conversation(ws, client):
    by_user = client.chat_postMessage(channel="U0ANA", text="one")["channel"]
    assert client.conversations_open(users="U0ANA")["channel"]["id"] == by_user
    assert [message.text for message in ws.person("ana").messages] == ["one"]
    assert refused(client.conversations_open, users="U0NOBODY")["error"] == "users_not_found"


def test_a_message_needs_words_and_not_too_many(client):
    post = client.chat_postMessage
    assert refused(client.api_call, "chat.postMessage", json={"channel": "C0EVENTS"})["error"] == "no_text"
    assert refused(post, channel="C0EVENTS", text="x" * 40_001)["error"] == "msg_too_long"
    assert refused(post, channel="C0EVENTS", text="x", blocks=[SECTION] * 51)["error"] == "invalid_blocks"
    ts = post(channel="C0EVENTS", text="x" * 4_001)["ts"]
    assert refused(client.chat_update, channel="C0EVENTS", ts=ts, text="x" * 4_001)["error"] == "msg_too_long"


def test_an_update_with_text_alone_drops_the_blocks(ws, client):
    ts = client.chat_postMessage(channel="C0EVENTS", text="x", blocks=[SECTION])["ts"]
    client.chat_update(channel="C0EVENTS", ts=ts, text="y")
    message = ws.messages[-1]
    assert (message.text, message.blocks, message.edits) == ("y", [], 1)
    client.chat_delete(channel="C0EVENTS", ts=ts)
    assert refused(client.chat_update, channel="C0EVENTS", ts=ts, text="z")["error"] == "message_not_found"


def test_a_persons_message_is_not_the_bots_to_change(ws, client):
    ws.person("ana").type("good morning")
    ts = ws.messages[-1].ts
    assert refused(client.chat_update, channel="C0EVENTS", ts=ts, text="z")["error"] == "cant_update_message"
    assert refused(client.chat_delete, channel="C0EVENTS", ts=ts)["error"] == "cant_delete_message"


def test_replies_hang_below_their_message_and_have_a_link(ws, client):
    ts = client.chat_postMessage(channel="C0EVENTS", text="parent")["ts"]
    client.chat_postMessage(channel="C0EVENTS", text="reply", thread_ts=ts)
    [parent] = ws.person("ana").read("events")
    assert [reply.text for reply in parent.thread] == ["reply"]
    link = client.chat_getPermalink(channel="C0EVENTS", message_ts=ts)["permalink"]
    assert link.endswith(f"/archives/C0EVENTS/p{ts.replace('.', '')}")


def test_an_ephemeral_message_is_for_one_member(ws, client):
    client.chat_postEphemeral(channel="C0EVENTS", user="U0BEN", text="psst")
    assert ws.person("ana").read("events") == []
    assert ws.person("ben").read("events")[0].is_ephemeral
    other = client.chat_postEphemeral
    assert refused(other, channel="C0EVENTS", user="U0NO", text="x")["error"] == "user_not_in_channel"


def test_posting_faster_than_one_a_second_is_limited_per_channel(client, clock):
    for _ in range(5):
        client.chat_postMessage(channel="C0EVENTS", text="x")
    answer = refused(client.chat_postMessage, channel="C0EVENTS", text="x")
    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "1")
    client.chat_postMessage(channel="U0ANA", text="x")
    clock.now += 1
    client.chat_postMessage(channel="C0EVENTS", text="x")


def test_a_tier_three_method_takes_fifty_a_minute(client, clock):
    for _ in range(50):
        client.conversations_info(channel="C0EVENTS")
    assert refused(client.conversations_info, channel="C0EVENTS").status_code == 429
    clock.now += 1.3
    client.conversations_info(channel="C0EVENTS")


def test_limits_can_be_switched_off():
    with Workspace(rate_limits=None) as free:
        client = WebClient("xoxb-playground", base_url=free.base_url)
        for _ in range(20):
            client.chat_postMessage(channel="C0EVENTS", text="x")


def test_failures_can_be_ordered(ws, client):
    ws.fail_next("chat.postMessage", error="fatal_error", times=2)
    assert refused(client.chat_postMessage, channel="C0EVENTS", text="x")["error"] == "fatal_error"
    assert refused(client.chat_postMessage, channel="C0EVENTS", text="x")["error"] == "fatal_error"
    ws.fail_next("chat.postMessage", status=500)
    assert refused(client.chat_postMessage, channel="C0EVENTS", text="x").status_code == 500
    ws.fail_next("chat.postMessage", retry_after=7)
    assert refused(client.chat_postMessage, channel="C0EVENTS", text="x").headers["Retry-After"] == "7"
    assert ws.messages == []
    ws.fail_next("chat.postMessage", status=500, after_effect=True)
    refused(client.chat_postMessage, channel="C0EVENTS", text="x")
    assert len(ws.messages) == 1


def test_every_call_is_recorded_without_its_token(ws, client):
    client.chat_postMessage(channel="C0EVENTS", text="x", blocks=[SECTION])
    [call] = ws.calls
    assert (call.method, call.args["blocks"], call.result["ok"]) == ("chat.postMessage", [SECTION], True)
    assert "xoxb" not in repr(call)


def test_a_file_is_uploaded_in_three_steps_and_downloaded_with_the_token(ws, client):
    client.files_upload_v2(
        channel="C0EVENTS", filename="failed.csv", content="Email\n", initial_comment="The report"
    )
    message = ws.messages[-1]
    assert (message.text, message.files[0].content) == ("The report", b"Email\n")
    info = client.files_info(file=message.files[0].id)["file"]
    asked = urllib.request.Request(info["url_private_download"])
    with urllib.request.urlopen(asked) as page:
        assert "login" in page.url
        assert page.headers.get_content_type() == "text/html"
    asked.add_header("Authorization", "Bearer xoxb-playground")
    with urllib.request.urlopen(asked) as page:
        assert page.read() == b"Email\n"
    assert refused(client.files_info, file="F0")["error"] == "file_not_found"


def test_a_file_goes_where_the_bot_may_post(client):
    upload = client.files_upload_v2
    assert refused(upload, channel="C0GENERAL", filename="a.csv", content="x")["error"] == "not_in_channel"


def respond(url, body):
    made = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(made) as answer:
        return answer.status


def test_a_response_url_works_five_times_in_thirty_minutes(ws, clock):
    core: Core = ws.core
    url = reply_address(core, "U0ANA", "C0EVENTS")
    for _ in range(5):
        assert respond(url, b'{"text": "hello"}') == 200
    with pytest.raises(urllib.error.HTTPError) as sixth:
        respond(url, b'{"text": "hello"}')
    sixth.value.close()
    assert len(ws.person("ana").read("events")) == 5
    assert ws.person("ben").read("events") == []
    late = reply_address(core, "U0ANA", "C0EVENTS")
    clock.now += 30 * 60 + 1
    with pytest.raises(urllib.error.HTTPError) as expired:
        respond(late, b'{"text": "hello"}')
    expired.value.close()


def test_a_response_url_can_replace_or_delete_its_message(ws, client):
    ts = client.chat_postMessage(channel="C0EVENTS", text="old")["ts"]
    url = reply_address(ws.core, "U0ANA", "C0EVENTS", ts)
    respond(url, b'{"text": "new", "replace_original": true}')
    assert ws.messages[-1].text == "new"
    respond(url, b'{"delete_original": true}')
    assert ws.messages == []
