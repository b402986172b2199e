import pytest

from campaigns.ports import ListQuery
from handlers.list_place import packed, searched, tidied, unpacked


@pytest.mark.parametrize(
    "query",
    [
        ListQuery(),
        ListQuery("spring summit", offset=40),
        ListQuery('"quoted" \\ &<>', archived=True),
        ListQuery("يوم 👩‍👩‍👧‍👦", offset=20),
    ],
)
def test_a_place_comes_back_as_it_was(query):
    assert unpacked(packed(query)) == query


def test_a_screen_that_holds_no_place_means_the_beginning():
    assert unpacked("") == ListQuery()


def test_what_is_looked_for_is_one_line_of_bounded_length():
    assert tidied("  spring \n summit ") == "spring summit"
    assert tidied(None) == ""
    assert len(tidied("w" * 4_000)) == 80


@pytest.mark.parametrize("block", ["search", "searched"])
def test_the_search_field_is_read_under_either_name(block):
    state = {"values": {block: {"search_campaigns": {"type": "plain_text_input", "value": " team  day "}}}}
    assert searched({"state": state}) == "team day"


def test_a_list_without_a_field_looks_for_nothing():
    assert searched({}) == ""
