from dataclasses import replace

import pytest
from slack_sdk import WebClient

from campaigns.errors import RosterError
from handlers.slack_attachments import SlackAttachments
from playground import Workspace
from playground.objects import file_json
from tests.fakes.largest_screens import upload

LIST = b"email,first_name\nana@mail.acme.com,Ana\nana@mail.acme.com,Ana\nnot an address,Bea\n"


@pytest.fixture
def slack():
    with Workspace(rate_limits=None) as made:
        yield made


def reading(slack, *, token="xoxb-playground"):
    client = WebClient(token, base_url=slack.base_url, retry_handlers=[])
    return SlackAttachments(client, api_url=slack.base_url)


def uploaded(slack, content=LIST, **changes):
    stored = slack.person("ana").upload("people.csv", content)
    return replace(upload("Team Day"), file={**file_json(slack.core, stored), **changes})


def test_a_list_becomes_attendees_problems_and_duplicates(slack):
    roster = reading(slack).read(uploaded(slack))
    assert [one.address for one in roster.attendees] == ["ana@mail.acme.com"]
    assert [problem.line for problem in roster.problems if problem.blocks] == [4]
    assert roster.duplicates == 1


def test_a_file_that_comes_as_an_id_is_asked_for(slack):
    complete = uploaded(slack).file
    bare = replace(upload("Team Day"), file={"id": complete["id"], "file_access": "check_file_info"})
    assert len(reading(slack).read(replace(bare, file={**bare.file, "name": "people.csv"})).attendees) == 1


def test_a_file_slack_will_not_describe_is_refused_in_words(slack):
    bare = replace(upload("Team Day"), file={"id": "F404", "file_access": "check_file_info"})
    with pytest.raises(RosterError, match="file_not_found"):
        reading(slack).read(bare)


def test_a_bot_without_the_right_to_read_gets_no_login_page_as_a_list(slack):
    with pytest.raises(RosterError, match="did not let the bot read"):
        reading(slack, token="xoxb-revoked").read(uploaded(slack))
