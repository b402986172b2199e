from handlers.zones import MOST, matching, names
from playground.block_shapes import OPTION
from tests.fakes.clocks import NOON


def found(typed):
    return [option["value"] for option in matching(typed, NOON)]


def test_nothing_typed_offers_large_cities():
    assert {"Europe/Madrid", "America/New_York", "Asia/Kolkata", "UTC"} <= set(found(""))


def test_a_city_is_found_by_its_beginning_first():
    assert found("madrid") == ["Europe/Madrid"]
    assert found("New York") == ["America/New_York"]
    assert found("lon")[0].endswith(("London", "Longyearbyen"))


def test_an_offset_finds_the_zones_that_have_it_now():
    assert "Asia/Kolkata" in found("+5:30")
    assert "Asia/Kolkata" in found("UTC+05:30")
    assert "Europe/Madrid" in found("gmt+1")
    assert "Europe/Madrid" not in found("+2")


def test_utc_stands_by_itself():
    assert found("utc")[0] == "UTC"


def test_whatever_is_typed_slack_takes_the_answer():
    for typed in ("", "a", "america", "+", "+99", "-1:", "\u0661", "%", "x" * 500):
        options = matching(typed, NOON)
        assert len(options) <= MOST
        assert [fault for option in options for fault in OPTION(option, "/")] == []


def test_every_zone_offered_can_be_shown_as_the_first_choice():
    assert len(names()) > 400
    first = {name: matching(name, NOON)[0] for name in names()}
    assert [name for name, option in first.items() if option["value"] != name] == []
    assert [fault for option in first.values() for fault in OPTION(option, "/")] == []
