import pytest

from handlers.searching import SearchField, Turns, tidied

FIELD = SearchField("search_campaigns", "Search campaigns", "Words of the title, then Enter")
TURNS = Turns("newer", "older", "show_all", per_page=20)


def test_what_is_looked_for_is_one_line_of_bounded_length():
    assert tidied("  spring \n summit ") == "spring summit"
    assert tidied(None) == ""
    assert len(tidied("w" * 4_000)) == 80


@pytest.mark.parametrize("wanted", ["", "team"])
def test_the_field_is_found_again_whether_it_came_empty_or_filled(wanted):
    block = FIELD.shown(wanted)["block_id"]
    state = {"values": {block: {"search_campaigns": {"type": "plain_text_input", "value": " team  day "}}}}
    assert FIELD.held({"state": state}) == "team day"


def test_a_field_that_is_emptied_gets_another_block():
    """Slack would fill it in again with what was typed before."""
    assert FIELD.shown("")["block_id"] != FIELD.shown("team")["block_id"]
    assert "initial_value" not in FIELD.shown("")["element"]


def test_a_list_without_a_field_looks_for_nothing():
    assert FIELD.held({}) == ""


@pytest.mark.parametrize(
    ("offset", "count", "total", "is_search", "leads"),
    [
        (0, 20, 20, False, []),
        (0, 20, 50, False, [("older", "20")]),
        (20, 20, 50, False, [("newer", "0"), ("older", "40")]),
        (40, 10, 50, True, [("show_all", ""), ("newer", "20")]),
    ],
)
def test_the_buttons_lead_where_there_is_more(offset, count, total, is_search, leads):
    shown = TURNS.shown(offset=offset, count=count, total=total, what=f"{total} people", is_search=is_search)
    pressed = [(one["action_id"], one.get("value", "")) for one in shown[-1]["elements"]] if shown else []
    assert pressed == leads
    if leads:
        assert f"{offset + 1}–{offset + count} of {total} people" in str(shown)


def test_a_page_that_has_become_empty_says_how_many_there_are():
    assert "21–20" not in str(TURNS.shown(offset=20, count=0, total=9, what="9 people", is_search=False))
