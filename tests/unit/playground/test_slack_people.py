"""Who is who, who is where, and what the bot's token may ask."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground import Workspace


def refused(call, *args, **kwargs):
    with pytest.raises(SlackApiError) as caught:
        call(*args, **kwargs)
    return caught.value.response


def test_the_members_of_a_user_group_are_told(ws, client):
    assert client.usergroups_users_list(usergroup="S0EVENTS")["users"] == ["U0ANA", "U0KIM"]
    ws.state.groups["S0NEW"] = ["U0BEN"]
    assert client.usergroups_users_list(usergroup="S0NEW")["users"] == ["U0BEN"]
    assert refused(client.usergroups_users_list, usergroup="S0NOBODY")["error"] == "no_such_subteam"


def test_a_token_without_the_scope_is_told_which_one_it_needs():
    with Workspace(scopes=["chat:write"]) as ws:
        client = WebClient("xoxb-playground", base_url=ws.base_url)
        assert client.chat_postMessage(channel="C0EVENTS", text="x")["ok"]
        answer = refused(client.usergroups_users_list, usergroup="S0EVENTS")
        assert (answer["error"], answer["needed"]) == ("missing_scope", "usergroups:read")
        assert answer["provided"] == "chat:write"


def test_user_groups_may_be_asked_for_twenty_times_a_minute(client):
    for _ in range(20):
        client.usergroups_users_list(usergroup="S0EVENTS")
    assert refused(client.usergroups_users_list, usergroup="S0EVENTS").status_code == 429


def test_members_of_a_channel_are_told_page_by_page(client):
    first = client.conversations_members(channel="C0EVENTS", limit=3)
    rest = client.conversations_members(
        channel="C0EVENTS", limit=3, cursor=first["response_metadata"]["next_cursor"]
    )
    assert sorted(first["members"] + rest["members"]) == ["U0ANA", "U0BEN", "U0KIM", "U0SENDINV"]
    assert rest["response_metadata"]["next_cursor"] == ""
    assert refused(client.conversations_members, channel="C0NO")["error"] == "channel_not_found"
    assert refused(client.conversations_members, channel="C0EVENTS", limit=5000)["error"] == "invalid_limit"
    assert refused(client.conversations_members, channel="C0EVENTS", cursor="x")["error"] == "invalid_cursor"


def test_a_picture_keeps_the_words_for_whoever_cannot_see_it(ws, client):
    client.files_upload_v2(
        channel="C0EVENTS", filename="chart.png", content=b"\x89PNG", alt_txt="Rising bars", title="Chart"
    )
    [file] = ws.files
    assert file.alt_text == "Rising bars"
    assert client.files_info(file=file.id)["file"]["alt_txt"] == "Rising bars"


def test_words_for_a_picture_are_at_most_a_thousand_characters(client):
    ask = client.files_getUploadURLExternal
    assert ask(filename="a.png", length=1, alt_txt="x" * 1000)["ok"]
    assert refused(ask, filename="a.png", length=1, alt_txt="x" * 1001)["error"] == "alt_txt_too_large"
