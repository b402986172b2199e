import http.client

import pytest
from slack_sdk.errors import SlackApiError, SlackClientError

from handlers.screens import replace


class Line:
    """A client of the Web API whose calls come to this."""

    def __init__(self, trouble):
        self.trouble = trouble

    def views_update(self, **_):
        raise self.trouble


@pytest.mark.parametrize(
    "trouble",
    [
        SlackApiError("gone", {"ok": False, "error": "not_found"}),
        SlackClientError("no answer"),
        ConnectionResetError(),
        http.client.IncompleteRead(b"{"),
    ],
)
def test_a_screen_that_cannot_be_changed_is_no_error_whatever_stands_in_the_way(trouble):
    assert replace(Line(trouble), "V1", {}) is False
