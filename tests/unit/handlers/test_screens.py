import json
import re

from playground.block_rules import LONGEST_UPDATE, problems
from tests.fakes import largest_edits, largest_lists, largest_messages, largest_screens

ALL = [
    *largest_screens.everything(),
    *largest_lists.everything(),
    *largest_edits.everything(),
    *largest_messages.everything(),
]
OURS = re.compile(r"<!date\^\d+\^[^|<>]*\|[^|<>]*>|<@U0(?:ANA|BEN|KIM)>|<#C0(?:EVENTS|OTHER)>")


def marked_texts(item):
    """Everything that Slack reads as mrkdwn."""
    if isinstance(item, list):
        for inner in item:
            yield from marked_texts(inner)
    elif isinstance(item, dict):
        if item.get("type") == "mrkdwn":
            yield item["text"]
        for inner in item.values():
            yield from marked_texts(inner)


def test_every_screen_at_its_largest_is_taken_by_slack():
    found = {
        name: faults
        for name, payload, surface in ALL
        if (faults := problems(payload, surface, longest_text=LONGEST_UPDATE))
    }
    assert found == {}


def test_nothing_typed_can_mention_or_link():
    texts = [
        (name, text)
        for name, payload, surface in ALL
        for text in [*marked_texts(payload), *([payload["text"]] if surface == "message" else [])]
    ]
    assert texts
    loose = [(name, text) for name, text in texts if "<" in OURS.sub("", text)]
    assert loose == []


def test_our_own_formatting_never_makes_links_by_itself():
    def without_verbatim(item):
        if isinstance(item, list):
            return any(without_verbatim(inner) for inner in item)
        if not isinstance(item, dict):
            return False
        bare = item.get("type") == "mrkdwn" and item.get("verbatim") is not True
        return bare or any(without_verbatim(inner) for inner in item.values())

    assert [name for name, payload, _ in ALL if without_verbatim(payload)] == []


def test_nothing_that_turns_the_reading_order_is_shown():
    def shown(payload):
        # An input holds what its owner typed, to the letter.
        return json.dumps([block for block in payload["blocks"] if block["type"] != "input"])

    assert [name for name, payload, _ in ALL if "\\u202e" in shown(payload)] == []


def test_metadata_fits_whatever_was_typed():
    """The dates without sending are the longest that a screen carries on to the next."""
    sizes = [len(payload.get("private_metadata", "")) for _, payload, _ in ALL]
    assert max(sizes) < 2_800


def test_every_screen_of_a_modal_is_reached_by_a_title_of_its_own():
    titles = {payload["title"]["text"] for _, payload, surface in ALL if surface == "modal"}
    assert titles >= {
        "Campaign List",
        "New campaign",
        "Reading your list…",
        "Campaign ready",
        "List not used",
        "Send Invite",
        "Send Calendar Invite",
        "Update Calendar Invites",
        "Send in batches",
        "Check and start",
        "Sending has started",
        "Edit event",
    }
